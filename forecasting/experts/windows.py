"""What a neural network reads of a panel: log units around the level of each series, and plans.

Sales are log(1 + units) minus log(1 + long-run units), so that one network serves large and small
series, 0 says "as usual", and the zeros that stand before a series begins are neutral too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from forecasting.experts.expert import tidy
from forecasting.experts.naive import recent_level, typical_level
from forecasting.grid import grid_of, horizon_of
from forecasting.inputs.drivers import known_block
from signals import DriverGroup, ModelError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forecasting.grid import FloatArray, Grid
    from forecasting.inputs.window_coder import WindowCoder
    from signals import Panel

_YOUNGEST: Final = 8  # periods of history a network needs of a series
_FLOOR: Final = 0.25  # least level, in units
_QUIET: Final = 0.3  # codes spread over 1, log sales over about this; louder ones misled NHITS
_HIGHEST: Final = 4.0  # times the most a series ever sold: no forecast goes beyond

BoolArray = np.ndarray[tuple[int, ...], np.dtype[np.bool_]]


@dataclass(frozen=True, slots=True)
class Scaling:
    """Centre and spread of each known-ahead column in training.

    Parameters
    ----------
    centres, spreads
        Shape (columns,).
    """

    columns: tuple[str, ...]
    centres: FloatArray
    spreads: FloatArray

    def to_dict(self) -> dict[str, Any]:
        """Say it in JSON."""
        return {
            "columns": list(self.columns),
            "centres": self.centres.tolist(),
            "spreads": self.spreads.tolist(),
        }

    @classmethod
    def from_dict(cls, about: Mapping[str, Any]) -> Scaling:
        """Read what `to_dict` gave."""
        return cls(
            tuple(about["columns"]), np.asarray(about["centres"]), np.asarray(about["spreads"])
        )


@dataclass(frozen=True, slots=True)
class Inputs:
    """A panel as a network reads it.

    Parameters
    ----------
    sales
        Shape (series, periods); 0 before a series begins.
    known
        Known-ahead columns, scaled, and last what is known of earlier sales for every step: those
        a season ago, and codes of those a horizon ago; shape (series, periods + horizon, columns).
    neutral
        What each column of ``known`` says while its group is absent, shape (series, columns).
    groups
        Driver group of each column of ``known``.
    """

    grid: Grid
    horizon: int
    sales: FloatArray
    known: FloatArray
    neutral: FloatArray
    groups: tuple[DriverGroup, ...]

    @property
    def begun(self) -> BoolArray:
        """Whether a series has begun, shape (series, periods)."""
        return ~np.isnan(self.grid.units)

    @property
    def teachable(self) -> BoolArray:
        """Whether a series has eight periods and ever changed, shape (series,)."""
        units = self.grid.units
        changes = np.nanmax(units, axis=1) > np.nanmin(units, axis=1)
        return np.asarray(changes & (self.grid.ages >= _YOUNGEST))

    def window(self, size: int, present: frozenset[DriverGroup]) -> tuple[FloatArray, ...]:
        """Cut what is read for a forecast.

        Returns
        -------
        tuple of ndarray
            Sales and whether they are known, shape (series, size); known-ahead columns, shape
            (series, size + horizon, columns). Histories that are shorter stand at the end,
            after neutral values.
        """
        seen = np.asarray([group in present for group in self.groups])
        neutral = np.broadcast_to(self.neutral[:, None, :], self.known.shape)
        known = np.where(seen, self.known, neutral)
        shown = self.sales if DriverGroup.HISTORY in present else np.zeros_like(self.sales)
        short = max(size - self.sales.shape[1], 0)
        before = np.repeat(self.neutral[:, None, :], short, axis=1)
        pad = ((0, 0), (short, 0))
        return (
            np.pad(shown, pad)[:, -size:],
            np.pad(self.begun.astype(np.float64), pad)[:, -size:],
            np.concatenate([before, known], axis=1)[:, -(size + self.horizon) :],
        )

    def fallback(
        self, levels: tuple[float, ...], present: frozenset[DriverGroup],
    ) -> FloatArray:  # fmt: skip
        """Forecast without a network: the mean of the last four periods."""
        level = recent_level if DriverGroup.HISTORY in present else typical_level
        return level(self.grid, levels, self.horizon)

    def units(self, logs: FloatArray) -> FloatArray:
        """Turn log units around the level into units a period, for the ``teachable`` series."""
        rows = self.teachable
        most = np.log1p(np.nanmax(self.grid.units[rows], axis=1)) + np.log(_HIGHEST)
        usual = np.log1p(_level(self.grid))[rows]
        return tidy(np.expm1(np.minimum(logs + usual[:, None, None], most[:, None, None])))


def scaling_of(panel: Panel, columns: tuple[str, ...]) -> Scaling:
    """Measure the known-ahead columns of a history; one that never changes keeps its unit."""
    if not columns:
        return Scaling((), np.zeros(0), np.ones(0))
    block = known_block(panel, columns)
    values = block.data[:, : -horizon_of(panel)].reshape(-1, len(columns))
    spreads = np.nanstd(values, axis=0)
    centres = np.nanmean(values, axis=0)
    return Scaling(columns, centres, np.where(spreads > 0, spreads, 1.0))


def inputs_of(panel: Panel, scaling: Scaling, coder: WindowCoder | None = None) -> Inputs:
    """Lay a panel out for a network.

    Parameters
    ----------
    coder
        Adds its codes of the sales a horizon before each period; None adds none.

    Raises
    ------
    ModelError
        When the panel lacks a column the network was trained with.
    """
    missing = sorted(set(scaling.columns) - set(panel.known))
    if missing:
        raise ModelError(
            f"the saved network reads the column(s) {missing}, the data have {list(panel.known)}; "
            "run: groundswell run",
        )
    grid, horizon = grid_of(panel), horizon_of(panel)
    block = known_block(panel, scaling.columns)
    data = np.where(np.isnan(block.data), block.neutral[:, None, :], block.data)
    known = (data - scaling.centres) / scaling.spreads
    neutral = (block.neutral - scaling.centres) / scaling.spreads
    sales = np.nan_to_num(np.log1p(grid.units) - np.log1p(_level(grid))[:, None])
    recent: list[FloatArray] = [_season_ago(sales, grid.season, horizon)[..., None]]
    usual: list[FloatArray] = [np.zeros(1)]
    if coder is not None:
        flat, codes = _QUIET * coder.flat, _QUIET * coder.codes(grid)
        before = np.broadcast_to(flat, (len(sales), horizon, len(flat)))
        recent.append(np.concatenate([before, codes], axis=1))
        usual.append(flat)
    told = np.concatenate(recent, axis=2)
    return Inputs(
        grid=grid,
        horizon=horizon,
        sales=sales,
        known=np.concatenate([known, told], axis=2),
        neutral=np.column_stack([neutral, np.tile(np.concatenate(usual), (len(sales), 1))]),
        groups=(*block.groups, *[DriverGroup.HISTORY] * told.shape[2]),
    )


def _level(grid: Grid) -> FloatArray:
    return np.asarray(np.maximum(np.nanmean(grid.units, axis=1), _FLOOR))


def _season_ago(sales: FloatArray, season: int, horizon: int) -> FloatArray:
    """Sales of the newest season that is known for every step; 0 where there is none."""
    lag = season * -(-horizon // season)
    return np.pad(sales, ((0, 0), (lag, 0)))[:, : sales.shape[1] + horizon]
