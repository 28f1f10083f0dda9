"""How much texts of one day, and of one week, are alike: the part of chance that a binomial lacks.

Reviews are not independent: a bad delivery day or a mood spoils many. The excess is estimated by
moments, from cells in which no wave was found, for each layer by itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from signals.alerting.statistic import Statistic, spread_of

if TYPE_CHECKING:
    from signals.alerting.tails import Numbers

WEEK: Final = 7
_PRIOR: Final = {Statistic.SHARE: (0.01, 0.005), Statistic.VOLUME: (0.1, 0.05)}
_MOST: Final = {Statistic.SHARE: (0.08, 0.04), Statistic.VOLUME: (1.0, 0.5)}
_PRIOR_WEIGHT: Final = 50.0


class Alikeness:
    """Correlation of texts of one day (``of_day``) and of two days of a week (``of_week``)."""

    def __init__(self, statistic: Statistic) -> None:
        self._statistic = statistic
        day, week = _PRIOR[statistic]
        self._same_day = np.array([day, 1.0]) * _PRIOR_WEIGHT
        self._same_week = np.array([week, 1.0]) * _PRIOR_WEIGHT

    @property
    def of_day(self) -> float:
        """In [0, 1]; of counts, the relative variance between days."""
        return float(np.clip(np.divide(*self._same_day), 0.0, _MOST[self._statistic][0]))

    @property
    def of_week(self) -> float:
        """In [0, 1]."""
        return float(np.clip(np.divide(*self._same_week), 0.0, _MOST[self._statistic][1]))

    def learn(self, events: Numbers, exposure: Numbers, expected: Numbers, kept: Numbers) -> None:
        """Take in the first day of a week, together with the other days of it.

        Parameters
        ----------
        events, exposure, expected, kept
            Shape (groups, 7), the day to learn from last; ``kept`` is 0 in cells of waves.
        """
        parts = spread_of(self._statistic, exposure, expected)
        rest = (events - expected) * kept
        spread = parts.spread * kept
        last = kept[:, -1]
        self._same_day += (
            ((rest**2)[:, -1] - parts.plain[:, -1] * last).sum(),
            (parts.excess[:, -1] * last).sum(),
        )
        before = slice(0, WEEK - 1)
        self._same_week += (
            (rest[:, -1] * rest[:, before].sum(axis=1)).sum(),
            (spread[:, -1] * spread[:, before].sum(axis=1)).sum(),
        )
