"""How much each expert counts, learnt from the backtest."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from forecasting.experts.expert import tidy
from forecasting.judging.metrics import Metric, terms
from forecasting.segments import joined

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forecasting.grid import FloatArray
    from forecasting.judging.backtest import Backtest, ExpertKey
    from forecasting.segments import Names

_PICKS: Final = 20  # greedy rounds; weights are multiples of 1 / _PICKS before shrinking
_OWN_SHARE: Final = 0.5  # of the scope's own weights; the rest is the weights of all scopes
_PRIOR: Final = 20.0  # forecasts of a series that a scope's weights weigh against a segment's own
_LEAST: Final = 0.1  # smaller weights are dropped
Mask = np.ndarray[tuple[int, ...], np.dtype[np.bool_]]
"""One truth value a forecast, shape (series, origins)."""


@dataclass(frozen=True, slots=True)
class Blend:
    """Weights of the experts, which sum to 1.

    Parameters
    ----------
    weights
        By scope.
    within
        By segment of a scope, as `forecasting.segments.joined` names it; one without weights takes
        those of its scope.
    """

    weights: Mapping[str, Mapping[ExpertKey, float]]
    within: Mapping[str, Mapping[ExpertKey, float]] = field(default_factory=dict)

    def combine(
        self,
        quantiles: Mapping[ExpertKey, FloatArray],
        segments: Names | Sequence[str],
    ) -> FloatArray:
        """Average the quantiles of the experts.

        Parameters
        ----------
        quantiles
            Shape (series, horizon, levels), or (series, origins, horizon, levels).
        segments
            Scopes, shape (series,), or names beginning with the scope, shape (series, names) or
            (series, origins, names).

        Returns
        -------
        ndarray
            Shape as given.
        """
        first = next(iter(quantiles.values()))
        cells = first.reshape(-1, *first.shape[-2:])
        names = np.asarray(segments, dtype=object)
        names = names[:, None] if names.ndim == 1 else names.reshape(-1, names.shape[-1])
        own = [self._of(row[0], name) for row, name in zip(names, joined(names), strict=True)]
        mixed = np.zeros_like(cells)
        for key, values in quantiles.items():
            share = np.asarray([weights.get(key, 0.0) for weights in own])
            used = share > 0
            mixed[used] += share[used, None, None] * values.reshape(cells.shape)[used]
        return tidy(mixed).reshape(first.shape)

    @property
    def experts(self) -> list[ExpertKey]:
        """Experts that count in any scope or segment."""
        every = (*self.weights.values(), *self.within.values())
        return sorted({key for weights in every for key in weights})

    def label(self, names: Sequence[str]) -> str:
        """Say who forecasts a segment, heaviest first: ``lightgbm 0.7 + autoets 0.3``.

        Parameters
        ----------
        names
            The scope, or the scope and what narrows it.
        """
        weights = self._of(names[0], *joined(np.asarray([names], dtype=object)))
        ranked = sorted(weights.items(), key=lambda item: (-item[1], item[0]))
        return " + ".join(f"{key.name} {weight:.2g}" for key, weight in ranked)

    def _of(self, scope: str, segment: str) -> Mapping[ExpertKey, float]:
        return self.within[segment] if segment in self.within else self.weights[scope]


def weigh(
    backtest: Backtest, candidates: Mapping[str, Sequence[ExpertKey]], segments: Names
) -> Blend:
    """Choose weights that lower the weighted quantile loss of the backtest.

    Parameters
    ----------
    candidates
        Experts a scope may use.
    segments
        Names as known at each origin, the scope first, shape (series, origins, names).

    Returns
    -------
    Blend
        Greedy weights of each scope, half way to those of all series; of each segment, the nearer
        to those of its scope the fewer forecasts it has. Equal weights where there is no backtest.

    References
    ----------
    Caruana et al. (2004), ensemble selection with replacement. Deviation: a fixed number of rounds
    and shrinkage to the weights of the wider group instead of bagging.
    """
    if not backtest.made_on:
        return Blend({scope: dict.fromkeys(k, 1 / len(k)) for scope, k in candidates.items()})
    cells = np.asarray(joined(segments.reshape(-1, segments.shape[-1])), dtype=object)
    cells = cells.reshape(segments.shape[:2])
    judged: Mask = np.asarray(np.any(~np.isnan(backtest.actual), axis=2))
    weights: dict[str, dict[ExpertKey, float]] = {}
    within: dict[str, dict[ExpertKey, float]] = {}
    for scope, keys in candidates.items():
        here: Mask = np.logical_and(judged, segments[..., 0] == scope)
        own, common = (_greedy(backtest, keys, chosen) for chosen in (here, judged))
        of_scope = _mixed(own, common, _OWN_SHARE)
        weights[scope] = _rounded(of_scope)
        for name in sorted(set(cells[here])):
            segment = here & (cells == name)
            forecasts = int(segment.sum())
            own = _greedy(backtest, keys, segment)
            within[name] = _rounded(_mixed(own, of_scope, forecasts / (forecasts + _PRIOR)))
    return Blend(weights, within)


def _mixed(
    own: Mapping[ExpertKey, float], wider: Mapping[ExpertKey, float], share: float
) -> dict[ExpertKey, float]:
    return {key: share * own[key] + (1 - share) * wider[key] for key in own}


def _greedy(backtest: Backtest, keys: Sequence[ExpertKey], chosen: Mask) -> dict[ExpertKey, float]:
    rows = chosen.any(axis=1)
    actual = np.where(chosen[rows][..., None], backtest.actual[rows], np.nan)
    stacks = {key: np.nan_to_num(backtest.quantiles[key][rows]) for key in keys}
    counts = dict.fromkeys(keys, 0)
    mixed = np.zeros_like(next(iter(stacks.values())))
    for done in range(_PICKS):
        losses = {
            key: _loss(backtest, actual, (mixed * done + values) / (done + 1))
            for key, values in stacks.items()
        }
        best = min(keys, key=lambda key: (losses[key], key))
        counts[best] += 1
        mixed = (mixed * done + stacks[best]) / (done + 1)
    return {key: count / _PICKS for key, count in counts.items()}


def _loss(backtest: Backtest, actual: FloatArray, quantiles: FloatArray) -> float:
    """Quantile loss of a series over its units, summed: no series drowns the others."""
    top, bottom = terms(actual, quantiles, backtest.levels, np.ones(()))[Metric.WQL]
    return float((top.sum(axis=(1, 2)) / np.sqrt(bottom.sum(axis=(1, 2)) + 1.0)).sum())


def _rounded(weights: Mapping[ExpertKey, float]) -> dict[ExpertKey, float]:
    kept = {key: weight for key, weight in weights.items() if weight >= _LEAST}
    total = sum(kept.values())
    return {key: round(weight / total, 4) for key, weight in kept.items()}
