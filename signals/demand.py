"""Sales added up to series and periods."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from signals.errors import NotReady
from signals.frames import Col
from signals.panel import Grain
from signals.tables import PLANNED_PRICE, PLANNED_PROMO, Measure, Scope

if TYPE_CHECKING:
    from collections.abc import Sequence

    from signals.lake import Lake

_NAMES = (Col.SERIES_ID, Col.SCOPE, Col.CATEGORY)
_SOLD_LATELY = 4
# sums of decimals do not depend on the order in which threads add them up
_BY_PERIOD = """
SELECT product_id,
       date_trunc('{grain}', day)::DATE AS day,
       sum(units::DECIMAL(24, 6))::DOUBLE AS units,
       avg(coalesce(promo, 0)::DECIMAL(18, 6))::DOUBLE AS promo,
       (avg(price::DECIMAL(18, 6)) FILTER (WHERE coalesce(promo, 0) = 0))::DOUBLE AS price,
       avg(coalesce(in_stock, true)::INT::DECIMAL(18, 6))::DOUBLE AS in_stock
FROM sales
WHERE coalesce(measure, $units_sold) = $measure AND day BETWEEN $first AND $last
GROUP BY ALL ORDER BY ALL
"""
_EXTENT = """
SELECT coalesce(measure, $units_sold) AS measure, min(day) AS first, max(day) AS last,
       count(DISTINCT dayofweek(day)) = 1 AS weekly, count(*) AS n
