"""What people do before they buy, as it was known at each period: past-only columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from signals.frames import Col

if TYPE_CHECKING:
    from signals.demand import Span
    from signals.lake import Lake

BEHAVIOUR_COLUMNS: Final = ("views_now", "carts_now", "purchases_now", "conversion_now")
"""Columns of `behaviour_columns`, in this order."""
COUNTS: Final = (Col.VIEWS, Col.CARTS, Col.PURCHASES)
_USUAL_DAYS: Final = 182
_PRIOR_VIEWS: Final = 50.0
_DONE: Final = """
WITH periods AS (
    SELECT unnest($days::DATE[]) AS day, unnest($ends::DATE[]) AS stop
), known AS (
    SELECT p.day AS period, b.* FROM stored_behaviour b JOIN periods p
      ON b.day >= p.day AND b.day < p.stop AND b.available_at <= least(p.stop::TIMESTAMPTZ, $now)
    QUALIFY row_number() OVER (
        PARTITION BY b.product_id, b.day ORDER BY b.available_at DESC
    ) = 1
)
SELECT product_id, period AS day, sum(views::DECIMAL(24, 6))::DOUBLE AS views,
       sum(carts::DECIMAL(24, 6))::DOUBLE AS carts,
       sum(purchases::DECIMAL(24, 6))::DOUBLE AS purchases
FROM known GROUP BY ALL ORDER BY ALL
"""


def read_behaviour(lake: Lake, span: Span) -> pd.DataFrame:
    """Count views, carts and purchases of each period, as far as they were known at its end.

    Returns
    -------
    pandas.DataFrame
        One row a product and period: product_id, day, views, carts, purchases (NaN where a feed
        does not have them).
    """
    ends = span.periods + pd.Timedelta(days=span.grain.days)
    return lake.sql(
        _DONE,
        as_of=span.as_of,
        parameters={
            "days": [day.date() for day in span.periods],
            "ends": [day.date() for day in ends],
            "now": span.as_of.to_pydatetime(),
        },
    )


def behaviour_columns(
    series: pd.DataFrame, counts: pd.DataFrame, days_a_period: int
) -> pd.DataFrame:
    """Compare each period of a series with its half-year before.

    Parameters
    ----------
    series
        Rows of the panel: series_id and day, sorted, without gaps.
    counts
        series_id, day, views, carts, purchases.

    Returns
    -------
    pandas.DataFrame
        Columns of `BEHAVIOUR_COLUMNS`, one row a row of ``series``: log ratios of the counts to
        their usual level, and purchases a view minus the usual share, shrunk to it as if fifty
        more views had been seen. 0 where nothing is known or nothing is usual yet.
    """
    key = [Col.SERIES_ID, Col.DAY]
    rows = series[key].merge(counts, on=key, how="left")
    usual = _usual(rows, _USUAL_DAYS // days_a_period)
    columns = {f"{name}_now": np.log1p(rows[name]) - np.log1p(usual[name]) for name in COUNTS}
    expected = usual[Col.PURCHASES] / usual[Col.VIEWS].where(usual[Col.VIEWS] > 0)
    bought = rows[Col.PURCHASES] + _PRIOR_VIEWS * expected
    columns["conversion_now"] = bought / (rows[Col.VIEWS] + _PRIOR_VIEWS) - expected
    return pd.DataFrame(columns)[list(BEHAVIOUR_COLUMNS)].fillna(0.0).astype(float)


def _usual(rows: pd.DataFrame, periods: int) -> pd.DataFrame:
    """Mean of the periods before, this one left out; NaN where nothing is known."""
    which = rows[Col.SERIES_ID]
    before = rows[list(COUNTS)].groupby(which).shift(1)
    means = before.groupby(which).rolling(periods, min_periods=1).mean()
    return means.droplevel(0).sort_index()
