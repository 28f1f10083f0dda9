"""One run: backtest, choice of experts, forecast, contributions."""

from __future__ import annotations

import logging
import time
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any

from forecasting.choose import FINAL, choose, rehearse
from forecasting.experts.catalogue import make_experts
from forecasting.flags import flags_of
from forecasting.forecaster import Forecaster
from forecasting.grid import grid_of, horizon_of, knows_later_texts
from forecasting.judging.accuracy import accuracy_rows
from forecasting.judging.backtest import backtest, origins_of
from forecasting.judging.rehearsals import rehearsal_rows
from forecasting.judging.text_leads import text_leads
from forecasting.judging.together import TOGETHER, errors_together
from forecasting.launch import forecast_launches, growing, split_young
from forecasting.preparation.prepare import prepare
from forecasting.ready import Ready, make_ready
from forecasting.run_table import RunTable
from forecasting.settings import ForecastSettings, library_versions, run_id_of
from signals import Col, DriverGroup, silent

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from forecasting.choose import Choice
    from forecasting.experts.expert import Expert, Fitted
    from forecasting.grid import FloatArray
    from forecasting.judging.backtest import Backtest
    from forecasting.outcomes import Outcome
    from forecasting.unfinished import Unfinished
    from signals import Measure, Panel, Progress

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ForecastRun:
    """What a run found; the frames have the columns of the lake's tables.

    Parameters
    ----------
    about
        JSON-able: settings, versions, what the panel was built from, weights, whether text helped,
        by how many periods mood leads sales, calibration, how errors go together, series that an
        expert forecast by a simpler rule, series left out, flags where they are on, seconds.
    """

    run_id: str
    made_on: pd.Timestamp
    measure: Measure
    forecasts: pd.DataFrame
    contributions: pd.DataFrame
    accuracy: pd.DataFrame
    rehearsals: pd.DataFrame
    about: dict[str, Any]
    forecaster: Forecaster = field(repr=False)


def run_forecast(
    panel: Panel,
    settings: ForecastSettings | None = None,
    *,
    outcomes: Sequence[Outcome] = (),
    unfinished: Unfinished | None = None,
    progress: Progress = silent,
) -> ForecastRun:
    """Backtest every expert, choose, forecast the panel's future and take the forecast apart.

    Parameters
    ----------
    outcomes
        What came of forecasts of earlier runs, oldest first; calibration follows them. See
        `forecasting.vintages.outcomes_since`.
    unfinished
        Where finished work is kept, and taken up when the same run was stopped before; None keeps
        nothing.

    Raises
    ------
    DataError
        When no series has enough history to be forecast.
    """
    settings = settings or ForecastSettings()
    started = time.perf_counter()
    run_id = run_id_of(panel, settings, outcomes)
    ready = make_ready(panel, settings)
    tried = try_experts(ready.grown, settings, progress, unfinished)
    choice = choose(tried, settings.seed, outcomes=outcomes)
    rehearsed = rehearse(tried, settings.seed, settings.smooth)
    learnt = Learnt(
        train(ready.prepared.panel, choice, settings, progress, unfinished),
        {
            "origins": [str(day.date()) for day in tried.made_on],
            **choice.to_dict(),
            "outcomes": {outcome.run_id: outcome.points for outcome in outcomes},
            TOGETHER: errors_together(tried, rehearsed[FINAL]).to_dict(),
        },
        accuracy_rows(tried, rehearsed),
        (tried, rehearsed[FINAL]),
    )
    run = forecast_by(learnt, ready, settings, run_id, progress)
    seconds = round(time.perf_counter() - started, 1)
    return replace(run, about={**run.about, "seconds": seconds})


@dataclass(frozen=True, slots=True)
class Learnt:
    """What forecasts, what a run says of how it was chosen, and how good it was in the past.

    Parameters
    ----------
    judged
        Backtest and what would have been published in it; None where an update made none.
    """

    forecaster: Forecaster
    about: Mapping[str, Any]
    accuracy: pd.DataFrame
    judged: tuple[Backtest, FloatArray] | None = None