FROM sales WHERE day < $end GROUP BY 1 ORDER BY n DESC, measure
"""
_PLANS = """
SELECT name, region AS product_id, day, value FROM covariates
WHERE name IN ($promo, $price) AND day BETWEEN $first AND $last AND value IS NOT NULL
QUALIFY row_number() OVER (
    PARTITION BY name, region, day ORDER BY vintage DESC NULLS LAST, available_at DESC
) = 1
ORDER BY name, region, day
"""


@dataclass(frozen=True, slots=True)
class Span:
    """The periods of a panel, by their first days.

    Parameters
    ----------
    made_on
        Last day with visible sales.
    """

    as_of: pd.Timestamp
    grain: Grain
    measure: Measure
    made_on: pd.Timestamp
    periods: pd.DatetimeIndex
    ahead: pd.DatetimeIndex

    @property
    def end(self) -> pd.Timestamp:
        """First day after the last complete period."""
        return self.periods[-1] + pd.Timedelta(days=self.grain.days)


def find_span(lake: Lake, as_of: pd.Timestamp, grain: Grain, horizon: int) -> Span:
    """Find which complete periods are visible.

    Raises
    ------
    NotReady
        When not one complete period of sales was known.
    """
    end = as_of.tz_convert("UTC").tz_localize(None).normalize()
    found = lake.sql(
        _EXTENT, as_of=as_of, parameters={"end": end.date(), "units_sold": Measure.UNITS_SOLD.value}
    )
    if found.empty:
        raise NotReady(f"no sales were known by {end.date()}; run: groundswell ingest")
    most = found.iloc[0]
    step = pd.Timedelta(days=grain.days)
    first, last = pd.Timestamp(most["first"]), pd.Timestamp(most["last"])
    stop = last + step
    if grain is Grain.WEEK and most["weekly"]:
        # one row a week, on whatever weekday: it stands for the whole week
        first -= pd.Timedelta(days=first.dayofweek)
        stop -= pd.Timedelta(days=last.dayofweek)
    elif grain is Grain.WEEK:
        first += pd.Timedelta(days=-first.dayofweek % 7)
        stop = last + pd.Timedelta(days=1 - (last.dayofweek + 1) % 7)
    periods = pd.date_range(first, stop - step, freq=step)
    if periods.empty:
        raise NotReady(
            f"sales known by {end.date()} do not fill one {grain}; ingest more and try again"
        )
    ahead = pd.date_range(stop, periods=horizon, freq=step)
    return Span(as_of, grain, Measure(most["measure"]), last, periods, ahead)


def read_demand(lake: Lake, span: Span) -> pd.DataFrame:
    """Add the sales of each product up, all stores together.

    Returns
    -------
    pandas.DataFrame
        One row a product and period with sales rows: product_id, day, units, promo (mean discount
        share), price (mean price of days without promotion; NaN when there was none), in_stock
        (share of rows with stock).
    """
    return lake.sql(
        _BY_PERIOD.format(grain=span.grain.value),
        as_of=span.as_of,
        parameters={
            "measure": span.measure.value,
            "units_sold": Measure.UNITS_SOLD.value,
            "first": span.periods[0].date(),
            "last": (span.end - pd.Timedelta(days=1)).date(),
        },
    )


def read_plans(lake: Lake, span: Span) -> pd.DataFrame:
    """Read promotions and prices planned for the periods ahead, the newest plan of each day.

    Returns
    -------
    pandas.DataFrame
        One row a covariate name, product_id and day (not period), with its value.
    """
    return lake.sql(
        _PLANS,
        as_of=span.as_of,
        parameters={
            "promo": PLANNED_PROMO,
            "price": PLANNED_PRICE,
            "first": span.end.date(),
            "last": (span.ahead[-1] + pd.Timedelta(days=span.grain.days - 1)).date(),
        },
    )


def future_drivers(demand: pd.DataFrame, plans: pd.DataFrame, span: Span) -> pd.DataFrame:
    """Tell promotion and price of the periods ahead for each product sold lately or planned.

    Returns
    -------
    pandas.DataFrame
        product_id, day, promo, price: promo is 0 where none is planned, price is the last one
        where no other is planned.
    """
    step = pd.Timedelta(days=span.grain.days)
    recent = demand[demand[Col.DAY] > span.periods[-1] - _SOLD_LATELY * step]
    products = sorted({*recent[Col.PRODUCT_ID], *plans[Col.PRODUCT_ID]})
    key = [Col.PRODUCT_ID, Col.DAY]
    grid = pd.MultiIndex.from_product([products, span.ahead], names=key).to_frame(index=False)
    last_price = demand.dropna(subset=Col.PRICE).groupby(Col.PRODUCT_ID)[Col.PRICE].last()
    grid[Col.PRICE] = grid[Col.PRODUCT_ID].map(last_price).astype(float)
    day = span.end + (plans[Col.DAY] - span.end) // step * step
    planned = plans.assign(**{Col.DAY: day}).groupby([Col.NAME, *key])[Col.VALUE]
    sums, counts = planned.sum(), planned.count()
    promo = _of(sums, PLANNED_PROMO, grid) / span.grain.days
    share = _of(counts, PLANNED_PRICE, grid) / span.grain.days
    price = _of(sums, PLANNED_PRICE, grid) / span.grain.days
    grid[Col.PROMO] = promo
    known = grid[Col.PRICE].fillna(price / share.where(share > 0))
    grid[Col.PRICE] = price + (1 - share) * known
    return grid


def roll_up(
    drivers: pd.DataFrame, categories: pd.Series, first_price: pd.Series, scopes: Sequence[Scope]
) -> pd.DataFrame:
    """Add product rows up to the series of each scope.

    Parameters
    ----------
    drivers
        One row a product and period; units and in_stock may be absent.
    categories, first_price
        By product_id. The price of a category or of the total is the mean ratio of a price to the
        first price of its product: 1 where nothing changed.

    Returns
    -------
    pandas.DataFrame
        series_id, scope, category, day and the columns given.
    """
    sums = [name for name in (Col.UNITS,) if name in drivers]
    means = [name for name in (Col.PROMO, Col.PRICE, Col.IN_STOCK) if name in drivers]
    rows = drivers.assign(**{Col.CATEGORY: drivers[Col.PRODUCT_ID].map(categories).fillna("")})
    ratio = rows[Col.PRICE] / rows[Col.PRODUCT_ID].map(first_price)
    how = dict.fromkeys(sums, "sum") | dict.fromkeys(means, "mean")
    parts = []
    for scope in scopes:
        part = rows
        if scope is Scope.CATEGORY:
            part = rows.assign(**{Col.PRICE: ratio})[rows[Col.CATEGORY] != ""]
            part = part.groupby([Col.CATEGORY, Col.DAY], as_index=False).agg(how)
        elif scope is Scope.TOTAL:
            part = rows.assign(**{Col.PRICE: ratio}).groupby(Col.DAY, as_index=False).agg(how)
            part[Col.CATEGORY] = ""
        named = {Col.SERIES_ID: series_ids(part, scope), Col.SCOPE: scope.value}
        parts.append(part.assign(**named)[[*_NAMES, Col.DAY, *how]])
    return pd.concat(parts, ignore_index=True)


def series_ids(rows: pd.DataFrame, scope: Scope) -> pd.Series | str:
    """Name the series of rows that carry a product_id or a category."""
    if scope is Scope.PRODUCT:
        return f"{scope}:" + rows[Col.PRODUCT_ID].astype(str)
    if scope is Scope.CATEGORY:
        return f"{scope}:" + rows[Col.CATEGORY].astype(str)
    return scope.value


def _of(values: pd.Series, name: str, grid: pd.DataFrame) -> pd.Series:
    """Pick one covariate on the rows of ``grid``, 0 where it says nothing."""
    picked = values[values.index.get_level_values(Col.NAME) == name].droplevel(Col.NAME)
    index = pd.MultiIndex.from_frame(grid[[Col.PRODUCT_ID, Col.DAY]])
    return pd.Series(picked.reindex(index).fillna(0.0).to_numpy(float), index=grid.index)
