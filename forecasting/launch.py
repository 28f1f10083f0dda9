"""First guesses for what has hardly been sold: as other launches went."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from forecasting.experts.expert import tidy
from forecasting.grid import grid_of, horizon_of
from signals import Col, Scope

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forecasting.grid import FloatArray, Grid
    from signals import Panel

MODEL: Final = "launches of its category"
_FIRST: Final = 8  # periods that make the launch level of a product
_FEW: Final = 3  # launches below which the next wider set of products is taken
_OWN: Final = 4.0  # periods of its own sales that weigh as much as the other launches


@dataclass(frozen=True, slots=True)
class Launches:
    """Forecasts of young series, and those for which none can be made.

    Parameters
    ----------
    quantiles
        Shape (series, horizon, levels), flat over the horizon.
    left_out
        Reason by series_id.
    """

    series_ids: tuple[str, ...]
    quantiles: FloatArray
    left_out: Mapping[str, str]


def split_young(panel: Panel, min_periods: int) -> tuple[Panel, dict[str, str]]:
    """Take series with under ``min_periods`` of history out of a panel.

    Returns
    -------
    tuple
        The panel of the others, and series_id to category of the young ones, cold ones included.
    """
    grid = grid_of(panel)
    young = {
        series: category
        for series, category, age in zip(grid.series_ids, grid.categories, grid.ages, strict=True)
        if age < min_periods
    }
    old = ~panel.history[Col.SERIES_ID].isin(list(young))
    ahead = ~panel.future[Col.SERIES_ID].isin(list(young))
    kept = replace(panel, history=panel.history[old], future=panel.future[ahead])
    return kept, dict(panel.cold) | young


def forecast_launches(
    panel: Panel,
    young: Mapping[str, str],
    levels: Sequence[float],
) -> Launches:
    """Forecast young series by the first eight periods of earlier launches.

    A launch is a product whose sales begin after the first period of the panel. The launches of the
    category are taken; with under three, those of the whole shop; with under three, the usual
    levels of the category's products, or else of all. What a series itself has sold moves its
    level.
    """
    grid, horizon = grid_of(panel), horizon_of(panel)
    kept: dict[str, FloatArray] = {}
    left_out: dict[str, str] = {}
    for series, category in sorted(young.items()):
        others = _comparable(grid, series, category)
        if len(others) < _FEW:
            left_out[series] = f"too little history, and under {_FEW} products to compare it with"
            continue
        flat = _level(grid, series, others, levels)
        kept[series] = np.repeat(flat[None, :], horizon, axis=0)
    shape = (len(kept), horizon, len(levels))
    quantiles = np.stack(list(kept.values())) if kept else np.empty(shape)
    return Launches(tuple(kept), quantiles, left_out)


def _comparable(grid: Grid, series: str, category: str) -> FloatArray:
    """Mean units of comparable products, shape (products,)."""
    products = np.asarray([scope == Scope.PRODUCT for scope in grid.scopes])
    products &= np.asarray(grid.series_ids) != series
    alike = products & (np.asarray(grid.categories) == category)
    launched = np.isnan(grid.units[:, 0]) & (grid.ages >= _FIRST)
    launches = [(alike & launched, True), (products & launched, True)]
    for chosen, first in (*launches, (alike, False), (products, False)):
        if chosen.sum() >= _FEW:
            return _means(grid.units[chosen], first=first)
    return np.empty(0)


def _means(units: FloatArray, *, first: bool) -> FloatArray:
    known = ~np.isnan(units)
    if first:
        known &= np.cumsum(known, axis=1) <= _FIRST
    return np.asarray(np.where(known, units, 0.0).sum(axis=1) / np.maximum(known.sum(axis=1), 1))


def _level(grid: Grid, series: str, others: FloatArray, levels: Sequence[float]) -> FloatArray:
    quantiles = np.quantile(others, levels)
    if series not in grid.series_ids:
        return tidy(quantiles)
    own = grid.units[grid.series_ids.index(series)]
    own = own[~np.isnan(own)]
    middle = max(float(np.median(others)), 1e-9)
    moved = (own.sum() + _OWN * middle) / (len(own) + _OWN)
    return tidy(quantiles * moved / middle)
