"""Jobs in a database that the server and its workers share.

Whoever works on a job beats its heart; a job whose heart has stopped is begun again. Each write of
a worker names the try it belongs to, so that a worker that was given up cannot spoil the next one.
"""

from __future__ import annotations

import json
import secrets
import time
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import (
    Column,
    Float,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    func,
    insert,
    select,
    update,
)

from signals import DataError, StatePart
from ui.audit import Deed
from ui.audit.sql_audit import SqlAudit
from ui.jobs.job import Job, JobKind, JobState
from ui.told_ids import tells_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from sqlalchemy import Connection, Row

    from signals import StateDatabase

SILENT_S: Final = 30.0
"""Seconds without a heartbeat after which nobody works on a job any more."""
MOST_TRIES: Final = 3
_ID_BYTES: Final = 8
_ID: Final = String(64)
_ERASED: Final = json.dumps({"erased": "it told of somebody who asked to be forgotten"})

_META: Final = MetaData()
_JOBS: Final = Table(
    "jobs",
    _META,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("job_id", _ID, nullable=False, unique=True),
    Column("tenant", _ID, nullable=False, index=True),
    Column("kind", _ID, nullable=False),
    Column("user_id", _ID, nullable=False),
    Column("arguments", Text, nullable=False),
    Column("state", _ID, nullable=False, index=True),
    Column("step", Text, nullable=False, default=""),
    Column("done", Integer, nullable=False, default=0),
    Column("total", Integer, nullable=False, default=0),
    Column("tries", Integer, nullable=False, default=0),
    Column("made_at", Float, nullable=False),
    Column("beat_at", Float),
    Column("ended_at", Float),
    Column("result", Text),
    Column("error", Text, nullable=False, default=""),
)
_PART: Final = StatePart("jobs", _META)


