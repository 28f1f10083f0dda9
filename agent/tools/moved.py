"""Tools that take a change of past sales apart: where it lies, and what was paid meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from agent.proof.facts import Metric, Origin, Subject, Unit
from agent.tools.calls import tool
from agent.tools.findings import Moved, Part
from agent.tools.sums import sales_totals
from agent.understanding.catalogue import EntityKind
from signals import SALES, Col

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agent.proof.facts import Fact, FactSheet, Period
    from agent.tools.desk import Desk
    from agent.tools.findings import Trend
    from agent.understanding.catalogue import Entity


@tool
def moved(
    desk: Desk, sheet: FactSheet, found: Trend, members: Sequence[Entity], count: int
) -> Moved | None:
    """Take a change of what was recorded apart: the members that changed most, and all else.

    Parameters
    ----------
    members
        Series that make up the one that changed; none for a product.
    count
        How many to name.

    Returns
    -------
    Moved or None
        Its parts and the rest sum to its whole. None where nothing is set against anything.
    """
    if found.before is None:
        return None
    period, earlier = found.sales.period, found.before.period
    now, before = sales_totals(desk, period), sales_totals(desk, earlier)
    if now is None or before is None:
        return None
    gaps = pd.Series(
        {
            each.series_id: now.get(each.series_id, 0.0) - before.get(each.series_id, 0.0)
            for each in members
        },
        dtype=float,
    )
    largest = gaps[gaps != 0].abs().sort_values(ascending=False, kind="stable").index[:count]
    known = {each.series_id: each for each in members}

    def part(entity: Entity, sums: tuple[float, float], what: str) -> Fact:
        sheet.names[entity.series_id] = entity.name
        facts = [
            sheet.add(
                Subject(entity.series_id, Metric.SALES, days),
                units,
                desk.unit,
                Origin(SALES.name, f"sum of {what}, {days.first_day} to {days.last_day}"),
            )
            for days, units in zip((period, earlier), sums, strict=True)
        ]
        formula = " - ".join(fact.fact_id for fact in facts)
        return sheet.derive(Subject(entity.series_id, Metric.MOVED, period), desk.unit, formula)

    parts = tuple(
        Part(known[name], part(known[name], (now.get(name, 0.0), before.get(name, 0.0)), Col.UNITS))
        for name in largest
    )
    whole = found.sales.value, found.before.value
    named = [sum(sums.get(name, 0.0) for name in largest) for sums in (now, before)]
    left = whole[0] - named[0], whole[1] - named[1]
    rest = None
    if parts and left[0] != left[1]:
        rest = part(found.entity, left, f"{Col.UNITS} of all but the parts named")
    subject = Subject(found.entity.series_id, Metric.MOVED, period)
    formula = f"{found.sales.fact_id} - {found.before.fact_id}"
    change = sheet.derive(subject, desk.unit, formula)
    return Moved(found.entity, parts, rest, change, _paid(desk, sheet, found, earlier))


def _paid(desk: Desk, sheet: FactSheet, found: Trend, earlier: Period) -> Fact | None:
    """Set what was paid a unit of one product against what was before; None where unknown."""
    entity = found.entity
    if entity.kind is not EntityKind.PRODUCT:
        return None
    period = found.sales.period
    means = [_mean_price(desk, entity.key, days) for days in (period, earlier)]
    now, before = means
    if now is None or before is None or before <= 0:
        return None
    how = f"mean of revenue a unit in the period less that of {earlier.key}, as a share of it"
    subject = Subject(entity.series_id, Metric.PRICE_CHANGE, period)
    return sheet.add(subject, now / before - 1, Unit.SHARE, Origin(SALES.name, how))


def _mean_price(desk: Desk, product: str, period: Period) -> float | None:
    rows = desk.lake.sql(
        f"SELECT sum(coalesce({Col.REVENUE}, {Col.UNITS} * {Col.PRICE})) "
        f"/ nullif(sum({Col.UNITS}), 0) AS paid FROM {SALES.name} "
        f"WHERE {Col.PRODUCT_ID} = $product AND {Col.DAY} BETWEEN $first AND $last "
        f"AND {Col.UNITS} > 0 AND coalesce({Col.REVENUE}, {Col.PRICE}) IS NOT NULL",
        as_of=desk.known_by,
        parameters={"product": product, "first": period.first_day, "last": period.last_day},
    )
    paid = rows["paid"].iloc[0]
    return None if pd.isna(paid) else float(paid)
