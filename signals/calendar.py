"""What is known ahead of every day: season, public holidays, shopping festivals.

Festival intensity rises from 0.15 to 0.5 over the warm-up days, is 1 on the peak days and falls
to 0 after them, so that a model sees a sale coming and sees it end.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

COUNTRIES = ("BR", "CN", "US")
_FOURIER_ORDERS = (1, 2, 3)
_DAYS_A_YEAR = 365.25


@dataclass(frozen=True, slots=True)
class Festival:
    """A shopping festival.

    Parameters
    ----------
    peak
        First peak day of a year.
    warm_up, after
        Days before the first and after the last peak day on which the festival is felt.
    """

    name: str
    peak: Callable[[int], date]
    warm_up: int
    peak_days: int = 1
    after: int = 0

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
            [before, 1.0, following],
            0.0,
        )


def festivals() -> tuple[Festival, ...]:
    """Return the shopping festivals this calendar knows, the great ones first."""
    return _FESTIVALS


def calendar_columns(daily: bool = False) -> list[str]:
    """Names of the columns of `calendar_frame`."""
    fourier = [f"season_{wave}_{order}" for order in _FOURIER_ORDERS for wave in ("sin", "cos")]
    holidays = [f"holiday_{country.lower()}" for country in COUNTRIES]
    great = [f"festival_{festival.name}" for festival in _GREAT]
    weekday = ["weekday_sin", "weekday_cos", "weekend"] if daily else []
    return [*fourier, *holidays, "festival", "festival_next", "festival_last", *great, *weekday]


def calendar_frame(periods: pd.DatetimeIndex, days_a_period: int) -> pd.DataFrame:
    """Describe periods by what is known of them ahead.

    Parameters
    ----------
    periods
        First day of each period.
    days_a_period
        1 for days, 7 for weeks.

    Returns
    -------
    pandas.DataFrame
        One row a period, index ``periods``, columns of `calendar_columns`: Fourier terms of the
        season at the middle of the period, share of days that are public holidays, mean festival
        intensity of this period, of the next and of the last one, and of each great festival.

    Examples
    --------
    >>> weeks = pd.DatetimeIndex(["2025-11-03", "2025-11-10"])
    >>> calendar_frame(weeks, 7)["festival_double_11"].round(2).tolist()
    [0.33, 0.28]
    """
    grid = periods.to_numpy()[:, None] + np.arange(days_a_period)[None, :] * np.timedelta64(1, "D")
    flat = pd.DatetimeIndex(grid.ravel())

    def mean(values: np.ndarray) -> np.ndarray:
        averages: np.ndarray = values.reshape(grid.shape).mean(axis=1)
        return averages

    step = pd.Timedelta(days=days_a_period)
    columns = _season(periods + step / 2)
    for country in COUNTRIES:
        columns[f"holiday_{country.lower()}"] = mean(_is_holiday(flat, country))
    columns["festival"] = mean(_any_festival(flat))
    columns["festival_next"] = mean(_any_festival(flat + step))
    columns["festival_last"] = mean(_any_festival(flat - step))
    for festival in _GREAT:
        columns[f"festival_{festival.name}"] = mean(festival.intensity(flat))
    if days_a_period == 1:
        columns |= _weekday(periods)
    return pd.DataFrame(columns, index=periods)


def _season(moments: pd.DatetimeIndex) -> dict[str, np.ndarray]:
    angle = 2 * np.pi * (moments.dayofyear.to_numpy() - 1) / _DAYS_A_YEAR
    waves = {}
    for order in _FOURIER_ORDERS:
        waves[f"season_sin_{order}"] = np.sin(order * angle)
        waves[f"season_cos_{order}"] = np.cos(order * angle)
    return waves


def _weekday(days: pd.DatetimeIndex) -> dict[str, np.ndarray]:
    weekday = days.dayofweek.to_numpy()
    angle = 2 * np.pi * weekday / 7
    return {
        "weekday_sin": np.sin(angle),
        "weekday_cos": np.cos(angle),
        "weekend": (weekday >= 5).astype(float),
    }


def _any_festival(days: pd.DatetimeIndex) -> np.ndarray:
    strongest: np.ndarray = np.max([festival.intensity(days) for festival in _FESTIVALS], axis=0)
    return strongest


def _is_holiday(days: pd.DatetimeIndex, country: str) -> np.ndarray:
    known = [pd.Timestamp(day) for year in set(days.year) for day in _holidays(country, int(year))]
    return days.isin(known).astype(float)


@lru_cache(maxsize=512)
def _holidays(country: str, year: int) -> dict[date, str]:
    import holidays  # 0.1 s that only the calendar needs

    return dict(holidays.country_holidays(country, years=year, language="en_US").items())


def _fixed(month: int, day: int) -> Callable[[int], date]:
    return lambda year: date(year, month, day)


def _nth_weekday(year: int, month: int, weekday: int, nth: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))


def _black_friday(year: int) -> date:
    return _nth_weekday(year, 11, 3, 4) + timedelta(days=1)


def _mothers_day(year: int) -> date:
    return _nth_weekday(year, 5, 6, 2)


@lru_cache(maxsize=512)
def _spring_festival(year: int) -> date:
    named: Sequence[date] = [
        day
        for day, name in _holidays("CN", year).items()
        if "Chinese New Year" in name and "Eve" not in name
    ]
    return min(named, default=date(year, 2, 4))


_GREAT = (
    Festival("double_11", _fixed(11, 11), warm_up=10, after=2),
    Festival("june_18", _fixed(6, 18), warm_up=17, after=2),
    Festival("black_friday", _black_friday, warm_up=4, peak_days=4),
    Festival("christmas", _fixed(12, 21), warm_up=20, peak_days=3, after=1),
    Festival("spring_festival", _spring_festival, warm_up=14, peak_days=7, after=7),
)
_FESTIVALS = (
    *_GREAT,
    Festival("double_12", _fixed(12, 12), warm_up=2),
    Festival("valentine", _fixed(2, 14), warm_up=7),
    Festival("womens_day", _fixed(3, 8), warm_up=5),
    Festival("consumer_day", _fixed(3, 15), warm_up=3),
    Festival("mothers_day", _mothers_day, warm_up=10),
    Festival("lovers_day_br", _fixed(6, 12), warm_up=7),
    Festival("childrens_day_br", _fixed(10, 12), warm_up=7),
)
