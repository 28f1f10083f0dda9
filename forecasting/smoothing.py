"""Smooth forecasts over their steps, where that is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from forecasting.grid import FloatArray


def smooth(units: FloatArray, width: int) -> FloatArray:
    """Average every quantile level over neighbouring steps.

    The mean is centred; near the ends it narrows on both sides alike, so that a straight path stays
    as it is. Averages of what rises with the level, is at least 0 or sums up keep doing so.

    Parameters
    ----------
    units
        Shape (..., horizon, levels).
    width
        Steps that are averaged, odd; 1 leaves everything as it is.

    Examples
    --------
    >>> path = np.array([1.0, 1.0, 4.0, 1.0, 1.0])[:, None]
    >>> smooth(path, 3)[:, 0].tolist()
    [1.0, 2.0, 2.0, 2.0, 1.0]
    """
    if width == 1:
        return units
    horizon = units.shape[-2]
    steps = np.arange(horizon)
    reach = np.minimum(np.minimum(steps, steps[::-1]), width // 2)
    near = np.abs(steps[:, None] - steps[None, :]) <= reach[:, None]
    counts = near.sum(axis=1)[:, None]  # (horizon, 1)
    return np.asarray(near.astype(np.float64) @ units / counts)