class SqlJobs:
    """The jobs of one tenant.

    Parameters
    ----------
    clock
        Gives seconds since 1970, UTC.
    """

    def __init__(self, database: StateDatabase, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock
        self._audit = SqlAudit(database, clock)
        self._ours = _JOBS.c.tenant == database.tenant

    def ask(self, kind: JobKind, arguments: Mapping[str, Any], user_id: str = "") -> Job:
        """Write down a job that is to be done."""
        job_id = secrets.token_hex(_ID_BYTES)
        values = {
            "job_id": job_id,
            "tenant": self._database.tenant,
            "kind": str(kind),
            "user_id": user_id,
            "arguments": json.dumps(dict(arguments)),
            "state": str(JobState.WAITING),
            "made_at": self._clock(),
        }
        with self._audit.changing(_PART, Deed.ASK_JOB, job_id, str(kind)) as connection:
            connection.execute(insert(_JOBS).values(values))
        return self.find(job_id)

    def find(self, job_id: str) -> Job:
        """Return a job.

        Raises
        ------
        DataError
            When there is none of this id.
        """
        query = select(_JOBS).where(self._ours, _JOBS.c.job_id == job_id)
        with self._database.transaction(_PART) as connection:
            row = connection.execute(query).first()
        if row is None:
            raise DataError(f"there is no job {job_id!r}; GET /api/v1/jobs lists them")
        return _job(row)

    def newest(self, limit: int, before: int | None = None) -> list[Job]:
        """List jobs, the newest first.

        Parameters
        ----------
        before
            Only jobs with a smaller number.
        """
        query = select(_JOBS).where(self._ours).order_by(_JOBS.c.number.desc()).limit(limit)
        if before is not None:
            query = query.where(_JOBS.c.number < before)
        with self._database.transaction(_PART) as connection:
            return [_job(row) for row in connection.execute(query)]

    def begin_next(self) -> Job | None:
        """Take the oldest job that waits, unless one is being worked on; None when none is due."""
        now = self._clock()
        alive = (_JOBS.c.state == str(JobState.RUNNING)) & (_JOBS.c.beat_at > now - SILENT_S)
        busy = select(func.count()).where(self._ours, alive)
        waits = self._ours & (_JOBS.c.state == str(JobState.WAITING))
        oldest = select(_JOBS).where(waits).order_by(_JOBS.c.number).limit(1)
        with self._database.transaction(_PART, alone=True) as connection:
            row = None if connection.execute(busy).scalar() else connection.execute(oldest).first()
            if row is None:
                return None
            taken = (
                update(_JOBS)
                .where(_JOBS.c.number == row.number, waits)
                .values(state=str(JobState.RUNNING), tries=_JOBS.c.tries + 1, beat_at=now, error="")
            )
            if not connection.execute(taken).rowcount:
                return None
        return self.find(row.job_id)

    def beat(self, job: Job, progress: tuple[str, int, int]) -> bool:
        """Say that a job is being worked on, and how far it is; False when it was taken away."""
        step, done, total = progress
        return self._write(job, step=step, done=done, total=total, beat_at=self._clock())

    def finish(self, job: Job, result: Mapping[str, Any]) -> bool:
        """Keep what a job found."""
        text = json.dumps(dict(result), ensure_ascii=False, default=str)
        return self._end(job, JobState.DONE, result=text)

    def fail(self, job: Job, error: str, result: Mapping[str, Any] | None = None) -> bool:
        """Say why a job cannot be done."""
        text = None if result is None else json.dumps(dict(result), ensure_ascii=False, default=str)
        return self._end(job, JobState.FAILED, error=error, result=text)

    def cancel(self, job: Job) -> bool:
        """End a job that is not over; its worker notices at its next heartbeat."""
        open_states = [str(state) for state in JobState if not state.is_over]
        ended = (
            update(_JOBS)
            .where(_JOBS.c.number == job.number, _JOBS.c.state.in_(open_states))
            .values(state=str(JobState.CANCELLED), ended_at=self._clock())
        )
        with self._audit.with_changes(_PART) as connection:
            if not connection.execute(ended).rowcount:
                return False
            self._audit.write(connection, Deed.CANCEL_JOB, job.job_id, str(job.kind))
            return True

    def put_back(self, job: Job) -> bool:
        """Let a job wait again whose worker was told to stop; the try does not count."""
        return self._write(job, state=str(JobState.WAITING), tries=job.tries - 1)

    def give_up(self, job: Job, reason: str) -> None:
        """Begin a job again whose worker is gone, or fail it after too many tries."""
        if job.tries < MOST_TRIES:
            self._write(job, state=str(JobState.WAITING))
        else:
            told = f"its process ended {job.tries} times, the last time at {job.step!r}: {reason}"
            self.fail(job, told)

    def lost(self) -> list[Job]:
        """List the jobs that nobody works on any more though somebody began to."""
        silent = _JOBS.c.beat_at <= self._clock() - SILENT_S
        query = select(_JOBS).where(self._ours, _JOBS.c.state == str(JobState.RUNNING), silent)
        with self._database.transaction(_PART) as connection:
            return [_job(row) for row in connection.execute(query)]

    def telling(self, told: Collection[str]) -> int:
        """Count the jobs whose result tells one of these ids or texts."""
        with self._database.transaction(_PART) as connection:
            return len(self._telling(connection, told))

    def erase(self, told: Collection[str]) -> int:
        """Leave of the results that tell one of these only that they were erased."""
        with self._database.transaction(_PART, alone=True) as connection:
            found = self._telling(connection, told)
            for number in found:
                here = update(_JOBS).where(_JOBS.c.number == number)
                connection.execute(here.values(result=_ERASED, error=""))
        return len(found)

    def _telling(self, connection: Connection, told: Collection[str]) -> list[int]:
        rows = connection.execute(select(_JOBS.c.number, _JOBS.c.result).where(self._ours)).all()
        return [row.number for row in rows if tells_of(row.result, told)]

    def _end(self, job: Job, state: JobState, **values: object) -> bool:
        return self._write(job, state=str(state), ended_at=self._clock(), **values)

    def _write(self, job: Job, **values: object) -> bool:
        here = _JOBS.c.number == job.number
        same_try = (_JOBS.c.state == str(JobState.RUNNING)) & (_JOBS.c.tries == job.tries)
        with self._database.transaction(_PART) as connection:
            done = connection.execute(update(_JOBS).where(here, same_try).values(values))
            return bool(done.rowcount)


def _job(row: Row[tuple[object, ...]]) -> Job:
    return Job(
        number=row.number,
        job_id=row.job_id,
        kind=JobKind(row.kind),
        user_id=row.user_id,
        arguments=json.loads(row.arguments),
        state=JobState(row.state),
        step=row.step,
        done=row.done,
        total=row.total,
        tries=row.tries,
        made_at=row.made_at,
        ended_at=row.ended_at,
        result=None if row.result is None else json.loads(row.result),
        error=row.error,
    )
