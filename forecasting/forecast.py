"""One run: backtest, choice of experts, forecast, contributions."""

from __future__ import annotations

import logging
import time
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from forecasting.choose import choose, rehearse
from forecasting.contributions import BASELINE, PLAYERS
from forecasting.experts.catalogue import make_experts
from forecasting.forecaster import Forecaster
from forecasting.grid import grid_of, horizon_of
from forecasting.judging.accuracy import accuracy_rows
from forecasting.judging.backtest import backtest, origins_of
from forecasting.launch import MODEL, Launches, forecast_launches, split_young
from forecasting.settings import LIBRARIES, ForecastSettings, run_id_of
from signals import Col, DataError, DriverGroup, silent

if TYPE_CHECKING:
    from forecasting.choose import Choice
    from forecasting.contributions import Attribution
    from forecasting.experts.expert import Expert, Fitted
    from forecasting.grid import FloatArray, Grid
    from forecasting.judging.backtest import Backtest
    from signals import Measure, Panel, Progress

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ForecastRun:
    """What a run found; the frames have the columns of the lake's tables.

    Parameters
    ----------
    about
        JSON-able: settings, versions, weights, whether text helped, calibration, series that an
        expert forecast by a simpler rule, series left out, seconds.
    """

    run_id: str
    made_on: pd.Timestamp
    measure: Measure
    forecasts: pd.DataFrame
    contributions: pd.DataFrame
    accuracy: pd.DataFrame
    about: dict[str, Any]
    forecaster: Forecaster = field(repr=False)


def run_forecast(
    panel: Panel,
    settings: ForecastSettings | None = None,
    *,
    progress: Progress = silent,
) -> ForecastRun:
    """Backtest every expert, choose, forecast the panel's future and take the forecast apart.

    Raises
    ------
    DataError
        When no series has enough history to be forecast.
    """
    settings = settings or ForecastSettings()
    started = time.perf_counter()
    run_id = run_id_of(panel, settings)
    grown, young = split_young(panel, settings.min_periods)
    if grown.history.empty:
        raise DataError(
            f"no series has {settings.min_periods} periods of history; {len(young)} have fewer: "
            "ingest earlier sales or lower min_periods",
        )
    tried = _backtest(grown, settings, progress)
    choice = choose(tried, settings.seed)
    forecaster = _train(grown, choice, settings, progress)
    units = forecaster.predict(grown)
    found = forecaster.attribute(grown, progress=progress)
    launches = forecast_launches(panel, young, settings.levels)
    table = _Table(run_id, panel.made_on, grid_of(grown), settings.levels, horizon_of(panel))
    about = {
        "settings": asdict(settings) | {"horizon": horizon_of(panel)},
        "versions": {name: version(name) for name in LIBRARIES},
        "origins": [str(day.date()) for day in tried.made_on],
        **choice.to_dict(),
        "fallbacks": forecaster.fallbacks(grown),
        "launches": list(launches.series_ids),
        "left_out": dict(launches.left_out),
        "seconds": round(time.perf_counter() - started, 1),
    }
    logger.info("run %s: %d series, %d launches", run_id, len(table.grid.series_ids), len(young))
    return ForecastRun(
        run_id=run_id,
        made_on=panel.made_on,
        measure=panel.measure,
        forecasts=table.forecasts(units, choice, launches),
        contributions=table.contributions(found, launches),
        accuracy=accuracy_rows(tried, rehearse(tried, settings.seed)).assign(
            **{Col.RUN_ID: run_id}
        ),
        about=about,
        forecaster=forecaster,
    )


def experts_of(panel: Panel, settings: ForecastSettings) -> list[Expert]:
    """Make the experts a run tries; those that can read text do where there is some."""
    return make_experts(settings, text=bool(panel.groups.get(DriverGroup.SENTIMENT)))


def _backtest(panel: Panel, settings: ForecastSettings, progress: Progress) -> Backtest:
    origins = origins_of(
        len(grid_of(panel).days), horizon_of(panel), origins=settings.origins, every=settings.every,
    )  # fmt: skip
    experts = experts_of(panel, settings)
    return backtest(panel, experts, settings.levels, origins, progress=progress)


def _train(
    panel: Panel, choice: Choice, settings: ForecastSettings, progress: Progress,
) -> Forecaster:  # fmt: skip
    used = {key.name for key in choice.blend.experts}
    fitted: dict[str, Fitted] = {
        expert.name: expert.fit(panel, progress=progress)
        for expert in experts_of(panel, settings)
        if expert.name in used
    }
    return Forecaster(settings.levels, fitted, choice.blend, choice.calibration)


@dataclass(frozen=True, slots=True)
class _Table:
    """Turns arrays over (series, step, level) into rows of the lake."""

    run_id: str
    made_on: pd.Timestamp
    grid: Grid
    levels: tuple[float, ...]
    horizon: int

    def forecasts(self, units: FloatArray, choice: Choice, launches: Launches) -> pd.DataFrame:
        labels = [choice.blend.label(scope) for scope in self.grid.scopes]
        ids = [*self.grid.series_ids, *launches.series_ids]
        rows = self._rows(ids, np.concatenate([units, launches.quantiles]))
        models = [*labels, *([MODEL] * len(launches.series_ids))]
        rows[Col.MODEL] = np.repeat(models, self.horizon * len(self.levels))
        return rows.assign(**{Col.MADE_ON: self.made_on})

    def contributions(self, found: Attribution, launches: Launches) -> pd.DataFrame:
        ids = [*self.grid.series_ids, *launches.series_ids]
        flat = np.zeros_like(launches.quantiles)
        frames = [
            self._rows(ids, np.concatenate([found.baseline, launches.quantiles])).assign(
                **{Col.GROUP: BASELINE},
            ),
        ]
        for group in (*PLAYERS, DriverGroup.CALIBRATION):
            rows = self._rows(ids, np.concatenate([found.parts[group], flat]))
            frames.append(rows.assign(**{Col.GROUP: str(group)}))
        return pd.concat(frames, ignore_index=True)

    def _rows(self, ids: list[str], units: FloatArray) -> pd.DataFrame:
        days = self.grid.days[-1] + self.grid.period * np.arange(1, self.horizon + 1)
        index = pd.MultiIndex.from_product(
            [ids, range(1, self.horizon + 1), self.levels],
            names=[Col.SERIES_ID, Col.STEP, Col.LEVEL],
        )
        rows = index.to_frame(index=False)
        rows[Col.DAY] = pd.DatetimeIndex(days)[rows[Col.STEP] - 1]
        rows[Col.RUN_ID] = self.run_id
        rows[Col.UNITS] = units.ravel()
        return rows
