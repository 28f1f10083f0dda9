"""Peers as anyone would set them up: mlforecast's LightGBM, a statsforecast ensemble."""

from __future__ import annotations

import importlib.util
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from lightgbm import LGBMRegressor
from mlforecast import MLForecast
from mlforecast.lag_transforms import RollingMean
from mlforecast.target_transforms import GlobalSklearnTransformer
from sklearn.preprocessing import FunctionTransformer
from statsforecast import StatsForecast
from statsforecast.models import AutoETS, DynamicOptimizedTheta, Naive

from forecasting import EXPERTS, ForecastSettings
from forecasting.experts.expert import tidy
from forecasting.grid import grid_of, horizon_of
from signals import Col, silent

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from forecasting import Expert
    from forecasting.grid import FloatArray
    from signals import DriverGroup, Panel, Progress

DEEP: Final = ("tft", "nhits")
"""Peers of neuralforecast, which is an extra."""
_ROUNDS: Final = 200
_LAGS: Final = (1, 2, 3, 4, 8, 13, 26, 52)
_NAMES: Final = {Col.SERIES_ID: "unique_id", Col.DAY: "ds", Col.UNITS: "y"}


@dataclass(frozen=True, slots=True)
class PlainTrees:
    """mlforecast's direct mode: a LightGBM model a step and level on the log of the units.

    It forecasts from the last week of each series, so one that has ended is left out and forecast
    as nothing; ended series are not judged.
    """

    levels: tuple[float, ...]
    name: str = "mlforecast LightGBM quantiles"
    uses_text: bool = False

    def fit(self, panel: Panel, *, progress: Progress = silent) -> FittedPlainTrees:  # noqa: ARG002
        logs = FunctionTransformer(np.log1p, np.expm1)
        forecaster = MLForecast(
            models={f"{level:g}": _model(level) for level in self.levels},
            freq="7D",
            lags=list(_LAGS),
            lag_transforms={1: [RollingMean(4), RollingMean(13)]},
            target_transforms=[GlobalSklearnTransformer(logs)],
            num_threads=1,
        )
        columns = [Col.SERIES_ID, Col.DAY, Col.UNITS, Col.CATEGORY, *panel.known]
        frame = _frame(panel, columns)
        frame = frame[frame["unique_id"].isin(_selling(panel))]
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Found null values", UserWarning)  # short series
            forecaster.fit(
                frame,
                static_features=[Col.CATEGORY],
                dropna=False,
                max_horizon=horizon_of(panel),
            )
        return FittedPlainTrees(self.levels, forecaster)


@dataclass(frozen=True, slots=True)
class FittedPlainTrees:
    """Forecasts the panel it was fitted to."""

    levels: tuple[float, ...]
    forecaster: MLForecast

    def predict(self, panel: Panel, *, present: frozenset[DriverGroup]) -> FloatArray:  # noqa: ARG002
        grid, horizon = grid_of(panel), horizon_of(panel)
        ahead = pd.date_range(grid.days[-1], periods=horizon + 1, freq=grid.days.freq)[1:]
        keys = ["unique_id", "ds"]
        index = pd.MultiIndex.from_product([_selling(panel), ahead], names=keys)
        known = panel.future.rename(columns=_NAMES).set_index(keys)[list(panel.known)]
        known = known.reindex(index).reset_index()
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Found null values", UserWarning)  # short series
            answer = self.forecaster.predict(horizon, X_df=known if panel.known else None)
        every = pd.MultiIndex.from_product([grid.series_ids, ahead], names=keys)
        answer = answer.set_index(keys).reindex(every, fill_value=0.0)
        columns = [f"{level:g}" for level in self.levels]
        shape = (len(grid.series_ids), horizon, len(columns))
        return tidy(answer[columns].to_numpy(dtype=np.float64).reshape(shape))

    def save(self, folder: Path) -> None:
        """Peers are not kept."""


@dataclass(frozen=True, slots=True)
class StatEnsemble:
    """The mean of AutoETS and the optimised theta method, each series alone, in log units."""

    levels: tuple[float, ...]
    name: str = "statsforecast AutoETS + theta"
    uses_text: bool = False

    def fit(self, panel: Panel, *, progress: Progress = silent) -> StatEnsemble:  # noqa: ARG002
        return self

    def predict(self, panel: Panel, *, present: frozenset[DriverGroup]) -> FloatArray:  # noqa: ARG002
        grid, horizon = grid_of(panel), horizon_of(panel)
        frame = _frame(panel, [Col.SERIES_ID, Col.DAY, Col.UNITS])
        frame = frame.assign(y=np.log1p(frame["y"]))
        models = [
            AutoETS(season_length=1, model="AZN", alias="ets"),
            DynamicOptimizedTheta(season_length=1, alias="theta"),
        ]
        engine = StatsForecast(models, freq="7D", n_jobs=1, fallback_model=Naive())
        widths = sorted({round(abs(2 * level - 1) * 100, 6) for level in self.levels} - {0.0})
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)
            answer = engine.forecast(df=frame, h=horizon, level=widths)
        logs = np.mean([_columns(answer, model, self.levels) for model in ("ets", "theta")], axis=0)
        highest = np.log1p(np.nanmax(grid.units, axis=1)) + np.log(4.0)
        shape = (len(grid.series_ids), horizon, len(self.levels))
        capped = np.minimum(logs.reshape(shape), highest[:, None, None])
        return tidy(np.expm1(np.nan_to_num(capped)))

    def save(self, folder: Path) -> None:
        """Peers are not kept."""


def peers_of(
    levels: tuple[float, ...], *, text: bool = False
) -> tuple[list[Expert], Sequence[str]]:
    """Make the peers that can be had here; the second answer names those that cannot."""
    plain: list[Expert] = [PlainTrees(levels), StatEnsemble(levels)]
    here = importlib.util.find_spec("neuralforecast") is not None
    known = [name for name in DEEP if here and name in EXPERTS]
    settings = ForecastSettings(levels=levels)
    return (
        plain + [EXPERTS[name].make(settings, text) for name in known],
        [name for name in DEEP if name not in known],
    )


def _model(level: float) -> LGBMRegressor:
    return LGBMRegressor(
        objective="quantile",
        alpha=level,
        n_estimators=_ROUNDS,
        learning_rate=0.05,
        num_leaves=31,
        n_jobs=1,
        random_state=1,
        verbosity=-1,
    )


def _frame(panel: Panel, columns: list[str]) -> pd.DataFrame:
    """Take the life of each series, as mlforecast and statsforecast name its columns."""
    frame = panel.history[columns].rename(columns=_NAMES)
    if Col.CATEGORY in frame:
        frame[Col.CATEGORY] = frame[Col.CATEGORY].astype("category")
    return frame.reset_index(drop=True)


def _selling(panel: Panel) -> list[str]:
    """Name the series that still had a row in the last visible week, sorted."""
    last = panel.history[Col.DAY] == panel.history[Col.DAY].max()
    return sorted(panel.history.loc[last, Col.SERIES_ID].astype(str))


def _columns(answer: pd.DataFrame, model: str, levels: tuple[float, ...]) -> FloatArray:
    names = [
        model if level == 0.5
        else f"{model}-{'lo' if level < 0.5 else 'hi'}-{round(abs(2 * level - 1) * 100, 6)}"
        for level in levels
    ]  # fmt: skip
    return np.asarray(answer[names].to_numpy(dtype=np.float64))
