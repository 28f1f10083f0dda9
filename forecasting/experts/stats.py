"""Exponential smoothing of every series alone, by statsforecast."""

from __future__ import annotations

import hashlib
import warnings
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
from statsforecast import StatsForecast
from statsforecast.models import AutoETS

from forecasting.experts.expert import tidy
from forecasting.experts.naive import recent_level, typical_level
from forecasting.grid import grid_of, horizon_of
from signals import DriverGroup, silent

if TYPE_CHECKING:
    from pathlib import Path

    from forecasting.grid import FloatArray, Grid
    from signals import Panel, Progress

_CHUNK: Final = 64  # series smoothed between two calls of progress
_AT_LEAST: Final = 12  # periods; below this the smoothing constants are not identified


@dataclass(frozen=True, slots=True)
class AutoEts:
    """Error and trend chosen by AICc, in log space, without a season.

    A season of 52 would need more than the two years most series have, and statsforecast limits the
    season of this model to 24; the trees carry the season instead. Series with under 12 periods
    are forecast by the mean of their last four.

    References
    ----------
    Hyndman and Khandakar (2008). Deviation: fitted to log(1 + units), so that intervals are
    asymmetric and never negative; the median is unaffected by the way back.
    """

    levels: tuple[float, ...]
    name: str = "autoets"
    uses_text: bool = False

    def fit(self, panel: Panel, *, progress: Progress = silent) -> FittedEts:
        fitted = FittedEts(self.levels)
        fitted.smooth(panel, progress)
        return fitted


@dataclass(slots=True)
class FittedEts:
    """Remembers the forecast of one history; another history is smoothed anew."""

    levels: tuple[float, ...]
    _seen: str = ""
    _quantiles: FloatArray = field(default_factory=lambda: np.empty((0, 0, 0)))

    def smooth(self, panel: Panel, progress: Progress = silent) -> FloatArray:
        """Forecast the panel unless that was just done; shape (series, horizon, levels)."""
        grid, horizon = grid_of(panel), horizon_of(panel)
        seen = f"{hashlib.sha256(grid.units.tobytes()).hexdigest()} {horizon}"
        if seen != self._seen:
            self._quantiles = _smooth(grid, self.levels, horizon, progress)
            self._seen = seen
        return self._quantiles

    def predict(self, panel: Panel, *, present: frozenset[DriverGroup]) -> FloatArray:
        if DriverGroup.HISTORY not in present:
            return typical_level(grid_of(panel), self.levels, horizon_of(panel))
        return self.smooth(panel)

    def save(self, folder: Path) -> None:
        """Nothing is learnt that the history does not hold."""


def _smooth(
    grid: Grid,
    levels: tuple[float, ...],
    horizon: int,
    progress: Progress,
) -> FloatArray:
    quantiles = recent_level(grid, levels, horizon)
    long = np.flatnonzero(grid.ages >= _AT_LEAST)
    for start in range(0, len(long), _CHUNK):
        rows = long[start : start + _CHUNK]
        quantiles[rows] = _forecast(grid, rows, levels, horizon)
        progress("smoothing", min(start + _CHUNK, len(long)), len(long))
    return quantiles


def _forecast(
    grid: Grid,
    rows: np.ndarray[tuple[int], np.dtype[np.int64]],
    levels: tuple[float, ...],
    horizon: int,
) -> FloatArray:
    known = ~np.isnan(grid.units[rows])
    series, periods = np.nonzero(known)
    frame = pd.DataFrame(
        {
            "unique_id": series,
            "ds": grid.days[periods],
            "y": np.log1p(grid.units[rows][known]),
        },
    )
    model = AutoETS(season_length=1, model="AZN", alias="ets")
    widths: Any = sorted({_width(level) for level in levels if level != 0.5})
    engine = StatsForecast(models=[model], freq=grid.frequency.offset, n_jobs=1)
    with warnings.catch_warnings():
        # a constant series makes the likelihood degenerate; its forecast is that constant
        warnings.filterwarnings("ignore", category=RuntimeWarning, module=r"statsforecast\..*")
        answer = engine.forecast(df=frame, h=horizon, level=widths)
    columns = [_column(level) for level in levels]
    logs = answer[columns].to_numpy(dtype=np.float64).reshape(len(rows), horizon, len(levels))
    middle = answer["ets"].to_numpy(dtype=np.float64).reshape(len(rows), horizon, 1)
    logs = np.where(np.isnan(logs), middle, logs)
    highest = np.log1p(np.nanmax(grid.units[rows], axis=1)) + np.log(4.0)
    return tidy(np.expm1(np.minimum(logs, highest[:, None, None])))


def _width(level: float) -> float:
    return round(abs(2.0 * level - 1.0) * 100.0, 6)


def _column(level: float) -> str:
    if level == 0.5:
        return "ets"
    return f"ets-{'lo' if level < 0.5 else 'hi'}-{_width(level)}"