def forecast_by(
    learnt: Learnt, ready: Ready, settings: ForecastSettings, run_id: str, progress: Progress,
) -> ForecastRun:  # fmt: skip
    """Forecast a panel's future by what was learnt, and take the forecast apart."""
    panel, grown = ready.panel, ready.prepared.panel
    launches = forecast_launches(
        panel, ready.young, settings.levels, growing(panel, settings.min_periods)
    )
    forecaster = replace(learnt.forecaster, launches=launches)
    agreed = forecaster.reconcile(grown, forecaster.calibrated(grown))
    shown = agreed.smoothed(forecaster.smooth)
    found = forecaster.attribute(grown, progress=progress)
    table = RunTable(run_id, panel.made_on, grid_of(grown), settings.levels, horizon_of(panel))
    reason = forecaster.reconciliation.reason if forecaster.reconciliation else ""
    logger.info("run %s: %d series, %d launches", run_id, len(table.grid.series_ids),
                len(ready.young))  # fmt: skip
    return ForecastRun(
        run_id=run_id,
        made_on=panel.made_on,
        measure=panel.measure,
        forecasts=table.forecasts(shown.units, forecaster, launches),
        contributions=table.contributions(found, launches, (agreed.units, shown.units)),
        accuracy=learnt.accuracy.assign(**{Col.RUN_ID: run_id}),
        rehearsals=rehearsal_rows(learnt.judged, run_id),
        about={
            "settings": asdict(settings) | {"horizon": horizon_of(panel)},
            "versions": library_versions(),
            "panel": dict(panel.built_from),
            "preparation": ready.prepared.about,
            **learnt.about,
            "text_leads": {name: lead.to_dict() for name, lead in text_leads(grown).items()},
            "fallbacks": forecaster.fallbacks(grown),
            "launches": list(launches.series_ids),
            "alike": {series: asdict(found) for series, found in launches.alike.items()},
            "left_out": dict(launches.left_out),
            "reconciliation": agreed.to_dict()
            | {"rests": shown.to_dict()["rests"], "reason": reason},
            **({"flags": flags_of(grown, shown, learnt.judged)} if settings.flags else {}),
        },
        forecaster=forecaster,
    )


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
    launches = forecast_launches(panel, young, forecaster.levels, growing(panel, min_periods))
    again = replace(forecaster, launches=launches)
    grown = prepare(grown, forecaster.preparation)
    ids = [*grid_of(grown).series_ids, *launches.series_ids]
    return ids, again.reconcile(grown, again.calibrated(grown)).smoothed(again.smooth).units


def experts_of(panel: Panel, settings: ForecastSettings) -> list[Expert]:
    """Make the experts a run tries; those that can read text do where there is some."""
    return make_experts(settings, text=bool(panel.groups.get(DriverGroup.SENTIMENT)))


def try_experts(
    panel: Panel,
    settings: ForecastSettings,
    progress: Progress,
    unfinished: Unfinished | None = None,
) -> Backtest:
    """Backtest the experts of the settings on what the history allows.

    Raises
    ------
    ModelError
        When an origin lies before texts that the sentiment model learnt from; see `later_texts`.
    """
    if settings.later_texts:
        panel = replace(panel, text_cut_off=None)
    origins = _origins(panel, settings)
    experts = experts_of(panel, settings)
    if unfinished is not None:
        experts = unfinished.remember(experts)
    return backtest(
        panel, experts, settings.levels, origins,
        preparation=settings.preparation, progress=progress,
    )  # fmt: skip


def reads_later_texts(panel: Panel, settings: ForecastSettings) -> bool:
    """Tell whether `run_forecast` would refuse the sentiment of a panel for what it learnt from."""
    if settings.later_texts:
        return False
    grown, _ = split_young(panel, settings.min_periods)
    if grown.history.empty:
        return False
    grid = grid_of(grown)
    days = [grid.frequency.last_day(grid.days[place]) for place in _origins(grown, settings)]
    return any(knows_later_texts(grown, day) for day in days)


def _origins(panel: Panel, settings: ForecastSettings) -> list[int]:
    periods, horizon = len(grid_of(panel).days), horizon_of(panel)
    return origins_of(periods, horizon, origins=settings.origins, every=settings.every)


def train(
    panel: Panel,
    choice: Choice,
    settings: ForecastSettings,
    progress: Progress,
    unfinished: Unfinished | None = None,
) -> Forecaster:
    """Fit the experts that were chosen to the whole history."""
    used = {key.name for key in choice.blend.experts}
    fitted: dict[str, Fitted] = {}
    for expert in experts_of(panel, settings):
        if expert.name not in used:
            continue
        if unfinished is None:
            fitted[expert.name] = expert.fit(panel, progress=progress)
        else:
            fitted[expert.name] = unfinished.fit(expert, panel, settings.levels, progress)
    return Forecaster(
        settings.levels,
        fitted,
        choice.blend,
        choice.calibration,
        choice.reconciliation,
        preparation=settings.preparation,
        segments=choice.segments,
        smooth=settings.smooth,
    )
