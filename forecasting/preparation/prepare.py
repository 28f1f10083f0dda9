"""Make the history of a panel fit to learn from, and keep count of what was done to it.

What was not sold because there was nothing to sell, or not told because nobody reported, teaches
nothing about demand: such periods are marked as not observed, and what reads the history as one
line gets an estimate of what would have been sold. So it is with a peak beyond all that is usual,
which teaches nothing about the level of its series. Nothing is deleted.

An estimate may use what came after a gap. So a backtest prepares the panel of every origin anew.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from forecasting.grid import grid_of
from forecasting.preparation.impute import by_neighbours, by_time
from forecasting.preparation.outliers import find_outliers
from forecasting.preparation.peaks import limit_peaks, told_of_peaks
from signals import Col, ConfigError, Gap, Scope

if TYPE_CHECKING:
    from forecasting.grid import FloatArray, Grid
    from signals import Panel

_SHORT: Final = 2.0  # days of a period below which the season is short enough to be seen in a gap
_LONGEST_STOCK_OUT: Final = 91  # days; what lacks longer may never come back, and zero is the truth
_MOSTLY_SOLD: Final = 0.9  # share of a sum that was sold and not estimated, for it to be observed
_SHOWN: Final = 20  # outliers named in a run

Mask = np.ndarray[tuple[int, ...], np.dtype[np.bool_]]


class Fill(StrEnum):
    """How to estimate what was not observed."""

    INTERPOLATE = "interpolate"
    KNN = "knn"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Preparation:
    """How a history is prepared.

    Parameters
    ----------
    fill
        Between the neighbouring periods, by what the most similar series did in the same period,
        or not at all: then everything counts as observed.
    least_stock
        Share of rows with stock, in [0, 1], below which a period is a stock-out.
    outlier_z
        Robust standard deviations from which a period is flagged as an outlier; at least 2.
    """

    fill: Fill = Fill.INTERPOLATE
    least_stock: float = 0.75
    outlier_z: float = 5.0

    def __post_init__(self) -> None:
        problems = []
        if self.fill not in set(Fill):
            problems.append(f"fill is {self.fill!r}; it must be one of {[str(f) for f in Fill]}")
        if not 0 <= self.least_stock <= 1:
            problems.append(f"least_stock is {self.least_stock}; it must be a share from 0 to 1")
        if not self.outlier_z >= 2:
            problems.append(f"outlier_z is {self.outlier_z}; it must be at least 2")
        if problems:
            raise ConfigError("; ".join(problems))


@dataclass(frozen=True, slots=True)
class Prepared:
    """A panel fit to learn from.

    Parameters
    ----------
    panel
        ``units`` hold estimates where the new column ``observed`` is 0.
    about
        JSON-able counts: periods by reason of their gap, filled ones, units added, outliers; and
        every peak with what the models see in its place.
    """

    panel: Panel
    about: dict[str, Any]


def prepare(panel: Panel, rules: Preparation) -> Panel:
    """Mask and fill a panel; one that was prepared before comes back as it is."""
    if Col.OBSERVED in panel.history:
        return panel
    grid = grid_of(panel)
    lost, _ = _lost(panel, grid, rules)
    units, observed, _ = _limited(panel, grid, *_filled(grid, lost, rules), rules)
    return _with(panel, grid, units, observed)


def prepare_and_tell(panel: Panel, rules: Preparation) -> Prepared:
    """Mask and fill a panel, look for outliers, and say what was found."""
    grid = grid_of(panel)
    lost, too_long = _lost(panel, grid, rules)
    units, observed = _filled(grid, lost, rules)
    found = find_outliers(_with(panel, grid, units, observed), rules.outlier_z)
    finest = np.asarray(grid.scopes) == _finest(grid)
    seen, clear, peaks = _limited(panel, grid, units, observed, rules)
    about = {
        "gaps": _reasons(panel, grid),
        "filled": int((~observed[finest] & lost[finest]).sum()),
        "units_added": round(float(np.nansum(units[finest] - grid.units[finest])), 1),
        "stock_outs_too_long_to_fill": int(too_long[finest].sum()),
        "outliers": len(found),
        "largest_outliers": found[:_SHOWN],
        "peaks": told_of_peaks(grid, seen, peaks),
    }
    return Prepared(_with(panel, grid, seen, clear), about)


def observed_units(panel: Panel) -> FloatArray:
    """Units as they count for learning and judging: NaN where they were not observed.

    Returns
    -------
    ndarray
        Shape (series, periods), in the order of `grid_of`; all periods of a panel that was not
        prepared count.
    """
    grid = grid_of(panel)
    if Col.OBSERVED not in panel.history:
        return grid.units
    observed = grid.column(panel.history, Col.OBSERVED, grid.days)
    return np.where(observed == 0, np.nan, grid.units)


def _lost(panel: Panel, grid: Grid, rules: Preparation) -> tuple[Mask, Mask]:
    """Find what was not observed, and stock-outs that last too long to be estimated."""
    nothing = np.zeros(grid.units.shape, dtype=bool)
    if rules.fill is Fill.NOTHING:
        return nothing, nothing
    history = panel.history
    unreported = history[Col.UNITS].isna()
    out = unreported & False
    if Col.GAP in history:
        unreported |= history[Col.GAP] == Gap.NO_REPORT
        out |= history[Col.GAP] == Gap.NO_STOCK
    if Col.IN_STOCK in history:
        out |= history[Col.IN_STOCK] < rules.least_stock
    out &= history[Col.SCOPE] == _finest(grid)
    missing = _spread(panel, grid, unreported)
    empty = _spread(panel, grid, out)
    lasting = _run_lengths(empty) * grid.frequency.days > _LONGEST_STOCK_OUT
    return missing | (empty & ~lasting), lasting


def _filled(grid: Grid, lost: Mask, rules: Preparation) -> tuple[FloatArray, Mask]:
    """Estimate the lost periods, never below what was sold, and carry them into the sums.

    Returns
    -------
    tuple
        Units and whether they were observed, both of shape (series, periods).
    """
    known = ~np.isnan(grid.units) & ~lost
    fillable = lost & (known.sum(axis=1) >= 2)[:, None]
    if not fillable.any():
        return grid.units, np.ones(grid.units.shape, dtype=bool)
    logs = np.where(known, np.log1p(np.maximum(grid.units, 0.0)), np.nan)
    estimate = by_time(logs, grid.season if grid.frequency.days < _SHORT else 1)
    if rules.fill is Fill.KNN:
        alike = by_neighbours(logs)
        estimate = np.where(np.isnan(alike), estimate, alike)
    guessed = np.where(fillable, np.expm1(estimate), 0.0)
    units = np.where(fillable, np.fmax(grid.units, guessed), grid.units)
    return _into_sums(grid, units, np.nan_to_num(units - grid.units), ~fillable)


def _limited(
    panel: Panel, grid: Grid, units: FloatArray, observed: Mask, rules: Preparation,
) -> tuple[FloatArray, Mask, Mask]:  # fmt: skip
    """Bring peaks of the finest scope down to what is usual, in the sums too.

    Returns
    -------
    tuple
        Units, whether they were observed, and the peaks, all of shape (series, periods).
    """
    if rules.fill is Fill.NOTHING:
        return units, observed, np.zeros(units.shape, dtype=bool)
    finest = np.asarray(grid.scopes) == _finest(grid)
    lower, peaks = limit_peaks(panel, grid, units, finest)
    if not peaks.any():
        return units, observed, peaks
    taken = np.nan_to_num(lower - units)
    return (*_into_sums(grid, lower, taken, observed & ~peaks), peaks)


def _into_sums(
    grid: Grid, units: FloatArray, added: FloatArray, observed: Mask,
) -> tuple[FloatArray, Mask]:  # fmt: skip
    """Carry what was added to the finest scope, or taken from it, into the sums above it."""
    scopes, categories = np.asarray(grid.scopes), np.asarray(grid.categories)
    finest = scopes == _finest(grid)
    units, observed = units.copy(), observed.copy()
    for row in np.flatnonzero(~finest):
        parts = finest & ((scopes[row] == Scope.TOTAL) | (categories == categories[row]))
        more = np.where(observed[row], added[parts].sum(axis=0), 0.0)
        units[row] += more
        observed[row] &= ~(np.abs(more) > (1 - _MOSTLY_SOLD) * np.nan_to_num(units[row]))
    return units, observed


def _with(panel: Panel, grid: Grid, units: FloatArray, observed: Mask) -> Panel:
    rows = np.searchsorted(np.asarray(grid.series_ids), panel.history[Col.SERIES_ID].astype(str))
    columns = grid.days.get_indexer(pd.DatetimeIndex(panel.history[Col.DAY]))
    values = {
        Col.UNITS: units[rows, columns],
        Col.OBSERVED: observed[rows, columns].astype(np.float64),
    }
    return replace(panel, history=panel.history.assign(**values))


def _reasons(panel: Panel, grid: Grid) -> dict[str, int]:
    """Count the gaps of the finest scope by their reason."""
    if Col.GAP not in panel.history:
        return {}
    finest = panel.history[panel.history[Col.SCOPE] == _finest(grid)]
    counts = finest[Col.GAP].value_counts()
    return {str(gap): int(counts[gap]) for gap in Gap if gap and gap in counts}


def _finest(grid: Grid) -> Scope:
    return next(scope for scope in Scope if scope in grid.scopes)


def _spread(panel: Panel, grid: Grid, mask: pd.Series[bool]) -> Mask:
    marked = panel.history[[Col.SERIES_ID, Col.DAY]].assign(**{Col.VALUE: mask.astype(np.float64)})
    return np.asarray(grid.column(marked, Col.VALUE, grid.days) == 1)


def _run_lengths(mask: Mask) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    """Length of the run each true cell belongs to, along the periods; 0 elsewhere."""
    lengths = np.zeros(mask.shape, dtype=np.int64)
    for row, cells in enumerate(mask):
        edges = np.flatnonzero(np.diff(np.concatenate([[False], cells, [False]]).astype(np.int8)))
        for start, stop in zip(edges[::2], edges[1::2], strict=True):
            lengths[row, start:stop] = stop - start
    return lengths
