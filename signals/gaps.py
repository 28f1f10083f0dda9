"""Why a period has no sales: nobody bought, nobody reported, the shop was closed, or it was out.

Every reason is judged by what was known by the end of the period, so it stays the same when more
becomes known.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from signals.calendar import is_holiday
from signals.frames import Col
from signals.tables import Measure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from signals.demand import Span
    from signals.lake import Lake

_WINDOW: Final = 13  # earlier days of the same weekday that say what is usual
_AT_LEAST: Final = 8  # such days without which nothing is usual yet
_NEVER_NOTHING: Final = 10.0  # units a day from which a day without any is no chance
_TOO_MUCH: Final = 0.25  # share of trading days that may lack before a period counts as missing
_REPORTED: Final = """
SELECT day, sum(units::DECIMAL(24, 6))::DOUBLE AS units FROM sales
WHERE coalesce(measure, $units_sold) = $measure AND day BETWEEN $first AND $last
GROUP BY day ORDER BY day
"""


class Gap(StrEnum):
    """Why a period of a series lacks sales, or lacks some."""

    NONE = ""
    NO_SALE = "zero sale"
    NO_REPORT = "missing report"
    CLOSED = "closed"
    NO_STOCK = "stock-out"


def silent_periods(lake: Lake, span: Span, markets: Sequence[str]) -> pd.Series:
    """Tell in which periods the whole shop was closed or did not report.

    A day without any row counts as a missing report when the last days of the same weekday sold
    ten units or more in the middle, so that selling nothing is no chance. It counts as closed on a
    public holiday, and on a weekday that is never traded on. In a sparse shop neither can be told,
    and the day sold nothing. A period is missing when over a quarter of its trading days are.

    Returns
    -------
    pandas.Series
        `Gap` of each period, index the first days of ``span.periods``.
    """
    days = pd.date_range(span.periods[0], span.end - pd.Timedelta(days=1))
    found = lake.sql(
        _REPORTED,
        as_of=span.as_of,
        parameters={
            "measure": span.measure.value,
            "units_sold": Measure.UNITS_SOLD.value,
            "first": days[0].date(),
            "last": days[-1].date(),
        },
    )
    units = found.set_index(Col.DAY)[Col.UNITS].reindex(days)
    missing, closed = _silent_days(units, is_holiday(days, markets))
    shape = (len(span.periods), span.grain.days)
    lacking, shut = missing.reshape(shape).sum(axis=1), closed.reshape(shape).sum(axis=1)
    trading = shape[1] - shut
    reasons = np.select(
        [lacking > _TOO_MUCH * trading, trading == 0],
        [Gap.NO_REPORT.value, Gap.CLOSED.value],
        Gap.NONE.value,
    )
    return pd.Series(reasons, index=span.periods)


def gap_reasons(rows: pd.DataFrame, silent: pd.Series) -> pd.Series:
    """Say why each row of a panel has no sales, or not all of them.

    Parameters
    ----------
    rows
        series_id, day, units, in_stock; sorted, NaN where there was no row.
    silent
        Of `silent_periods`.

    Returns
    -------
    pandas.Series
        `Gap` of each row. A product that was out of stock when it was last heard of still is.
    """
    none = rows[Col.UNITS].isna()
    heard = rows.groupby(Col.SERIES_ID)[Col.IN_STOCK].ffill().fillna(1.0)
    shop = rows[Col.DAY].map(silent)
    reasons = np.select(
        [heard <= 0, shop == Gap.NO_REPORT, none & (shop == Gap.CLOSED), none],
        [Gap.NO_STOCK.value, Gap.NO_REPORT.value, Gap.CLOSED.value, Gap.NO_SALE.value],
        Gap.NONE.value,
    )
    return pd.Series(reasons, index=rows.index, dtype=object)


def _silent_days(units: pd.Series, holiday: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Find days of missing reports and days of closed doors, each of shape (days,)."""
    weekdays = units.fillna(0.0).groupby(pd.DatetimeIndex(units.index).dayofweek)
    earlier = weekdays.shift(1).groupby(pd.DatetimeIndex(units.index).dayofweek)
    recent = earlier.rolling(_WINDOW, min_periods=_AT_LEAST)
    middle = recent.median().droplevel(0).sort_index().to_numpy()
    most = recent.max().droplevel(0).sort_index().to_numpy()
    none = units.isna().to_numpy()
    closed = none & (holiday | (most == 0))
    return none & ~closed & (middle >= _NEVER_NOTHING), closed
