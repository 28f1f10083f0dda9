"""Conversations in SQLite: what is kept comes back whole, after a restart and for two at once."""

from __future__ import annotations

import sqlite3
import threading
from dataclasses import replace

import pandas as pd
import pytest

from agent import Kept, pack, unpack
from agent.memory.sql_memory import VERSION, SqlMemory
from signals import DataError, NotReady, StateDatabase
from ui.wiring import make_analyst

NOW = pd.Timestamp("2024-06-03 09:00", tz="UTC")


@pytest.fixture(scope="module")
def answers(later_shop):
    analyst = make_analyst(later_shop.settings)
    return [
        analyst.ask("forecast for kitchen, and why?"),
        analyst.ask("what if the price of Desk Lamp falls by 10%?"),
        analyst.ask("what do people say about Ceramic Kettle?"),
        analyst.ask("As of 5 June, how many units of Desk Lamp until 20 June?"),
        analyst.ask("forecast for iPhone 99"),
    ]


@pytest.fixture
def memory(tmp_path):
    with_file = SqlMemory(StateDatabase(f"sqlite:///{tmp_path / 'state.db'}"))
    yield with_file
    with_file.close()


def kept(answer, conversation_id="c1"):
    return Kept(conversation_id, answer, NOW, 0.25, "0.1.0")


def test_an_answer_is_read_back_equal_with_its_whole_trace(answers):
    for answer in answers:
        assert unpack(pack(answer)) == answer
    assert [call.tool for call in answers[0].trace.tools][:2] == ["outlook", "drivers"]
    assert answers[0].trace.tools[0].arguments["entity"] == "category:kitchen"
    assert answers[2].trace.searched.run_id == "run0002"
    assert answers[2].trace.models == {"search": "hashing-512-v1", "sentiment": "lexicon"}


def test_what_is_kept_is_there_after_a_restart(tmp_path, answers):
    url = f"sqlite:///{tmp_path / 'state.db'}"
    first = SqlMemory(StateDatabase(url))
    for answer in answers[:2]:
        first.keep(kept(answer))
    first.close()

    second = SqlMemory(StateDatabase(url))
    found = second.find(answers[0].answer_id[:10])

    assert found == kept(answers[0])
    assert second.last("c1").answer == answers[1]
    assert second.newest() == "c1"
    second.close()


def test_the_same_answer_in_two_conversations_is_kept_once_with_its_newest_trace(
    memory, answers, tmp_path
):
    newer = replace(answers[0], trace=replace(answers[0].trace, lake_versions={"sales": 99}))
    memory.keep(kept(answers[0], "c1"))
    memory.keep(kept(newer, "c2"))

    assert memory.find(newer.answer_id).answer.trace.lake_versions == {"sales": 99}
    assert {memory.last("c1").answer.answer_id, memory.last("c2").answer.answer_id} == {
        newer.answer_id
    }
    with sqlite3.connect(tmp_path / "state.db") as connection:
        assert connection.execute("SELECT count(*) FROM answers").fetchone() == (1,)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()


def test_several_at_once_lose_nothing(tmp_path, answers):
    url = f"sqlite:///{tmp_path / 'state.db'}"

    def work(name):
        own = SqlMemory(StateDatabase(url))
        for answer in answers:
            own.keep(kept(answer, name))
        own.close()

    threads = [threading.Thread(target=work, args=(f"c{place}",)) for place in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with sqlite3.connect(tmp_path / "state.db") as connection:
        turns = connection.execute("SELECT count(*) FROM turns").fetchone()
        versions = connection.execute("SELECT version FROM groundswell_parts").fetchall()
    connection.close()
    assert turns == (4 * len(answers),)
    assert versions == [(VERSION,)]


def test_what_is_not_there_is_said(memory, answers):
    with pytest.raises(NotReady, match="no question was asked yet"):
        memory.newest()
    with pytest.raises(DataError, match="no answer 'beef' was kept"):
        memory.find("beef")
    with pytest.raises(DataError, match="there is no conversation 'c9'"):
        memory.last("c9")
    for answer in answers:
        memory.keep(kept(answer))
    with pytest.raises(DataError, match="several answers begin with ''"):
        memory.find("")


def test_an_answer_of_another_version_is_named(answers):
    with pytest.raises(DataError, match="a stored answer cannot be read"):
        unpack(pack(answers[0]).replace('"forecast"', '"prophecy"'))
