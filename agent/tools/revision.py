"""Tool over two runs: what the forecast was, what it is, and the difference."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.proof.facts import Metric, Origin, Subject
from agent.tools.calls import tool
from agent.tools.desk import series_of
from agent.tools.findings import Changed
from forecasting import choose_runs, forecast_frame
from signals import FORECASTS, Col, DataError, NotReady

if TYPE_CHECKING:
    from agent.proof.facts import FactSheet, Period
    from agent.tools.desk import Desk, Horizon
    from agent.understanding.catalogue import Entity

_MIDDLE = 0.5


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
    return Changed(entity, new, old, change)


def _sum(desk: Desk, run_id: str, entity: Entity, period: Period) -> tuple[float, int] | None:
    """Sum the middle forecast of a run over the days of a period, and count its steps."""
    rows = forecast_frame(desk.lake, run_id, series_of(entity))
    days = rows[Col.DAY].dt.date
    inside = rows[(days >= period.first_day) & (days <= period.last_day)]
    inside = inside[inside[Col.LEVEL] == _MIDDLE]
    if inside.empty:
        return None
    return float(inside[Col.UNITS].sum()), int(inside[Col.DAY].nunique())
