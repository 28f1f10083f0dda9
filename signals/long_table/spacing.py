"""How far apart the times of a table are: one length of period for all of its series."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from signals.errors import DataError
from signals.frequency import (
    BUSINESS_DAY,
    DAY,
    FREQUENCIES,
    HOUR,
    MONTH,
    NUMBERED,
    QUARTER,
    WEEK,
    YEAR,
    Frequency,
)
from signals.long_table.axis import PeriodAxis

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from signals.long_table.times import Moments, Numbers

_ENOUGH_NEIGHBOURS: Final = 0.2  # share of gaps of one period from which a length is believed
_RUN: Final = 5  # gaps of a longer period in a row that are no accident
_FEW: Final = 3  # gaps of a short series that are no accident when all are alike
_COARSER: Final = {
    HOUR: (("day", 24, 24), ("week", 168, 168)),
    DAY: (("week", 7, 7), ("month", 28, 31), ("quarter", 90, 92), ("year", 365, 366)),
    BUSINESS_DAY: (("week", 5, 5), ("month", 20, 23)),
    MONTH: (("quarter", 3, 3), ("year", 12, 12)),
    QUARTER: (("year", 4, 4),),
}
"""Gaps, in periods, that are the usual ones of a longer period."""


def find_axis(
    times: Moments | Numbers,
    series: Numbers,
    names: Sequence[str],
    frequency: Frequency | None = None,
) -> PeriodAxis:
    """Find the axis of periods of a table.

    The longest period counts that puts every time on the same hour, weekday or day of its month.

    Parameters
    ----------
    series
        Number of the series of each row.
    names
        Of the series, for messages.
    frequency
        As the user gave it; then several rows may fall into a period, and few periods have rows.

    Raises
    ------
    DataError
        When the times tell no length of period, or two; the message names a series.
    """
    if times.dtype.kind != "M":
        numbers = np.unique(times)
        step = int(np.gcd.reduce(np.diff(numbers))) if len(numbers) > 1 else 1
        return PeriodAxis(frequency or NUMBERED, first=int(numbers[0]), step=step)
    moments = pd.DatetimeIndex(np.unique(times))
    if frequency is not None:
        return PeriodAxis(frequency, _weekday(moments))
    axis = PeriodAxis(_longest(moments), _weekday(moments))
    gaps = list(_gaps(axis.numbers(times), series))
    _check_neighbours(gaps, axis.frequency, names)
    _check_one_length(gaps, axis.frequency, names)
    return axis


def _weekday(moments: pd.DatetimeIndex) -> int:
    """Take the weekday of all times for the first of the week; without a common one, Monday."""
    return int(moments[0].dayofweek) if _alike(moments.dayofweek) else 0


def _longest(moments: pd.DatetimeIndex) -> Frequency:
    within_day = moments - moments.normalize()
    if not _alike(within_day % pd.Timedelta(hours=1)):
        least = pd.Timedelta(np.diff(moments.to_numpy()).min())
        raise DataError(
            f"times are {least} apart; the shortest period is an hour: "
            "add the rows up by the hour: --freq h --duplicates sum"
        )
    if not _alike(within_day):
        return HOUR
    days, months = moments.normalize(), moments.year * 12 + moments.month
    fits = {
        DAY: True,
        BUSINESS_DAY: set(days.dayofweek) == set(range(5)),
        WEEK: _alike(days.dayofweek),
        MONTH: _one_day_a_month(days),
        QUARTER: _one_day_a_month(days) and _alike(months % 3),
        YEAR: _one_day_a_month(days) and _alike(days.month),
    }
    return next(frequency for frequency in reversed(FREQUENCIES) if fits.get(frequency))


def _one_day_a_month(days: pd.DatetimeIndex) -> bool:
    if _alike(days.day):
        return True
    ends = (pd.offsets.MonthEnd(0), pd.offsets.BMonthEnd(0))
    return any(bool((days + end == days).all()) for end in ends)


def _alike(values: pd.Index[Any]) -> bool:
    return bool((values == values[0]).all())


def _gaps(numbers: Numbers, series: Numbers) -> Iterator[tuple[int, Numbers]]:
    """Give each series with several periods the gaps between them, in periods."""
    order = np.lexsort((numbers, series))
    rows = np.unique(np.column_stack([series[order], numbers[order]]), axis=0)
    starts = np.flatnonzero(np.diff(rows[:, 0], prepend=-1))
    for part in np.split(rows, starts[1:]):
        if len(part) > 1:
            yield int(part[0, 0]), np.diff(part[:, 1])


def _check_neighbours(
    gaps: list[tuple[int, Numbers]], frequency: Frequency, names: Sequence[str]
) -> None:
    if not gaps:
        raise DataError(
            f"series {names[0]!r} has one time, and no other series has more: the length of a "
            "period cannot be told; give earlier rows, or say it: --freq W"
        )
    every = np.concatenate([found for _, found in gaps])
    if (every == 1).mean() < _ENOUGH_NEIGHBOURS:
        number, found = max(gaps, key=lambda pair: len(pair[1]))
        usual = int(np.median(found))
        raise DataError(
            f"series {names[number]!r} has times {usual} {frequency.name}s apart, and hardly any "
            f"series has two in neighbouring {frequency.name}s: the length of a period cannot be "
            "told; say it: --freq D, W, M, Q or Y"
        )


def _check_one_length(
    gaps: list[tuple[int, Numbers]], frequency: Frequency, names: Sequence[str]
) -> None:
    for coarser, least, most in _COARSER.get(frequency, ()):
        for number, found in gaps:
            alike: Any = (found >= least) & (found <= most)
            if _longest_run(alike) >= _RUN or (alike.all() and len(found) >= _FEW):
                raise DataError(
                    f"series {names[number]!r} has times a {coarser} apart where the table has "
                    f"{frequency.name}s: two granularities. Bring all rows to one, or name one: "
                    f"--freq {coarser} --duplicates sum adds up to {coarser}s, --freq "
                    f"{frequency.name.replace(' ', '-')} takes what lies between for gaps"
                )


def _longest_run(alike: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> int:
    """Count the most true values in a row.

    Examples
    --------
    >>> _longest_run(np.array([True, False, True, True]))
    2
    """
    breaks = np.flatnonzero(~np.concatenate([[False], alike, [False]]))
    return int(np.diff(breaks).max() - 1)
