"""The audit log: what is in it, who did it, and that it stands or falls with the deed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, insert, update

from signals import DataError, StateDatabase
from ui.alerting.states import AlertStates
from ui.audit import Deed, Door, Head, acting
from ui.audit.audit_tables import ENTRIES, PART
from ui.audit.sql_audit import SqlAudit
from ui.jobs import JobKind
from ui.jobs.sql_jobs import SqlJobs
from ui.people import Role
from ui.people.login import Login, Refused
from ui.people.passwords import Passwords
from ui.people.sql_attempts import SqlAttempts
from ui.people.sql_people import KeyKind, SqlPeople

if TYPE_CHECKING:
    from tests.ui.conftest import Clock


@pytest.fixture
def audit(database: StateDatabase, clock: Clock) -> SqlAudit:
    return SqlAudit(database, clock)


def said(audit: SqlAudit) -> list[tuple[str, str, str, str]]:
    return [(entry.who, entry.door, entry.deed, entry.what) for entry in audit.entries()]


def test_an_empty_log_is_whole(audit: SqlAudit) -> None:
    assert audit.verify().faults == ()
    assert audit.verify().head == Head(0, "")


def test_what_is_done_to_people_jobs_and_alerts_is_written_down(
    database: StateDatabase, audit: SqlAudit
) -> None:
    people, jobs = SqlPeople(database), SqlJobs(database)
    with acting("root", Door.COMMAND):
        people.add("ann", Role.VIEWER, "hash")
        people.change("ann", role=Role.ANALYST)
        people.give_key("ann", KeyKind.TOKEN, 60)
        session = people.give_key("ann", KeyKind.SESSION, 60)
    with acting("ann", Door.REST):
        job = jobs.ask(JobKind.RUN, {})
        jobs.cancel(job)
        AlertStates(database).change("A1", "resolved", by="Ann")
    with acting("ann", Door.PAGE):
        people.end_key(session)
    with acting("root", Door.COMMAND):
        people.remove("ann")

    assert said(audit) == [
        ("root", "command line", "add user", "ann"),
        ("root", "command line", "change user", "ann"),
        ("root", "command line", "make token", "ann"),
        ("ann", "command line", "login", "ann"),
        ("ann", "REST", "ask for job", job.job_id),
        ("ann", "REST", "cancel job", job.job_id),
        ("ann", "REST", "settle alert", "A1"),
        ("ann", "page", "logout", "session"),
        ("root", "command line", "remove user", "ann"),
    ]
    assert audit.verify().faults == ()


def test_no_secret_of_a_user_is_in_the_log(database: StateDatabase, audit: SqlAudit) -> None:
    people = SqlPeople(database)
    people.add("ann", Role.VIEWER, "stored-hash")
    secrets = [people.give_key("ann", kind, 60) for kind in KeyKind]
    login = Login(people, SqlAttempts(database), Passwords(), audit)

    assert isinstance(login.enter("my-pass-word-typed-here", "guess-of-mine", "10.0.0.9"), Refused)

    log = repr(audit.entries())
    assert "unknown name" in log
    assert "10.0.0.9" in log
    for secret in [*secrets, "stored-hash", "my-pass-word-typed-here", "guess-of-mine"]:
        assert secret not in log


def test_a_deed_that_is_refused_leaves_no_entry(database: StateDatabase, audit: SqlAudit) -> None:
    people = SqlPeople(database)
    people.add("ann", Role.VIEWER, "hash")

    with pytest.raises(DataError, match="there is a user ann already"):
        people.add("ann", Role.ADMIN, "hash")

    assert len(audit.entries()) == 1
    assert audit.verify().faults == ()


def test_long_deeds_say_how_they_ended(audit: SqlAudit) -> None:
    with audit.noting(Deed.UNDO, "b1") as told:
        told.append("3 rows")
    with pytest.raises(DataError), audit.noting(Deed.INGEST, "a.csv"):
        raise DataError("a text of a customer")
    with pytest.raises(KeyboardInterrupt), audit.noting(Deed.RUN, "workspace"):
        raise KeyboardInterrupt

    assert [entry.told for entry in audit.entries()] == [
        "3 rows", "refused: DataError", "broke off: KeyboardInterrupt",
    ]  # fmt: skip


def test_a_name_cannot_forge_a_line(audit: SqlAudit) -> None:
    audit.note(Deed.INGEST, "a.csv\n2 root\x1b[31m\u202e\x00", who="eve\r\nroot")

    entry = audit.entries()[0]
    assert entry.what == "a.csv\\u000a2 root\\u001b[31m\\u202e\\u0000"
    assert entry.who == "eve\\u000d\\u000aroot"
    assert audit.verify().faults == ()


def test_tenants_have_logs_of_their_own(other_tenant: StateDatabase, audit: SqlAudit) -> None:
    other = SqlAudit(other_tenant)
    audit.note(Deed.RUN, "ours")
    other.note(Deed.RUN, "theirs")

    assert [entry.what for entry in other.entries()] == ["theirs"]
    assert audit.verify().faults == other.verify().faults == ()


def test_both_databases_keep_and_check_it(state_url: str) -> None:
    database = StateDatabase(state_url)
    audit = SqlAudit(database)
    for number in range(3):
        audit.note(Deed.INGEST, f"file {number}")
    whole = audit.verify()
    with database.transaction(PART) as connection:
        connection.execute(update(ENTRIES).where(ENTRIES.c.number == 2).values(what="other"))
    changed = audit.verify()
    with database.transaction(PART) as connection:
        connection.execute(delete(ENTRIES).where(ENTRIES.c.number == 3))
    cut = audit.verify(noted=whole.head)
    database.close()

    assert whole.faults == ()
    assert changed.faults == ("entry 2 was changed: its hash does not fit what it says",)
    assert len(cut.faults) == 3


def test_it_is_checked_while_others_write_to_it(state_url: str) -> None:
    database, busy = StateDatabase(state_url), StateDatabase(state_url)
    audit, verdicts = SqlAudit(database), []

    def write() -> None:
        for _ in range(150):
            SqlAudit(busy).note(Deed.RUN, "again")

    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(write)
        while not writing.done():
            verdicts.append(audit.verify())
        writing.result()
    noticed = [verdict.faults for verdict in verdicts if verdict.faults]
    last = audit.entries(1)[0]
    forged = replace(last, number=last.number + 1, before=last.hash)
    with database.transaction(PART) as connection:
        connection.execute(insert(ENTRIES).values(asdict(replace(forged, hash=forged.sealed()))))
    longer = audit.verify()
    for each in (database, busy):
        each.close()

    assert noticed == []
    assert len(longer.faults) == 1
    assert "the head kept beside it" in longer.faults[0], "an entry put in behind the head shows"


def test_a_head_is_read_as_it_is_written() -> None:
    assert Head.read(str(Head(7, "ab12"))) == Head(7, "ab12")
    with pytest.raises(ValueError, match="expected COUNT:HASH"):
        Head.read("latest")
