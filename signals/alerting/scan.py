"""Days on which more texts than usual are of a kind, or more texts than usual are written.

A scan over windows of 1, 3 and 7 days against what is usual (`signals.alerting.usual`), with chance
as wide as it was before (`signals.alerting.chance`), over all series and groups of them. What a
series explains is not told again by its groups. An EWMA of the standardised residuals gives a
second opinion.

References
----------
Kulldorff (1997), A spatial scan statistic; deviations: fixed windows, and a correction by
Bonferroni, by unequal parts, in place of simulation. Roberts (1959), Control chart tests based on
geometric moving averages.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from signals.alerting.chance import WEEK, Alikeness
from signals.alerting.discoveries import discoveries
from signals.alerting.statistic import Statistic, spread_of, tail_of
from signals.alerting.usual import BASELINE_DAYS, NEEDED_BEFORE, Usual
from signals.alerting.week import week_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from signals.alerting.counts import Counts, Layer
    from signals.alerting.tails import Numbers
    from signals.alerting.week import Week

    Mask = npt.NDArray[np.bool_]

WINDOWS: Final = (1, 3, 7)
QUIET_DAYS: Final = 14
"""Days without a surge after which a wave is over."""

_PART: Final = {1: 1 / 6, 3: 1 / 3, 7: 1 / 2}  # of false alarms that each window may raise
_KEPT: Final = 0.7  # of the EWMA, a day
_EWMA_SPREAD: Final = float(np.sqrt((1 - _KEPT) / (1 + _KEPT)))
_LEAST_EVENTS: Final = 5
_FAR: Final = 2.0  # standard deviations below which no tail is worked out
_ODD: Final = 2.5  # those beyond which a week says nothing of what chance does
_PROMOTION_SPREAD: Final = 0.5  # promotions differ: standard deviation of what one brings


@dataclass(frozen=True, slots=True)
class Rules:
    """What makes a surge.

    Parameters
    ----------
    rate
        Share of a day's discoveries that may be false.
    most
        Largest p-value that counts.
    least_rise
        Of the share, or, where texts are counted, of their number as a part of the usual one.
    """

    rate: float = 0.1
    most: float = 0.0014
    least_rise: float = 0.1


@dataclass(frozen=True, slots=True)
class Surge:
    """One group and day on which something stands out.

    Parameters
    ----------
    layer, group, day
        Places in the layers, among the names of the layer, and on the axis of days.
    window
        Days of the most telling window that ends on ``day``.
    expected
        Usual share in the window, or texts a day.
    p_value
        Of the best window, corrected for there being three.
    ewma
        Standard deviations above what is usual, by the second opinion.
    """

    layer: int
    group: int
    day: int
    window: int
    expected: float
    p_value: float
    ewma: float


def find_surges(
    counts: Counts,
    layers: Sequence[Layer],
    rules: Sequence[Rules],
    told: Mask | None = None,
) -> tuple[list[Surge], Mask]:
    """Find surges day by day.

    Parameters
    ----------
    counts
        Of the smallest series.
    layers
        Ways to add them up, those that explain first; ``rules`` of each.
    told
        Cells that something else explains already, shape (series, days).

    Returns
    -------
    tuple[list[Surge], numpy.ndarray]
        In the order of days, and the cells of all waves, shape (series, days).
    """
    usual = Usual(counts)
    teller = np.full(counts.events.shape, len(layers))  # the first layer that tells a cell
    if told is not None:
        teller[told] = -1
        usual.left_out |= told
    expected = np.zeros(counts.events.shape)
    expected[:, :NEEDED_BEFORE] = usual.before
    states = [_LayerState(layer, counts, rule) for layer, rule in zip(layers, rules, strict=True)]
    surges: list[Surge] = []
    for day in range(NEEDED_BEFORE, len(counts.days)):
        today = usual.on(day)
        expected[:, day] = today.events
        doubt = today.doubt + states[0].alike.of_week / (BASELINE_DAYS / WEEK)
        for place, state in enumerate(states):
            week = week_of(counts, expected, teller >= place, day)
            for surge in state.judge(week, doubt, place, day):
                surges.append(surge)
                members = state.layer.belonging(np.array([surge.group]))
                window = slice(day - surge.window + 1, day + 1)
                teller[members, window] = np.minimum(teller[members, window], place)
                state.kept[surge.group, window] = 0
                usual.left_out[members, window] = True
                if state.lasts_long(surge):  # it has become what is usual
                    usual.left_out[members] = False
    return surges, teller < len(layers)


class _LayerState:
    """What is remembered of one layer from day to day."""

    def __init__(self, layer: Layer, counts: Counts, rules: Rules) -> None:
        shape = (len(layer.names), len(counts.days))
        self.layer, self._rules = layer, rules
        self.alike = Alikeness(counts.statistic)
        self.kept = np.ones(shape)
        self._seen = np.zeros((3, *shape))  # events, exposure, expected
        self._ewma = np.zeros(shape[0])
        self._began = np.zeros(shape[0], dtype=np.int64)
        self._last = np.full(shape[0], -QUIET_DAYS - 1)

    def judge(self, series: Week, doubt: Numbers, place: int, day: int) -> list[Surge]:
        """Find the groups that stand out on a day."""
        week = series.add_up(self.layer)
        self._remember(week, day)
        best, window, tested = self._best(series, week, doubt)
        found = tested[discoveries(best[tested], len(best), self._rules.rate, self._rules.most)]
        surges = []
        for group in found.tolist():
            days = int(window[group])
            seen = week.window(days)
            over = seen.exposure[group].sum() if series.statistic is Statistic.SHARE else days
            expected = float(seen.expected[group].sum() / over)
            surges.append(
                Surge(place, group, day, days, expected, float(best[group]),
                      float(self._ewma[group]))
            )  # fmt: skip
        return surges

    def lasts_long(self, surge: Surge) -> bool:
        """Tell, for each surge in turn, whether its wave is older than what is compared with."""
        if surge.day - self._last[surge.group] > QUIET_DAYS:
            self._began[surge.group] = surge.day - surge.window + 1
        self._last[surge.group] = surge.day
        return bool(surge.day - self._began[surge.group] > BASELINE_DAYS)

    def _remember(self, week: Week, day: int) -> None:
        self._seen[:, :, day] = week.events[:, -1], week.exposure[:, -1], week.expected[:, -1]
        rest = (week.events - week.expected).sum(axis=1)
        odd = rest > _ODD * np.sqrt(self._chance(week))
        self.kept[odd, day - WEEK + 1 : day + 1] = 0
        before = slice(day - 2 * WEEK + 1, day - WEEK + 1)
        if before.start >= NEEDED_BEFORE:
            events, exposure, expected = self._seen[:, :, before]
            self.alike.learn(events, exposure, expected, self.kept[:, before])
        parts = spread_of(week.statistic, week.exposure, week.expected)
        alike = self.alike.of_day + self.alike.of_week
        deviation = np.sqrt(parts.plain[:, -1] + alike * parts.excess[:, -1])
        rest = (week.events - week.expected)[:, -1]
        today = np.where(deviation > 0, rest / np.maximum(deviation, 1e-9), 0.0)
        self._ewma = _KEPT * self._ewma + (1 - _KEPT) * today

    def _best(
        self, series: Week, week: Week, doubt: Numbers
    ) -> tuple[Numbers, npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Smallest p-value of each group, its window, and which groups have enough texts."""
        best = np.ones(len(self._ewma))
        window = np.full(len(best), WINDOWS[-1])
        tested = np.zeros(len(best), dtype=bool)
        by_share = series.statistic is Statistic.SHARE
        for days in WINDOWS:
            here = week.window(days)
            events, exposure, expected = (
                part.sum(axis=1) for part in (here.events, here.exposure, here.expected)
            )
            enough = np.maximum(exposure if by_share else expected, events) >= _LEAST_EVENTS
            tested |= enough
            base = exposure if by_share else expected
            rising = np.flatnonzero(
                enough & (expected > 0) & (events - expected >= self._rules.least_rise * base)
            )
            variance = self._variance(series.window(days), here, doubt)
            far = (events - expected)[rising] > _FAR * np.sqrt(variance[rising])
            rising = rising[far]
            p_value = tail_of(
                series.statistic,
                *(part[rising] for part in (events, exposure, expected, variance)),
            )
            p_value = np.minimum(p_value / _PART[days], 1.0)
            better = p_value < best[rising]
            best[rising[better]], window[rising[better]] = p_value[better], days
        return best, window, np.flatnonzero(tested)

    def _variance(self, series: Week, here: Week, doubt: Numbers) -> Numbers:
        """Variance of the events of a window, doubt about what is usual included."""
        reach = spread_of(here.statistic, series.exposure, series.expected).spread.sum(axis=1)
        variance = self._chance(here) + self.layer.add_up(reach**2 * doubt)
        if here.statistic is Statistic.VOLUME:
            variance += (_PROMOTION_SPREAD * here.promoted.sum(axis=1)) ** 2
        return np.asarray(variance)

    def _chance(self, here: Week) -> Numbers:
        parts = spread_of(here.statistic, here.exposure, here.expected)
        together = parts.spread.sum(axis=1) ** 2 - (parts.spread**2).sum(axis=1)
        plain, excess = parts.plain.sum(axis=1), parts.excess.sum(axis=1)
        return np.asarray(plain + self.alike.of_day * excess + self.alike.of_week * together)
