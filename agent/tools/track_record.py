"""How good past forecasts were, and whether text made them better, as the run's backtest found."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from agent.proof.facts import Metric, Origin, Period, Subject, Unit
from agent.tools.calls import tool
from agent.tools.findings import Accuracy
from agent.understanding.catalogue import TOTAL, EntityKind
from forecasting import FINAL, accuracy_frame
from signals import ACCURACY, Col, Scope

if TYPE_CHECKING:
    from agent.proof.facts import Fact, FactSheet
    from agent.tools.desk import Desk
    from agent.understanding.catalogue import Entity

_ALL = "all"
_WAPE = "wape"
_COVERAGE = "coverage_80"
_COVERED = 0.8


@tool
def accuracy(desk: Desk, sheet: FactSheet, entity: Entity, whole: Entity) -> Accuracy | None:
    """Read the backtest of a series, or of all where it has none of its own.

    Parameters
    ----------
    whole
        The whole shop.
    """
    if desk.run is None:
        return None
    rows = accuracy_frame(desk.lake, desk.run.run_id, [entity.series_id, TOTAL, _ALL])
    final = rows[
        (rows[Col.EXPERT] == FINAL.name)
        & (rows[Col.VARIANT] == FINAL.variant)
        & (rows[Col.STEP] == 0)
    ]
    for name, about in ((entity.series_id, entity), (_ALL, whole), (TOTAL, whole)):
        values = final[final[Col.SERIES_ID] == name].set_index(Col.METRIC)[Col.VALUE]
        if _WAPE in values:
            sheet.names[about.series_id] = about.name
            return _accuracy(desk, sheet, about, values)
    return None


def text_helped(desk: Desk, entity: Entity) -> bool | None:
    """Tell what the run found on text for series of this kind; None when it tried none."""
    config = desk.run.config if desk.run else {}
    verdicts = config.get("text") or {}
    scope = Scope.PRODUCT if entity.kind is EntityKind.BRAND else Scope(entity.kind)
    if scope in verdicts:
        return bool(verdicts[scope].get("helped"))
    if "text_helped" not in config:
        return None
    return bool(config["text_helped"])


def _accuracy(desk: Desk, sheet: FactSheet, entity: Entity, values: pd.Series) -> Accuracy:
    period = _tested(desk)
    source = f"{ACCURACY.name}, run {desk.run.run_id if desk.run else ''}"

    def score(metric: Metric, value: float, formula: str) -> Fact:
        subject = Subject(entity.series_id, metric, period)
        return sheet.add(subject, value, Unit.SHARE, Origin(source, formula))

    wape = score(Metric.WAPE, float(values[_WAPE]), "sum of absolute errors over sum of demand")
    if _COVERAGE not in values:
        return Accuracy(entity, wape, None, None)
    inside = score(Metric.COVERAGE, float(values[_COVERAGE]), "share of outcomes inside the range")
    nominal = score(Metric.NOMINAL, _COVERED, "share of outcomes that should lie inside")
    return Accuracy(entity, wape, inside, nominal)


def _tested(desk: Desk) -> Period:
    """Give the days on which the backtest compared forecasts with outcomes."""
    config = desk.run.config if desk.run else {}
    origins = [pd.Timestamp(day).date() for day in config.get("origins", [])]
    last = (desk.known_by - pd.Timedelta(days=1)).date()
    return Period(min([*origins, last]), last)
