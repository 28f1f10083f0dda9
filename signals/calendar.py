"""What is known ahead of every day: season, public holidays, make-up workdays, festivals."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from signals.errors import ConfigError
from signals.festival_days import festivals

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from signals.festival_days import Festival
    from signals.own_festivals import OwnFestival

logger = logging.getLogger(__name__)

MARKETS = ("BR", "CN", "US")
"""Countries whose customers a shop has unless it says otherwise."""
_FOURIER_ORDERS = (1, 2, 3)
_DAYS_A_YEAR = 365.25
WORKDAY = "workday_cn"
"""Column of workdays on a weekend; China alone makes up for long holidays so."""


@dataclass(frozen=True, slots=True)
class CalendarRules:
    """Whose calendar counts.

    Parameters
    ----------
    markets
        Countries by their ISO codes: their public holidays and shopping festivals.
    own
        Festivals of the user's own table.
    """

    markets: tuple[str, ...] = MARKETS
    own: tuple[OwnFestival, ...] = ()

    def __post_init__(self) -> None:
        unknown = sorted(set(self.markets) - _countries())
        if unknown or not self.markets:
            raise ConfigError(
                f"markets are {list(self.markets)}; expected ISO codes of countries with known "
                f"holidays, such as BR, CN, DE, US; not known: {unknown}"
            )

    @property
    def festivals(self) -> tuple[Festival, ...]:
        """Festivals kept in the markets."""
        return festivals(self.markets)


def calendar_columns(daily: bool = False, rules: CalendarRules | None = None) -> list[str]:
    """Names of the columns of `calendar_frame`."""
    rules = rules or CalendarRules()
    fourier = [f"season_{wave}_{order}" for order in _FOURIER_ORDERS for wave in ("sin", "cos")]
    holidays = [f"holiday_{country.lower()}" for country in rules.markets]
    made_up = [WORKDAY] if "CN" in rules.markets else []
    great = [f"festival_{festival.name}" for festival in rules.festivals if festival.great]
    own = [name for festival in rules.own for name in festival.columns]
    weekday = ["weekday_sin", "weekday_cos", "weekend"] if daily else []
    general = ["festival", "festival_next", "festival_last"]
    return [*fourier, *holidays, *made_up, *general, *great, *own, *weekday]


def calendar_frame(
    periods: pd.DatetimeIndex, days_a_period: int, rules: CalendarRules | None = None
) -> pd.DataFrame:
    """Describe periods by what is known of them ahead.

    Parameters
    ----------
    periods
        First day of each period.
    days_a_period
        1 for days, 7 for weeks.
    rules
        Whose calendar; None means the usual markets.

    Returns
    -------
    pandas.DataFrame
        One row a period, index ``periods``, columns of `calendar_columns`: Fourier terms of the
        season at the middle of the period, share of days that are public holidays, or workdays on
        a weekend, mean festival intensity of this period, of the next and of the last one, and of
        each great festival; share of days that are a festival of the user's own, or lie before or
        after it.

    Examples
    --------
    >>> weeks = pd.DatetimeIndex(["2025-11-03", "2025-11-10"])
    >>> calendar_frame(weeks, 7)["festival_double_11"].round(2).tolist()
    [0.33, 0.28]
    """
    rules = rules or CalendarRules()
    grid = periods.to_numpy()[:, None] + np.arange(days_a_period)[None, :] * np.timedelta64(1, "D")
    flat = pd.DatetimeIndex(grid.ravel())

    def mean(values: np.ndarray) -> np.ndarray:
        averages: np.ndarray = values.reshape(grid.shape).mean(axis=1)
        return averages

    step = pd.Timedelta(days=days_a_period)
    columns = _season(periods + step / 2)
    for country in rules.markets:
        columns[f"holiday_{country.lower()}"] = mean(is_holiday(flat, (country,)).astype(float))
    if "CN" in rules.markets:
        columns[WORKDAY] = mean(_made_up(flat))
    known = rules.festivals
    columns["festival"] = mean(_strongest(known, flat))
    columns["festival_next"] = mean(_strongest(known, flat + step))
    columns["festival_last"] = mean(_strongest(known, flat - step))
    for festival in known:
        if festival.great:
            columns[f"festival_{festival.name}"] = mean(festival.intensity(flat))
    for own in rules.own:
        columns |= {name: mean(felt) for name, felt in own.felt(flat).items()}
    if days_a_period == 1:
        columns |= _weekday(periods)
    return pd.DataFrame(columns, index=periods)


def is_holiday(days: pd.DatetimeIndex, markets: Sequence[str]) -> np.ndarray:
    """Say of each day whether it is a public holiday of any of some countries, shape (days,)."""
    known = [
        pd.Timestamp(day)
        for country in markets
        for year in set(days.year)
        for day in _holidays(country, int(year))
    ]
    return np.asarray(days.isin(known))


def years_without_workdays(days: pd.DatetimeIndex) -> list[int]:
    """Years whose make-up workdays in China are not known: not announced yet, or before 2004.

    Examples
    --------
    >>> years_without_workdays(pd.DatetimeIndex(["2003-05-01", "2025-05-01"]))
    [2003]
    """
    known = {day.year for day in _workdays()}
    return sorted(year for year in set(days.year) if not min(known) <= year <= max(known))


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


def _strongest(known: Sequence[Festival], days: pd.DatetimeIndex) -> np.ndarray:
    strongest: np.ndarray = np.max([festival.intensity(days) for festival in known], axis=0)
    return strongest


def _made_up(days: pd.DatetimeIndex) -> np.ndarray:
    """Weekend days worked in exchange for a longer holiday, shape (days,); 0 where not known."""
    weekends = [pd.Timestamp(day) for day in _workdays() if day.weekday() >= 5]
    return np.asarray(days.isin(weekends), dtype=float)


@lru_cache(maxsize=1)
def _workdays() -> frozenset[date]:
    from chinese_calendar import constants  # 15 years of days that only the calendar needs

    return frozenset(constants.workdays)


@lru_cache(maxsize=512)
def _holidays(country: str, year: int) -> dict[date, str]:
    import holidays  # 0.1 s that only the calendar needs

    return dict(holidays.country_holidays(country, years=year, language="en_US").items())


@lru_cache(maxsize=1)
def _countries() -> frozenset[str]:
    import holidays

    return frozenset(holidays.list_supported_countries())
