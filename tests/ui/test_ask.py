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
