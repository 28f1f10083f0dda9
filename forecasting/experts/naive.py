"""The forecast everybody can make: as last year, or as the last weeks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from forecasting.experts.expert import tidy
from forecasting.grid import grid_of, horizon_of, trailing_sum
from signals import DriverGroup, silent

if TYPE_CHECKING:
    from pathlib import Path

    from forecasting.grid import FloatArray, Grid
    from signals import Panel, Progress

RECENT: Final = 4
"""Periods whose mean stands for "the last weeks"."""
_ENOUGH: Final = 8  # differences from which an interval can be read


@dataclass(frozen=True, slots=True)
class RecentMean:
    """The mean of the last four periods, with empirical intervals."""

    levels: tuple[float, ...]
    name: str = "last four periods"
    uses_text: bool = False

    def fit(self, panel: Panel, *, progress: Progress = silent) -> RecentMean:  # noqa: ARG002
        return self

    def predict(self, panel: Panel, *, present: frozenset[DriverGroup]) -> FloatArray:
        level = recent_level if DriverGroup.HISTORY in present else typical_level
        return level(grid_of(panel), self.levels, horizon_of(panel))

    def save(self, folder: Path) -> None:
        """Nothing is learnt that the history does not hold."""


@dataclass(frozen=True, slots=True)
class SeasonalNaive:
    """The same period one season ago; the mean of the last four where history is shorter.

    Intervals are empirical quantiles of the series' own past misses of the same rule, as shares of
    the forecast, centred so that the median stays the rule's own value.
    """

    levels: tuple[float, ...]
    name: str = "seasonal naive"
    uses_text: bool = False

    def fit(self, panel: Panel, *, progress: Progress = silent) -> SeasonalNaive:  # noqa: ARG002
        return self

    def predict(self, panel: Panel, *, present: frozenset[DriverGroup]) -> FloatArray:
        grid, horizon = grid_of(panel), horizon_of(panel)
        if DriverGroup.HISTORY not in present:
            return typical_level(grid, self.levels, horizon)
        recent = recent_level(grid, self.levels, horizon)
        seasonal = _seasonal(grid, self.levels, horizon)
        return tidy(np.where(np.isnan(seasonal), recent, seasonal))

    def save(self, folder: Path) -> None:
        """Nothing is learnt that the history does not hold."""


def recent_level(grid: Grid, levels: tuple[float, ...], horizon: int) -> FloatArray:
    """Forecast the mean of the last four periods, shape (series, horizon, levels)."""
    known = ~np.isnan(grid.units)
    sums = trailing_sum(np.nan_to_num(grid.units), RECENT)
    counts = trailing_sum(known.astype(np.float64), RECENT)
    means = sums / np.maximum(counts, 1.0)
    logs = np.log1p(grid.units[:, 1:]) - np.log1p(means[:, :-1])
    misses = np.where(known[:, 1:] & known[:, :-1], logs, np.nan)
    spread = np.exp(_centred(misses, levels, at_least=2))
    quantiles = (means[:, -1, None] + 1.0) * spread - 1.0
    return tidy(np.repeat(quantiles[:, None, :], horizon, axis=1))


def typical_level(grid: Grid, levels: tuple[float, ...], horizon: int) -> FloatArray:
    """Give what is said of a series when its recent sales are hidden.

    The long-run mean, with the spread of the whole history around its median; shape
    (series, horizon, levels).
    """
    spread = _centred(grid.units, levels, at_least=2)
    quantiles = np.nanmean(grid.units, axis=1)[:, None] + spread
    return tidy(np.repeat(quantiles[:, None, :], horizon, axis=1))


def _seasonal(grid: Grid, levels: tuple[float, ...], horizon: int) -> FloatArray:
    season, periods = grid.season, grid.units.shape[1]
    shape = (len(grid.series_ids), horizon, len(levels))
    if periods < season:
        return np.full(shape, np.nan)
    last = grid.units[:, periods - season :]
    points = last[:, np.arange(horizon) % season]
    logs = np.log1p(grid.units)
    misses = logs[:, season:] - logs[:, :-season]
    unknown = (~np.isnan(misses)).sum(axis=1) < _ENOUGH
    changes = _centred(np.diff(logs, axis=1), levels, at_least=_ENOUGH)
    spread = np.where(unknown[:, None], changes, _centred(misses, levels, at_least=_ENOUGH))
    return np.asarray((points[:, :, None] + 1.0) * np.exp(spread)[:, None, :] - 1.0)


def _centred(values: FloatArray, levels: tuple[float, ...], *, at_least: int) -> FloatArray:
    """Empirical quantiles minus the median, a row a series; 0 where too little is known."""
    enough = (~np.isnan(values)).sum(axis=1) >= at_least
    filled = np.where(enough[:, None], values, 0.0)
    if filled.shape[1] == 0:
        return np.zeros((len(values), len(levels)))
    return np.asarray(_quantiles(filled, levels) - np.nanmedian(filled, axis=1)[:, None])


def _quantiles(values: FloatArray, levels: tuple[float, ...]) -> FloatArray:
    """Quantiles of what is known of each row, rows with as much of it at once.

    `numpy.nanquantile` goes row by row, which takes five to ten times as long.
    """
    ordered, known = np.sort(values, axis=1), (~np.isnan(values)).sum(axis=1)  # NaN goes last
    found = np.empty((len(values), len(levels)))
    for count in np.unique(known):
        rows = known == count
        found[rows] = np.quantile(ordered[rows, :count], levels, axis=1).T
    return found
