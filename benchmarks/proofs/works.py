"""The kinds of work that are killed: what each starts from, does, and lets readers see."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from made_shop import made_panel
from proofs.stored_kinds import digest, passage_of
from proofs.stored_lake import batch_of, store
from proofs.tiny_training import TinyTraining

from forecasting import (
    ForecastSettings,
    forecast_frame,
    latest_run,
    load_forecaster,
    run_forecast,
    save_run,
)
from retrieval import HashingEncoder, Passage, build_index, open_index
from signals import (
    BATCHES,
    DOCUMENTS,
    SALES,
    SCORES,
    Col,
    Feed,
    Lake,
    LexiconScorer,
    NotReady,
    StateDatabase,
    ingest,
    score_documents,
)
from signals.batch import ABSENT
from ui.alerting.states import AlertStates
from ui.jobs import JobKind
from ui.jobs.sql_jobs import SqlJobs

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from proofs.deaths import Work

    from forecasting import ForecastRun
    from signals import Table

_NOW: Final = pd.Timestamp("2025-03-01", tz="UTC")
_WRITES: Final = 15
_NOTHING: Final = "nothing"


def every_work(folder: Path) -> list[Work]:
    """List the kinds of work; what a training needs is made under ``folder``."""
    return [Ingest(), Scoring(), TinyTraining(folder), IndexBuild(), Publish(_runs()), State()]


@dataclass(frozen=True, slots=True)
class Ingest:
    """Files brought in one after another, three tables each."""

    name: str = "ingest"

    def prepare(self, folder: Path) -> None:
        pass

    def do(self, folder: Path, acknowledge: Callable[[], object]) -> None:
        for number in range(2):
            rows = batch_of(number)
            feeds = [Feed(table, rows[table], f"file {number}") for table in (SALES, DOCUMENTS)]
            ingest(Lake(folder / "lake"), feeds, source="file", now=_NOW)
            acknowledge()

    def seen(self, folder: Path) -> str:
        lake = Lake(folder / "lake")
        batches = lake.read(BATCHES, columns=[Col.BATCH_ID, Col.TABLE, Col.ROWS_IN, Col.KEPT])
        return digest(_stored(lake, SALES), _stored(lake, DOCUMENTS), batches.to_csv())


@dataclass(frozen=True, slots=True)
class Scoring:
    """Texts scored ten at a time."""

    name: str = "scoring"

    def prepare(self, folder: Path) -> None:
        for number in range(4):
            store(folder / "lake", number, rows=15)
        with Lake(folder / "lake").batch() as batch:
            batch.restore(SCORES, ABSENT)

    def do(self, folder: Path, acknowledge: Callable[[], object]) -> None:
        def told(step: str, done: int, total: int) -> None:  # noqa: ARG001
            if done:
                acknowledge()

        score_documents(Lake(folder / "lake"), LexiconScorer(), progress=told, chunk=10)

    def seen(self, folder: Path) -> str:
        return digest(_stored(Lake(folder / "lake"), SCORES))


@dataclass(frozen=True, slots=True)
class IndexBuild:
    """An index over more passages than the one before it holds."""

    name: str = "index build"
    passages: tuple[Passage, ...] = tuple(passage_of(f"text {number}") for number in range(1_200))

    def prepare(self, folder: Path) -> None:
        build_index(self.passages[:50], HashingEncoder(16), folder / "index")

    def do(self, folder: Path, acknowledge: Callable[[], object]) -> None:
        build_index(self.passages, HashingEncoder(16), folder / "index")
        acknowledge()

    def seen(self, folder: Path) -> str:
        opened = open_index(folder / "index", HashingEncoder(16))
        hits = [(hit.passage.passage_id, hit.score) for hit in opened.search("text 7", k=3)]
        count = len(opened.passages)
        return f"{count} {digest(opened.index.vectors(np.arange(count)), hits)}"


@dataclass(frozen=True, slots=True)
class Publish:
    """Forecast runs that become the latest, one after another, with their models."""

    runs: tuple[ForecastRun, ...]
    name: str = "publish"

    def prepare(self, folder: Path) -> None:
        pass

    def do(self, folder: Path, acknowledge: Callable[[], object]) -> None:
        for number, run in enumerate(self.runs):
            now = _NOW + pd.Timedelta(days=number)
            save_run(run, Lake(folder / "lake"), folder / "models", now=now)
            acknowledge()

    def seen(self, folder: Path) -> str:
        """Read the latest run with its rows and its models; while there is none, nothing."""
        lake = Lake(folder / "lake")
        try:
            run = latest_run(lake)
        except NotReady:
            return _NOTHING
        models = load_forecaster(folder / "models", run.run_id)
        rows = forecast_frame(lake, run.run_id)
        return f"{run.run_id} {digest(rows.to_csv(), models.levels, sorted(models.fitted))}"


@dataclass(frozen=True, slots=True)
class State:
    """Jobs that are asked for and alerts that are taken care of, in one database."""

    name: str = "state writes"

    def prepare(self, folder: Path) -> None:
        pass

    def do(self, folder: Path, acknowledge: Callable[[], object]) -> None:
        """Write what is not there yet, as somebody does who was never told that it is."""
        alerts, jobs = _parts(folder)
        asked = {job.user_id for job in jobs.newest(1_000)}
        for number in range(_WRITES):
            if not alerts.history(f"alert {number}"):
                alerts.change(f"alert {number}", "acknowledged", by="ann", note="seen " * 50)
            acknowledge()
            if str(number) not in asked:
                jobs.ask(JobKind.RUN, {"as_of": "2025-03-01"}, user_id=str(number))
            acknowledge()

    def seen(self, folder: Path) -> str:
        alerts, jobs = _parts(folder)
        told = [len(alerts.history(f"alert {number}")) for number in range(_WRITES)]
        return digest(told, [job.user_id for job in jobs.newest(1_000)])


def _parts(folder: Path) -> tuple[AlertStates, SqlJobs]:
    database = StateDatabase(f"sqlite:///{folder / 'state.db'}")
    return AlertStates(database, clock=lambda: datetime(2025, 3, 1, tzinfo=UTC)), SqlJobs(database)


def _stored(lake: Lake, table: Table) -> str:
    """Give every stored row of a table, doubled ones too."""
    return lake.sql(f'SELECT * FROM "stored_{table.name}" ORDER BY ALL').to_csv()


def _runs() -> tuple[ForecastRun, ...]:
    """Make a forecast run, and give it other names."""
    panel = made_panel(14, weeks=60, horizon=4, seed=1)
    run = run_forecast(panel, ForecastSettings(origins=2, experts=("seasonal naive", "linear")))
    frames = ("forecasts", "contributions", "accuracy", "rehearsals")
    return tuple(
        replace(
            run, run_id=name, **{f: getattr(run, f).assign(**{Col.RUN_ID: name}) for f in frames}
        )
        for name in ("first", "second", "third")
    )
