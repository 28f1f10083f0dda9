"""Series in the order of their growth: who is ranked, who is too small, who goes another way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent.proof.facts import Metric, Origin, Subject, Unit
from agent.tools.findings import LeftOut
from agent.understanding.catalogue import TOTAL
from agent.understanding.plan import Ranked
from signals import SALES

if TYPE_CHECKING:
    import pandas as pd

    from agent.proof.facts import FactSheet, Period
    from agent.tools.desk import Desk

SMALLEST = 30.0
"""Demand before under which a growth rate is mostly noise and is not ranked."""


@dataclass(frozen=True, slots=True)
class Order:
    """Series ids in order; how many were too small, and how many go another way."""

    names: tuple[str, ...]
    small: int = 0
    others: int = 0


def by_growth(now: pd.Series, before: pd.Series, first: Ranked) -> Order:
    """Order series by how demand changes; those that go the way asked for, where any does.

    Parameters
    ----------
    now, before
        Demand by series id; a series that ``before`` does not tell of had none.
    """
    past = before.reindex(now.index).fillna(0.0)
    large = past >= SMALLEST
    change = (now[large] / past[large] - 1).sort_values(
        ascending=first is Ranked.FALL, kind="stable"
    )
    fits = change < 0 if first is Ranked.FALL else change > 0
    kept = change[fits] if fits.any() else change
    others = int((~fits).sum()) if fits.any() else 0
    return Order(tuple(map(str, kept.index)), int((~large).sum()), others)


def left_out(
    desk: Desk, sheet: FactSheet, order: Order, source: str, periods: tuple[Period, Period]
) -> LeftOut:
    """Count what a ranking does not show, and why.

    Parameters
    ----------
    periods
        What growth is told of, and what it is set against.
    """
    during, before = periods
    others = small = limit = None
    if order.others:
        origin = Origin(source, "count of series ranked less those that go this way")
        subject = Subject(TOTAL, Metric.OTHERS, during)
        others = sheet.add(subject, order.others, Unit.SERIES, origin)
    if order.small:
        origin = Origin(SALES.name, "rule: less demand than this makes a growth rate mostly noise")
        limit = sheet.add(Subject(TOTAL, Metric.SMALL_LIMIT, before), SMALLEST, desk.unit, origin)
        origin = Origin(SALES.name, f"count of series under {limit.fact_id}")
        small = sheet.add(Subject(TOTAL, Metric.SMALL, before), order.small, Unit.SERIES, origin)
    return LeftOut(others, small, limit)
