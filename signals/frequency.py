"""How long a period is, and what follows from it for everything that reads an axis of periods."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from signals.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Frequency:
    """A length of period.

    Parameters
    ----------
    name
        One period in words: ``week``.
    offset
        Step from the first day of a period to that of the next, as pandas writes it.
    season
        Periods after which the usual pattern repeats.
    cycle
        Periods of the slowest pattern that calendar columns describe: a year, or for hours a week.
    windows
        Periods of a short, a middle and a long rolling mean; each differs from the others.
    """

    name: str
    offset: str
    season: int
    cycle: int
    windows: tuple[int, int, int]

    @property
    def days(self) -> float:
        """Mean length of a period in days.

        Examples
        --------
        >>> WEEK.days, DAY.days, round(MONTH.days, 2)
        (7.0, 1.0, 30.44)
        """
        first = pd.Timestamp("2001-01-01")
        edges = pd.date_range(first, periods=49, freq=self.offset)
        return float((edges[-1] - edges[0]) / pd.Timedelta(days=1) / (len(edges) - 1))

    def axis(self, first: pd.Timestamp, last: pd.Timestamp) -> pd.DatetimeIndex:
        """First days of all periods from ``first`` to ``last``."""
        return pd.date_range(first, last, freq=self.offset)

    def ahead(self, last: pd.Timestamp, horizon: int) -> pd.DatetimeIndex:
        """First days of the ``horizon`` periods after the one that begins on ``last``."""
        return pd.date_range(last, periods=horizon + 1, freq=self.offset)[1:]

    def last_day(self, first: pd.Timestamp) -> pd.Timestamp:
        """Last day of the period that begins on ``first``.

        Examples
        --------
        >>> str(WEEK.last_day(pd.Timestamp("2025-01-06")).date())
        '2025-01-12'
        >>> str(MONTH.last_day(pd.Timestamp("2024-02-01")).date())
        '2024-02-29'
        """
        return (self.ahead(first, 1)[0] - pd.Timedelta(1, unit="ns")).normalize()


HOUR: Final = Frequency("hour", "h", season=24, cycle=168, windows=(24, 168, 672))
DAY: Final = Frequency("day", "D", season=7, cycle=364, windows=(7, 28, 91))
BUSINESS_DAY: Final = Frequency("business day", "B", season=5, cycle=260, windows=(5, 20, 65))
WEEK: Final = Frequency("week", "7D", season=52, cycle=52, windows=(4, 13, 26))
MONTH: Final = Frequency("month", "MS", season=12, cycle=12, windows=(3, 6, 12))
QUARTER: Final = Frequency("quarter", "QS", season=4, cycle=4, windows=(2, 4, 8))
YEAR: Final = Frequency("year", "YS", season=1, cycle=1, windows=(2, 3, 5))
NUMBERED: Final = Frequency("period", "D", season=1, cycle=1, windows=(4, 13, 26))
"""Periods that are only numbered: nothing is known of their length or season."""

FREQUENCIES: Final = (HOUR, DAY, BUSINESS_DAY, WEEK, MONTH, QUARTER, YEAR)
"""Lengths that times can have, the shortest first."""
_ALIASES: Final[Mapping[str, Frequency]] = {
    "h": HOUR, "d": DAY, "b": BUSINESS_DAY, "w": WEEK, "m": MONTH, "ms": MONTH, "me": MONTH,
    "q": QUARTER, "qs": QUARTER, "qe": QUARTER, "y": YEAR, "a": YEAR, "ys": YEAR, "ye": YEAR,
}  # fmt: skip


def frequency_named(text: str) -> Frequency:
    """Find a frequency by its name or by what pandas calls it; anchors are read from the data.

    Raises
    ------
    ConfigError
        When no frequency is called so.

    Examples
    --------
    >>> frequency_named("W-SUN").name, frequency_named("months").name
    ('week', 'month')
    """
    key = text.strip().lower()
    named = {frequency.name: frequency for frequency in FREQUENCIES}
    found = named.get(key.removesuffix("s").replace("-", " ")) or _ALIASES.get(
        key.partition("-")[0]
    )
    if found is None:
        raise ConfigError(
            f"frequency is {text!r}; expected h, D, B, W, M, Q or Y, or one of {', '.join(named)}"
        )
    return found


def frequency_between(days: pd.DatetimeIndex) -> Frequency | None:
    """Tell days from weeks by the least gap between sorted days; None for other gaps."""
    gap = int(np.diff(days.to_numpy()).min() / np.timedelta64(1, "D"))
    return {1: DAY, 7: WEEK}.get(gap)
