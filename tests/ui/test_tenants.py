"""What is remembered in a database that tenants share stays with each of them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from sqlalchemy import Column, Integer, MetaData, String, Table, Text, insert, select

from agent import Analyst, Kept
from agent.memory.sql_memory import SqlMemory
from signals import Col, DataError, NotReady, StateDatabase, StatePart
from ui.alerting.message import Message
from ui.alerting.outbox import Outbox
from ui.alerting.states import AlertStates
from ui.alerting.watched_files import FileMark, WatchedFiles
from ui.feedback.ratings import Ratings
from ui.people.sql_attempts import SqlAttempts
from ui.requests.sql_once import SqlOnce
from ui.wiring import make_analyst

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2025, 12, 29, tzinfo=UTC)


@pytest.fixture
def shared(tmp_path: Path):
    url = f"sqlite:///{tmp_path / 'shared.db'}"
    tenants = StateDatabase(url, "north"), StateDatabase(url, "south")
    yield tenants
    for tenant in tenants:
        tenant.close()


@pytest.fixture(scope="module")
def answer(small_shop):
    analyst: Analyst = make_analyst(small_shop.settings)
    return analyst.ask("forecast for Kitchen")


def test_conversations_and_answers_are_a_tenants_own(shared, answer) -> None:
    north, south = map(SqlMemory, shared)
    north.keep(Kept("c1", answer, pd.Timestamp(NOW), 0.1, "1"))

    assert north.find(answer.answer_id[:4]).conversation_id == "c1"
    for reach in (lambda: south.find(answer.answer_id), lambda: south.last("c1")):
        with pytest.raises(DataError, match=r"no answer|there is no conversation"):
            reach()
    with pytest.raises(NotReady, match="no question was asked yet"):
        south.newest()
    assert south.talks(["c1"]) == []
    south.keep(Kept("c2", answer, pd.Timestamp(NOW), 0.1, "2"))
    assert north.find(answer.answer_id).code_version == "1", "the same answer, but not the same row"


def test_somebody_finds_only_what_they_asked(shared, answer) -> None:
    memory = SqlMemory(shared[0])
    memory.keep(Kept("mine", answer, pd.Timestamp(NOW), 0.1, "1"))
    memory.keep(Kept("theirs", answer, pd.Timestamp(NOW), 0.1, "1"))

    assert memory.newest() == "theirs"
    assert memory.newest(lambda ids: {"mine"} & set(ids)) == "mine"
    assert memory.find(answer.answer_id, lambda ids: {"mine"} & set(ids)).conversation_id == "mine"
    with pytest.raises(DataError, match=r"no answer .* was kept"):
        memory.find(answer.answer_id, lambda _: set())


def test_alerts_ratings_messages_files_and_writes_are_a_tenants_own(shared) -> None:
    north, south = shared
    AlertStates(north).change("a1", "acknowledged", by="ann")
    assert AlertStates(south).states(["a1"]) == {}
    assert AlertStates(south).history("a1") == []
    seen = pd.DataFrame({Col.ALERT_ID: ["a1"], Col.SEVERITY: [9.0], Col.WINDOW_END: [NOW]})
    assert AlertStates(south).notice(seen) == AlertStates(north).notice(seen) == []

    Ratings(north).give("x1", helpful=True, at=NOW)
    assert Ratings(south).counts("x1") == (0, 0)

    message = Message("a1", "subject", "text", "new", 1)
    assert Outbox(north).claim("k1", "t1", message, NOW)
    assert Outbox(south).log(5) == []
    assert Outbox(south).claim("k1", "t1", message, NOW), "told to a target that both use"

    WatchedFiles(north).settle(FileMark("/in/a.csv", 1, 2), "")
    assert WatchedFiles(south).known() == set()

    assert SqlOnce(north).begin("", "k", "content") is None
    assert SqlOnce(south).begin("", "k", "content") is None, "nobody waits for another tenant"

    assert [SqlAttempts(north).count({"name ann": 1}) > 0 for _ in "ab"] == [False, True]
    assert SqlAttempts(south).count({"name ann": 1}) == 0


def test_tables_of_an_older_version_are_filled_anew_and_become_the_tenants(state_url) -> None:
    before, after = MetaData(), MetaData()
    old = Table("notes", before, Column("note", Integer, primary_key=True, autoincrement=True),
                Column("about", String(9), index=True), Column("text", Text))  # fmt: skip
    new = Table("notes", after, Column("note", Integer, primary_key=True, autoincrement=True),
                Column("tenant", String(9), nullable=False), Column("about", String(9), index=True),
                Column("text", Text))  # fmt: skip
    first = StateDatabase(state_url)
    with first.transaction(StatePart("notes", before)) as connection:
        connection.execute(insert(old), [{"note": 7, "text": "a"}, {"note": 9, "text": "b"}])
    first.close()

    later = StateDatabase(state_url, "north")
    with later.transaction(StatePart("notes", after, version=2)) as connection:
        connection.execute(insert(new).values(tenant="north", text="c"))
        rows = connection.execute(select(new).order_by(new.c.note)).all()
    later.close()

    assert [(row.tenant, row.text) for row in rows] == [("north", text) for text in "abc"]
