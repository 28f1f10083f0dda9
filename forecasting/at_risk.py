"""Units and money at risk where people complain: alerts joined with the forecast they touch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd

from forecasting.runs import forecast_frame, stored_run
from signals import BRAND, PRODUCTS, AlertKind, Col, Measure, Scope

if TYPE_CHECKING:
    from collections.abc import Mapping

    from signals import Lake

RISK_DAYS: Final = 28
"""Days ahead whose forecast counts, and days back whose prices do."""
RISK_FORMULA: Final = "middle forecast of the next 28 days x (observed - expected share)"
"""How units at risk come about; money is these units at the mean price of the last 28 days."""

_MIDDLE: Final = 0.5
_SOLD: Final = """
SELECT product_id, currency, sum(units::DECIMAL(24, 6))::DOUBLE AS units,
       sum(coalesce(revenue, units * price)::DECIMAL(24, 6))::DOUBLE AS revenue
FROM sales
WHERE day BETWEEN $first AND $last AND coalesce(revenue, units * price) IS NOT NULL
  AND coalesce(measure, $units_sold) = $units_sold
GROUP BY ALL ORDER BY ALL
"""


def with_risk(lake: Lake, alerts: pd.DataFrame, run_id: str, as_of: pd.Timestamp) -> pd.DataFrame:
    """Say of each alert which forecast it touches, and how much of it is at risk.

    At risk are the units that would go to customers who are let down beyond what is usual, or who
    look at another brand: `RISK_FORMULA`. This is an exposure, no forecast of lost sales. Good news
    and volumes put nothing at risk; a run that counts reviews in place of units tells nothing.

    Parameters
    ----------
    alerts
        Rows of the table ``alerts``, as a scan gives them.

    Returns
    -------
    pandas.DataFrame
        The same rows with run_id, series_id (the product's own series, else its category's; None
        for a brand), units_at_risk, money_at_risk and currency where they are known.
    """
    run = stored_run(lake, run_id)
    if alerts.empty or run.measure is not Measure.UNITS_SOLD:
        return alerts
    products = lake.read(PRODUCTS, as_of=as_of).set_index(Col.PRODUCT_ID)
    units = _units_ahead(lake, run_id, pd.Timestamp(run.made_on))
    sold = _sold(lake, pd.Timestamp(run.made_on), as_of)
    rows = alerts.copy()
    for column in (Col.RUN_ID, Col.SERIES_ID, Col.CURRENCY):
        rows[column] = rows[column].astype(object)
    for place, alert in alerts.iterrows():
        members = _members(str(alert[Col.ENTITY]), products)
        rows.loc[place, Col.RUN_ID] = run_id
        rows.loc[place, Col.SERIES_ID] = _touched(str(alert[Col.ENTITY]), products, units)
        ahead = _ahead(str(alert[Col.ENTITY]), members, units)
        if ahead is None or not AlertKind(alert[Col.KIND]).is_bad:
            continue
        at_risk = ahead * max(alert[Col.OBSERVED] - alert[Col.EXPECTED], 0.0)
        rows.loc[place, Col.UNITS_AT_RISK] = at_risk
        price = _price(sold[sold[Col.PRODUCT_ID].isin(members)])
        if price is not None:
            rows.loc[place, [Col.MONEY_AT_RISK, Col.CURRENCY]] = at_risk * price[0], price[1]
    return rows


def _units_ahead(lake: Lake, run_id: str, made_on: pd.Timestamp) -> dict[str, float]:
    """Sum the middle forecast of each series over the next days."""
    rows = forecast_frame(lake, run_id)
    soon = rows[Col.DAY] <= made_on + pd.Timedelta(days=RISK_DAYS)
    rows = rows[soon & (rows[Col.LEVEL] == _MIDDLE)]
    summed = rows.groupby(Col.SERIES_ID)[Col.UNITS].sum()
    return {str(series): float(units) for series, units in summed.items()}


def _sold(lake: Lake, made_on: pd.Timestamp, as_of: pd.Timestamp) -> pd.DataFrame:
    first = made_on - pd.Timedelta(days=RISK_DAYS - 1)
    return lake.sql(
        _SOLD, as_of=as_of,
        parameters={"first": first.date(), "last": made_on.date(),
                    "units_sold": Measure.UNITS_SOLD.value},
    )  # fmt: skip


def _members(entity: str, products: pd.DataFrame) -> list[str]:
    scope, _, name = entity.partition(":")
    if scope == Scope.PRODUCT:
        return [name]
    column = Col.BRAND if scope == BRAND else Col.CATEGORY
    return [str(product) for product in products.index[products[column] == name]]


def _touched(entity: str, products: pd.DataFrame, units: Mapping[str, float]) -> str | None:
    if entity in units:
        return entity
    scope, _, name = entity.partition(":")
    if scope != Scope.PRODUCT or name not in products.index:
        return None
    category = f"{Scope.CATEGORY}:{products.loc[name, Col.CATEGORY]}"
    return category if category in units else None


def _ahead(entity: str, members: list[str], units: Mapping[str, float]) -> float | None:
    """Sum what is forecast of an entity; None where no series is its own."""
    if not entity.startswith(f"{BRAND}:"):
        return units.get(entity)
    own = [units[name] for name in (f"{Scope.PRODUCT}:{member}" for member in members)
           if name in units]  # fmt: skip
    return sum(own) if own else None


def _price(sold: pd.DataFrame) -> tuple[float, str | None] | None:
    """Mean price a unit, and its currency; None where nothing was sold or currencies are mixed."""
    currencies = sold[Col.CURRENCY].dropna().unique()
    units = sold[Col.UNITS].sum()
    if len(currencies) > 1 or units <= 0:
        return None
    return float(sold[Col.REVENUE].sum() / units), str(currencies[0]) if len(currencies) else None
