"""Tools that sum: what was sold over a period, of what most, what is still expected, by week."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from agent.proof.facts import Metric, Origin, Period, Subject, Unit
from agent.tools.calls import tool
from agent.tools.desk import is_forecast, next_days
from agent.tools.findings import SoldRanking, Total
from agent.tools.sums import forecast_totals, sales_totals
from agent.understanding.plan import Ranked
from signals import SALES, Col

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agent.proof.facts import Fact, FactSheet
    from agent.tools.desk import Desk, Horizon
    from agent.tools.findings import Outlook
    from agent.understanding.catalogue import Entity

_MIDDLE = 0.5


@tool
def total(desk: Desk, sheet: FactSheet, entity: Entity, period: Period) -> Total | None:
    """Sum what was recorded in a period, and a week on average; None without records."""
    sheet.names[entity.series_id] = entity.name
    totals = sales_totals(desk, period)
    if totals is None:
        return None
    subject = Subject(entity.series_id, Metric.SALES, period)
    origin = Origin(SALES.name, f"sum of {Col.UNITS}, {period.first_day} to {period.last_day}")
    sold = sheet.add(subject, totals.get(entity.series_id, 0.0), desk.unit, origin)
    if period.weeks == 1:
        return Total(entity, sold)
    subject = replace(subject, metric=Metric.WEEKLY_MEAN)
    mean = sheet.derive(subject, desk.unit, f"{sold.fact_id} * 7 / {period.days}")
    return Total(entity, sold, mean)


@tool
def rank_sold(
    desk: Desk,
    sheet: FactSheet,
    entities: Sequence[Entity],
    period: Period,
    wanted: tuple[Ranked, int],
) -> SoldRanking | None:
    """Order series by what was recorded of them in a period; None without records.

    Parameters
    ----------
    wanted
        What comes first, and how many.
    """
    totals = sales_totals(desk, period)
    if totals is None:
        return None
    first, count = wanted
    sold = [(totals.get(entity.series_id, 0.0), entity) for entity in entities]
    sold.sort(key=lambda each: each[0], reverse=first is Ranked.MOST)
    sales, ranks = [], []
    summed = Origin(SALES.name, f"sum of {Col.UNITS}, {period.first_day} to {period.last_day}")
    placed = Origin(SALES.name, f"place among {len(sold)} by {Col.UNITS} recorded")
    for place, (units, entity) in enumerate(sold[:count], start=1):
        sheet.names[entity.series_id] = entity.name
        subject = Subject(entity.series_id, Metric.SALES, period)
        sales.append(sheet.add(subject, units, desk.unit, summed))
        ranks.append(sheet.add(replace(subject, metric=Metric.RANK), place, Unit.RANK, placed))
    return SoldRanking(tuple(sales), tuple(ranks))


@tool
def total_with_rest(
    desk: Desk, sheet: FactSheet, entity: Entity, period: Period, horizon: Horizon
) -> Total | None:
    """Sum what was recorded of a period and what is still expected of it.

    Parameters
    ----------
    horizon
        What is left of the period.
    """
    if not is_forecast(desk, entity):
        return None
    past = Period(period.first_day, horizon.before.last_day)
    found = total(desk, sheet, entity, past)
    if found is None:
        return None
    row = forecast_totals(desk, [entity], horizon).loc[entity.series_id]
    first, last = horizon.steps
    subject = Subject(entity.series_id, Metric.FORECAST, horizon.ahead)
    origin = Origin(desk.source, f"quantile {_MIDDLE:g} summed over steps {first} to {last}")
    rest = sheet.add(subject, float(row[_MIDDLE]), desk.unit, origin)
    both = Period(past.first_day, horizon.ahead.last_day, period.kind, period.name)
    subject = Subject(entity.series_id, Metric.TOTAL, both)
    whole = sheet.derive(subject, desk.unit, f"{found.sales.fact_id} + {rest.fact_id}")
    return replace(found, rest=rest, whole=whole)


@tool
def steps(desk: Desk, sheet: FactSheet, found: Outlook) -> list[Fact]:
    """Give the middle forecast of each step of a horizon."""
    facts = []
    first, last = found.horizon.steps
    for step, period in zip(range(first, last + 1), next_days(found.horizon), strict=True):
        horizon = replace(found.horizon, steps=(step, step))
        row = forecast_totals(desk, [found.entity], horizon).loc[found.entity.series_id]
        subject = Subject(found.entity.series_id, Metric.FORECAST, period)
        origin = Origin(desk.source, f"quantile {_MIDDLE:g} of step {step}")
        facts.append(sheet.add(subject, float(row[_MIDDLE]), desk.unit, origin))
    return facts
