"""Long work: taken once, given up when its process is gone, begun again, cancelled."""

from __future__ import annotations

import os
import signal
import sys
import time
from typing import TYPE_CHECKING

import pytest

from signals import DataError, StateDatabase
from ui.jobs import Attendant, Job, JobKind, JobState
from ui.jobs.sql_jobs import MOST_TRIES, SILENT_S, SqlJobs

if TYPE_CHECKING:
    from pathlib import Path

    from tests.ui.conftest import Clock


@pytest.fixture
def jobs(database: StateDatabase, clock: Clock) -> SqlJobs:
    return SqlJobs(database, clock)


def begun(jobs: SqlJobs) -> Job:
    job = jobs.begin_next()
    assert job is not None
    return job


def test_the_oldest_is_done_first_and_one_at_a_time(jobs: SqlJobs) -> None:
    first, second = (jobs.ask(JobKind.RUN, {"horizon": n}, "ann") for n in (4, 8))

    job = begun(jobs)

    assert (job.job_id, job.state, job.tries) == (first.job_id, JobState.RUNNING, 1)
    assert job.arguments == {"horizon": 4}
    assert jobs.begin_next() is None, "while one is being done"
    assert jobs.finish(job, {"run_id": "r"})
    assert jobs.find(job.job_id).result == {"run_id": "r"}
    assert begun(jobs).job_id == second.job_id


def test_progress_is_told(jobs: SqlJobs) -> None:
    jobs.ask(JobKind.RUN, {})
    job = begun(jobs)

    assert jobs.beat(job, ("training", 3, 10))

    found = jobs.find(job.job_id)
    assert (found.step, found.done, found.total) == ("training", 3, 10)


def test_a_job_whose_heart_stopped_is_begun_again_then_fails(jobs: SqlJobs, clock: Clock) -> None:
    jobs.ask(JobKind.RUN, {})
    for _ in range(MOST_TRIES):
        job = begun(jobs)
        jobs.beat(job, ("training", 3, 10))
        assert jobs.lost() == []
        clock.now += SILENT_S
        (lost,) = jobs.lost()
        jobs.give_up(lost, "it was killed")

    failed = jobs.find(job.job_id)
    assert failed.state is JobState.FAILED
    assert failed.error == "its process ended 3 times, the last time at 'training': it was killed"
    assert jobs.begin_next() is None


def test_a_worker_that_was_given_up_spoils_nothing(jobs: SqlJobs, clock: Clock) -> None:
    jobs.ask(JobKind.RUN, {})
    old = begun(jobs)
    clock.now += SILENT_S
    jobs.give_up(jobs.lost()[0], "")
    new = begun(jobs)

    assert not jobs.beat(old, ("late", 1, 2))
    assert not jobs.finish(old, {"run_id": "late"})
    assert not jobs.fail(old, "late")
    assert jobs.find(new.job_id).step == ""
    assert jobs.finish(new, {"run_id": "new"})


def test_a_cancelled_job_is_over_and_its_worker_notices(jobs: SqlJobs) -> None:
    jobs.ask(JobKind.RUN, {})
    job = begun(jobs)

    assert jobs.cancel(job)

    assert not jobs.beat(job, ("on", 1, 2))
    assert not jobs.cancel(job), "it is over already"


def test_jobs_are_listed_the_newest_first_in_pages(jobs: SqlJobs) -> None:
    numbers = [jobs.ask(JobKind.RUN, {}).number for _ in range(3)]

    assert [job.number for job in jobs.newest(2)] == numbers[:0:-1]
    assert [job.number for job in jobs.newest(2, before=numbers[1])] == numbers[:1]


def test_another_tenant_sees_and_does_none_of_them(
    other_tenant: StateDatabase, jobs: SqlJobs
) -> None:
    job = jobs.ask(JobKind.RUN, {})
    other = SqlJobs(other_tenant)

    assert other.newest(10) == []
    assert other.begin_next() is None
    with pytest.raises(DataError, match="there is no job"):
        other.find(job.job_id)


def until(jobs: SqlJobs, job: Job, *states: JobState) -> Job:
    deadline = time.monotonic() + 120
    while (found := jobs.find(job.job_id)).state not in states:
        assert time.monotonic() < deadline, found
        time.sleep(0.1)
    return found


def test_a_killed_process_is_begun_again_and_at_last_told(
    database: StateDatabase, tmp_path: Path
) -> None:
    jobs, log = SqlJobs(database), tmp_path / "tries"
    die = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
    code = f"open({str(log)!r}, 'a').write('x'); {die}"
    job = jobs.ask(JobKind.RUN, {})
    attendant = Attendant(jobs, lambda _job: [sys.executable, "-c", code])

    attendant.start()
    failed = until(jobs, job, JobState.FAILED)
    attendant.stop()

    assert log.read_text() == "x" * MOST_TRIES
    assert "it was killed, perhaps because memory ran out" in failed.error


def test_a_server_that_stops_leaves_its_job_waiting_and_no_process(
    database: StateDatabase, tmp_path: Path
) -> None:
    jobs, log = SqlJobs(database), tmp_path / "pid"
    code = f"import os, time; open({str(log)!r}, 'w').write(str(os.getpid())); time.sleep(600)"
    job = jobs.ask(JobKind.RUN, {})
    attendant = Attendant(jobs, lambda _job: [sys.executable, "-c", code])
    attendant.start()
    deadline = time.monotonic() + 60
    while not (log.exists() and log.read_text()) and time.monotonic() < deadline:
        time.sleep(0.1)

    attendant.stop()

    found = jobs.find(job.job_id)
    assert (found.state, found.tries) == (JobState.WAITING, 0)
    with pytest.raises(ProcessLookupError):
        os.kill(int(log.read_text()), signal.SIG_DFL)
