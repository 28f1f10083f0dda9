"""Slow movers: how often something sells and how much at a time, by statsforecast."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from statsforecast.models import ADIDA, IMAPA, TSB, CrostonSBA

from forecasting.experts.expert import tidy
from forecasting.experts.naive import typical_level
from forecasting.grid import grid_of, horizon_of
from signals import DriverGroup, silent

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from forecasting.grid import FloatArray
    from signals import Panel, Progress

NAME: Final = "croston"
_OFTEN: Final = 1.32  # periods between sales below which demand is not intermittent
_EVEN: Final = 0.49  # squared coefficient of variation of the sizes below which they are even
_SILENT: Final = 3.0  # times the usual interval, from which a series may have been delisted
_RARE: Final = 2  # sales below which neither interval nor size can be told
_MEAN_ONLY: Final = f"fewer than {_RARE} periods with sales: forecast by the mean of all periods"


class Demand(StrEnum):
    """How a series sells."""

    SMOOTH = "smooth"
    ERRATIC = "erratic"
    INTERMITTENT = "intermittent"
    LUMPY = "lumpy"
    FADING = "fading"
    RARE = "rare"


_MODELS: Final[Mapping[Demand, Any]] = {
    Demand.SMOOTH: ADIDA(),
    Demand.ERRATIC: ADIDA(),
    Demand.INTERMITTENT: CrostonSBA(),
    Demand.LUMPY: IMAPA(),
    Demand.FADING: TSB(alpha_d=0.1, alpha_p=0.1),
}


@dataclass(frozen=True, slots=True)
class Croston:
    """The method of the Croston family that suits how each series sells (`demand_of`).

    Intermittent: Croston's method without its bias (SBA). Lumpy: the mean over several widths of
    bucket (IMAPA). Smooth or erratic, where a bucket holds one period: exponential smoothing
    (ADIDA). Fading: TSB, whose rate sinks while nothing is sold.

    The forecast at level 0.5 is the rate, units a period: half of the periods of a slow mover sell
    nothing, and a median of 0 would add up to nothing over a season. The other levels are the
    rate plus empirical quantiles of what the same method missed by, one period to the horizon
    ahead, over the whole history.

    References
    ----------
    Syntetos, Boylan and Croston (2005), classes and cut-offs; Syntetos and Boylan (2005), SBA;
    Teunter, Syntetos and Babai (2011), TSB; Nikolopoulos et al. (2011), ADIDA; Petropoulos and
    Kourentzes (2015), IMAPA. Deviation: the class "fading", and IMAPA for lumpy demand.
    """

    levels: tuple[float, ...]
    name: str = NAME
    uses_text: bool = False

    def fit(self, panel: Panel, *, progress: Progress = silent) -> Croston:  # noqa: ARG002
        return self

    def predict(self, panel: Panel, *, present: frozenset[DriverGroup]) -> FloatArray:
        grid, horizon = grid_of(panel), horizon_of(panel)
        if DriverGroup.HISTORY not in present:
            return typical_level(grid, self.levels, horizon)
        known = [units[~np.isnan(units)] for units in grid.units]
        quantiles = np.stack([_quantiles(units, self.levels, horizon) for units in known])
        return np.repeat(quantiles[:, None, :], horizon, axis=1)

    def fallbacks(self, panel: Panel) -> Mapping[str, str]:
        grid = grid_of(panel)
        rare = (np.nan_to_num(grid.units) > 0).sum(axis=1) < _RARE
        return {grid.series_ids[row]: _MEAN_ONLY for row in np.flatnonzero(rare)}

    def save(self, folder: Path) -> None:
        """Nothing is learnt that the history does not hold."""


def demand_of(units: FloatArray) -> Demand:
    """Tell how a series sells.

    Parameters
    ----------
    units
        Units a period, shape (periods,), without NaN.

    Examples
    --------
    >>> str(demand_of(np.array([5.0, 6.0, 5.0, 4.0, 5.0, 6.0])))
    'smooth'
    >>> str(demand_of(np.array([0.0, 1.0, 0.0, 0.0, 1.0, 0.0, 1.0])))
    'intermittent'
    >>> str(demand_of(np.array([0.0, 1.0, 0.0, 0.0, 9.0, 0.0, 1.0])))
    'lumpy'
    >>> str(demand_of(np.array([2.0, 1.0, 2.0, 0.0, 0.0, 0.0, 0.0, 0.0])))
    'fading'
    """
    sold = np.flatnonzero(units > 0)
    if len(sold) < _RARE:
        return Demand.RARE
    between = float(np.diff(sold, prepend=-1).mean())
    if len(units) - 1 - sold[-1] > _SILENT * between:
        return Demand.FADING
    sizes = units[sold]
    even = bool(sizes.std() ** 2 < _EVEN * sizes.mean() ** 2)
    if between < _OFTEN:
        return Demand.SMOOTH if even else Demand.ERRATIC
    return Demand.INTERMITTENT if even else Demand.LUMPY


def _quantiles(units: FloatArray, levels: tuple[float, ...], horizon: int) -> FloatArray:
    """Forecast one series, shape (levels,)."""
    demand = demand_of(units)
    if demand is Demand.RARE:
        rate, ahead = float(units.mean()), np.full(len(units), units.mean())
    else:
        answer = _MODELS[demand].forecast(y=units, h=1, fitted=True)
        rate, ahead = float(answer["mean"][0]), np.asarray(answer["fitted"])
    misses = _misses(units, ahead, horizon)
    outer = rate + np.quantile(misses, levels) if len(misses) else np.full(len(levels), rate)
    share = np.asarray(levels)
    sided = np.where(share < 0.5, np.minimum(outer, rate), np.maximum(outer, rate))
    return tidy(np.where(share == 0.5, rate, sided))


def _misses(units: FloatArray, ahead: FloatArray, horizon: int) -> FloatArray:
    """Units minus the rate known up to ``horizon`` periods before, all steps together."""
    steps = [units[step:] - ahead[: len(units) - step] for step in range(min(horizon, len(units)))]
    pooled = np.concatenate(steps)
    return np.asarray(pooled[np.isfinite(pooled)])
