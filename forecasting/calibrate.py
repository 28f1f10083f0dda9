"""Move quantiles so that they cover what they promise, in every segment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from forecasting.experts.expert import tidy

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forecasting.grid import FloatArray
    from forecasting.segments import Names

MIN_ORIGINS: Final = 2
EVERY: Final = "all"
"""Name of the segment that every series belongs to."""
_PRIOR: Final = 20.0  # forecasts of a series that no effect weighs against those of a segment
_ODDS: Final = 2.0  # most that a backtest multiplies or divides the odds of a level by
_ROUNDS: Final = 4  # of fitting the effects of overlapping segments in turn
_HALF_LIFE: Final = 2.0  # origins after which a miss counts half
_STRENGTHS: Final = (0.5, 0.75, 1.0)  # shares of the stretches that are tried
_EDGE: Final = 0.005  # aims keep this distance from 0 and 1


@dataclass(frozen=True, slots=True)
class Calibration:
    """How much farther from the median each level lies, by segment; the median stays where it is.

    Parameters
    ----------
    levels
        Quantile levels, 0.5 among them.
    stretches
        By segment, one number a level: the way up in log(1 + units), in distances between the
        quantile and the median. Those of all segments of a series add up. Empty when nothing was
        learnt.
    reason
        Why nothing was learnt; empty otherwise.
    aims
        Levels that the stretches reach in the backtest, so that new outcomes reach ``levels``;
        empty when nothing was learnt.
    """

    levels: tuple[float, ...]
    stretches: Mapping[str, tuple[float, ...]]
    reason: str = ""
    aims: tuple[float, ...] = ()

    def apply(self, quantiles: FloatArray, segments: Names | Sequence[str]) -> FloatArray:
        """Stretch quantiles of shape (series, ..., levels); nothing crosses or falls below 0.

        Parameters
        ----------
        segments
            One name a series, or several: shape (series,) or (series, names). A segment that
            nothing was learnt of adds nothing.
        """
        if not self.stretches:
            return quantiles
        stretch = self._stretch(np.asarray(segments, dtype=object).reshape(len(quantiles), -1))
        stretch = stretch.reshape(len(quantiles), *(1,) * (quantiles.ndim - 2), len(self.levels))
        moved = np.expm1(np.log1p(quantiles) + stretch * _distances(quantiles, self.levels))
        middle = quantiles[..., [self.levels.index(0.5)]]
        levels = np.asarray(self.levels)
        outer = np.where(levels < 0.5, np.minimum(moved, middle), np.maximum(moved, middle))
        return tidy(np.where(levels == 0.5, middle, outer))

    def to_dict(self) -> dict[str, Any]:
        return {
            "stretches": {segment: list(stretch) for segment, stretch in self.stretches.items()},
            "reason": self.reason,
            "aims": list(self.aims),
        }

    def _stretch(self, segments: Names) -> FloatArray:
        nothing = (0.0,) * len(self.levels)
        total = np.full((len(segments), len(self.levels)), self.stretches.get(EVERY, nothing))
        for names in segments.T:
            total += np.asarray([self.stretches.get(name, nothing) for name in names])
        return total


def learn_calibration(
    actual: FloatArray,
    quantiles: FloatArray,
    levels: Sequence[float],
    segments: Names,
    start: Sequence[float] | None = None,
) -> Calibration:
    """Read the stretches off the misses of a backtest.

    Every level is a quantile regression of the misses on the segments, which overlap: each segment
    adds its part. Parts of segments with few forecasts are shrunk to nothing, which leaves their
    series to the wider segments. How well that carries over is tried by leaving out one origin
    after the other; what then falls below a level too often or too seldom moves the level that is
    aimed at, and of all stretches the share is applied, half of them at least, under which the
    quantile loss of the origins left out was least; recent origins count most. A backtest of few
    origins, of which one was a storm, moves the odds of a level no farther than twofold. What
    earlier runs taught (``start``) is applied in full.

    Parameters
    ----------
    actual
        Shape (series, origins, horizon); NaN where unknown.
    quantiles
        Shape (series, origins, horizon, levels), forecast without sight of ``actual``.
    segments
        Names as known at each origin, shape (series, origins, names).
    start
        Levels to aim at if the backtest carried over well; None takes ``levels``. See
        `forecasting.outcomes`.

    References
    ----------
    Romano, Patterson and Candès (2019), conformalised quantile regression, one-sided for each
    level; Kivaranovic, Johnson and Leeb (2020), scores in distances from the median, so that wide
    and narrow series are stretched alike; Gibbs, Cherian and Candès (2023), conformal prediction
    with conditional guarantees, for overlapping segments; Gibbs and Candès (2021), adaptive
    conformal inference, for levels that follow the misses. Deviations: scores in log space pooled
    over series, steps and origins; effects shrunk and fitted in turn; the update of a level is one
    step over the origins, weighted by age; under two origins nothing is learnt, because one origin
    shares one shock; the median is left alone, because the few origins of a backtest share shocks
    that look like bias and do not come back.
    """
    if actual.shape[1] < MIN_ORIGINS:
        return Calibration(
            tuple(levels),
            {},
            f"{actual.shape[1]} backtest origin(s); calibration needs at least {MIN_ORIGINS}",
        )
    names, codes = np.unique(segments.astype(str), return_inverse=True)
    distances = _distances(quantiles, levels)
    misses = _Misses(
        (np.log1p(actual)[..., None] - np.log1p(quantiles)) / distances,
        distances,
        codes.reshape(segments.shape) + 1,
        (EVERY, *(str(name) for name in names)),
    )
    asked, begun = np.asarray(levels), np.asarray(levels if start is None else start)
    moved, strength = _carried_over(misses, asked)
    aims = _kept_near(begun + moved, begun)
    found = misses.stretches(aims)
    of_backtest = found
    if not np.array_equal(begun, asked):
        of_backtest = misses.stretches(_kept_near(asked + moved, asked))
    found = found - (1.0 - strength) * of_backtest
    return Calibration(
        tuple(levels),
        {name: tuple(map(float, each)) for name, each in zip(misses.names, found, strict=True)},
        aims=tuple(float(aim) for aim in aims),
    )


@dataclass(frozen=True, slots=True)
class _Misses:
    """What a backtest missed.

    Parameters
    ----------
    scores
        Outcome less quantile, in distances, shape (series, origins, horizon, levels).
    codes
        Places in ``names``, shape (series, origins, names of a series).
    names
        Of the segments; the first holds every series.
    """

    scores: FloatArray
    distances: FloatArray
    codes: np.ndarray[tuple[int, ...], np.dtype[np.intp]]
    names: tuple[str, ...]

    def at(self, origins: Sequence[int]) -> _Misses:
        return _Misses(
            self.scores[:, origins], self.distances[:, origins], self.codes[:, origins], self.names
        )

    def stretches(self, aims: FloatArray) -> FloatArray:
        """Fit the effect of each segment on each level, shape (names, levels)."""
        known = ~np.isnan(self.scores[..., 0])
        codes = np.broadcast_to(
            self.codes[:, :, None, :], (*known.shape, self.codes.shape[-1])
        )[known]  # fmt: skip
        forecasts = np.bincount(codes.ravel(), minlength=len(self.names)) / known.shape[2]
        trust = forecasts / (forecasts + _PRIOR)
        found = np.zeros((len(self.names), len(aims)))
        for place, aim in enumerate(aims):
            if aim != 0.5 and len(codes):
                found[:, place] = _effects(self.scores[known][:, place], codes, aim, trust)
        return found

    def below(self, found: FloatArray) -> FloatArray:
        """Share of the outcomes at or below each stretched quantile, shape (levels,)."""
        moved = self._less(found)
        return np.asarray((moved[~np.isnan(moved[..., 0])] <= 0.0).mean(axis=0))

    def loss(self, found: FloatArray, levels: FloatArray) -> float:
        """Quantile loss of the stretched quantiles, in logs."""
        moved = self._less(found) * self.distances
        return float(np.nansum(np.maximum(levels * moved, (levels - 1.0) * moved)))

    def _less(self, found: FloatArray) -> FloatArray:
        return np.asarray(self.scores - (found[0] + found[self.codes].sum(axis=2))[:, :, None, :])


def _distances(quantiles: FloatArray, levels: Sequence[float]) -> FloatArray:
    """How far each quantile lies from the median, in log(1 + units); a unit at least."""
    middle = quantiles[..., [list(levels).index(0.5)]]
    found: FloatArray = np.abs(np.log1p(quantiles) - np.log1p(middle))
    return np.maximum(found, np.log1p(1 / (1 + middle)))


def _effects(
    scores: FloatArray,
    codes: np.ndarray[tuple[int, ...], np.dtype[np.intp]],
    level: float,
    trust: FloatArray,
) -> FloatArray:
    """Let the effects of overlapping segments add up to the quantile of the scores in each."""
    effects = np.zeros(len(trust))
    for _ in range(_ROUNDS):
        effects[0] = np.quantile(scores - effects[codes].sum(axis=1), level)
        for own in codes.T:
            rest = scores - effects[0] - effects[codes].sum(axis=1) + effects[own]
            for code in np.unique(own):
                effects[code] = trust[code] * np.quantile(rest[own == code], level)
    return effects


def _carried_over(misses: _Misses, levels: FloatArray) -> tuple[FloatArray, float]:
    """Leave out one origin after the other, and see how much of the stretches it bears out.

    Returns
    -------
    tuple
        By how much to raise each aim, because outcomes fell below its level too seldom; and the
        share of the stretches under which the quantile loss was least.
    """
    known = ~np.isnan(misses.scores[..., 0])
    origins = [place for place in range(known.shape[1]) if known[:, place].any()]
    if len(origins) <= MIN_ORIGINS:
        return np.zeros_like(levels), 1.0
    weights, below, losses = [], [], np.zeros(len(_STRENGTHS))
    for age, place in enumerate(reversed(origins)):
        found = misses.at([other for other in origins if other != place]).stretches(levels)
        out, lately = misses.at([place]), 0.5 ** (age / _HALF_LIFE)
        below.append(out.below(found))
        losses += [lately * out.loss(strength * found, levels) for strength in _STRENGTHS]
        weights.append(known[:, place].sum() * lately)
    moved = levels - np.average(below, axis=0, weights=weights)
    return moved, _STRENGTHS[int(np.argmin(losses))]


def _kept_near(aims: FloatArray, start: FloatArray) -> FloatArray:
    """Move the odds of a level no farther than a backtest may; 0.5 stays."""
    odds = start / (1 - start)
    least, most = odds / _ODDS, odds * _ODDS
    kept = np.clip(np.clip(aims, _EDGE, 1 - _EDGE), least / (1 + least), most / (1 + most))
    return np.where(start == 0.5, 0.5, kept)
