"""How far the fusion network is trusted: rolling origins decide, with a placebo beside it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from forecasting.fusion.heard import shifted_in_time, swapped_between_series
from forecasting.fusion.learn import Effort, Lesson, learn, miss_loss, usual_effort

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forecasting.fusion.heard import Heard, Place, Rows
    from forecasting.grid import FloatArray

FOLDS: Final = 3
"""Stretches of time that are foretold, each from what lies before it."""
_TRUST: Final = np.linspace(0.0, 1.0, 11)
_DRAWS: Final = 1000
_LEAST_ROWS: Final = 200  # rows a fold needs on either side
_LEAST_TURNED: Final = 8  # series turned at least, over all placebos


@dataclass(frozen=True, slots=True)
class Gate:
    """The share of the network's correction that is used.

    Parameters
    ----------
    value
        In [0, 1]; 0 switches the signals off. How strongly each series answers is told apart.
    gain, placebo_gain
        Share of the misses (mean absolute log units) that the corrections took away in the folds,
        with the signals as they were and shifted in time.
    low, high
        90 % interval of ``gain``, from a bootstrap over stretches of series.
    epochs, strength
        How the network learnt in the folds, see `Effort`.
    reason
        One sentence.
    """

    value: float
    gain: float
    placebo_gain: float
    low: float
    high: float
    epochs: int
    strength: float
    reason: str

    def to_dict(self) -> dict[str, Any]:
        """Say it in JSON."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Foretold:
    """Corrections of rows that their network had not seen; ``fold`` is -1 where there is none."""

    corrections: FloatArray
    fold: Rows


