"""Tools about demand: forecast, ranking, drivers, trend, comparison.

Each takes the desk and a fact sheet, adds facts to the sheet and returns a record of them; none
writes a word of the answer. All arithmetic of answers is here and in ``agent.tools.sums``.
"""

from __future__ import annotations

import logging
import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pandas as pd

from agent.proof.facts import Metric, Origin, Subject, Unit
from agent.tools.calls import tool
from agent.tools.desk import shifted
from agent.tools.findings import Comparison, Drivers, GrownRanking, Outlook, Ranking, Trend
from agent.tools.growth import Order, by_growth, left_out
from agent.tools.ranges import range_of, spoken
from agent.tools.sums import (
    OWNER,
    contribution_totals,
    forecast_steps,
    sales_totals,
    summed,
    weeks_before,
)
from agent.tools.track_record import text_helped
from agent.understanding.plan import Ranked
from forecasting import BASELINE
from signals import CONTRIBUTIONS, SALES, Col, DriverGroup

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agent.proof.facts import Fact, FactSheet, Period
    from agent.tools.desk import Desk, Horizon
    from agent.understanding.catalogue import Entity

_BY_DEMAND = frozenset({Ranked.MOST, Ranked.LEAST})
_MIDDLE = 0.5
_A_YEAR = 52

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Numbers:
    """Forecasts by step as of `forecast_steps`, and sales by series id."""

    steps: pd.DataFrame
    sales: dict[str, float] | None


@tool
def outlook(desk: Desk, sheet: FactSheet, entity: Entity, horizon: Horizon) -> Outlook:
    """Sum the forecast of one series over a horizon and set it against the past."""
    ahead = forecast_steps(desk, [entity], horizon)
    numbers = _Numbers(ahead, sales_totals(desk, horizon.before))
    found = _outlook(desk, sheet, entity, horizon, numbers)
    period = shifted(horizon.ahead, -_A_YEAR)
    earlier = sales_totals(desk, period)
    subject = Subject(entity.series_id, Metric.SALES_YEAR_AGO, period)
    return replace(found, year_ago=_sales(desk, sheet, subject, earlier))


@tool
def rank(
    desk: Desk,
    sheet: FactSheet,
    entities: Sequence[Entity],
    horizon: Horizon,
    wanted: tuple[Ranked, int],
) -> Ranking:
    """Order series by expected growth, or by expected demand.

    Parameters
    ----------
    wanted
        What comes first, and how many.
    """
    first, count = wanted
    ahead = forecast_steps(desk, entities, horizon)
    numbers = _Numbers(ahead, sales_totals(desk, horizon.before))
    order = _in_order(numbers, first)
    known = {entity.series_id: entity for entity in entities}
    found = tuple(
        _outlook(desk, sheet, known[name], horizon, numbers) for name in order.names[:count]
    )
    how = "expected demand" if first in _BY_DEMAND else "expected growth"
    ranks = tuple(
        sheet.add(
            Subject(each.entity.series_id, Metric.RANK, horizon.ahead),
            place,
            Unit.RANK,
            Origin(desk.source, f"place among {len(order.names)} by {how}"),
        )
        for place, each in enumerate(found, start=1)
    )
    missing = left_out(desk, sheet, order, desk.source, (horizon.ahead, horizon.before))
    return Ranking(found, ranks, horizon, missing)


@tool
def rank_grown(
    desk: Desk,
    sheet: FactSheet,
    entities: Sequence[Entity],
    period: Period,
    wanted: tuple[Ranked, int],
) -> GrownRanking | None:
    """Order series by how what was recorded changed; None without records.

    Parameters
    ----------
    period
        Days gone by; they are set against as many before.
    wanted
        What comes first, and how many.
    """
    first, count = wanted
    earlier = weeks_before(desk, period)
    now, before = sales_totals(desk, period), sales_totals(desk, earlier) or {}
    if now is None:
        return None
    sold = pd.Series({each.series_id: now.get(each.series_id, 0.0) for each in entities})
    order = by_growth(sold, pd.Series(before, dtype=float), first)
    known = {entity.series_id: entity for entity in entities}
    trends = tuple(
        _change(desk, sheet, known[name], (period, earlier), (now, before))
        for name in order.names[:count]
    )
    how = f"place among {len(order.names)} by growth of {Col.UNITS} recorded"
    ranks = tuple(
        sheet.add(Subject(name, Metric.RANK, period), place, Unit.RANK, Origin(SALES.name, how))
        for place, name in enumerate(order.names[:count], start=1)
    )
    missing = left_out(desk, sheet, order, SALES.name, (period, earlier))
    return GrownRanking(trends, ranks, period, earlier, missing)


@tool
def drivers(desk: Desk, sheet: FactSheet, found: Outlook) -> Drivers | None:
    """Take the middle forecast apart; None when the run kept no parts, or parts that do not sum."""
    entity, horizon = found.entity, found.horizon
    totals = contribution_totals(desk, entity, horizon)
    if BASELINE not in totals:
        return None
    if not math.isclose(sum(totals.values()), found.forecast.value, rel_tol=1e-3, abs_tol=0.05):
        logger.warning("the contributions to %s do not sum to its forecast", entity.series_id)
        return None
    source = f"{CONTRIBUTIONS.name}, run {desk.run.run_id if desk.run else ''}"
    origin = Origin(source, f"sum over steps {horizon.steps[0]} to {horizon.steps[1]}")

    def part(metric: Metric, name: str) -> Fact:
        label = "" if metric is Metric.BASELINE else name
        subject = Subject(entity.series_id, metric, horizon.ahead, label)
        return sheet.add(subject, totals[name], desk.unit, origin)

    baseline = part(Metric.BASELINE, BASELINE)
    parts = tuple(
        part(Metric.CONTRIBUTION, str(group)) for group in DriverGroup if str(group) in totals
    )
    formula = " + ".join(fact.fact_id for fact in (baseline, *parts))
    subject = Subject(entity.series_id, Metric.FORECAST, horizon.ahead)
    whole = sheet.derive(subject, desk.unit, formula)
    gap = None
    if found.sales is not None:
        subject = Subject(entity.series_id, Metric.CHANGE, horizon.before)
        formula = f"{found.sales.fact_id} - {baseline.fact_id}"
        gap = sheet.derive(subject, desk.unit, formula)
    helped = text_helped(desk, entity)
    return Drivers(entity, horizon, baseline, parts, whole, helped, found.sales, gap)


