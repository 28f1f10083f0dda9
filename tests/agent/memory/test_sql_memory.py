"""Conversations in a database: what is kept comes back whole, after a restart, for many at once.

In a file, and on a real PostgreSQL server where one is installed.
"""

from __future__ import annotations

import threading
from dataclasses import replace

import pandas as pd
import pytest
from sqlalchemy import create_engine, text

from agent import Kept, pack, unpack
from agent.memory.sql_memory import PART, SqlMemory
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
def memory(state_url):
    found = SqlMemory(StateDatabase(state_url))
    yield found
    found.close()


def rows(url, query):
    """Look into a database past the memory."""
    engine = create_engine(url)
    with engine.connect() as connection:
        found = [tuple(row) for row in connection.execute(text(query))]
    engine.dispose()
    return found


def kept(answer, conversation_id="c1"):
    return Kept(conversation_id, answer, NOW, 0.25, "0.1.0")


def test_an_answer_is_read_back_equal_with_its_whole_trace(answers):
    for answer in answers:
        assert unpack(pack(answer)) == answer
    assert [call.tool for call in answers[0].trace.tools][:2] == ["outlook", "drivers"]
    assert answers[0].trace.tools[0].arguments["entity"] == "category:kitchen"
    assert answers[2].trace.searched.run_id == "run0002"
    assert answers[2].trace.models == {"search": "hashing-512-v1", "sentiment": "lexicon"}


def test_what_is_kept_is_there_after_a_restart(state_url, answers):
    first = SqlMemory(StateDatabase(state_url))
    for answer in answers[:2]:
        first.keep(kept(answer))
    first.close()

    second = SqlMemory(StateDatabase(state_url))
    found = second.find(answers[0].answer_id[:10])

    assert found == kept(answers[0])
    assert second.last("c1").answer == answers[1]
    assert second.newest() == "c1"
    second.close()


def test_the_same_answer_in_two_conversations_is_kept_once_with_its_newest_trace(
    memory, answers, state_url
):
    newer = replace(answers[0], trace=replace(answers[0].trace, lake_versions={"sales": 99}))
    memory.keep(kept(answers[0], "c1"))
    memory.keep(kept(newer, "c2"))

    assert memory.find(newer.answer_id).answer.trace.lake_versions == {"sales": 99}
    assert {memory.last("c1").answer.answer_id, memory.last("c2").answer.answer_id} == {
        newer.answer_id
    }
    assert rows(state_url, "SELECT count(*) FROM answers") == [(1,)]
    if state_url.startswith("sqlite"):
        assert rows(state_url, "PRAGMA journal_mode") == [("wal",)]


def test_two_who_write_an_answer_first_at_once_both_keep_it(state_url, answers):
    """One writer has begun and not finished when the other comes."""
    rounds, failures = 15, []
    barrier = threading.Barrier(2)

    def work(name):
        own = SqlMemory(StateDatabase(state_url))
        for place in range(rounds):
            barrier.wait()
            try:
                own.keep(kept(replace(answers[0], question=f"question {place}"), name))
            except DataError as error:
                failures.append(error)
        own.close()

    threads = [threading.Thread(target=work, args=(name,)) for name in ("c1", "c2")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert rows(state_url, "SELECT count(*) FROM answers") == [(rounds,)]
    assert rows(state_url, "SELECT count(*) FROM turns") == [(2 * rounds,)]


def test_a_question_with_a_zero_byte_is_kept_and_read_back(memory, answers):
    odd = replace(answers[0], question="forecast\0 for kitchen")

    memory.keep(kept(odd))

    assert memory.last("c1").answer == odd


def test_several_at_once_lose_nothing(state_url, answers):
    def work(name):
        own = SqlMemory(StateDatabase(state_url))
        for answer in answers:
            own.keep(kept(answer, name))
        own.close()

    threads = [threading.Thread(target=work, args=(f"c{place}",)) for place in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert rows(state_url, "SELECT count(*) FROM turns") == [(4 * len(answers),)]
    assert rows(state_url, "SELECT version FROM groundswell_parts") == [(PART.version,)]


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


def test_a_conversation_is_read_back_in_order_and_listed_by_its_first_question(memory, answers):
    for answer, conversation_id in zip(answers[:3], ("c1", "c2", "c1"), strict=True):
        memory.keep(kept(answer, conversation_id))

    assert [each.answer for each in memory.turns("c1")] == [answers[0], answers[2]]
    talks = memory.talks(["c1", "c2", "c9"])
    assert [(talk.conversation_id, talk.question) for talk in talks] == [
        ("c2", answers[1].question),
        ("c1", answers[0].question),
    ]
    assert talks[0].asked_at == NOW
    assert memory.talks([]) == []
    with pytest.raises(DataError, match="there is no conversation 'c9'"):
        memory.turns("c9")
