"""How far forecasts were from what happened.

Every metric is a ratio of two sums over points, so one pass over the points gives any grouping.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecasting.grid import FloatArray

_NOTHING: Final = 1e-9  # units below which there is nothing to divide by


class Metric(StrEnum):
    """Names of the metrics in the accuracy table."""

    MAE = "mae"
    RMSE = "rmse"
    R2 = "r2"
    MAPE = "mape"
    WAPE = "wape"
    MASE = "mase"
    WQL = "wql"
    COVERAGE = "coverage_80"


def terms(
    actual: FloatArray,
    quantiles: FloatArray,
    levels: Sequence[float],
    scale: FloatArray,
    usual: FloatArray | None = None,
) -> dict[Metric, tuple[FloatArray, FloatArray]]:
    """Give each point its part of every metric's numerator and denominator.

    Parameters
    ----------
    actual
        Units, any shape; NaN points count nowhere.
    quantiles
        Forecast units, shape (*actual.shape, levels).
    scale
        Mean absolute one-step change of the series, broadcastable to ``actual``; 0 leaves a point
        out of MASE.
    usual
        Mean of the outcomes that count, of each series, broadcastable to ``actual``; None leaves
        R2 out.

    Returns
    -------
    dict
        Per metric two arrays of the shape of ``actual``. Sum each over the wanted points and give
        the sums to `finish`.

    References
    ----------
    MASE: Hyndman and Koehler (2006), with the one-step naive forecast as the scale. WQL: mean over
    levels of 2 * pinball loss over the sum of units, as in Gneiting (2011) and the M5 literature.
    R2: misses against those of the series' own mean, so that series of different size do not pass
    for variance that was explained. MAPE leaves out points where nothing happened.
    """
    known = ~np.isnan(actual)
    one = known.astype(np.float64)
    truth = np.where(known, actual, 0.0)
    alphas = np.asarray(levels, dtype=np.float64)
    middle = point_of(quantiles, levels)
    missed = np.where(known, np.abs(truth - middle), 0.0)
    error = truth[..., None] - quantiles
    pinball = 2.0 * np.maximum(alphas * error, (alphas - 1.0) * error).mean(axis=-1)
    inside = (truth >= quantiles[..., 0]) & (truth <= quantiles[..., -1])
    scale = np.broadcast_to(scale, actual.shape)
    scaled = np.divide(missed, scale, out=np.zeros_like(missed), where=scale > _NOTHING)
    some = np.abs(truth) > _NOTHING
    share = np.divide(missed, np.abs(truth), out=np.zeros_like(missed), where=some)
    parts = {
        Metric.MAE: (missed, one),
        Metric.RMSE: (missed**2, one),
        Metric.MAPE: (share, some.astype(np.float64)),
        Metric.WAPE: (missed, np.abs(truth)),
        Metric.MASE: (scaled, one * (scale > _NOTHING)),
        Metric.WQL: (np.where(known, pinball, 0.0), np.abs(truth)),
        Metric.COVERAGE: (inside * one, one),
    }
    if usual is not None:
        parts[Metric.R2] = (missed**2, np.where(known, (truth - usual) ** 2, 0.0))
    return parts


def finish(metric: Metric, numerator: FloatArray, denominator: FloatArray) -> FloatArray:
    """Turn summed terms into values; NaN where there was nothing to divide by."""
    value = np.divide(
        numerator,
        denominator,
        out=np.full(np.shape(numerator), np.nan),
        where=np.asarray(denominator) > _NOTHING,
    )
    if metric is Metric.R2:
        return np.asarray(1.0 - value)
    return np.asarray(np.sqrt(value) if metric is Metric.RMSE else value)


def score(
    actual: FloatArray,
    quantiles: FloatArray,
    levels: Sequence[float],
    scale: FloatArray | None = None,
) -> dict[Metric, float]:
    """Give every metric over all points together.

    Parameters
    ----------
    scale
        None takes 1, so that MASE equals MAE.

    Examples
    --------
    >>> actual = np.array([10.0, 20.0])
    >>> quantiles = np.array([[8.0, 9.0, 12.0], [15.0, 21.0, 24.0]])
    >>> values = score(actual, quantiles, (0.1, 0.5, 0.9))
    >>> round(values[Metric.WAPE], 4), values[Metric.COVERAGE]
    (0.0667, 1.0)
    """
    parts = terms(actual, quantiles, levels, np.ones(()) if scale is None else scale)
    return {
        metric: float(finish(metric, np.asarray(top.sum()), np.asarray(bottom.sum())))
        for metric, (top, bottom) in parts.items()
    }


def point_of(quantiles: FloatArray, levels: Sequence[float]) -> FloatArray:
    """Take the point forecast, the 0.5 quantile, out of an array whose last axis is levels."""
    return np.asarray(quantiles[..., list(levels).index(0.5)])


def change_scale(units: FloatArray) -> FloatArray:
    """Mean absolute change from one period to the next, shape (series,); 0 where none is known."""
    changes = np.abs(np.diff(units, axis=-1))
    known = ~np.isnan(changes)
    total = np.where(known, changes, 0.0).sum(axis=-1)
    return np.asarray(total / np.maximum(known.sum(axis=-1), 1))
