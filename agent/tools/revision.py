"""Tool over two runs: what the forecast was, what it is, the difference, and what makes it up."""

from __future__ import annotations

import logging
import math
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from agent.proof.facts import Metric, Origin, Subject
from agent.tools.calls import tool
from agent.tools.desk import series_of
from agent.tools.findings import Changed
from forecasting import choose_runs, forecast_frame, revision_between
from signals import FORECASTS, Col, DataError, ModelError, NotReady

if TYPE_CHECKING:
    from pathlib import Path

    from agent.proof.facts import FactSheet, Period
    from agent.tools.desk import Desk, Horizon
    from agent.understanding.catalogue import Entity
    from forecasting import Revision
    from signals import Lake

_MIDDLE = 0.5
_PAIRS = 4  # pairs of runs whose change is kept in mind: taking it apart takes seconds

logger = logging.getLogger(__name__)


@tool
def changed(desk: Desk, sheet: FactSheet, entity: Entity, horizon: Horizon) -> Changed | None:
    """Set a forecast against that of the run before for the same days.

    Returns
    -------
    Changed or None
        None when no earlier run forecasts all these days.
    """
    if desk.run is None:
        return None
    try:
        earlier, _ = choose_runs(desk.lake, newer=desk.run.run_id)
    except (NotReady, DataError):
        return None
    sheet.names[entity.series_id] = entity.name
    now = _sum(desk, desk.run.run_id, entity, horizon.ahead)
    then = _sum(desk, earlier.run_id, entity, horizon.ahead)
    if now is None or then is None or now[1] != then[1]:
        return None
    how = f"quantile {_MIDDLE:g} summed over {now[1]} steps"
    subject = Subject(entity.series_id, Metric.FORECAST, horizon.ahead)
    new = sheet.add(subject, now[0], desk.unit, Origin(desk.source, how))
    subject = Subject(entity.series_id, Metric.EARLIER_FORECAST, horizon.ahead)
    source = f"{FORECASTS.name}, run {earlier.run_id}"
    old = sheet.add(subject, then[0], desk.unit, Origin(source, how))
    subject = Subject(entity.series_id, Metric.REVISION, horizon.ahead)
    change = sheet.derive(subject, desk.unit, f"{new.fact_id} - {old.fact_id}")
    return _taken_apart(desk, sheet, Changed(entity, new, old, change), earlier.run_id)


def _taken_apart(desk: Desk, sheet: FactSheet, found: Changed, earlier: str) -> Changed:
    """Add what each source of the change adds; the same where it cannot be taken apart."""
    if desk.run is None or desk.models is None:
        return found
    try:
        revision = _revision(desk.lake, desk.models, earlier, desk.run.run_id)
        units = _parts(revision, found.entity, found.now.period)
    except (NotReady, DataError, ModelError) as error:
        logger.info("a change was not taken apart: %s", error)
        return found
    if not math.isclose(sum(units.values()), found.change.value, rel_tol=1e-3, abs_tol=0.05):
        logger.warning("the parts of the change of %s do not sum to it", found.entity.series_id)
        return found
    source = f"data and models of runs {earlier} and {desk.run.run_id}"
    subject = Subject(found.entity.series_id, Metric.REVISION_PART, found.now.period)
    parts = tuple(
        sheet.add(
            replace(subject, part=name),
            value,
            desk.unit,
            Origin(source, f"Shapley value of {name} in the change of quantile {_MIDDLE:g}"),
        )
        for name, value in units.items()
    )
    formula = " + ".join(fact.fact_id for fact in parts)
    whole = sheet.derive(replace(subject, metric=Metric.REVISION), desk.unit, formula)
    return replace(found, parts=parts, whole=whole)


@lru_cache(maxsize=_PAIRS)
def _revision(lake: Lake, models: Path, older: str, newer: str) -> Revision:
    return revision_between(lake, models, choose_runs(lake, older, newer))


def _parts(revision: Revision, entity: Entity, period: Period) -> dict[str, float]:
    """Sum what each source adds to the middle forecast over the days of a period."""
    inside = (revision.days.date >= period.first_day) & (revision.days.date <= period.last_day)
    middle = revision.levels.index(_MIDDLE)
    found = [revision.of(name) for name in series_of(entity)]
    return {
        str(source): float(sum(one.parts[source][inside, middle].sum() for one in found))
        for source in revision.parts
    }


def _sum(desk: Desk, run_id: str, entity: Entity, period: Period) -> tuple[float, int] | None:
    """Sum the middle forecast of a run over the days of a period, and count its steps."""
    rows = forecast_frame(desk.lake, run_id, series_of(entity))
    days = rows[Col.DAY].dt.date
    inside = rows[(days >= period.first_day) & (days <= period.last_day)]
    inside = inside[inside[Col.LEVEL] == _MIDDLE]
    if inside.empty:
        return None
    return float(inside[Col.UNITS].sum()), int(inside[Col.DAY].nunique())
