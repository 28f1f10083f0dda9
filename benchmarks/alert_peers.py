"""What else finds waves in daily counts: rules of thumb, control charts, river and ruptures.

Each gives a score a product and day; how high it must be is chosen on a shop without waves, so that
all of them raise as many false alarms as are allowed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import ruptures
from river.drift import ADWIN, PageHinkley

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt
    from alert_worlds import Made

    Scores = npt.NDArray[np.float64]
    Peer = Callable[[Made], Scores]

_BASE, _GAP = 56, 7
_DAYS_BACK: Final = 28
_KEPT: Final = 0.7
_TIMES: Final = 1.8
_ALIKE: Final = 0.01
_DELTAS: Final = (0.2, 0.1, 0.05, 0.02, 0.01, 2e-3, 5e-4, 1e-4, 1e-6)
_PENALTIES: Final = (0.02, 0.03, 0.05, 0.08, 0.12, 0.2, 0.3, 0.5, 0.8, 1.2)
_RANGE: Final = 1e3


def mean_and_sd(world: Made) -> Scores:
    """Negative texts of a day against mean and standard deviation of the 28 days before."""
    bad = world.negative
    score = np.full(bad.shape, -_RANGE)
    for day in range(_DAYS_BACK, bad.shape[1]):
        before = bad[:, day - _DAYS_BACK : day]
        score[:, day] = (bad[:, day] - before.mean(1)) / np.maximum(before.std(1), 0.5)
    return score


def ewma(world: Made) -> Scores:
    """EWMA of the standardised residual of the share."""
    rest, score, state = _residuals(world), np.full(world.texts.shape, -_RANGE), 0.0
    for day in range(_BASE + _GAP, world.texts.shape[1]):
        state = _KEPT * state + (1 - _KEPT) * rest[:, day]
        score[:, day] = state / np.sqrt((1 - _KEPT) / (1 + _KEPT))
    return score


def cusum(world: Made) -> Scores:
    """CUSUM of the log likelihood ratio of a share 1.8 times the usual one."""
    usual, score, state = _usual(world), np.full(world.texts.shape, -_RANGE), 0.0
    for day in range(_BASE + _GAP, world.texts.shape[1]):
        texts, bad = world.texts[:, day], world.negative[:, day]
        risen = np.minimum(0.95, _TIMES * usual[:, day])
        step = bad * np.log(risen / usual[:, day])
        step += (texts - bad) * np.log((1 - risen) / (1 - usual[:, day]))
        state = np.maximum(0.0, state + step / (1 + _ALIKE * texts))
        score[:, day] = state
    return score


def river_page_hinkley(world: Made) -> Scores:
    """Page and Hinkley's test of `river` on the daily share; it starts anew after an alarm."""
    score = np.full(world.texts.shape, -_RANGE)
    for threshold in (0.3, 0.5, 0.8, 1.2, 2.0, 3.0, 5.0):
        for row, days in enumerate(_daily_shares(world)):
            test = PageHinkley(min_instances=30, delta=0.02, threshold=threshold, mode="up")
            _note_alarms(test, days, score[row], threshold)
    return score


def river_adwin(world: Made) -> Scores:
    """ADWIN of `river` on the daily share, where the mean has risen."""
    score = np.full(world.texts.shape, -_RANGE)
    for delta in _DELTAS:
        for row, days in enumerate(_daily_shares(world)):
            _note_alarms(ADWIN(delta=delta, clock=1), days, score[row], -np.log(delta))
    return score


def ruptures_offline(world: Made) -> Scores:
    """Find changes to a higher share by `ruptures`, which sees the whole year at once."""
    score = np.full(world.texts.shape, -_RANGE)
    for row, days in enumerate(_daily_shares(world)):
        share = np.array([value for _, value in days])
        search = ruptures.KernelCPD(kernel="linear", min_size=3).fit(share[:, None])
        for penalty in _PENALTIES:
            cuts = [0, *search.predict(pen=penalty)]
            for before, start, end in zip(cuts, cuts[1:], cuts[2:], strict=False):
                if share[start:end].mean() > share[before:start].mean():
                    score[row, days[start][0]] = penalty
    return score


PEERS: Final[dict[str, Peer]] = {
    "mean + k sd of 28 days": mean_and_sd,
    "EWMA": ewma,
    "CUSUM": cusum,
    "river PageHinkley": river_page_hinkley,
    "river ADWIN": river_adwin,
    "ruptures (sees the whole year)": ruptures_offline,
}


def _usual(world: Made) -> Scores:
    """Share of the 56 days before, the last 7 left out."""
    usual = np.full(world.texts.shape, 0.5)
    for day in range(_BASE + _GAP, world.texts.shape[1]):
        before = slice(day - _BASE - _GAP, day - _GAP)
        bad, texts = world.negative[:, before].sum(1), world.texts[:, before].sum(1)
        usual[:, day] = (bad + 1) / (texts + 5)
    return usual


def _residuals(world: Made) -> Scores:
    usual, texts = _usual(world), world.texts
    spread = texts * usual * (1 - usual) * (1 + np.maximum(texts - 1, 0) * _ALIKE)
    return np.asarray((world.negative - texts * usual) / np.sqrt(np.maximum(spread, 0.3)))


def _daily_shares(world: Made) -> list[list[tuple[int, float]]]:
    """Days with texts and their share, of each product."""
    return [
        [(day, bad / texts) for day, (bad, texts) in enumerate(zip(*row, strict=True)) if texts]
        for row in zip(world.negative, world.texts, strict=True)
    ]


def _note_alarms(
    test: ADWIN | PageHinkley, days: list[tuple[int, float]], score: Scores, level: float
) -> None:
    before = 0.0
    for place, (day, value) in enumerate(days):
        test.update(value)
        if test.drift_detected and value > before / max(place, 1):
            score[day] = max(score[day], level)
        before += value
