"""How much each expert counts, learnt from the backtest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from forecasting.experts.expert import tidy
from forecasting.judging.metrics import Metric, terms

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forecasting.grid import FloatArray
    from forecasting.judging.backtest import Backtest, ExpertKey

_PICKS: Final = 20  # greedy rounds; weights are multiples of 1 / _PICKS before shrinking
_OWN_SHARE: Final = 0.5  # of the scope's own weights; the rest is the weights of all scopes
_LEAST: Final = 0.1  # smaller weights are dropped


@dataclass(frozen=True, slots=True)
class Blend:
    """Weights of the experts, by scope; they sum to 1."""

    weights: Mapping[str, Mapping[ExpertKey, float]]

    def combine(
        self,
        quantiles: Mapping[ExpertKey, FloatArray],
        scopes: Sequence[str],
    ) -> FloatArray:
        """Average the quantiles of the experts, shape as given: (series, ..., levels)."""
        first = next(iter(quantiles.values()))
        mixed = np.zeros_like(first)
        tail = (1,) * (first.ndim - 1)
        for key, values in quantiles.items():
            share = [self.weights[scope].get(key, 0.0) for scope in scopes]
            used = np.asarray(share) > 0
            mixed[used] += np.asarray(share)[used].reshape(-1, *tail) * values[used]
        return tidy(mixed)

    @property
    def experts(self) -> list[ExpertKey]:
        """Experts that count in any scope."""
        return sorted({key for weights in self.weights.values() for key in weights})

    def label(self, scope: str) -> str:
        """Say who forecasts a scope, heaviest first: ``lightgbm 0.7 + autoets 0.3``."""
        ranked = sorted(self.weights[scope].items(), key=lambda item: (-item[1], item[0]))
        return " + ".join(f"{key.name} {weight:.2g}" for key, weight in ranked)


def weigh(backtest: Backtest, candidates: Mapping[str, Sequence[ExpertKey]]) -> Blend:
    """Choose weights that lower the weighted quantile loss of the backtest.

    Parameters
    ----------
    candidates
        Experts a scope may use.

    Returns
    -------
    Blend
        Greedy weights of each scope, half way to those of all series; equal weights where there
        is no backtest.

    References
    ----------
    Caruana et al. (2004), ensemble selection with replacement. Deviation: a fixed number of rounds
    and shrinkage to the common weights instead of bagging.
    """
    scopes = np.asarray(backtest.grid.scopes)
    weights: dict[str, dict[ExpertKey, float]] = {}
    for scope, keys in candidates.items():
        if not backtest.made_on:
            weights[scope] = dict.fromkeys(keys, 1 / len(keys))
            continue
        own = _greedy(backtest, keys, scopes == scope)
        common = _greedy(backtest, keys, np.ones(len(scopes), dtype=bool))
        mixed = {k: _OWN_SHARE * own[k] + (1 - _OWN_SHARE) * common[k] for k in keys}
        weights[scope] = _rounded(mixed)
    return Blend(weights)


def _greedy(
    backtest: Backtest,
    keys: Sequence[ExpertKey],
    rows: np.ndarray[tuple[int], np.dtype[np.bool_]],
) -> dict[ExpertKey, float]:
    actual = backtest.actual[rows]
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
