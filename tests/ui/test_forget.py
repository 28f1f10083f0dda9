"""``groundswell forget`` and ``raw`` as a person uses them."""

from __future__ import annotations

import importlib
import inspect
import json
import shutil
from threading import Thread

import pandas as pd
import pytest
from proofs.corner_shop import RUN
from typer.testing import CliRunner

from retrieval import HashingEncoder, build_index, lake_passages
from signals import DataError, Lake, LexiconScorer, score_documents
from tests.ui.conftest import small_shop  # noqa: F401 - the tiny shop
from ui.cli import app
from ui.forgetting import erasures_since
from ui.jobs import JobKind
from ui.settings import load_settings
from ui.told_ids import tells_of
from ui.wiring import (
    make_actor,
    make_analyst,
    make_conversation,
    make_jobs,
    make_memory,
    make_once,
    make_whose,
)

REVIEWS = """doc_id,product_id,author,text,event_time,stars
z1,P1,Ana Lima,The strap of this band tore on the first morning I wore it,2025-12-20,1
z2,P1,Ben,The strap of mine is fine after a month of running,2025-12-21,5
"""
WORDS = "tore on the first morning"


def call(settings, *arguments):
    return CliRunner().invoke(app, [*arguments, "--home", str(settings.home)])


@pytest.fixture
def shop(small_shop, tmp_path):  # noqa: F811
    """The tiny shop with a review of Ana's that is indexed and was quoted in an answer."""
    home = tmp_path / "shop"
    shutil.copytree(small_shop.settings.home, home)
    (home / "settings.toml").write_text('scorer = "lexicon"\nencoder = "hashing"\n')
    settings = load_settings(home)
    file = tmp_path / "reviews.csv"
    file.write_text(REVIEWS)
    done = call(settings, "ingest", str(file), "--table", "documents", "--yes")
    assert done.exit_code == 0, done.output
    lake, scorer = Lake(settings.workspace.lake), LexiconScorer()
    score_documents(lake, scorer)
    as_of = pd.Timestamp("2025-12-29", tz="UTC")
    passages = lake_passages(lake, run_id=RUN, as_of=as_of, model_id=scorer.model_id)
    build_index(passages, HashingEncoder(), settings.workspace.index)
    return settings


@pytest.fixture
def answer(shop):
    talk = make_conversation(
        make_analyst(shop), make_memory(shop), make_whose(shop, make_actor(shop))
    )
    answer = talk.ask("What do people say about the strap of PulseBand?")
    assert any("z1" in citation.passage_id for citation in answer.citations)
    return answer


def test_it_erases_an_author_everywhere_and_says_what_was_found(shop, answer):
    jobs, once = make_jobs(shop), make_once(shop)
    job = jobs.ask(JobKind.RUN, {})
    jobs.finish(jobs.begin_next(), {"problems": [{"value": "z1"}]})
    once.begin("ann", "k", "c")
    once.end("ann", "k", 200, {"citations": [{"passage_id": "z1"}]})

    told = json.loads(call(shop, "forget", "Ana Lima", "--yes", "--json").stdout)

    assert told["is_complete"] is True
    assert told["documents"] == 1
    assert set(told["left"].values()) == {0}
    assert {place for place, count in told["found"].items() if count} == {
        "documents", "scores", "search index", "kept answers", "kept replies", "results of jobs",
    }  # fmt: skip
    assert "erased" in jobs.find(job.job_id).result
    for file in shop.home.rglob("*"):
        if file.is_file() and file.suffix != ".parquet":
            assert WORDS.encode() not in file.read_bytes(), file


def test_an_answer_that_quoted_the_author_keeps_its_question_and_replay_says_why(shop, answer):
    call(shop, "forget", "Ana Lima", "--yes")

    kept = make_memory(shop).find(answer.answer_id).answer
    replayed = call(shop, "replay", answer.answer_id)

    assert kept.question == answer.question
    assert "asked to be forgotten" in kept.text
    assert kept.citations == ()
    assert WORDS not in replayed.output
    assert "was erased since" in replayed.output
    assert replayed.exit_code == 1


