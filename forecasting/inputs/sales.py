"""What the sales of a panel say of themselves: level, run, and how a season ago ran."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from forecasting.grid import grid_of, horizon_of
from forecasting.inputs.design import Block, Season, join
from forecasting.inputs.lags import RECENT_LAGS, Lags, lags_of
from forecasting.once import OncePerTable
from signals import DriverGroup, Scope

if TYPE_CHECKING:
    from forecasting.grid import FloatArray, Grid
    from signals import Panel

_SEASONS_TO_TELL: Final = 1.1  # before an origin, for it to read how a season ago ran
_FLOOR: Final = 0.25  # least scale, in units and as a share of the mean so far


@dataclass(frozen=True, slots=True)
class Sales:
    """Columns that only sales are needed for.

    Parameters
    ----------
    at_origin
        Read at the origin.
    scale, long_run
        As of `forecasting.inputs.design.Design`.
    """

    grid: Grid
    at_origin: Block
    seasons: tuple[Season, ...]
    scale: FloatArray
    long_run: FloatArray


_once: Final[OncePerTable[Sales]] = OncePerTable()


def sales_of(panel: Panel) -> Sales:
    """Compute the columns of a history, once for all the experts that read it."""
    horizon = horizon_of(panel)
    return _once.of(
        panel.history, (panel.frequency, horizon), lambda: _computed(grid_of(panel), horizon)
    )


def _computed(grid: Grid, horizon: int) -> Sales:
    own = lags_of(grid.units, grid.frequency, horizon)
    ours = lags_of(category_units(grid), grid.frequency, horizon)
    everybody = lags_of(_total_units(grid)[None], grid.frequency, horizon)
    scale = np.maximum(own.middle, np.maximum(_FLOOR * own.ever, _FLOOR))
    long_run = np.maximum(np.nanmean(grid.units, axis=1), _FLOOR)
    blocks = [
        _recent(own, scale, long_run),
        _around(ours, everybody, grid),
        _since(own, ours, grid),
    ]
    return Sales(grid, join(blocks), _seasons(own, ours, everybody, grid), scale, long_run)


def category_units(grid: Grid) -> FloatArray:
    """Units of the category of each series; a series without one stands for itself."""
    scopes, categories = np.asarray(grid.scopes), np.asarray(grid.categories)
    units = np.nan_to_num(grid.units).copy()
    for category in sorted(set(grid.categories) - {""}):
        inside = categories == category
        members = inside & (scopes == Scope.PRODUCT)
        units[inside] = np.nan_to_num(grid.units[members if members.any() else inside]).sum(axis=0)
    return np.asarray(units)


def _total_units(grid: Grid) -> FloatArray:
    scopes = np.asarray(grid.scopes)
    finest = next(scope for scope in Scope if scope in scopes)
    return np.asarray(np.nansum(grid.units[scopes == finest], axis=0))


def _recent(own: Lags, scale: FloatArray, long_run: FloatArray) -> Block:
    """Sales now against the scale of the series; neutral: level, at its long-run mean."""
    steady = {f"sales {lag} ago": own.recent[lag] / scale for lag in RECENT_LAGS}
    steady |= {
        "short mean": own.short / scale,
        "long mean": own.long / scale,
        "smooth level": own.smooth / scale,
        "mean so far": own.ever / scale,
    }
    spread, size = own.spread / scale, np.log1p(scale)
    seen = ~np.isnan(spread)
    typical = np.where(seen, spread, 0.0).sum(axis=1) / np.maximum(seen.sum(axis=1), 1)
    values = np.stack([*steady.values(), spread, size], axis=2)
    ones = np.ones((len(long_run), len(steady)))
    return Block(
        names=(*steady, "spread", "size"),
        groups=(DriverGroup.HISTORY,) * values.shape[2],
        data=values,
        neutral=np.column_stack([ones, typical, np.log1p(long_run)]),
    )


def _around(ours: Lags, everybody: Lags, grid: Grid) -> Block:
    """Whether the category and the shop are rising; neutral: level."""
    series = len(grid.series_ids)
    values = np.stack([_momentum(ours), np.repeat(_momentum(everybody), series, axis=0)], axis=2)
    return Block(
        names=("category momentum", "shop momentum"),
        groups=(DriverGroup.HISTORY,) * 2,
        data=values,
        neutral=np.ones((series, 2)),
    )


def _momentum(lags: Lags) -> FloatArray:
    unknown = np.full(lags.short.shape, np.nan)
    ratio = np.divide(lags.short, lags.middle, out=unknown, where=lags.middle > 0)
    return np.asarray(ratio)


def _since(own: Lags, ours: Lags, grid: Grid) -> Block:
    """Level now against a season ago, of the series and of its category; neutral: the same."""
    growths = [_growth(lags, _once_told(lags, grid)) for lags in (own, ours)]
    values = np.stack(growths, axis=2)
    return Block(
        names=("growth of the series", "growth of the category"),
        groups=(DriverGroup.HISTORY,) * 2,
        data=values,
        neutral=np.ones((len(values), 2)),
    )


def _growth(lags: Lags, before: FloatArray) -> FloatArray:
    unknown = np.full(before.shape, np.nan)
    return np.asarray(np.divide(lags.middle, before, out=unknown, where=before > 0))


def _once_told(lags: Lags, grid: Grid) -> FloatArray:
    """Level a season before each origin, unknown until a tenth of a second season has passed.

    Trees that see it in a handful of lessons only take chance for a season.
    """
    before = lags.middle_season_ago.copy()
    before[:, : math.ceil(_SEASONS_TO_TELL * grid.season)] = np.nan
    return before


def _seasons(own: Lags, ours: Lags, everybody: Lags, grid: Grid) -> tuple[Season, ...]:
    series = len(grid.series_ids)
    return (
        Season("season of the series", own.season_ago, own.middle_season_ago),
        Season("season of the category", ours.season_ago, ours.middle_season_ago),
        Season("same period of the series", own.same_season_ago, _once_told(own, grid)),
        Season("same period of the category", ours.same_season_ago, _once_told(ours, grid)),
        Season(
            "season of the shop",
            np.repeat(everybody.season_ago, series, axis=0),
            np.repeat(everybody.middle_season_ago, series, axis=0),
        ),
    )
