"""Periods unlike their neighbours: flagged for people, never deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from forecasting.grid import grid_of
from signals import Col

if TYPE_CHECKING:
    from forecasting.grid import FloatArray, Grid
    from signals import Panel

_WINDOW_DAYS: Final = 91
_FESTIVE: Final = 0.2  # festival intensity from which a period is no plain one
_ALIKE: Final = 5  # periods of a kind that tell what is usual for it
_TO_SIGMA: Final = 1.4826  # a median absolute deviation, as a standard deviation
_FESTIVAL: Final = "festival"  # column of the calendar, and how those of own festivals begin
_OWN: Final = "own_"

Mask = np.ndarray[tuple[int, ...], np.dtype[np.bool_]]


def find_outliers(panel: Panel, least_z: float) -> list[dict[str, Any]]:
    """Find observed periods far from the local median of their series, the farthest first.

    Distances are measured on log(1 + units), in robust standard deviations of the series, or in
    those of a Poisson count of that level where they are larger, so that slow movers are not
    flagged for selling one. Festivals are compared with festivals, promotions with promotions, and
    plain periods with plain ones, once there are five of a kind: a sale that lifts as sales do is
    no outlier.

    Returns
    -------
    list
        series_id, day, units, usual (units), z.

    References
    ----------
    Hampel (1974), the median absolute deviation; Iglewicz and Hoaglin (1993), modified z-scores.
    """
    grid = grid_of(panel)
    units = _observed(panel, grid)
    logs = np.log1p(np.maximum(units, 0.0))
    middle = _local_median(logs, max(3, int(_WINDOW_DAYS / grid.frequency.days)))
    away = logs - middle
    usual = middle.copy()
    for kind in kinds_of_period(panel, grid):
        lift = _median_of(np.where(kind, away, np.nan))
        usual = np.where(kind, usual + lift[:, None], usual)
    away = logs - usual
    spread = _TO_SIGMA * np.nan_to_num(_median_of(np.abs(away)))[:, None]
    score = away / np.maximum(spread, 1.0 / np.sqrt(np.maximum(np.expm1(usual), 0.0) + 1.0))
    score = np.where(np.abs(score) >= least_z, score, np.nan)
    cells = [(row, period) for row, period in np.argwhere(~np.isnan(score))]
    cells.sort(key=lambda cell: -abs(score[cell]))
    return [
        {
            Col.SERIES_ID: grid.series_ids[row],
            Col.DAY: str(grid.days[period].date()),
            Col.UNITS: float(units[row, period]),
            "usual": round(float(np.expm1(usual[row, period])), 1),
            "z": round(float(score[row, period]), 1),
        }
        for row, period in cells
    ]


def _observed(panel: Panel, grid: Grid) -> FloatArray:
    observed = grid.column(panel.history, Col.OBSERVED, grid.days)
    return np.where(observed == 0, np.nan, grid.units)


def _local_median(logs: FloatArray, periods: int) -> FloatArray:
    rolled = pd.DataFrame(logs.T).rolling(periods, min_periods=1, center=True).median()
    return np.asarray(rolled.to_numpy().T)


def kinds_of_period(panel: Panel, grid: Grid) -> tuple[Mask, Mask, Mask]:
    """Find periods of a festival, also one of the user's own, of a promotion, and all others.

    Returns
    -------
    tuple
        Three masks of shape (series, periods); a promotion during a festival counts as festival.
    """
    festive = _above(panel, grid, _FESTIVAL, _FESTIVE)
    for name in panel.known:
        if name.startswith(_OWN):
            festive |= _above(panel, grid, name, 0.0)
    promoted = _above(panel, grid, Col.PROMO, 0.0) & ~festive
    return festive, promoted, ~festive & ~promoted


def _above(panel: Panel, grid: Grid, name: str, least: float) -> Mask:
    if name not in panel.known:
        return np.zeros(grid.units.shape, dtype=bool)
    return np.asarray(np.nan_to_num(grid.column(panel.history, name, grid.days)) > least)


def _median_of(values: FloatArray) -> FloatArray:
    """Median of each row; NaN where under five values are known."""
    enough = (~np.isnan(values)).sum(axis=1) >= _ALIKE
    medians = np.full(len(values), np.nan)
    if enough.any():
        medians[enough] = np.nanmedian(values[enough], axis=1)
    return medians
