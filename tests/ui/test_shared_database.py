"""What a team keeps in one database is the same for all, on a server as in a file."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from sqlalchemy import select
from starlette.exceptions import HTTPException

from signals import Col, DataError, StateDatabase
from ui.alerting.message import Message
from ui.alerting.outbox import DeliveryStatus, Outbox
from ui.alerting.states import AlertStates
from ui.alerting.watched_files import FileMark, WatchedFiles
from ui.audit.sql_audit import SqlAudit
from ui.feedback.ratings import Ratings
from ui.jobs import JobKind, JobState
from ui.jobs.sql_jobs import SqlJobs
from ui.people import Role
from ui.people.people_tables import ATTEMPTS
from ui.people.people_tables import PART as PEOPLE
from ui.people.sql_attempts import WINDOW_S, SqlAttempts
from ui.people.sql_people import KeyKind, SqlPeople
from ui.people.sql_talks import SqlTalks
from ui.requests.sql_once import SqlOnce

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
CROWD, ROUNDS = 4, 5


@contextmanager
def opened(url: str, tenant: str = "main") -> Iterator[StateDatabase]:
    database = StateDatabase(url, tenant)
    try:
        yield database
    finally:
        database.close()


def at_once(url: str, do: Callable[[StateDatabase, int, int], Any]) -> list[list[Any]]:
    """Let four servers do the same in the same moment, some times; give what each time gave."""
    ready = Barrier(CROWD)

    def serve(number: int) -> list[Any]:
        with opened(url) as database:
            given = []
            try:
                for turn in range(ROUNDS):
                    ready.wait(60)
                    given.append(do(database, number, turn))
            except Exception:
                ready.abort()
                raise
            return given

    with ThreadPoolExecutor(CROWD) as crowd:
        return [list(turn) for turn in zip(*crowd.map(serve, range(CROWD)), strict=True)]


def found(severity: float, last_day: str, *alert_ids: str) -> pd.DataFrame:
    columns = {Col.SEVERITY: severity, Col.WINDOW_END: pd.Timestamp(last_day)}
    return pd.DataFrame({Col.ALERT_ID: list(alert_ids)}).assign(**columns)


def test_people_and_jobs_of_one_server_are_there_for_another(state_url: str) -> None:
    with opened(state_url) as here:
        people = SqlPeople(here)
        ann = people.add("Ann", Role.ANALYST, "hash")
        secret = people.give_key("ann", KeyKind.TOKEN, 60)
        SqlTalks(here).claim("c1", ann.user_id)
        job = SqlJobs(here).ask(JobKind.RUN, {"horizon": 4}, ann.user_id)
        Ratings(here).give("x1", helpful=True, at=NOON)
        SqlOnce(here).begin("ann", "k", "content")
        SqlOnce(here).end("ann", "k", 202, {"job_id": job.job_id})

    with opened(state_url) as there:
        people = SqlPeople(there)
        assert people.holder(secret, KeyKind.TOKEN) == ann
        assert [(each.person, each.tokens) for each in people.all()] == [(ann, 1)]
        SqlTalks(there).check("c1", ann.user_id)
        begun = SqlJobs(there).begin_next()
        assert begun is not None
        assert (begun.job_id, begun.arguments) == (job.job_id, {"horizon": 4})
        assert Ratings(there).counts("x1") == (1, 0)
        assert SqlOnce(there).begin("ann", "k", "content") == (202, {"job_id": job.job_id})
        people.remove("ann")
        assert people.holder(secret, KeyKind.TOKEN) is None
        assert SqlAudit(there).verify().faults == ()


def test_alerts_and_what_was_told_of_them_are_there_for_another(state_url: str) -> None:
    with opened(state_url) as here:
        states = AlertStates(here, clock=lambda: NOON)
        states.notice(found(30, "2026-03-01", "A1", "A2"))
        states.change("A2", "snoozed", by="Ann", until=NOON + timedelta(days=2), note="asked")
        states.change("A1", "resolved", by="Ann")
        outbox = Outbox(here)
        outbox.claim("k1", "t1", Message("A1", "subject", "text", "new", 1), NOON)
        outbox.settle("k1", NOON, "it was down")
        WatchedFiles(here).settle(FileMark("/in/a.csv", 2**40, 2**60), "")

    with opened(state_url) as there:
        states = AlertStates(there, clock=lambda: NOON)
        snoozed = states.states(["A1", "A2"])["A2"]
        assert (snoozed.until, snoozed.note) == (NOON + timedelta(days=2), "asked")
        [again] = states.notice(found(55, "2026-03-02", "A1", "A2"))
        assert (again.alert_id, again.note) == ("A1", "severity rose from 30 to 55")
        assert [each.status for each in states.history("A1")] == ["resolved", "open"]
        [delivery] = Outbox(there).log(9)
        assert (delivery.status, delivery.reason) == (DeliveryStatus.FAILED, "it was down")
        assert WatchedFiles(there).known() == {FileMark("/in/a.csv", 2**40, 2**60)}


def test_a_name_is_given_to_one_of_those_who_ask_at_once(state_url: str) -> None:
    def add(database: StateDatabase, _number: int, turn: int) -> str:
        try:
            return SqlPeople(database).add(f"ann{turn}", Role.VIEWER, "hash").name
        except DataError as error:
            return str(error)

    for turn, told in enumerate(at_once(state_url, add)):
        refused = [each for each in told if each != f"ann{turn}"]
        assert len(refused) == CROWD - 1
        assert all(f"there is a user ann{turn} already" in each for each in refused)


def test_attempts_at_once_are_all_counted(state_url: str) -> None:
    def count(database: StateDatabase, _number: int, turn: int) -> bool:
        return SqlAttempts(database).count({f"name ann{turn}": CROWD - 1}) == 0

    allowed = [sum(told) for told in at_once(state_url, count)]

    assert allowed == [CROWD - 1] * ROUNDS


def test_attempts_of_two_tenants_do_not_wait_for_each_other(state_url: str) -> None:
    with opened(state_url, "north") as north, opened(state_url, "south") as south:
        for subject, moment in (("second", 0.0), ("first", 100.0)):
            SqlAttempts(north, lambda moment=moment: moment).count({subject: 9})
        of_south = SqlAttempts(south, lambda: 101 + WINDOW_S)
        begun: list[Future[float]] = []

        class Slow(dict[str, int]):
            def items(self) -> Any:
                for each in super().items():
                    yield each
                    if not begun:  # the first is counted, and south comes in
                        begun.append(pool.submit(of_south.count, {"south": 9}))
                        wait(begun, timeout=0.5)

        with ThreadPoolExecutor(1) as pool:
            waits = SqlAttempts(north, lambda: 50 + WINDOW_S).count(Slow(first=9, second=9))

        assert waits == begun[0].result() == 0
        with north.transaction(PEOPLE) as connection:
            kept = connection.execute(select(ATTEMPTS.c.tries, ATTEMPTS.c.since)).all()
        assert sorted(map(tuple, kept)) == [(1, 50 + WINDOW_S), (1, 101 + WINDOW_S), (2, 100.0)]


def test_scans_at_once_take_note_of_the_same_alerts(state_url: str) -> None:
    def notice(database: StateDatabase, _number: int, turn: int) -> list[str]:
        states = AlertStates(database, clock=lambda: NOON)
        told = states.notice(found(30, "2026-03-01", f"A{turn}", f"B{turn}"))
        return [state.alert_id for state in told]

    assert at_once(state_url, notice) == [[[]] * CROWD] * ROUNDS

    with opened(state_url) as database:
        states = AlertStates(database, clock=lambda: NOON)
        states.change("A0", "resolved", by="Ann")

    def rises(database: StateDatabase, _number: int, turn: int) -> int:
        return len(AlertStates(database).notice(found(60, "2026-03-02", "A0"))) if turn == 0 else 0

    assert sum(at_once(state_url, rises)[0]) == 1, "it is opened again once"


def test_one_job_is_done_at_a_time_by_one_server(state_url: str) -> None:
    with opened(state_url) as database:
        for _ in range(ROUNDS):
            SqlJobs(database).ask(JobKind.RUN, {})

    def work(database: StateDatabase, _number: int, turn: int) -> str | None:
        jobs = SqlJobs(database)
        job = jobs.begin_next()
        if job is None:
            return None
        running = [each for each in jobs.newest(ROUNDS) if each.state is JobState.RUNNING]
        assert len(running) == 1
        return job.job_id

    begun = at_once(state_url, work)

    assert [len([each for each in told if each]) for told in begun] == [1] + [0] * (ROUNDS - 1)


def test_a_write_sent_twice_at_once_is_begun_once(state_url: str) -> None:
    def begin(database: StateDatabase, _number: int, turn: int) -> str:
        try:
            return str(SqlOnce(database).begin("ann", f"k{turn}", "content"))
        except HTTPException as error:
            return str(error.status_code)

    for told in at_once(state_url, begin):
        assert sorted(told) == [*["409"] * (CROWD - 1), "None"]


def test_old_writes_of_a_tenant_are_not_another_ones_to_remove(state_url: str) -> None:
    with opened(state_url, "north") as north, opened(state_url, "south") as south:
        of_north = SqlOnce(north, lambda: 0.0)
        of_north.begin("ann", "k", "content")
        SqlOnce(south, lambda: 1e6).begin("ann", "k", "content")

        with pytest.raises(HTTPException, match="is being done"):
            of_north.begin("ann", "k", "content")
        assert SqlOnce(north, lambda: 1e6).begin("ann", "k", "content") is None


def test_a_message_is_claimed_by_one(state_url: str) -> None:
    message = Message("A1", "subject", "text", "new", 1)

    def claim(database: StateDatabase, _number: int, turn: int) -> bool:
        outbox = Outbox(database)
        claimed = outbox.claim(f"k{turn}", "t1", message, NOON)
        if claimed:
            outbox.settle(f"k{turn}", NOON, None)
        return claimed

    assert [sum(told) for told in at_once(state_url, claim)] == [1] * ROUNDS


def test_a_file_that_two_servers_took_is_known(state_url: str) -> None:
    def settle(database: StateDatabase, _number: int, turn: int) -> None:
        WatchedFiles(database).settle(FileMark(f"/in/{turn}.csv", 1, 2), "")

    at_once(state_url, settle)

    with opened(state_url) as database:
        assert len(WatchedFiles(database).known()) == ROUNDS


def test_what_a_tenant_forgets_another_keeps(state_url: str) -> None:
    with opened(state_url, "north") as north, opened(state_url, "south") as south:
        ours, theirs = SqlJobs(north), SqlJobs(south)
        for jobs in (ours, theirs):
            jobs.ask(JobKind.RUN, {})
            begun = jobs.begin_next()
            assert begun is not None
            jobs.finish(begun, {"doc_id": "d17"})

        assert ours.telling({"d17"}) == 1
        assert ours.erase({"d17"}) == 1
        assert theirs.newest(1)[0].result == {"doc_id": "d17"}
