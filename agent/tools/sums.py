"""Sums over the lake that tools make facts of: forecasts, contributions and sales by series."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from agent.tools.desk import preceding, series_of
from agent.understanding.catalogue import TOTAL, EntityKind
from forecasting import contribution_frame, forecast_frame
from signals import PRODUCTS, SALES, Col

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agent.proof.facts import Period
    from agent.tools.desk import Desk, Horizon
    from agent.understanding.catalogue import Entity

_MIDDLE = 0.5
_WEEK = 7


OWNER = "owner"
"""Column of `forecast_steps`: the series that was asked about, of which the row is a part."""


def forecast_totals(desk: Desk, entities: Sequence[Entity], horizon: Horizon) -> pd.DataFrame:
    """Sum each quantile over the steps of a horizon; see `summed`."""
    return summed(forecast_steps(desk, entities, horizon))


def summed(steps: pd.DataFrame) -> pd.DataFrame:
    """Sum each quantile over steps as `forecast_steps` gives them.

    The sum of one quantile over several steps is the quantile of their sum only when all steps
    miss together; else see `agent.tools.ranges`.

    Returns
    -------
    DataFrame
        A row a series that has a forecast, a column a level, units.
    """
    return steps.pivot_table(index=OWNER, columns=Col.LEVEL, values=Col.UNITS, aggfunc="sum")


def forecast_steps(desk: Desk, entities: Sequence[Entity], horizon: Horizon) -> pd.DataFrame:
    """Read the forecast of each step of a horizon.

    Returns
    -------
    DataFrame
        A row a stored series, step and level with its units and the series id of the entity that
        the stored series is, or is a part of (`OWNER`).
    """
    if desk.run is None:
        return pd.DataFrame(columns=[Col.SERIES_ID, Col.STEP, Col.LEVEL, Col.UNITS, OWNER])
    stored = {series_id: entity for entity in entities for series_id in series_of(entity)}
    rows = forecast_frame(desk.lake, desk.run.run_id, sorted(stored))
    rows = rows[rows[Col.STEP].between(*horizon.steps)]
    owners = rows[Col.SERIES_ID].map({name: entity.series_id for name, entity in stored.items()})
    return rows.assign(**{OWNER: owners})


def contribution_totals(desk: Desk, entity: Entity, horizon: Horizon) -> dict[str, float]:
    """Sum each group's contribution to the middle forecast over the steps of a horizon."""
    if desk.run is None:
        return {}
    rows = contribution_frame(desk.lake, desk.run.run_id, series_of(entity))
    rows = rows[rows[Col.STEP].between(*horizon.steps) & (rows[Col.LEVEL] == _MIDDLE)]
    summed = rows.groupby(Col.GROUP)[Col.UNITS].sum()
    return {str(group): float(units) for group, units in summed.items()}


def weeks_before(desk: Desk, period: Period) -> Period:
    """Give as many days that end where a period begins; of sales by the week, as many weeks.

    A month of four Mondays would else be set against one of five.
    """
    usual = preceding(period)
    found = desk.lake.sql(
        f"SELECT DISTINCT {Col.DAY} FROM {SALES.name} WHERE {Col.DAY} BETWEEN $first AND $last",
        as_of=desk.known_by,
        parameters={"first": usual.first_day, "last": period.last_day},
    )
    days = pd.DatetimeIndex(found[Col.DAY])
    within = days[days >= pd.Timestamp(period.first_day)]
    if period.days < _WEEK or within.empty or len(set(days.dayofweek)) > 1:
        return usual
    first = within.min() - pd.Timedelta(weeks=len(within))
    return replace(usual, first_day=first.date())


def sales_totals(desk: Desk, period: Period) -> dict[str, float] | None:
    """Sum what was recorded in a period by series id, for every product, category and brand.

    Returns
    -------
    dict or None
        None when records begin after the period does: a sum over part of it would mislead.
    """
    parameters: dict[str, object] = {"first": period.first_day, "last": period.last_day}
    begin = desk.lake.sql(
        f"SELECT min({Col.DAY}) AS begin FROM {SALES.name}",
        as_of=desk.known_by,
    )["begin"].iloc[0]
    if pd.isna(begin) or pd.Timestamp(begin).date() > period.first_day:
        return None
    rows = desk.lake.sql(
        f"SELECT s.{Col.PRODUCT_ID}, any_value(p.{Col.CATEGORY}) AS {Col.CATEGORY}, "
        f"any_value(p.{Col.BRAND}) AS {Col.BRAND}, sum(s.{Col.UNITS}) AS {Col.UNITS} "
        f"FROM {SALES.name} s "
        f"LEFT JOIN {PRODUCTS.name} p ON s.{Col.PRODUCT_ID} = p.{Col.PRODUCT_ID} "
        f"WHERE s.{Col.DAY} BETWEEN $first AND $last GROUP BY s.{Col.PRODUCT_ID}",
        as_of=desk.known_by,
        parameters=parameters,
    )
    totals = {TOTAL: float(rows[Col.UNITS].sum())}
    for column, kind in (
        (Col.PRODUCT_ID, EntityKind.PRODUCT),
        (Col.CATEGORY, EntityKind.CATEGORY),
        (Col.BRAND, EntityKind.BRAND),
    ):
        summed = rows.groupby(column)[Col.UNITS].sum()
        totals |= {f"{kind}:{key}": float(units) for key, units in summed.items()}
    return totals
