"""Shopping festivals: those this shop's customers know, and those of a table of its own.

Intensity rises from 0.15 to 0.5 over the warm-up days, is full on the peak days and falls to 0
after them, so that a model sees a sale coming and sees it end.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from signals.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_LUNAR_YEARS = range(1900, 2101)


@dataclass(frozen=True, slots=True)
class Festival:
    """A shopping festival.

    Parameters
    ----------
    peak
        First peak day of a year.
    warm_up, after
        Days before the first and after the last peak day on which the festival is felt.
    markets
        Countries that keep it, as ISO codes; empty means all.
    great
        Whether its pull is unlike that of other festivals, so that it gets a column of its own.
    full
        Intensity on the peak days.
    """

    name: str
    peak: Callable[[int], date]
    warm_up: int = 0
    peak_days: int = 1
    after: int = 0
    markets: frozenset[str] = frozenset()
    great: bool = False
    full: float = 1.0

    def intensity(self, days: pd.DatetimeIndex) -> np.ndarray:
        """Intensity in [0, 1] of each day, shape (days,)."""
        felt = np.zeros(len(days))
        if not len(days):
            return felt
        for year in range(days.min().year - 1, days.max().year + 2):
            offset = (days - pd.Timestamp(self.peak(year))).days.to_numpy()
            felt = np.maximum(felt, self._curve(offset))
        return felt

    def _curve(self, offset: np.ndarray) -> np.ndarray:
        before = 0.5 + 0.35 * offset / max(self.warm_up, 1)
        past = offset - self.peak_days + 1
        following = 0.5 * (1 - past / (self.after + 1))
        return np.select(
            [
                (offset >= -self.warm_up) & (offset < 0),
                (offset >= 0) & (offset < self.peak_days),
                (past > 0) & (past <= self.after),
            ],
            [before, self.full, following],
            0.0,
        )


def festivals(markets: Iterable[str] | None = None) -> tuple[Festival, ...]:
    """Return the shopping festivals of some countries, the great ones first; None means all.

    Examples
    --------
    >>> [festival.name for festival in festivals(["US"])]
    ['black_friday', 'christmas', 'valentine', 'womens_day', 'mothers_day']
    """
    if markets is None:
        return _FESTIVALS
    here = set(markets)
    return tuple(each for each in _FESTIVALS if not each.markets or each.markets & here)


def _fixed(month: int, day: int) -> Callable[[int], date]:
    return lambda year: date(year, month, day)


def _lunar(month: int, day: int) -> Callable[[int], date]:
    """Day of the Chinese lunisolar calendar, of the year that begins with its Spring Festival."""

    def peak(year: int) -> date:
        if year not in _LUNAR_YEARS:
            raise DataError(
                f"the Chinese calendar is known for {_LUNAR_YEARS[0]} to {_LUNAR_YEARS[-1]}; "
                f"the data reaches {year}: correct its days, or leave CN out of the setting markets"
            )
        return _solar(year, month, day)

    return peak


@lru_cache(maxsize=512)
def _solar(year: int, month: int, day: int) -> date:
    from borax.calendars.lunardate import LunarDate  # 0.1 s that only these days need

    solar: date = LunarDate(year, month, day).to_solar_date()
    return solar


def _nth_weekday(year: int, month: int, weekday: int, nth: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))


def _black_friday(year: int) -> date:
    return _nth_weekday(year, 11, 3, 4) + timedelta(days=1)


def _mothers_day(year: int) -> date:
    return _nth_weekday(year, 5, 6, 2)


_CN, _BR = frozenset({"CN"}), frozenset({"BR"})
_FESTIVALS = (
    # Singles' Day; what is ordered in the pre-sale is paid and counted from 1 November on
    Festival("double_11", _fixed(11, 11), warm_up=10, after=2, markets=_CN, great=True),
    Festival("double_11_presale", _fixed(10, 20), peak_days=12, markets=_CN, great=True, full=0.3),
    Festival("june_18", _fixed(6, 18), warm_up=17, after=2, markets=_CN, great=True),
    # Friday to Cyber Monday
    Festival("black_friday", _black_friday, warm_up=4, peak_days=4, great=True),
    Festival("christmas", _fixed(12, 21), warm_up=20, peak_days=3, after=1, great=True),
    Festival(
        "spring_festival", _lunar(1, 1), warm_up=14, peak_days=7, after=7, markets=_CN, great=True
    ),
    # the golden week, often joined by Mid-Autumn
    Festival("national_day", _fixed(10, 1), warm_up=5, peak_days=7, markets=_CN, great=True),
    Festival("double_12", _fixed(12, 12), warm_up=2, markets=_CN),
    Festival("love_520", _fixed(5, 20), warm_up=7, markets=_CN),
    Festival("qixi", _lunar(7, 7), warm_up=7, markets=_CN),
    Festival("mid_autumn", _lunar(8, 15), warm_up=14, markets=_CN),
    Festival("valentine", _fixed(2, 14), warm_up=7),
    Festival("womens_day", _fixed(3, 8), warm_up=5),
    Festival("consumer_day", _fixed(3, 15), warm_up=3, markets=_CN | _BR),
    # Dia das Mães falls on the same Sunday
    Festival("mothers_day", _mothers_day, warm_up=10),
    # Dia dos Namorados
    Festival("lovers_day_br", _fixed(6, 12), warm_up=7, markets=_BR),
    Festival("childrens_day_br", _fixed(10, 12), warm_up=7, markets=_BR),
)
