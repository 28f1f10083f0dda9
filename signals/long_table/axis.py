"""Which period a time lies in, and which times come next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from signals.frequency import (
    BUSINESS_DAY,
    DAY,
    HOUR,
    MONTH,
    NUMBERED,
    QUARTER,
    WEEK,
    YEAR,
    Frequency,
)

if TYPE_CHECKING:
    from signals.long_table.times import Moments, Numbers

_FIRST_NUMBERED: Final = pd.Timestamp("2000-01-03")  # day given to the least period number
_MONDAY: Final = 4  # the first Monday is the fifth day of 1970
_UNITS: Final[dict[Frequency, Any]] = {HOUR: "h", DAY: "D", MONTH: "M", YEAR: "Y", NUMBERED: "D"}
_STEPS: Final[dict[Frequency, dict[str, Any]]] = {
    HOUR: {"hours": 1}, DAY: {"days": 1}, WEEK: {"days": 7}, MONTH: {"months": 1},
    QUARTER: {"months": 3}, YEAR: {"years": 1},
}  # fmt: skip
_ENDS: Final = (pd.offsets.MonthEnd(0), pd.offsets.BMonthEnd(0))


@dataclass(frozen=True, slots=True)
class PeriodAxis:
    """Periods of one length, numbered without a gap.

    Parameters
    ----------
    weekday
        On which weeks begin, Monday 0.
    first, step
        Least period number of the file and the least distance between two; None for moments.
    """

    frequency: Frequency
    weekday: int = 0
    first: int | None = None
    step: int = 1

    def numbers(self, times: Moments | Numbers) -> Numbers:
        """Give the number of each time's period; neighbouring periods differ by 1."""
        if self.first is not None:
            base = self._number(np.array([_FIRST_NUMBERED.to_datetime64()]))[0]
            return np.asarray(base + (times.astype(np.int64) - self.first) // self.step)
        return self._number(times)

    def day(self, number: int) -> pd.Timestamp:
        """First day of a period, for the axis of a panel."""
        found: Any
        match self.frequency:
            case f if f == WEEK:
                days = _MONDAY + self.weekday + 7 * number
                found = np.datetime64(days, "D")
            case f if f == BUSINESS_DAY:
                found = np.busday_offset(np.datetime64(0, "D"), number, roll="forward")
            case f if f == QUARTER:
                found = np.datetime64(3 * number, "M")
            case f:
                found = np.datetime64(number, _UNITS[f])
        return pd.Timestamp(found)

    def ahead(self, times: Moments | Numbers, horizon: int) -> np.ndarray[Any, Any]:
        """Give the times of the periods after the last of ``times``, on the same kind of day."""
        steps = np.arange(1, horizon + 1)
        if self.first is not None:
            return np.asarray(times.max() + self.step * steps)
        moments = pd.DatetimeIndex(np.unique(times))
        last = moments[-1]
        if self.frequency == BUSINESS_DAY:
            return np.asarray([last + pd.offsets.BDay(int(k)) for k in steps], "datetime64[ns]")
        parts = _STEPS[self.frequency]
        following = pd.DatetimeIndex(
            [last + pd.DateOffset(**{unit: n * int(k) for unit, n in parts.items()}) for k in steps]
        )
        if "days" not in parts and "hours" not in parts:
            day, time_of_day = moments.normalize(), following - following.normalize()
            for end in _ENDS:
                if (day + end == day).all():
                    return np.asarray(following.normalize() + end + time_of_day)
        return np.asarray(following)

    def _number(self, times: Moments | Numbers) -> Numbers:
        match self.frequency:
            case f if f == WEEK:
                return (_whole(times, "D") - _MONDAY - self.weekday) // 7
            case f if f == BUSINESS_DAY:
                begin = np.datetime64(0, "D")
                return np.asarray(np.busday_count(begin, times.astype("datetime64[D]")), np.int64)
            case f if f == QUARTER:
                return _whole(times, "M") // 3
            case f:
                return _whole(times, _UNITS[f])


def _whole(times: Moments | Numbers, unit: str) -> Numbers:
    return np.asarray(times.astype(f"datetime64[{unit}]").astype(np.int64))
