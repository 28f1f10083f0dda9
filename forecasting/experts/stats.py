"""Statistical models of every series alone, by statsforecast."""

from __future__ import annotations

import hashlib
import logging
import warnings
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
from statsforecast import StatsForecast
from statsforecast.models import AutoARIMA, AutoETS, AutoTheta, NaNModel

from forecasting.experts.expert import ceiling, tidy
from forecasting.experts.naive import recent_level, typical_level
from forecasting.grid import grid_of, horizon_of
from signals import DriverGroup, silent

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from forecasting.grid import FloatArray, Grid
    from forecasting.inputs.design import Periods
    from signals import Panel, Progress

logger = logging.getLogger(__name__)

_MODELS: Final[Mapping[str, Callable[[], Any]]] = {
    "autoets": lambda: AutoETS(season_length=1, model="AZN"),
    "autoarima": lambda: AutoARIMA(season_length=1, max_p=2, max_q=1, max_d=1, approximation=True),
    "autotheta": lambda: AutoTheta(season_length=1),
}
_CHUNK: Final = 64  # series between two calls of progress
_AT_LEAST: Final = 12  # periods; below this the parameters are not identified
_INSTEAD: Final = "forecast by the mean of its last four periods"
_SHORT: Final = f"fewer than {_AT_LEAST} periods of history: {_INSTEAD}"
_STILL: Final = f"sales never change: {_INSTEAD}"
_FAILED: Final = f"the model found no finite forecast: {_INSTEAD}"


@dataclass(frozen=True, slots=True)
class EachAlone:
    """A model of statsforecast for each series, in log space, without a season.

    A season of 52 would need more than the two years most series have, and statsforecast limits the
    season of exponential smoothing to 24; the trees carry the season instead. Series that are too
    short or constant are forecast by the mean of their last four periods: see `fallbacks`.

    Parameters
    ----------
    name
        ``autoets``: error and trend chosen by AICc. ``autoarima``: orders up to (2, 1, 1), sought
        by conditional sums of squares in a third of the time of the usual search; the order chosen
        is fitted by maximum likelihood, since statsforecast 2.1 forecasts from a wrong state
        otherwise. ``autotheta``: the best of four theta models by their squared error.

    References
    ----------
    Hyndman and Khandakar (2008); Fiorucci et al. (2016) for theta. Deviation: fitted to
    log(1 + units), so that intervals are asymmetric and never negative; the median is unaffected by
    the way back.
    """

    levels: tuple[float, ...]
    name: str = "autoets"
    uses_text: bool = False

    def fit(self, panel: Panel, *, progress: Progress = silent) -> FittedAlone:
        fitted = FittedAlone(self.levels, self.name)
        fitted.forecast(panel, progress)
        return fitted


@dataclass(slots=True)
class FittedAlone:
    """Remembers the forecast of one history; another history is modelled anew."""

    levels: tuple[float, ...]
    name: str = "autoets"
    _seen: str = ""
    _quantiles: FloatArray = field(default_factory=lambda: np.empty((0, 0, 0)))
    _fallbacks: dict[str, str] = field(default_factory=dict)

    def forecast(self, panel: Panel, progress: Progress = silent) -> FloatArray:
        """Forecast the panel unless that was just done; shape (series, horizon, levels)."""
        grid, horizon = grid_of(panel), horizon_of(panel)
        seen = f"{hashlib.sha256(grid.units.tobytes()).hexdigest()} {grid.units.shape} {horizon}"
        if seen != self._seen:
            self._quantiles, reasons = _forecast(grid, self.name, self.levels, horizon, progress)
            self._fallbacks = {grid.series_ids[row]: why for row, why in sorted(reasons.items())}
            self._seen = seen
            for why, count in sorted(Counter(reasons.values()).items()):
                logger.info("%s: %d of %d series: %s", self.name, count, len(grid.series_ids), why)
        return self._quantiles

    def predict(self, panel: Panel, *, present: frozenset[DriverGroup]) -> FloatArray:
        if DriverGroup.HISTORY not in present:
            return typical_level(grid_of(panel), self.levels, horizon_of(panel))
        return self.forecast(panel)

    def fallbacks(self, panel: Panel) -> Mapping[str, str]:
        self.forecast(panel)
        return self._fallbacks

    def save(self, folder: Path) -> None:
        """Nothing is learnt that the history does not hold."""


def _forecast(
    grid: Grid,
    name: str,
    levels: tuple[float, ...],
    horizon: int,
    progress: Progress,
) -> tuple[FloatArray, dict[int, str]]:
    """Forecast what can be modelled; the reason of every other row comes beside."""
    quantiles = recent_level(grid, levels, horizon)
    reasons = _not_modelled(grid)
    rows = np.asarray([row for row in range(len(quantiles)) if row not in reasons], dtype=np.int64)
    for start in range(0, len(rows), _CHUNK):
        chunk = rows[start : start + _CHUNK]
        found = _modelled(grid, name, chunk, levels, horizon)
        finite = np.isfinite(found).all(axis=(1, 2))
        quantiles[chunk[finite]] = found[finite]
        reasons |= dict.fromkeys(chunk[~finite].tolist(), _FAILED)
        progress(name, min(start + _CHUNK, len(rows)), len(rows))
    return quantiles, reasons


def _not_modelled(grid: Grid) -> dict[int, str]:
    short = grid.ages < _AT_LEAST
    still = np.nanmax(grid.units, axis=1) == np.nanmin(grid.units, axis=1)
    reasons = dict.fromkeys(np.flatnonzero(still).tolist(), _STILL)
    return reasons | dict.fromkeys(np.flatnonzero(short).tolist(), _SHORT)


def _modelled(
    grid: Grid, name: str, rows: Periods, levels: tuple[float, ...], horizon: int,
) -> FloatArray:  # fmt: skip
    """Give the quantiles of some rows, NaN where the model fails."""
    known = ~np.isnan(grid.units[rows])
    series, periods = np.nonzero(known)
    logs = np.log1p(grid.units[rows][known])
    frame = pd.DataFrame({"unique_id": series, "ds": grid.days[periods], "y": logs})
    model = _MODELS[name]()
    model.alias = name
    widths: Any = sorted({_width(level) for level in levels if level != 0.5})
    engine = StatsForecast(
        models=[model], freq=grid.frequency.offset, n_jobs=1, fallback_model=NaNModel(),
    )  # fmt: skip
    with warnings.catch_warnings():
        # an almost constant series makes the likelihood degenerate, and a search that stops at the
        # precision of the machine says so; both forecasts are sound
        for category in (RuntimeWarning, UserWarning):
            warnings.filterwarnings("ignore", category=category, module=r"statsforecast\..*")
        answer = engine.forecast(df=frame, h=horizon, level=widths)
    columns = [_column(name, level) for level in levels]
    found = answer[columns].to_numpy(dtype=np.float64).reshape(len(rows), horizon, len(levels))
    middle = answer[name].to_numpy(dtype=np.float64).reshape(len(rows), horizon, 1)
    found = np.where(np.isnan(found), middle, found)
    return tidy(np.expm1(np.minimum(found, ceiling(grid.units[rows])[:, None, None])))


def _width(level: float) -> float:
    return round(abs(2.0 * level - 1.0) * 100.0, 6)


def _column(name: str, level: float) -> str:
    if level == 0.5:
        return name
    return f"{name}-{'lo' if level < 0.5 else 'hi'}-{_width(level)}"