@tool
def trend(desk: Desk, sheet: FactSheet, entity: Entity, period: Period) -> Trend | None:
    """Set what was recorded in a period against as many weeks before; None without records."""
    earlier = weeks_before(desk, period)
    now, before = sales_totals(desk, period), sales_totals(desk, earlier)
    if now is None:
        return None
    last_year = shifted(period, -_A_YEAR)
    subject = Subject(entity.series_id, Metric.SALES_YEAR_AGO, last_year)
    found = _change(desk, sheet, entity, (period, earlier), (now, before))
    return replace(found, year_ago=_sales(desk, sheet, subject, sales_totals(desk, last_year)))


@tool
def compare(
    desk: Desk, sheet: FactSheet, pair: tuple[Entity, Entity], horizon: Horizon
) -> Comparison:
    """Set two forecasts side by side."""
    first, second = (outlook(desk, sheet, entity, horizon) for entity in pair)
    subject = Subject(pair[0].series_id, Metric.CHANGE, horizon.ahead)
    formula = f"{first.forecast.fact_id} - {second.forecast.fact_id}"
    return Comparison(first, second, sheet.derive(subject, desk.unit, formula))


def is_launch(desk: Desk, entity: Entity) -> bool:
    """Tell whether a series was forecast as other launches went."""
    return bool(desk.run and entity.series_id in desk.run.config.get("launches", []))


def _outlook(
    desk: Desk, sheet: FactSheet, entity: Entity, horizon: Horizon, numbers: _Numbers
) -> Outlook:
    sheet.names[entity.series_id] = entity.name
    steps = numbers.steps[numbers.steps[OWNER] == entity.series_id]
    middle = steps.loc[steps[Col.LEVEL] == _MIDDLE, Col.UNITS].sum()
    origin = Origin(desk.source, f"quantile {_MIDDLE:g} {spoken(horizon)}")
    subject = Subject(entity.series_id, Metric.FORECAST, horizon.ahead)
    forecast = sheet.add(subject, float(middle), desk.unit, origin)
    bounds = range_of(desk, sheet, forecast, horizon, steps)
    lowest, highest = float(steps[Col.LEVEL].min()), float(steps[Col.LEVEL].max())
    nominal = sheet.add(
        Subject(entity.series_id, Metric.NOMINAL, horizon.ahead),
        round(highest - lowest, 6),
        Unit.SHARE,
        Origin(desk.source, f"quantile level {highest:g} less level {lowest:g}"),
    )
    subject = Subject(entity.series_id, Metric.SALES, horizon.before)
    sales = _sales(desk, sheet, subject, numbers.sales)
    growth = None
    if sales is not None and sales.value > 0:
        formula = f"{forecast.fact_id} / {sales.fact_id} - 1"
        subject = Subject(entity.series_id, Metric.GROWTH, horizon.ahead)
        growth = sheet.derive(subject, Unit.SHARE, formula)
    return Outlook(
        entity, horizon, forecast, bounds, nominal, sales, growth,
        is_launch=is_launch(desk, entity),
    )  # fmt: skip


def _change(
    desk: Desk,
    sheet: FactSheet,
    entity: Entity,
    periods: tuple[Period, Period],
    totals: tuple[dict[str, float], dict[str, float] | None],
) -> Trend:
    """Set what was recorded in a period against what was in the one before it."""
    period, earlier = periods
    sheet.names[entity.series_id] = entity.name
    sales = _recorded(desk, sheet, Subject(entity.series_id, Metric.SALES, period), totals[0])
    subject = Subject(entity.series_id, Metric.SALES, earlier)
    before = _sales(desk, sheet, subject, totals[1])
    if before is None or before.value <= 0:
        return Trend(entity, sales, before)
    subject = Subject(entity.series_id, Metric.GROWTH, period)
    formula = f"{sales.fact_id} / {before.fact_id} - 1"
    return Trend(entity, sales, before, sheet.derive(subject, Unit.SHARE, formula))


def _sales(
    desk: Desk, sheet: FactSheet, subject: Subject, totals: dict[str, float] | None
) -> Fact | None:
    return None if totals is None else _recorded(desk, sheet, subject, totals)


def _recorded(desk: Desk, sheet: FactSheet, subject: Subject, totals: dict[str, float]) -> Fact:
    period = subject.period
    origin = Origin(SALES.name, f"sum of {Col.UNITS}, {period.first_day} to {period.last_day}")
    return sheet.add(subject, totals.get(subject.entity, 0.0), desk.unit, origin)


def _in_order(numbers: _Numbers, first: Ranked) -> Order:
    if numbers.steps.empty:
        return Order(())
    middle = summed(numbers.steps)[_MIDDLE].astype(float)
    if first in _BY_DEMAND:
        ordered = middle.sort_values(ascending=first is Ranked.LEAST, kind="stable")
        return Order(tuple(map(str, ordered.index)))
    return by_growth(middle, pd.Series(numbers.sales or {}, dtype=float), first)
