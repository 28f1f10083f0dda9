"""``groundswell ask`` and ``groundswell explain``: one answer, for people and for programs."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from ui.cli import app

QUESTION = "Which products will sell most next month, and why?"


@pytest.fixture
def run(small_shop, monkeypatch):
    monkeypatch.setenv("GROUNDSWELL_ENCODER", "hashing")
    monkeypatch.setenv("GROUNDSWELL_SCORER", "lexicon")

    def invoke(*arguments):
        return CliRunner().invoke(app, [*arguments, "--home", str(small_shop.settings.home)])

    return invoke


def test_json_holds_text_and_proof(run):
    result = run("ask", QUESTION, "--json")

    answer = json.loads(result.stdout)
    assert result.exit_code == 0
    assert answer["proof"]
    assert all(entry["number"] in answer["text"] for entry in answer["proof"])


def test_text_is_for_people_and_names_what_to_ask_next(run):
    result = run("ask", QUESTION)

    assert result.exit_code == 0
    assert "Of the products ranked, Café Torrado has most demand" in result.stdout
    assert "Next" in result.stdout


def test_the_course_of_a_series_is_drawn_under_the_answer(run):
    result = run("ask", "How did Kitchen sell in the last 4 weeks?")

    assert "the last 26 weeks and the next 8" in result.stdout
    assert "█" in result.stdout
    assert "▁" not in run("ask", "What can you do?").stdout


def test_proof_lists_every_figure_with_its_formula(run):
    result = run("ask", "forecast for Kitchen", "--proof")

    assert "quantile 0.5 summed over steps 1 to 4" in result.stdout


def test_explain_takes_a_name(run):
    result = run("explain", "Wearables")

    assert "Wearables: from a baseline of 3,600 units" in result.stdout
    assert "Text did not improve this forecast" in result.stdout


def test_the_length_can_be_set(run):
    line = json.loads(run("ask", QUESTION, "--length", "line", "--json").stdout)

    assert [sentence["role"] for sentence in line["sentences"]] == ["verdict"]


def test_a_length_that_is_none_is_refused_with_those_there_are(run):
    result = run("ask", QUESTION, "--length", "novel")

    assert result.exit_code == 2
    assert "line, paragraph, report" in result.output


def test_an_answer_is_kept_gone_on_with_and_replayed(run):
    first = json.loads(run("ask", "forecast for Kitchen", "--json").stdout)
    second = json.loads(run("ask", "and for Wearables?", "-c", "last", "--json").stdout)

    replayed = run("replay", first["answer_id"])
    as_json = json.loads(run("replay", second["answer_id"][:8], "--json").stdout)

    assert second["conversation_id"] == first["conversation_id"]
    assert second["trace"]["plan"]["entities"] == ["category:Wearables"]
    assert replayed.exit_code == 0
    assert first["text"].splitlines()[0] in replayed.output
    assert "The same to the byte as on" in replayed.output
    assert as_json["is_same"]
    assert as_json["again"]["text"] == second["text"]


def test_the_ids_are_printed_for_people(run):
    result = run("ask", "forecast for Kitchen")

    answer_id = result.stdout.split("\nAnswer ")[1].split(",")[0]
    assert f"groundswell replay {answer_id}" in result.stdout
    assert "--conversation last" in result.stdout


def test_replay_with_now_shows_what_newer_data_say(run):
    answer_id = json.loads(run("ask", "forecast for Kitchen", "--json").stdout)["answer_id"]

    result = run("replay", answer_id, "--now")

    assert result.exit_code == 0
    assert "The same to the byte" in result.output


def test_as_of_a_day_says_which_run_speaks(run):
    result = run("ask", "forecast for Kitchen", "--as-of", "2026-01-05")

    assert "what would have been told on 5 Jan 2026" in result.output
    assert "knew sales through 28 Dec 2025" in result.output
