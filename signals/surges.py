"""Days on which more texts than usual are negative, whatever their number.

A beta-binomial scan: windows of 1, 3 and 7 days against what was usual in the 56 days before them,
with a gap so that a wave does not raise its own baseline. Reviews are not independent, so the share
varies more than a binomial; the excess is estimated from the weeks of the baseline.

References
----------
Benjamini and Hochberg (1995), Controlling the false discovery rate. Deviations from the scan
statistics of Kulldorff (1997): fixed windows, and a Bonferroni factor in place of simulation.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import betaln, gammaln

WINDOWS = (1, 3, 7)
BASELINE_DAYS = 56
GAP_DAYS = 7
NEEDED_BEFORE = BASELINE_DAYS + GAP_DAYS
_PRIOR_DOCUMENTS = 10.0
_MIN_DOCUMENTS = 5
_MIN_RISE = 0.15
_RHO_RANGE = (0.01, 0.05)


@dataclass(frozen=True, slots=True)
class Surge:
    """One series and day on which the negative share stands out.

    Parameters
    ----------
    series, day
        Places on the axes of the counts.
    window
        Days of the most telling window that ends on ``day``.
    expected
        Usual share.
    p_value
        Of the best window, times the number of windows.
    """

    series: int
    day: int
    window: int
    expected: float
    p_value: float


def find_surges(
    documents: np.ndarray,
    negative: np.ndarray,
    first: int,
    *,
    watched: int,
    false_discovery_rate: float = 0.05,
) -> list[Surge]:
    """Find surges day by day, controlling false discoveries over all series of a day.

    Parameters
    ----------
    documents, negative
        Counts, shape (series, days).
    first
        First day to judge; at least `NEEDED_BEFORE` days come before it.
    watched
        Series that are watched in all, those elsewhere included; the more, the stricter.

    Returns
    -------
    list[Surge]
        In the order of days, then series.
    """
    usual, weight = _usual(documents, negative)
    rho = _overdispersion(documents, negative, usual)
    surges: list[Surge] = []
    kept_until = np.full(len(documents), -1)
    for day in range(first, documents.shape[1]):
        # a wave is judged by what was usual before it, not by its own first weeks
        going_on = np.flatnonzero(kept_until >= day)
        usual[going_on, day], weight[going_on, day] = (
            usual[going_on, day - 1], weight[going_on, day - 1],
        )  # fmt: skip
        tested, best, window = _tested(documents, negative, usual, weight, (day, rho))
        found = tested[_benjamini_hochberg(best[tested], false_discovery_rate, watched)]
        began = found[kept_until[found] < day]
        kept_until[began] = day + BASELINE_DAYS
        surges += [
            Surge(i, day, int(window[i]), float(usual[i, day]), float(best[i]))
            for i in found.tolist()
        ]
    return surges


def _usual(documents: np.ndarray, negative: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Usual share before each day, shrunk to that of all series, and how many texts it rests on."""
    number, bad = _baseline(documents), _baseline(negative)
    everybody = (bad.sum(axis=0) + 1) / (number.sum(axis=0) + 5)
    weight = number + _PRIOR_DOCUMENTS
    return (bad + _PRIOR_DOCUMENTS * everybody) / weight, weight


def _baseline(counts: np.ndarray) -> np.ndarray:
    """Sum over the baseline days of each day, shape (series, days)."""
    until = np.concatenate([np.zeros((len(counts), 1)), np.cumsum(counts, axis=1)], axis=1)
    day = np.arange(counts.shape[1])
    before, long_before = np.maximum(day - GAP_DAYS, 0), np.maximum(day - NEEDED_BEFORE, 0)
    return np.asarray(until[:, before] - until[:, long_before])


def _overdispersion(documents: np.ndarray, negative: np.ndarray, usual: np.ndarray) -> float:
    """Correlation of two texts of one week, by moments over all weeks; kept in a sane range.

    The upper limit keeps a shop of moody reviews able to hear a wave.
    """
    weeks = documents.shape[1] // 7
    days, shape = weeks * 7, (len(documents), weeks, 7)
    number = documents[:, :days].reshape(shape).sum(axis=2)
    bad = negative[:, :days].reshape(shape).sum(axis=2)
    share = usual[:, :days:7]
    binomial = number * share * (1 - share)
    excess = ((bad - number * share) ** 2 - binomial).sum()
    room = (binomial * np.maximum(number - 1, 0)).sum()
    return float(np.clip(excess / room if room > 0 else 0.0, *_RHO_RANGE))


def _tested(
    documents: np.ndarray,
    negative: np.ndarray,
    usual: np.ndarray,
    weight: np.ndarray,
    at: tuple[int, float],
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Which series have enough texts on a day, the smallest p-value of each and its window."""
    day, rho = at
    best = np.ones(len(documents))
    window = np.full(len(documents), WINDOWS[-1])
    tested = np.zeros(len(documents), dtype=bool)
    for days in WINDOWS:
        number = documents[:, day - days + 1 : day + 1].sum(axis=1)
        bad = negative[:, day - days + 1 : day + 1].sum(axis=1)
        share = usual[:, day]
        enough = number >= _MIN_DOCUMENTS
        tested |= enough
        rising = np.flatnonzero(enough & (bad - number * share >= _MIN_RISE * number))
        concentration = 1 / (rho + 1 / weight[rising, day]) - 1
        p = np.array(
            [
                tail(int(k), int(n), float(s), float(c))
                for k, n, s, c in zip(
                    bad[rising], number[rising], share[rising], concentration, strict=True
                )
            ]
        )
        p = np.minimum(p * len(WINDOWS), 1.0)
        better = p < best[rising]
        best[rising[better]], window[rising[better]] = p[better], days
    return np.flatnonzero(tested), best, window


def tail(bad: int, number: int, share: float, concentration: float) -> float:
    """Probability of at least ``bad`` negative texts of ``number`` under a beta-binomial.

    Parameters
    ----------
    share, concentration
        Mean of the beta distribution, and the sum of its two parameters.

    Examples
    --------
    >>> round(tail(2, 2, 0.5, 2.0), 6)  # uniform over 0, 1, 2
    0.333333
    """
    a, b = share * concentration, (1 - share) * concentration
    counts = np.arange(bad, number + 1)
    log_choose = gammaln(number + 1) - gammaln(counts + 1) - gammaln(number - counts + 1)
    log_p = log_choose + betaln(counts + a, number - counts + b) - betaln(a, b)
    return float(min(np.exp(log_p).sum(), 1.0))


def _benjamini_hochberg(p_values: np.ndarray, rate: float, watched: int) -> np.ndarray:
    """Mark the discoveries; series without enough texts count as watched without a finding."""
    if not len(p_values):
        return np.zeros(0, dtype=bool)
    ordered = np.sort(p_values)
    passing = ordered <= rate * np.arange(1, len(ordered) + 1) / watched
    limit = ordered[np.flatnonzero(passing)[-1]] if passing.any() else -1.0
    return p_values <= limit
