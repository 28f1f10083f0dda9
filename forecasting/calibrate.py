"""Move quantiles so that they cover what they promise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from forecasting.experts.expert import tidy

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forecasting.grid import FloatArray

MIN_ORIGINS: Final = 2
_PRIOR: Final = 150.0  # points that the common shift weighs against those of a scope


@dataclass(frozen=True, slots=True)
class Calibration:
    """A shift of log(1 + units) for every scope and level; the median stays where it is.

    Parameters
    ----------
    levels
        Quantile levels, 0.5 among them.
    shifts
        By scope, one number a level; empty when nothing was learnt.
    reason
        Why nothing was learnt; empty otherwise.
    """

    levels: tuple[float, ...]
    shifts: Mapping[str, tuple[float, ...]]
    reason: str = ""

    def apply(self, quantiles: FloatArray, scopes: Sequence[str]) -> FloatArray:
        """Shift quantiles of shape (series, ..., levels); nothing crosses or falls below 0."""
        if not self.shifts:
            return quantiles
        shift = np.asarray([self.shifts[scope] for scope in scopes])
        shift = shift.reshape(len(scopes), *(1,) * (quantiles.ndim - 2), quantiles.shape[-1])
        moved = np.expm1(np.log1p(quantiles) + shift)
        middle = quantiles[..., [self.levels.index(0.5)]]
        levels = np.asarray(self.levels)
        outer = np.where(levels < 0.5, np.minimum(moved, middle), np.maximum(moved, middle))
        return tidy(np.where(levels == 0.5, middle, outer))

    def to_dict(self) -> dict[str, Any]:
        return {
            "shifts": {scope: list(s) for scope, s in self.shifts.items()},
            "reason": self.reason,
        }


def learn_calibration(
    actual: FloatArray,
    quantiles: FloatArray,
    levels: Sequence[float],
    scopes: Sequence[str],
) -> Calibration:
    """Read the shifts off the misses of a backtest.

    Parameters
    ----------
    actual
        Shape (series, origins, horizon); NaN where unknown.
    quantiles
        Shape (series, origins, horizon, levels), forecast without sight of ``actual``.

    References
    ----------
    Romano, Patterson and Candès (2019), conformalised quantile regression, one-sided for each
    level. Deviations: scores in log space pooled over series, steps and origins; a scope's own
    quantile is shrunk to that of all series; under two origins nothing is learnt, because one
    origin shares one shock; the median is left alone, because the few origins of a backtest share
    shocks that look like bias and do not come back.
    """
    if actual.shape[1] < MIN_ORIGINS:
        return Calibration(
            tuple(levels),
            {},
            f"{actual.shape[1]} backtest origin(s); calibration needs at least {MIN_ORIGINS}",
        )
    scores = np.log1p(actual)[..., None] - np.log1p(quantiles)
    common = _shifts(scores, levels)
    shifts = {}
    for scope in sorted(set(scopes)):
        own = scores[np.asarray(scopes) == scope]
        points = int((~np.isnan(own[..., 0])).sum())
        trust = points / (points + _PRIOR)
        shifts[scope] = tuple(
            float(trust * a + (1 - trust) * b)
            for a, b in zip(_shifts(own, levels), common, strict=True)
        )
    return Calibration(tuple(levels), shifts)


def _shifts(scores: FloatArray, levels: Sequence[float]) -> list[float]:
    flat = scores.reshape(-1, scores.shape[-1])
    flat = flat[~np.isnan(flat).any(axis=1)]
    if not len(flat):
        return [0.0] * len(levels)
    return [
        0.0 if level == 0.5 else float(np.quantile(flat[:, i], level))
        for i, level in enumerate(levels)
    ]
