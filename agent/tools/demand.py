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
from agent.tools.desk import preceding, shifted
from agent.tools.findings import Comparison, Drivers, Outlook, Ranking, Trend
from agent.tools.ranges import range_of, spoken
from agent.tools.sums import OWNER, contribution_totals, forecast_steps, sales_totals, summed
from agent.tools.track_record import text_helped
from agent.understanding.catalogue import TOTAL
from agent.understanding.plan import Ranked
from forecasting import BASELINE
from signals import CONTRIBUTIONS, SALES, Col, DriverGroup

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agent.proof.facts import Fact, FactSheet, Period
    from agent.tools.desk import Desk, Horizon
    from agent.understanding.catalogue import Entity

SMALLEST = 30.0
"""Demand before the forecast under which a growth rate is mostly noise and is not ranked."""
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
    return _with_left_out(desk, sheet, Ranking(found, ranks, horizon), order)


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
    sheet.names[entity.series_id] = entity.name
    subject = Subject(entity.series_id, Metric.SALES, period)
    sales = _sales(desk, sheet, subject, sales_totals(desk, period))
    if sales is None:
        return None
    earlier = preceding(period)
    before = _sales(
        desk,
        sheet,
        Subject(entity.series_id, Metric.SALES, earlier),
        sales_totals(desk, earlier),
    )
    growth = None
    if before is not None and before.value > 0:
        formula = f"{sales.fact_id} / {before.fact_id} - 1"
        subject = Subject(entity.series_id, Metric.GROWTH, period)
        growth = sheet.derive(subject, Unit.SHARE, formula)
    last_year = shifted(period, -_A_YEAR)
    year_ago = _sales(
        desk,
        sheet,
        Subject(entity.series_id, Metric.SALES_YEAR_AGO, last_year),
        sales_totals(desk, last_year),
    )
    return Trend(entity, sales, before, growth, year_ago)


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


def _sales(
    desk: Desk, sheet: FactSheet, subject: Subject, totals: dict[str, float] | None
) -> Fact | None:
    if totals is None:
        return None
    period = subject.period
    origin = Origin(SALES.name, f"sum of {Col.UNITS}, {period.first_day} to {period.last_day}")
    return sheet.add(subject, totals.get(subject.entity, 0.0), desk.unit, origin)


@dataclass(frozen=True, slots=True)
class _Order:
    """Series ids in order; how many were too small, and how many go another way."""

    names: tuple[str, ...]
    small: int = 0
    others: int = 0


def _in_order(numbers: _Numbers, first: Ranked) -> _Order:
    if numbers.steps.empty:
        return _Order(())
    middle = summed(numbers.steps)[_MIDDLE].astype(float)
    if first in _BY_DEMAND:
        ordered = middle.sort_values(ascending=first is Ranked.LEAST, kind="stable")
        return _Order(tuple(map(str, ordered.index)))
    past = pd.Series(numbers.sales or {}, dtype=float).reindex(middle.index).fillna(0.0)
    large = past >= SMALLEST
    change = (middle[large] / past[large] - 1).sort_values(
        ascending=first is Ranked.FALL, kind="stable"
    )
    fits = change < 0 if first is Ranked.FALL else change > 0
    kept = change[fits] if fits.any() else change
    others = int((~fits).sum()) if fits.any() else 0
    return _Order(tuple(map(str, kept.index)), int((~large).sum()), others)


def _with_left_out(desk: Desk, sheet: FactSheet, ranking: Ranking, order: _Order) -> Ranking:
    """Count what the list does not show, and why."""
    before, ahead = ranking.horizon.before, ranking.horizon.ahead
    if order.others:
        origin = Origin(desk.source, "count of series ranked less those that go this way")
        subject = Subject(TOTAL, Metric.OTHERS, ahead)
        ranking = replace(ranking, others=sheet.add(subject, order.others, Unit.SERIES, origin))
    if not order.small:
        return ranking
    origin = Origin(SALES.name, "rule: less demand than this makes a growth rate mostly noise")
    limit = sheet.add(Subject(TOTAL, Metric.SMALL_LIMIT, before), SMALLEST, desk.unit, origin)
    origin = Origin(SALES.name, f"count of series under {limit.fact_id}")
    count = sheet.add(Subject(TOTAL, Metric.SMALL, before), order.small, Unit.SERIES, origin)
    return replace(ranking, small=count, limit=limit)
