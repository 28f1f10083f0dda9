"""One run: backtest, choice of experts, forecast, contributions."""

from __future__ import annotations

import logging
import time
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from forecasting.choose import FINAL, choose, rehearse
from forecasting.contributions import BASELINE
from forecasting.experts.catalogue import make_experts
from forecasting.flags import flags_of
from forecasting.forecaster import Forecaster
from forecasting.grid import grid_of, horizon_of
from forecasting.judging.accuracy import accuracy_rows
from forecasting.judging.backtest import backtest, origins_of
from forecasting.launch import MODEL, Launches, forecast_launches, split_young
from forecasting.preparation.prepare import prepare, prepare_and_tell
from forecasting.settings import ForecastSettings, library_versions, run_id_of
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
        JSON-able: settings, versions, what the panel was built from, weights, whether text helped,
        calibration, series that an expert forecast by a simpler rule, series left out, flags where
        they are on, seconds.
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
    grown, young = with_history(panel, settings.min_periods)
    tried = try_experts(grown, settings, progress)
    choice = choose(tried, settings.seed)
    rehearsed = rehearse(tried, settings.seed, settings.smooth)
    prepared = prepare_and_tell(grown, settings.preparation)
    grown = prepared.panel
    launches = forecast_launches(panel, young, settings.levels)
    forecaster = replace(train(grown, choice, settings, progress), launches=launches)
    calibrated = forecaster.calibrated(grown)
    agreed = forecaster.reconcile(grown, calibrated)
    shown = agreed.smoothed(settings.smooth)
    found = forecaster.attribute(grown, progress=progress)
    table = _Table(run_id, panel.made_on, grid_of(grown), settings.levels, horizon_of(panel))
    about = {
        "settings": asdict(settings) | {"horizon": horizon_of(panel)},
        "versions": library_versions(),
        "origins": [str(day.date()) for day in tried.made_on],
        "panel": dict(panel.built_from),
        "preparation": prepared.about,
        **choice.to_dict(),
        "fallbacks": forecaster.fallbacks(grown),
        "launches": list(launches.series_ids),
        "left_out": dict(launches.left_out),
        "reconciliation": agreed.to_dict()
        | {"rests": shown.to_dict()["rests"], "reason": choice.reconciliation.reason},
        "seconds": round(time.perf_counter() - started, 1),
    }
    if settings.flags:
        about["flags"] = flags_of(grown, shown.units, tried, rehearsed[FINAL])
    logger.info("run %s: %d series, %d launches", run_id, len(table.grid.series_ids), len(young))
    return ForecastRun(
        run_id=run_id,
        made_on=panel.made_on,
        measure=panel.measure,
        forecasts=table.forecasts(shown.units, choice, launches),
        contributions=table.contributions(found, launches, (agreed.units, shown.units)),
        accuracy=accuracy_rows(tried, rehearsed).assign(**{Col.RUN_ID: run_id}),
        about=about,
        forecaster=forecaster,
    )


def with_history(panel: Panel, min_periods: int) -> tuple[Panel, dict[str, str]]:
    """Part the series that experts forecast from the young ones, as `split_young` does.

    Raises
    ------
    DataError
        When all are young.
    """
    grown, young = split_young(panel, min_periods)
    if grown.history.empty:
        raise DataError(
            f"no series has {min_periods} periods of history; {len(young)} have fewer: "
            "ingest earlier sales or lower min_periods",
        )
    return grown, young


def forecast_again(
    panel: Panel, forecaster: Forecaster, min_periods: int,
) -> tuple[list[str], FloatArray]:  # fmt: skip
    """Forecast a panel by what was learnt earlier, launches included, as `run_forecast` does.

    Parameters
    ----------
    min_periods
        Periods of history below which a series is forecast as a launch.

    Returns
    -------
    tuple
        Series that have a forecast, and their quantiles, shape (series, horizon, levels).
    """
    grown, young = split_young(panel, min_periods)
    launches = forecast_launches(panel, young, forecaster.levels)
    again = replace(forecaster, launches=launches)
    grown = prepare(grown, forecaster.preparation)
    ids = [*grid_of(grown).series_ids, *launches.series_ids]
    return ids, again.reconcile(grown, again.calibrated(grown)).smoothed(again.smooth).units


def experts_of(panel: Panel, settings: ForecastSettings) -> list[Expert]:
    """Make the experts a run tries; those that can read text do where there is some."""
    return make_experts(settings, text=bool(panel.groups.get(DriverGroup.SENTIMENT)))


def try_experts(panel: Panel, settings: ForecastSettings, progress: Progress) -> Backtest:
    """Backtest the experts of the settings on what the history allows."""
    origins = origins_of(
        len(grid_of(panel).days), horizon_of(panel), origins=settings.origins, every=settings.every,
    )  # fmt: skip
    experts = experts_of(panel, settings)
    return backtest(
        panel, experts, settings.levels, origins,
        preparation=settings.preparation, progress=progress,
    )  # fmt: skip


def train(
    panel: Panel, choice: Choice, settings: ForecastSettings, progress: Progress,
) -> Forecaster:  # fmt: skip
    """Fit the experts that were chosen to the whole history."""
    used = {key.name for key in choice.blend.experts}
    fitted: dict[str, Fitted] = {
        expert.name: expert.fit(panel, progress=progress)
        for expert in experts_of(panel, settings)
        if expert.name in used
    }
    return Forecaster(
        settings.levels,
        fitted,
        choice.blend,
        choice.calibration,
        choice.reconciliation,
        preparation=settings.preparation,
        smooth=settings.smooth,
    )


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
        rows = self._rows(ids, units)
        models = [*labels, *([MODEL] * len(launches.series_ids))]
        rows[Col.MODEL] = np.repeat(models, self.horizon * len(self.levels))
        return rows.assign(**{Col.MADE_ON: self.made_on})

    def contributions(
        self, found: Attribution, launches: Launches, moved: tuple[FloatArray, FloatArray],
    ) -> pd.DataFrame:  # fmt: skip
        """Lay the parts out; ``moved`` are the units once sums agree, and once smoothed."""
        ids = [*self.grid.series_ids, *launches.series_ids]
        flat = np.zeros_like(launches.quantiles)
        agreed, shown = (units[len(self.grid.series_ids) :] for units in moved)
        last = {
            DriverGroup.RECONCILIATION: agreed - launches.quantiles,
            DriverGroup.SMOOTHING: shown - agreed,
        }
        frames = [
            self._rows(ids, np.concatenate([found.baseline, launches.quantiles])).assign(
                **{Col.GROUP: BASELINE},
            ),
        ]
        for group, part in found.parts.items():
            rows = self._rows(ids, np.concatenate([part, last.get(group, flat)]))
            frames.append(rows.assign(**{Col.GROUP: str(group)}))
        return pd.concat(frames, ignore_index=True)

    def _rows(self, ids: list[str], units: FloatArray) -> pd.DataFrame:
        days = self.grid.ahead(self.horizon)
        index = pd.MultiIndex.from_product(
            [ids, range(1, self.horizon + 1), self.levels],
            names=[Col.SERIES_ID, Col.STEP, Col.LEVEL],
        )
        rows = index.to_frame(index=False)
        rows[Col.DAY] = days[rows[Col.STEP] - 1]
        rows[Col.RUN_ID] = self.run_id
        rows[Col.UNITS] = units.ravel()
        return rows
