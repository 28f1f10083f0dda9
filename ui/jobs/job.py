"""A piece of long work, as it is written down."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


class JobKind(StrEnum):
    """What there is to do."""

    INGEST = "ingest"
    RUN = "run"
    BACKTEST = "backtest"


class JobState(StrEnum):
    """How far a job is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_over(self) -> bool:
        """Whether nothing will happen any more."""
        return self in {JobState.DONE, JobState.FAILED, JobState.CANCELLED}


@dataclass(frozen=True, slots=True)
class Job:
    """A job and how far it is.

    Parameters
    ----------
    number
        In the order in which jobs were asked for.
    user_id
        Who asked.
    arguments
        Of its kind, as JSON values.
    step, done, total
        What it is doing: ``done`` of ``total`` units of a step are finished.
    tries
        How often it was begun; the next begin makes those before it stop.
    made_at, ended_at
        Seconds since 1970, UTC.
    result
        What it found; None until it is done.
    error
        Why it failed.
    """

    number: int
    job_id: str
    kind: JobKind
    user_id: str
    arguments: Mapping[str, Any]
    state: JobState
    step: str
    done: int
    total: int
    tries: int
    made_at: float
    ended_at: float | None
    result: Mapping[str, Any] | None
    error: str
