"""Slow movers: how often something sells and how much at a time, by statsforecast."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from statsforecast.models import ADIDA, IMAPA, TSB, CrostonSBA

from forecasting.experts.expert import tidy
from forecasting.experts.naive import typical_level
from forecasting.grid import grid_of, horizon_of
from forecasting.inputs.demand_class import RARE, Demand, demand_of
from signals import DriverGroup, silent

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from forecasting.grid import FloatArray
    from signals import Panel, Progress

NAME: Final = "croston"
_LEAST_RATE: Final = 0.25  # of the mean, so that few units do not pass for many times a rate
_MEAN_ONLY: Final = f"fewer than {RARE} periods with sales: forecast by the mean of all periods"


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
    rate times empirical quantiles of units over the rate that the same method gave one period to
    the horizon before, over the whole history.

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
        rare = (np.nan_to_num(grid.units) > 0).sum(axis=1) < RARE
        return {grid.series_ids[row]: _MEAN_ONLY for row in np.flatnonzero(rare)}

    def save(self, folder: Path) -> None:
        """Nothing is learnt that the history does not hold."""


def _quantiles(units: FloatArray, levels: tuple[float, ...], horizon: int) -> FloatArray:
    """Forecast one series, shape (levels,)."""
    demand = demand_of(units)
    if not units.any():
        return np.zeros(len(levels))
    if demand is Demand.RARE:
        rate, ahead = float(units.mean()), np.full(len(units), units.mean())
    else:
        answer = _MODELS[demand].forecast(y=units, h=1, fitted=True)
        rate, ahead = float(answer["mean"][0]), np.asarray(answer["fitted"])
    ratios = _ratios(units, ahead, horizon)
    outer = rate * (np.quantile(ratios, levels) if len(ratios) else np.ones(len(levels)))
    share = np.asarray(levels)
    sided = np.where(share < 0.5, np.minimum(outer, rate), np.maximum(outer, rate))
    return tidy(np.where(share == 0.5, rate, sided))


def _ratios(units: FloatArray, ahead: FloatArray, horizon: int) -> FloatArray:
    """Units over the rate known up to ``horizon`` periods before, all steps together.

    Ratios and no differences: nothing sold stays nothing, however the rate has moved since.
    """
    rates = np.maximum(ahead, _LEAST_RATE * units.mean())
    steps = range(min(horizon, len(units)))
    pooled = np.concatenate([units[step:] / rates[: len(units) - step] for step in steps])
    return np.asarray(pooled[np.isfinite(pooled)])
