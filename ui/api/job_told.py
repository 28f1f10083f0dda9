"""A job, as it is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pydantic import BaseModel, Field

if TYPE_CHECKING:
    from ui.jobs import Job

ACCEPTED: Final = 202


class JobTold(BaseModel):
    """A job and how far it is."""

    job_id: str
    kind: str
    state: str = Field(description="waiting, running, done, failed or cancelled.")
    step: str = Field(description="What it is doing.")
    done: int = Field(description="Units of the step that are finished.")
    total: int
    tries: int = Field(description="How often it was begun.")
    made_at: float = Field(description="Seconds since 1970, UTC.")
    ended_at: float | None
    error: str
    result: dict[str, Any] | None = None


def told(job: Job, *, whole: bool = True) -> dict[str, Any]:
    """Give a job as JSON values.

    Parameters
    ----------
    whole
        With what it found.
    """
    names = ("job_id", "step", "done", "total", "tries", "made_at", "ended_at", "error")
    body = {name: getattr(job, name) for name in names}
    body |= {"kind": str(job.kind), "state": str(job.state)}
    return body | ({"result": None if job.result is None else dict(job.result)} if whole else {})
