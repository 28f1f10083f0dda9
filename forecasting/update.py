"""Take new data into the last run instead of running anew: its choice stands, its models go on."""

from __future__ import annotations

import json
import logging
import time
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Final

from forecasting.experts.expert import Updates
from forecasting.forecast import Learnt, experts_of, forecast_by
from forecasting.grid import grid_of, horizon_of
from forecasting.judging.together import TOGETHER
from forecasting.kept_forecaster import load_forecaster
from forecasting.ready import make_ready
from forecasting.runs import accuracy_frame, latest_run
from forecasting.settings import run_id_of
from signals import ConfigError, ModelError, silent

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from forecasting.experts.expert import Fitted
    from forecasting.forecast import ForecastRun
    from forecasting.forecaster import Forecaster
    from forecasting.runs import RunInfo
    from forecasting.settings import ForecastSettings
    from signals import Lake, Panel, Progress

logger = logging.getLogger(__name__)

UPDATED: Final = "updated"
"""Entry of `ForecastRun.about`: the run that was updated, and when the choice was made."""
_CHOSEN: Final = (
    "origins", "text_helped", "text", "models", "weights", "segments", "calibration", "outcomes",
    TOGETHER,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class LastRun:
    """A stored run with its models and its accuracy rows."""

    info: RunInfo
    forecaster: Forecaster
    accuracy: pd.DataFrame

    def id_after(self, panel: Panel, settings: ForecastSettings) -> str:
        """Name the update to a panel; the run itself where nothing has changed since."""
        before = self.info.config.get(UPDATED, {}).get("from")
        if run_id_of(panel, settings, after=before) == self.info.run_id:
            return self.info.run_id
        return run_id_of(panel, settings, after=self.info.run_id)


def last_run(lake: Lake, folder: Path) -> LastRun:
    """Load the latest run.

    Raises
    ------
    NotReady
        When there is none, or its models are not kept any more.
    ModelError
        When its models are damaged.
    """
    info = latest_run(lake)
    return LastRun(info, load_forecaster(folder, info.run_id), accuracy_frame(lake, info.run_id))


def update_forecast(
    panel: Panel, settings: ForecastSettings, last: LastRun, *, progress: Progress = silent
) -> ForecastRun:
    """Forecast later data by the choice of an earlier run and models that go on from its own.

    Weights, calibration, reconciliation and the decision on text are taken over, and so are the
    accuracy rows, which tell of the origins they were chosen on. An expert that can go on from
    what it learnt does (`Updates`); the others are fitted anew, since they cost little.

    Raises
    ------
    ConfigError
        When the settings are not those of the run, or the panel ends before its data did.
    ModelError
        When the panel lacks what was learnt from.
    """
    _check(panel, settings, last)
    started = time.perf_counter()
    ready = make_ready(panel, settings)
    grown = ready.prepared.panel
    unknown = sorted(set(grid_of(grown).scopes) - set(last.forecaster.blend.weights))
    if unknown:
        raise ModelError(
            f"run {last.info.run_id} chose no experts for {unknown}; run: groundswell run"
        )
    fitted: dict[str, Fitted] = {}
    for expert in experts_of(grown, settings):
        before = last.forecaster.fitted.get(expert.name)
        if before is not None and isinstance(expert, Updates):
            fitted[expert.name] = expert.update(before, grown, progress=progress)
        elif before is not None:
            fitted[expert.name] = expert.fit(grown, progress=progress)
    told = last.info.config
    chosen_on = told.get(UPDATED, {}).get("chosen_on", f"{last.info.made_on:%Y-%m-%d}")
    learnt = Learnt(
        replace(last.forecaster, fitted=fitted),
        {name: told[name] for name in _CHOSEN if name in told}
        | {UPDATED: {"from": last.info.run_id, "chosen_on": chosen_on}},
        last.accuracy,
    )
    run_id = last.id_after(panel, settings)
    run = forecast_by(learnt, ready, settings, run_id, progress)
    seconds = round(time.perf_counter() - started, 1)
    logger.info("run %s goes on from %s, chosen on %s", run_id, last.info.run_id, chosen_on)
    return replace(run, about={**run.about, "seconds": seconds})


def _check(panel: Panel, settings: ForecastSettings, last: LastRun) -> None:
    """Refuse models that saw the future, and settings that were not those of the run."""
    if panel.made_on < last.info.made_on:
        raise ConfigError(
            f"run {last.info.run_id} saw data up to {last.info.made_on:%Y-%m-%d}, asked is a "
            f"forecast from data up to {panel.made_on:%Y-%m-%d}, which its models must not know; "
            "run without --update"
        )
    before = last.info.config["settings"]
    # as JSON, in which the settings of a stored run are written
    now = json.loads(json.dumps(asdict(settings) | {"horizon": horizon_of(panel)}))
    changed = [
        f"{name} was {before.get(name)!r}, is {now.get(name)!r}"
        for name in sorted({*before, *now})
        if before.get(name) != now.get(name)
    ]
    if changed:
        raise ConfigError(
            f"settings are not those of run {last.info.run_id}: {'; '.join(changed)}; "
            "run without --update"
        )