@pytest.mark.parametrize(
    ("erases", "looks"),
    [
        ("agent.memory.sql_memory", "quotes_any"),
        ("ui.requests.sql_once", "tells_of"),
        ("ui.jobs.sql_jobs", "tells_of"),
    ],
)
def test_it_erases_while_others_write(shop, answer, monkeypatch, erases, looks):
    jobs, once = make_jobs(shop), make_once(shop)
    jobs.ask(JobKind.RUN, {})
    jobs.finish(jobs.begin_next(), {"problems": [{"value": "z1"}]})
    once.begin("ann", "k", "c")
    once.end("ann", "k", 200, {"citations": [{"passage_id": "z1"}]})
    module = importlib.import_module(erases)
    look, writers = getattr(module, looks), []

    def looking(*given):
        erasing = any(frame.function == "erase" for frame in inspect.stack())
        if erasing and not writers:
            writers.append(Thread(target=make_jobs(shop).ask, args=(JobKind.RUN, {})))
            writers[0].start()
            writers[0].join(0.5)  # it writes now or waits for us
        return look(*given)

    monkeypatch.setattr(module, looks, looking)

    told = call(shop, "forget", "Ana Lima", "--yes", "--json")

    assert told.exit_code == 0, told.exception
    assert set(json.loads(told.stdout)["left"].values()) == {0}
    writers[0].join(60)
    assert len(jobs.newest(9)) == 2, "who wrote meanwhile has not lost it"


def test_without_a_yes_nothing_is_erased(shop):
    refused = CliRunner().invoke(app, ["forget", "Ana Lima", "--home", str(shop.home)], input="n\n")

    assert isinstance(refused.exception, DataError)
    assert "nothing was erased" in str(refused.exception)
    assert "1 documents" in refused.output
    assert json.loads(call(shop, "forget", "Ana Lima", "--yes", "--json").stdout)["documents"] == 1


def test_a_name_nobody_has_says_how_names_are_compared(shop):
    done = call(shop, "forget", "Nobody", "--yes")

    assert done.exit_code == 0
    assert "letter by letter" in done.stdout
    assert not shop.workspace.erasures.exists()


def test_erasures_tell_when_and_not_whom(shop, answer):
    call(shop, "forget", "Ana Lima", "--yes")

    noted = shop.workspace.erasures.read_text()
    moment = make_memory(shop).find(answer.answer_id).asked_at

    assert "Ana" not in noted
    assert len(erasures_since(shop.workspace.erasures, moment)) == 1


def test_raw_texts_are_shown_rotated_and_shredded_by_commands(tmp_path):
    key, home = tmp_path / "raw.key", tmp_path / "shop"
    home.mkdir()
    runner = CliRunner()
    assert runner.invoke(app, ["raw", "new-key", str(key)]).exit_code == 0
    (home / "settings.toml").write_text(f'keep_raw = "encrypted"\nraw_key_file = "{key}"\n')
    file = tmp_path / "reviews.csv"
    file.write_text(REVIEWS.replace("on the first morning", "call 212-555-0187"))
    settings = load_settings(home)
    shown = call(settings, "ingest", str(file), "--table", "documents", "--yes")
    assert "555-0187" not in shown.output
    assert "Ana Lima" not in shown.output

    assert "212-555-0187" in call(settings, "raw", "show", "z1").stdout
    old = key.read_text()
    rotated = json.loads(call(settings, "raw", "rotate", "--json").stdout)
    assert rotated["sealed_again"] == 1
    assert key.read_text() != old
    assert len(key.read_text().split()) == 1
    assert "212-555-0187" in call(settings, "raw", "show", "z1", "--json").stdout
    call(settings, "raw", "shred", "--yes")
    assert not key.exists()
    assert "cannot be read" in str(call(settings, "raw", "show", "z1").exception)


def test_a_key_file_is_not_written_over_and_no_key_says_how_to_make_one(tmp_path):
    key = tmp_path / "raw.key"
    runner = CliRunner()
    runner.invoke(app, ["raw", "new-key", str(key)])
    before = key.read_text()

    again = runner.invoke(app, ["raw", "new-key", str(key)])
    settings = load_settings(tmp_path / "shop")
    without = call(settings, "raw", "rotate")

    assert "exists" in str(again.exception)
    assert key.read_text() == before
    assert "no key is named" in str(without.exception)
    assert "no key file to delete" in str(call(settings, "raw", "shred").exception)


@pytest.mark.parametrize(
    ("text", "tells"),
    [
        ('{"a": [{"passage_id": "d7#120"}]}', True),
        ('{"a": "d70"}', False),
        ("no json", False),
        (None, False),
    ],
)
def test_json_that_tells_of_a_document_is_recognised(text, tells):
    assert tells_of(text, {"d7"}) is tells
