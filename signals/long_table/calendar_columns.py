"""What the calendar tells of periods of any length."""

from __future__ import annotations

import numpy as np
import pandas as pd

from signals.calendar import MARKETS, CalendarRules, calendar_frame
from signals.frequency import DAY, HOUR, MONTH, QUARTER, WEEK, Frequency


def calendar_of(
    periods: pd.DatetimeIndex, frequency: Frequency, countries: tuple[str, ...]
) -> pd.DataFrame:
    """Describe periods by what is known of them ahead.

    Parameters
    ----------
    countries
        Whose holidays count, for days and weeks; without any, shopping festivals are left out too.

    Returns
    -------
    pandas.DataFrame
        One row a period, index ``periods``; without columns where the season says it all.

    Examples
    --------
    >>> days = pd.date_range("2025-01-01", periods=2)
    >>> calendar_of(days, DAY, ("US",))["holiday_us"].tolist()
    [1.0, 0.0]
    """
    if frequency in {DAY, WEEK}:
        rules = CalendarRules(countries or MARKETS)
        frame = calendar_frame(periods, 7 if frequency == WEEK else 1, rules)
        if countries:
            return frame
        return frame.filter(regex=r"^(season|weekday|weekend)")
    if frequency == HOUR:
        hours = periods.hour.to_numpy()
        return pd.DataFrame(
            {**_waves("hour", hours / 24), **_waves("weekday", periods.dayofweek.to_numpy() / 7)},
            index=periods,
        )
    if frequency in {MONTH, QUARTER}:
        return pd.DataFrame(_waves("season", (periods.month.to_numpy() - 1) / 12), index=periods)
    return pd.DataFrame(index=periods)


def _waves(name: str, share: np.ndarray) -> dict[str, np.ndarray]:
    """Sine and cosine of a share of a cycle."""
    angle = 2 * np.pi * share
    return {f"{name}_sin": np.sin(angle), f"{name}_cos": np.cos(angle)}
