"""From the lake to answers: score, forecast, alerts, index. Each step can be repeated."""

from __future__ import annotations

import logging
import time
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from forecasting import (
    Unfinished,
    forecast_frame,
    holds_forecaster,
    last_run,
    latest_run,
    outcomes_since,
    repeat_run,
    run_forecast,
    run_id_of,
    save_run,
    stored_run,
    update_forecast,
    with_risk,
)
from retrieval import IndexAbout, build_index, lake_passages, lake_vectors
from signals import ALERTS, Col, Lake, open_alerts, scan_alerts, score_documents, silent
from ui.audit import Deed
from ui.run_inputs import forecast_settings, last_known, panel_to_forecast
from ui.run_notes import notes_of
from ui.wiring import make_alert_states, make_audit, make_encoder, make_scorer

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from signals import Progress, Scorer
    from ui.settings import Settings

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class PipelineReport:
    """What one run did.

    Parameters
    ----------
    notes
        What the run has to say about itself beside its forecasts.
    seconds
        Of each step.
    """

    run_id: str = ""
    made_on: str = ""
    documents_scored: int = 0
    series: int = 0
    new_alerts: int = 0
    passages: int = 0
    notes: list[str] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Give the report as JSON values."""
        return asdict(self)


def run_pipeline(
    settings: Settings,
    *,
    now: pd.Timestamp,
    as_of: pd.Timestamp | None = None,
    update: bool = False,
    progress: Progress = silent,
) -> PipelineReport:
    """Score, forecast, look for alerts and index, for one workspace.

    Where a run knows less than an earlier one, the index stays that of the run that answers speak
    from; questions as of a day collect their own.

    Parameters
    ----------
    now
        The moment the run is recorded under.
    as_of
        Use only what was known then; None takes everything up to the last day with sales.
    update
        Go on from the last run instead of choosing and learning anew.

    Raises
    ------
    NotReady
        When no sales were brought in.
    """
    with make_audit(settings).noting(Deed.RUN, "workspace") as told:
        asked = _Asked(as_of or last_known(Lake(settings.workspace.lake)), now, update)
        report = _run(settings, asked, progress)
        told.append(f"run {report.run_id}, data up to {report.made_on}")
    return report


class _Asked(NamedTuple):
    as_of: pd.Timestamp
    now: pd.Timestamp
    update: bool


def _run(settings: Settings, asked: _Asked, progress: Progress) -> PipelineReport:
    lake, as_of = Lake(settings.workspace.lake), asked.as_of
    scorer = make_scorer(settings)
    report = PipelineReport()
    with _timed(report, "score"):
        report.documents_scored = score_documents(lake, scorer, progress=progress)
    with _timed(report, "forecast"):
        _forecast(settings, lake, scorer, asked, report, progress)
    with _timed(report, "alerts"):
        _look_for_alerts(settings, lake, scorer, as_of, report)
    latest = latest_run(lake)
    if latest.run_id != report.run_id:
        report.notes.append(
            f"Answers go on from run {latest.run_id} with data up to {latest.made_on:%Y-%m-%d}; "
            f"to hear this one, ask: as of {report.made_on}, ..."
        )
        return report
    with _timed(report, "index"):
        _index(settings, lake, scorer.model_id, as_of, report, progress)
    return report


@contextmanager
def _timed(report: PipelineReport, step: str) -> Iterator[None]:
    started = time.perf_counter()
    yield
    report.seconds[step] = round(time.perf_counter() - started, 2)
    logger.info("%s took %.1f s", step, report.seconds[step])


def _forecast(
    settings: Settings,
    lake: Lake,
    scorer: Scorer,
    asked: _Asked,
    report: PipelineReport,
    progress: Progress,
) -> None:
    wanted, models = forecast_settings(settings), settings.workspace.models
    panel = panel_to_forecast(settings, lake, scorer, asked.as_of)
    last = last_run(lake, models) if asked.update else None
    outcomes = () if last else outcomes_since(lake, panel, wanted.preparation)
    report.run_id = last.id_after(panel, wanted) if last else run_id_of(panel, wanted, outcomes)
    report.made_on = f"{panel.made_on:%Y-%m-%d}"
    kept = holds_forecaster(models, report.run_id)
    if not (kept and repeat_run(lake, report.run_id, now=asked.now)):
        unfinished = Unfinished(settings.workspace.unfinished, report.run_id)
        if last:
            run = update_forecast(panel, wanted, last, progress=progress)
        else:
            run = run_forecast(
                panel, wanted, outcomes=outcomes, unfinished=unfinished, progress=progress
            )
        save_run(run, lake, models, now=asked.now)
        unfinished.forget()
    report.series = forecast_frame(lake, report.run_id)[Col.SERIES_ID].nunique()
    report.notes = notes_of(stored_run(lake, report.run_id).config)


def _look_for_alerts(
    settings: Settings, lake: Lake, scorer: Scorer, as_of: pd.Timestamp, report: PipelineReport
) -> None:
    """Store the alerts of a moment; those of the newest are compared with what people did."""
    found = scan_alerts(lake, as_of=as_of, model_id=scorer.model_id, confusion=scorer.confusion)
    found = with_risk(lake, found, report.run_id, as_of)
    with lake.batch() as batch:
        report.new_alerts = batch.add(ALERTS, found)
    seen = lake.read(ALERTS, columns=[Col.AVAILABLE_AT])[Col.AVAILABLE_AT].max()
    if as_of >= last_known(lake) and not seen > as_of:  # else a later look knows more
        make_alert_states(settings).notice(open_alerts(lake, as_of))


def _index(
    settings: Settings,
    lake: Lake,
    model_id: str,
    as_of: pd.Timestamp,
    report: PipelineReport,
    progress: Progress,
) -> None:
    encoder = make_encoder(settings)
    versions = lake.versions()
    passages = lake_passages(
        lake.at(versions), run_id=report.run_id, as_of=as_of, model_id=model_id
    )
    report.passages = len(passages)
    build_index(
        passages,
        encoder,
        settings.workspace.index,
        known_vectors=lake_vectors(lake, encoder.encoder_id),
        about=IndexAbout(
            lake_versions=versions,
            run_id=report.run_id,
            as_of=as_of.isoformat(),
            model_id=model_id,
        ),
        progress=progress,
    )
