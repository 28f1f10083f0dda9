"""Long work: begun, followed, cancelled."""

from __future__ import annotations

import shutil
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.responses import Response

from signals import DataError
from ui.api.doors import Doors, Open, Reader, Runner
from ui.api.job_told import ACCEPTED, JobTold, told
from ui.api.pages import Page, Paging, read_cursor, write_cursor
from ui.api.writes import OnceKey, done_once
from ui.jobs import Job, JobKind
from ui.people import Action, may
from ui.requests import FieldError, about
from ui.tasks import UPLOAD, BacktestAsked, RunAsked


class RunWanted(BaseModel):
    """A run: score, forecast, alerts, index."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["run"]
    arguments: RunAsked = RunAsked.model_validate({})


class BacktestWanted(BaseModel):
    """A backtest of this shop."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["backtest"]
    arguments: BacktestAsked = BacktestAsked.model_validate({})


_MOST: Final = 2**31 - 1  # jobs that a database numbers

router = APIRouter(tags=["long work"])


@router.post("/jobs", status_code=ACCEPTED, response_model=JobTold)
def begin(
    wanted: Annotated[RunWanted | BacktestWanted, Field(discriminator="kind")],
    doors: Open,
    person: Runner,
    key: OnceKey = None,
) -> Response:
    """Begin a run or a backtest."""

    def write() -> tuple[int, dict[str, Any]]:
        arguments = wanted.arguments.model_dump(mode="json")
        job = doors.jobs.ask(JobKind(wanted.kind), arguments, person.user_id)
        return ACCEPTED, told(job)

    return done_once(doors.once, (person, key), f"jobs {wanted.model_dump_json()}", write)


@router.get("/jobs")
def listed(page: Annotated[Paging, Query()], doors: Open, _person: Reader) -> Page:
    """List jobs, the newest first."""
    before = _place(page.cursor)
    found = doors.jobs.newest(page.limit + 1, before)
    shown = found[: page.limit]
    more = write_cursor(shown[-1].number) if len(found) > page.limit else None
    return Page(items=[told(job, whole=False) for job in shown], next=more)


@router.get("/jobs/{job_id}")
def one(job_id: str, doors: Open, _person: Reader) -> JobTold:
    """Say how far a job is, and what it found."""
    return JobTold(**told(_found(doors, job_id)))


@router.post("/jobs/{job_id}/cancel")
def cancel(job_id: str, doors: Open, person: Runner) -> JobTold:
    """End a job that is not over; what it finished is kept."""
    job = _found(doors, job_id)
    if job.user_id != person.user_id and not may(person, Action.MANAGE):
        raise HTTPException(403, "this job is somebody else's; only an admin can cancel it")
    if not doors.jobs.cancel(job):
        raise HTTPException(409, f"job {job_id} is over already ({job.state})")
    if UPLOAD in job.arguments:
        uploads = doors.live.settings.workspace.uploads
        shutil.rmtree(uploads / job.arguments[UPLOAD], ignore_errors=True)
    return JobTold(**told(doors.jobs.find(job_id)))


def _place(cursor: str | None) -> int | None:
    """Read the number of the last job that was seen."""
    if cursor is None:
        return None
    with about("query.cursor"):
        place = read_cursor(cursor, 1)[0]
        if type(place) is not int or abs(place) > _MOST:
            raise DataError(f"{cursor!r} is no cursor of jobs; leave it out")
    return place


def _found(doors: Doors, job_id: str) -> Job:
    try:
        return doors.jobs.find(job_id)
    except DataError as error:
        raise FieldError("path.job_id", str(error), 404) from error
