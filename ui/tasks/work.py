"""One job, done by a process of its own: ``python -m ui.tasks HOME JOB``."""

from __future__ import annotations

import logging
import os
import shutil
import signal
import sys
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from forecasting import TrialRules
from signals import BatchRefused, GroundswellError
from ui.audit import Door, acting
from ui.jobs import JobKind
from ui.settings import load_settings
from ui.tasks.asked import BacktestAsked, IngestAsked, RunAsked, given

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ui.jobs import Job
    from ui.jobs.sql_jobs import SqlJobs
    from ui.settings import Settings

UPLOAD: Final = "upload"
"""Argument of an ingest job beside what was asked: the folder of its file, in the workspace."""
_BEAT_S: Final = 2.0
_POLITE: Final = 10  # below the page, which answers people who wait

logger = logging.getLogger(__name__)


def command_of(settings: Settings, job: Job) -> Sequence[str]:
    """Give the command line that does a job."""
    return [sys.executable, "-m", "ui.tasks", str(settings.home), job.job_id]


def work(home: Path, job_id: str) -> None:
    """Do a job that was begun, and write down what became of it."""
    from ui.wiring import make_jobs

    os.nice(_POLITE)
    settings = load_settings(home)
    jobs = make_jobs(settings)
    job = jobs.find(job_id)
    pulse = _Pulse(jobs, job)
    pulse.start()
    try:
        with acting(f"job {job_id}", Door.JOB):
            result = _do(settings, job, pulse)
    except GroundswellError as error:
        report = error.report.to_dict() if isinstance(error, BatchRefused) else None
        jobs.fail(job, str(error), report)
    except Exception:
        logger.exception("job %s cannot be done", job_id)
        jobs.fail(job, "something went wrong; the log of groundswell serve says what")
    else:
        jobs.finish(job, result)
    finally:
        pulse.stop()
    if UPLOAD in job.arguments:
        shutil.rmtree(settings.workspace.uploads / job.arguments[UPLOAD], ignore_errors=True)


@dataclass(slots=True)
class _Now:
    step: str = ""
    done: int = 0
    total: int = 0


class _Pulse(threading.Thread):
    """Beats the heart of a job; stops the process when the job was taken away from it."""

    def __init__(self, jobs: SqlJobs, job: Job) -> None:
        super().__init__(name="pulse", daemon=True)
        self._jobs, self._job = jobs, job
        self._now = _Now()
        self._leave = threading.Event()

    def __call__(self, step: str, done: int, total: int) -> None:
        self._now = _Now(step, done, total)

    def run(self) -> None:
        while not self._leave.is_set():
            now = self._now
            try:
                ours = self._jobs.beat(self._job, (now.step, now.done, now.total))
            except GroundswellError:
                logger.exception("job %s cannot tell how far it is", self._job.job_id)
                ours = True
            if not ours:
                os.kill(os.getpid(), signal.SIGINT)
                return
            self._leave.wait(_BEAT_S)

    def stop(self) -> None:
        self._leave.set()
        self.join()


def _do(settings: Settings, job: Job, progress: _Pulse) -> dict[str, Any]:
    folder = job.arguments.get(UPLOAD)
    asked = given(job.kind, {k: v for k, v in job.arguments.items() if k != UPLOAD})
    match job.kind:
        case JobKind.RUN:
            return _run(settings, asked, progress)
        case JobKind.BACKTEST:
            return _backtest(settings, asked, progress)
        case JobKind.INGEST:
            return _ingest(settings, asked, str(folder), progress)


def _run(settings: Settings, asked: RunAsked, progress: _Pulse) -> dict[str, Any]:
    from ui.pipeline import run_pipeline

    report = run_pipeline(
        load_settings(settings.home, horizon=asked.horizon, experts=asked.experts),
        now=pd.Timestamp.now("UTC"),
        as_of=None if asked.as_of is None else pd.Timestamp(asked.as_of, tz="UTC"),
        update=asked.update,
        progress=progress,
    )
    return report.to_dict()


def _backtest(settings: Settings, asked: BacktestAsked, progress: _Pulse) -> dict[str, Any]:
    from ui.backtest_page import write_report
    from ui.backtest_workspace import Asked, tell_of_workspace

    wanted = load_settings(
        settings.home, origins=asked.origins, horizon=asked.horizon, experts=asked.experts
    )
    rules = TrialRules(("seasonal naive",), asked.placebo)
    told = tell_of_workspace(wanted, Asked(rules, asked.every), progress)
    write_report(told, settings.home / "backtest")
    return told


def _ingest(
    settings: Settings, asked: IngestAsked, folder: str, progress: _Pulse
) -> dict[str, Any]:
    from ui.tasks.ingest_task import ingest_file

    return ingest_file(settings, settings.workspace.uploads / folder / asked.file, asked, progress)
