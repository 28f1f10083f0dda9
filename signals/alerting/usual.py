"""What is usual for each series on each day: its level, the weekday and promotions.

The level is what was seen in the eight weeks before, but not in the last, so that a wave does not
raise what it is compared with. Weekdays and promotions are learned from the whole shop; a thin
series leans on those of its pool, as far as these are alike.

References
----------
Efron and Morris (1975), Data analysis using Stein's estimator, for the pooling; the variance
between series is estimated by moments.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from signals.alerting.statistic import Statistic

if TYPE_CHECKING:
    from signals.alerting.counts import Counts
    from signals.alerting.tails import Numbers

BASELINE_DAYS: Final = 56
LATELY_DAYS: Final = 14
GAP_DAYS: Final = 7
NEEDED_BEFORE: Final = BASELINE_DAYS + GAP_DAYS

_FACTOR_PRIOR: Final = 30.0  # events as usual that a weekday or a promotion is believed to have had
_LEAST_DAYS: Final = 28  # that a series is old before its volume is judged
_LEAST_TEXTS: Final = 100.0  # usual on days of promotion before what these bring is known
_POOL_PRIOR: Final = 20.0
_SLOWNESS: Final = {Statistic.SHARE: 200.0, Statistic.VOLUME: 28.0}  # texts, days
_STRENGTH: Final = {Statistic.SHARE: (4.0, 300.0), Statistic.VOLUME: (0.1, 28.0)}


@dataclass(frozen=True, slots=True)
class Expected:
    """What is usual on one day.

    Parameters
    ----------
    events
        Shape (series,); 0 where nothing can be said.
    doubt
        Relative variance of the level, shape (series,): of its odds' spread where shares are
        counted, of itself where texts are.
    """

    events: Numbers
    doubt: Numbers


class Usual:
    """Learns what is usual, day by day, from days that went before.

    Parameters
    ----------
    counts
        At least `NEEDED_BEFORE` days.
    """

    def __init__(self, counts: Counts) -> None:
        self._counts = counts
        self.left_out = np.zeros(counts.events.shape, dtype=bool)
        """Cells of waves, which say nothing of what is usual."""
        self._factor = np.ones(counts.events.shape)
        self._level = np.zeros(counts.events.shape)
        self._weekday = np.full((7, 2), _FACTOR_PRIOR)
        self._promotion = np.full((3, 2), _FACTOR_PRIOR)
        self._of_days = counts.days.dayofweek.to_numpy()
        first = slice(0, NEEDED_BEFORE)
        self._level[:, first] = self._fit(first)[0][:, None]
        for day in range(GAP_DAYS, NEEDED_BEFORE):
            self._learn_factors(day - GAP_DAYS)
        self._factor[:, first] = np.column_stack([self._factors(d) for d in range(NEEDED_BEFORE)])
        self.before = counts.exposure[:, first] * self._level[:, first] * self._factor[:, first]
        """Events as usual on the first days, shape (series, NEEDED_BEFORE)."""

    def on(self, day: int) -> Expected:
        """Say what is usual on a day, called for one day after the other."""
        self._learn_factors(day - GAP_DAYS)
        self._factor[:, day] = self._factors(day)
        level, doubt = self._lately(day, *self._fit(slice(day - NEEDED_BEFORE, day - GAP_DAYS)))
        self._level[:, day] = level
        expected = self._counts.exposure[:, day] * level * self._factor[:, day]
        if self._counts.statistic is Statistic.SHARE:
            expected = np.minimum(expected, 0.99 * self._counts.exposure[:, day])
        else:
            old = self._counts.exposure[:, max(day - NEEDED_BEFORE, 0) : day - GAP_DAYS].sum(axis=1)
            known = self._promotion[:, 1] - _FACTOR_PRIOR >= _LEAST_TEXTS
            known[0] = True
            told = (old >= _LEAST_DAYS) & known[self._counts.promoted[:, day]]
            expected = np.where(told, expected, 0.0)
        return Expected(expected, doubt)

    def _lately(self, day: int, level: Numbers, doubt: Numbers) -> tuple[Numbers, Numbers]:
        """Move levels towards what the last weeks before the gap say, the more these hold."""
        events, exposure = self._sums(slice(day - GAP_DAYS - LATELY_DAYS, day - GAP_DAYS))
        slow = _SLOWNESS[self._counts.statistic]
        moved = (events + slow * level) / (exposure + slow)
        share = (slow / (exposure + slow)) ** 2
        if self._counts.statistic is Statistic.SHARE:
            return moved, share * doubt + exposure / (exposure + slow) ** 2
        return moved, share * doubt + events / np.maximum(moved * (exposure + slow), 1e-3) ** 2

    def _sums(self, days: slice) -> tuple[Numbers, Numbers]:
        kept = ~self.left_out[:, days]
        events = (self._counts.events[:, days] * kept).sum(axis=1)
        return events, (self._counts.exposure[:, days] * self._factor[:, days] * kept).sum(axis=1)

    def _fit(self, days: slice) -> tuple[Numbers, Numbers]:
        """Estimate levels, shape (series,), and how much to doubt them."""
        events, exposure = self._sums(days)
        pool = self._pooled(events, exposure)
        one = pool * (1 - pool) if self._counts.statistic is Statistic.SHARE else pool
        between = (exposure * (events / np.maximum(exposure, 1e-9) - pool) ** 2 - one).sum()
        between = max(between / max(exposure.sum(), 1e-9), 1e-9)
        least, most = _STRENGTH[self._counts.statistic]
        strength = np.clip(one / between, least, most)
        level = (events + strength * pool) / (exposure + strength)
        if self._counts.statistic is Statistic.SHARE:
            return np.clip(level, 1e-3, 0.99), 1 / (exposure + strength)
        return level, 1 / np.maximum(events + strength * pool, 1e-3)

    def _pooled(self, events: Numbers, exposure: Numbers) -> Numbers:
        """Rates of pools, drawn to that of all, shape (series,)."""
        everybody = (events.sum() + 1) / (exposure.sum() + 5)
        pool = self._counts.pool
        rate = (np.bincount(pool, events) + _POOL_PRIOR * everybody) / (
            np.bincount(pool, exposure) + _POOL_PRIOR
        )
        return np.asarray(rate[pool])

    def _factors(self, day: int) -> Numbers:
        weekday = self._weekday[self._of_days[day]]
        promotion = self._promotion[self._counts.promoted[:, day]]
        return np.asarray(weekday[0] / weekday[1] * promotion[:, 0] / promotion[:, 1])

    def _learn_factors(self, day: int) -> None:
        """Take in one more day: what came, against what the level alone let expect."""
        kept = ~self.left_out[:, day]
        events = self._counts.events[:, day] * kept
        level = self._counts.exposure[:, day] * self._level[:, day] * kept
        promoted, weekday = self._counts.promoted[:, day], self._of_days[day]
        by_weekday = self._weekday[weekday, 0] / self._weekday[weekday, 1]
        plain = promoted == 0
        self._weekday[weekday] += events[plain].sum(), level[plain].sum()
        for state in (1, 2):
            there = promoted == state
            self._promotion[state] += events[there].sum(), by_weekday * level[there].sum()
