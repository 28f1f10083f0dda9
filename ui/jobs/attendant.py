"""Begins jobs, each in a process of its own, and sees to those whose process is gone.

A process that needs too much memory, or is killed, takes nothing of the page with it. No queue of
others was taken: those that keep their tasks in SQLite lose the ones that were running.
"""

from __future__ import annotations

import logging
import signal
import subprocess
import threading
from typing import TYPE_CHECKING, Final

from signals import GroundswellError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ui.jobs.job import Job
    from ui.jobs.sql_jobs import SqlJobs

_LOOK_S: Final = 1.0
_STOP_S: Final = 5.0

logger = logging.getLogger(__name__)


class Attendant:
    """A thread that works through the jobs of a workspace, one at a time.

    Parameters
    ----------
    command
        Gives the command line that does a job.
    """

    def __init__(self, jobs: SqlJobs, command: Callable[[Job], Sequence[str]]) -> None:
        self._jobs = jobs
        self._command = command
        self._leave = threading.Event()
        self._thread = threading.Thread(target=self._attend, name="jobs", daemon=True)

    def start(self) -> None:
        """Begin to look for jobs."""
        self._thread.start()

    def stop(self) -> None:
        """End; a job that is being done waits for the next attendant."""
        self._leave.set()
        self._thread.join()

    def _attend(self) -> None:
        while not self._leave.is_set():
            try:
                for job in self._jobs.lost():
                    logger.warning("nobody works on job %s any more", job.job_id)
                    self._jobs.give_up(job, "it was not heard of any more")
                begun = self._jobs.begin_next()
                if begun is not None:
                    self._do(begun)
                    continue
            except GroundswellError:
                logger.exception("the jobs cannot be looked at")
            self._leave.wait(_LOOK_S)

    def _do(self, job: Job) -> None:
        logger.info("job %s, %s, try %d", job.job_id, job.kind, job.tries)
        # in a group of its own: Ctrl-C stops the server, and the server stops its worker
        command = [*self._command(job)]
        with subprocess.Popen(command, start_new_session=True) as worker:  # noqa: S603 - our own
            while worker.poll() is None:
                if self._leave.wait(_LOOK_S / 4):
                    self._jobs.put_back(job)
                    _end(worker)
                    return
        if worker.returncode:
            self._jobs.give_up(job, _reason(worker.returncode))


def _end(worker: subprocess.Popen[bytes]) -> None:
    worker.send_signal(signal.SIGINT)
    try:
        worker.wait(_STOP_S)
    except subprocess.TimeoutExpired:
        worker.kill()


def _reason(code: int) -> str:
    if code == -signal.SIGKILL:
        return "it was killed, perhaps because memory ran out"
    if code < 0:
        return f"signal {signal.Signals(-code).name}"
    return f"exit code {code}; the log of groundswell serve says more"
