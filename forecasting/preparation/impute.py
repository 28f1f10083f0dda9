"""Estimates of what a series would have sold, on log scale."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from forecasting.grid import FloatArray

_NEIGHBOURS: Final = 5
_SMOOTH: Final = 5  # periods whose median stands at the edge of a gap
_TOGETHER: Final = 8  # periods that two series must share to be compared


def by_time(logs: FloatArray, season: int) -> FloatArray:
    """Interpolate between the levels before and after a gap; at an end the last level stays.

    Parameters
    ----------
    logs
        log(1 + units), shape (series, periods), NaN where unknown.
    season
        Periods after which a pattern repeats that is taken out first and put back; 1 for none.

    Returns
    -------
    ndarray
        An estimate of every period, same shape; NaN for series of which nothing is known.

    Examples
    --------
    >>> by_time(np.array([[1.0, 1.0, np.nan, 3.0, 3.0]]), 1).tolist()
    [[1.0, 1.0, 2.0, 3.0, 3.0]]
    """
    phases = np.arange(logs.shape[1]) % season
    pattern = _pattern(logs, phases)
    level = pd.DataFrame((logs - pattern).T).rolling(_SMOOTH, min_periods=1, center=True).median()
    estimate = np.full(logs.shape, np.nan)
    for row, values in enumerate(level.to_numpy().T):
        known = np.flatnonzero(~np.isnan(logs[row]))
        if len(known):
            estimate[row] = np.interp(np.arange(len(values)), known, values[known]) + pattern[row]
    return estimate


def by_neighbours(logs: FloatArray) -> FloatArray:
    """Give what the five most similar series did in the same period, moved to the own level.

    Returns
    -------
    ndarray
        Same shape; NaN where no similar series is known.

    References
    ----------
    Troyanskaya et al. (2001), KNNimpute; here series are compared by their shape, with their mean
    taken out.
    """
    from sklearn.impute import KNNImputer

    known = ~np.isnan(logs)
    estimate = np.full(logs.shape, np.nan)
    rows = np.flatnonzero(known.sum(axis=1) >= _TOGETHER)
    if len(rows) <= _NEIGHBOURS:
        return estimate
    level = np.nanmean(logs[rows], axis=1)[:, None]
    imputer = KNNImputer(n_neighbors=_NEIGHBOURS, weights="distance", keep_empty_features=True)
    guessed = imputer.fit_transform(logs[rows] - level) + level
    somebody = known[rows].sum(axis=0) >= _NEIGHBOURS
    estimate[rows] = np.where(somebody, guessed, np.nan)
    return estimate


def _pattern(logs: FloatArray, phases: np.ndarray[tuple[int], np.dtype[np.int64]]) -> FloatArray:
    """Median of each phase minus that of the whole series, at every period; 0 where unknown."""
    if not phases.any():
        return np.zeros(logs.shape)
    wide = pd.DataFrame(logs.T)
    means = wide.groupby(phases).transform("median") - wide.median()
    return np.asarray(means.fillna(0.0).to_numpy().T)