def choose_gate(
    heard: Heard, misses: FloatArray, place: Place, seed: int, *, fixed: bool = False
) -> tuple[Gate, Foretold]:
    """Foretell each stretch of time from those before it, and see what that is worth.

    What the signals take away at the best trust is set against what the placebo takes away, and
    the gate is 0 when the placebo does as well or the interval of the gain touches 0. One series
    turned once may fit by luck: where series are few, the best of several placebos counts.

    Parameters
    ----------
    fixed
        Whether signals are what a series always is, such as its pictures: a network could know
        each series by them, so it is judged on series that did not teach it, and the placebo
        swaps series, not times.
    """
    real, effort = foretell(heard, misses, place, seed, fixed=fixed)
    judged = real.fold >= 0
    if not judged.any() or not misses[judged].any():
        reason = "nothing was missed" if judged.any() else "too little was said to judge it"
        return Gate(0.0, 0.0, 0.0, 0.0, 0.0, 0, effort.strength, reason), real
    trust, gain = _best_trust(misses[judged], real.corrections[judged])
    blocks = place.series[judged] if fixed else _blocks(place.take(judged))
    low, high = _interval(misses[judged], trust * real.corrections[judged], blocks, seed)
    believed = trust > 0 and low > 0
    placebos = max(1, -(-_LEAST_TURNED // len(np.unique(place.series)))) if believed else 1
    placebo_gain = max(
        _placebo_gain(heard, misses, place, seed + number, fixed=fixed)
        for number in range(placebos)
    )
    new = "series" if fixed else "times"
    value, reason = 0.0, f"signals took no more of the misses away than those of other {new}"
    if not believed:
        reason = f"signals took no misses away in {new} the network had not seen, or by chance"
    elif gain > placebo_gain:
        value = round(1 - max(placebo_gain, 0.0) / gain, 3)
        reason = f"signals took misses away in {new} the network had not seen"
    gate = Gate(value, gain, placebo_gain, low, high, effort.epochs, effort.strength, reason)
    return gate, real


def _placebo_gain(
    heard: Heard, misses: FloatArray, place: Place, seed: int, *, fixed: bool
) -> float:
    """Foretell by signals of other times, or of other series, and say what that took away."""
    other = swapped_between_series if fixed else shifted_in_time
    turned = heard.with_signals_of(other(place, np.random.default_rng(seed)))
    placebo, _ = foretell(turned, misses, place, seed, fixed=fixed)
    judged = placebo.fold >= 0
    return _best_trust(misses[judged], placebo.corrections[judged])[1] if judged.any() else 0.0


def foretell(
    heard: Heard, misses: FloatArray, place: Place, seed: int, *, fixed: bool = False
) -> tuple[Foretold, Effort]:
    """Correct each fold by a network taught on what had happened before its first origin.

    Returns
    -------
    tuple
        The corrections, and how networks that did best had learnt, on average.
    """
    corrections = np.zeros(len(misses))
    fold = np.full(len(misses), -1, dtype=np.int64)
    efforts = []
    for number, before, here in _folds(place, fixed=fixed):
        if min(len(before), len(here)) < _LEAST_ROWS:
            continue
        cut = np.quantile(place.origin[before], 0.8)
        late = place.origin[before] > cut
        early = place.origin[before] + place.step[before] + 1 <= cut
        if min(early.sum(), late.sum()) < _LEAST_ROWS // 2:
            continue
        taught, tuned = (
            Lesson(heard.take(before[rows]), misses[before[rows]]) for rows in (early, late)
        )
        learnt = learn(taught, seed, held_out=tuned)
        corrections[here] = learnt.correct(heard.take(here))
        fold[here] = number
        efforts.append(learnt.effort)
    return Foretold(corrections, fold), usual_effort(efforts)


def _folds(place: Place, *, fixed: bool) -> Iterator[tuple[int, Rows, Rows]]:
    """Give the number of each stretch of time, the rows before it and its own.

    With ``fixed`` each comes twice: one half of the series is judged by what the other taught.
    """
    if not len(place.origin):
        return
    edges = np.quantile(place.origin, np.linspace(0, 1, FOLDS + 2))
    ranks = np.unique(place.series, return_inverse=True)[1]
    halves = ranks % 2 if fixed else np.zeros_like(ranks)
    for number, (first, last) in enumerate(pairwise(edges[1:])):
        # the target of a row that teaches lies before the first origin that is judged
        before = place.origin + place.step + 1 <= first
        here = (place.origin > first) & (place.origin <= last)
        for half in np.unique(halves):
            taught = (halves != half) if fixed else True
            yield number, np.flatnonzero(before & taught), np.flatnonzero(here & (halves == half))


def _best_trust(misses: FloatArray, corrections: FloatArray) -> tuple[float, float]:
    """Find the share of the corrections that leaves least, and what it takes away."""
    left = np.array([miss_loss(misses, trust * corrections).mean() for trust in _TRUST])
    best = int(left.argmin())
    return float(_TRUST[best]), float(1 - left[best] / left[0]) if left[0] > 0 else 0.0


def _blocks(place: Place) -> Rows:
    """Cut each series into stretches twice as long as forecasts reach, and number them.

    Forecasts made one after the other miss the same outcomes, so that they may not be drawn one by
    one; and one series has to give more than a handful of stretches to draw from.
    """
    length = 2 * (int(place.step.max()) + 1)
    stretch = (place.origin - place.origin.min()) // length
    return np.asarray(place.series * (int(stretch.max()) + 1) + stretch)


def _interval(
    misses: FloatArray, corrections: FloatArray, blocks: Rows, seed: int
) -> tuple[float, float]:
    """Draw blocks again and again; 90 % interval of the gain."""
    size = int(blocks.max()) + 1
    before = np.bincount(blocks, miss_loss(misses, np.zeros(len(misses))), size)
    after = np.bincount(blocks, miss_loss(misses, corrections), size)
    used = before > 0
    before, after = before[used], after[used]
    draws = np.random.default_rng(seed).multinomial(
        len(before), np.full(len(before), 1 / len(before)), size=_DRAWS
    )
    gains = 1 - (draws @ after) / np.maximum(draws @ before, 1e-12)
    low, high = np.quantile(gains, (0.05, 0.95))
    return float(low), float(high)
