"""Errors as shares of the outcome, and the forecast that keeps them least."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecasting.grid import FloatArray

_GRAINS: Final = 400  # points at which a distribution is read


def relative_point(quantiles: FloatArray, levels: Sequence[float]) -> FloatArray:
    """Give the point with the least expected error as a share of the outcome (MAPE).

    It is the median of the forecast distribution after each outcome y is weighted by 1 / y. The
    distribution is read off the quantiles, straight between them in log units; the outer stretches
    go on as far beyond the last levels as those levels leave probability.

    Parameters
    ----------
    quantiles
        Shape (..., levels), rising.

    References
    ----------
    Gneiting (2011), Making and evaluating point forecasts, section 3.3: the median of order -1.
    """
    at = (np.arange(_GRAINS) + 0.5) / _GRAINS
    logs = np.log1p(quantiles)
    place = np.clip(np.searchsorted(levels, at) - 1, 0, len(levels) - 2)
    low, high = np.asarray(levels)[place], np.asarray(levels)[place + 1]
    share = (at - low) / (high - low)
    spread = logs[..., place] + share * (logs[..., place + 1] - logs[..., place])
    outcomes = np.expm1(np.maximum(spread, 0.0))
    weights = np.cumsum(1.0 / np.maximum(outcomes, 1.0), axis=-1)
    middle = (weights < weights[..., -1:] / 2).sum(axis=-1)
    return np.asarray(np.take_along_axis(outcomes, middle[..., None], axis=-1)[..., 0])


def mape(actual: FloatArray, point: FloatArray) -> float:
    """Mean error as a share of the outcome; outcomes of nothing are left out.

    Examples
    --------
    >>> mape(np.array([10.0, 20.0, 0.0]), np.array([8.0, 25.0, 1.0]))
    0.225
    """
    counted = actual > 0
    return float((np.abs(actual - point)[counted] / actual[counted]).mean())
