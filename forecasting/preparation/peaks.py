"""Values so high above all others of their series that they cannot be its level.

A slip of the keyboard or one order of a lifetime in the last period would otherwise carry every
forecast with it. The value is kept and named; the models see the highest usual one in its place.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from forecasting.preparation.outliers import kinds_of_period
from signals import Col

if TYPE_CHECKING:
    from forecasting.grid import FloatArray, Grid
    from signals import Panel

TIMES: Final = 20.0
"""A peak is over that many times the highest usual value of its series."""
_LEAST: Final = 8  # periods with sales that tell what is usual
_UNUSUAL: Final = 0.02  # share of them that may be above what is usual; more are a new level

Mask = np.ndarray[tuple[int, ...], np.dtype[np.bool_]]


def highest_usual(units: FloatArray) -> FloatArray:
    """Find the value that all but 2 % of the periods with sales do not exceed.

    Parameters
    ----------
    units
        Shape (series, periods); NaN where nothing was observed.

    Returns
    -------
    ndarray
        Shape (series,); infinite where under eight periods had sales.

    Examples
    --------
    >>> highest_usual(np.array([[20.0] * 30 + [1e6], [0.0] * 30 + [5.0]]))
    array([20., inf])
    """
    found = np.full(len(units), np.inf)
    for row, values in enumerate(units):
        sold = np.sort(values[values > 0])
        if len(sold) >= _LEAST:
            found[row] = sold[len(sold) - 1 - math.ceil(_UNUSUAL * len(sold))]
    return found


def limit_peaks(panel: Panel, grid: Grid, units: FloatArray, rows: Mask) -> tuple[FloatArray, Mask]:
    """Bring peaks of the chosen series down to their highest usual value.

    Periods of a festival or promotion are left as they are: sales may well be that high in them.

    Returns
    -------
    tuple
        Units and whether they are a peak, both of shape (series, periods).
    """
    usual = highest_usual(units)[:, None]
    *_, plain = kinds_of_period(panel, grid)
    peaks = rows[:, None] & plain & (np.nan_to_num(units) > TIMES * usual)
    return np.where(peaks, usual, units), peaks


def told_of_peaks(grid: Grid, seen: FloatArray, peaks: Mask) -> list[dict[str, Any]]:
    """Name each peak: series_id, day, units as they came in, and as what the models see them."""
    return [
        {
            Col.SERIES_ID: grid.series_ids[row],
            Col.DAY: str(grid.days[period].date()),
            Col.UNITS: float(grid.units[row, period]),
            "seen_as": round(float(seen[row, period]), 1),
        }
        for row, period in np.argwhere(peaks)
    ]
