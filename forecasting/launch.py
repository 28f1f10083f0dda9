"""First guesses for what has hardly been sold: as other launches went."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from forecasting.agreement.tree import recently
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
    scopes, categories
        By series.
    recent
        Units each has sold in the last `RECENT` periods, shape (series,).
    """

    series_ids: tuple[str, ...]
    quantiles: FloatArray
    left_out: Mapping[str, str]
    scopes: tuple[str, ...]
    categories: tuple[str, ...]
    recent: FloatArray

    def without(self, series_ids: Sequence[str]) -> Launches:
        """Leave out series that have come of age."""
        kept = [row for row, series in enumerate(self.series_ids) if series not in series_ids]
        return replace(
            self,
            series_ids=tuple(self.series_ids[row] for row in kept),
            quantiles=self.quantiles[kept],
            scopes=tuple(self.scopes[row] for row in kept),
            categories=tuple(self.categories[row] for row in kept),
            recent=self.recent[kept],
        )

    def over(self, horizon: int) -> FloatArray:
        """Forecast ``horizon`` periods; past those of the run, the last one repeats."""
        steps = np.minimum(np.arange(horizon), self.quantiles.shape[1] - 1)
        return self.quantiles[:, steps]

    def to_dict(self) -> dict[str, Any]:
        """Say it in JSON, for `launches_from`."""
        return asdict(self) | {
            "left_out": dict(self.left_out),
            "quantiles": self.quantiles.tolist(),
            "shape": self.quantiles.shape,
            "recent": self.recent.tolist(),
        }


def launches_from(body: Mapping[str, Any]) -> Launches:
    """Read what `Launches.to_dict` wrote."""
    return Launches(
        tuple(body["series_ids"]),
        np.asarray(body["quantiles"], dtype=np.float64).reshape(body["shape"]),
        body["left_out"],
        tuple(body["scopes"]),
        tuple(body["categories"]),
        np.asarray(body["recent"], dtype=np.float64),
    )


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
    rows = {series: row for row, series in enumerate(grid.series_ids)}
    sold = recently(grid.units)
    return Launches(
        tuple(kept),
        quantiles,
        left_out,
        tuple(grid.scopes[rows[s]] if s in rows else str(Scope.PRODUCT) for s in kept),
        tuple(young[series] for series in kept),
        np.asarray([sold[rows[series]] if series in rows else 0.0 for series in kept]),
    )


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
