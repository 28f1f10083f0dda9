"""Two forecasts of the same points, compared so that chance does not pass for skill."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from forecasting.judging.metrics import Metric, terms

if TYPE_CHECKING:
    from forecasting.grid import FloatArray
    from forecasting.judging.backtest import Backtest

_DRAWS: Final = 2000
_AT_ONCE: Final = 100  # draws held in memory


@dataclass(frozen=True, slots=True)
class Paired:
    """WAPE of two forecasts over the same points.

    Parameters
    ----------
    low, high
        90 % interval of ``first - second`` from a paired bootstrap; below 0 the first is better.
    blocks
        A block is a series at an origin; the bootstrap draws blocks, the same for both.
    """

    first: float
    second: float
    low: float
    high: float
    blocks: int

    @property
    def better(self) -> bool:
        """Whether the whole interval is below 0."""
        return self.high < 0

    @property
    def worse(self) -> bool:
        """Whether the whole interval is above 0."""
        return self.low > 0

    def to_dict(self) -> dict[str, Any]:
        """Say it in JSON."""
        return {**asdict(self), "better": self.better, "worse": self.worse}


def missed(backtest: Backtest, quantiles: FloatArray) -> FloatArray:
    """Absolute errors of the point forecast summed over steps, shape (series, origins)."""
    parts = terms(backtest.actual, quantiles, backtest.levels, np.ones(()))
    return np.asarray(parts[Metric.WAPE][0].sum(axis=2))


def sold(backtest: Backtest) -> FloatArray:
    """Units that errors are a share of, summed over steps, shape (series, origins)."""
    return np.asarray(np.abs(np.nan_to_num(backtest.actual)).sum(axis=2))


def compare(
    first: FloatArray, second: FloatArray, units: FloatArray, random: np.random.Generator
) -> Paired:
    """Compare what two forecasts missed.

    Parameters
    ----------
    first, second
        Of `missed`, shape (series, origins) or some rows of it.
    units
        Of `sold`, the same rows.

    References
    ----------
    Efron and Tibshirani (1993), chapter 16, for paired samples; blocks keep the steps of one
    forecast together, because they share a shock.
    """
    gain, weight = (first - second).ravel(), units.ravel()
    total = max(float(weight.sum()), 1e-9)
    differences = np.concatenate(
        [
            (draws @ gain) / np.maximum(draws @ weight, 1e-9)
            for draws in (
                random.multinomial(gain.size, np.full(gain.size, 1 / gain.size), size=_AT_ONCE)
                for _ in range(_DRAWS // _AT_ONCE)
            )
        ]
    )
    low, high = np.quantile(differences, (0.05, 0.95))
    return Paired(
        float(first.sum() / total), float(second.sum() / total), float(low), float(high), gain.size
    )
