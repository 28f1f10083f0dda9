"""Real data from files to an answer; word lists and hashed vectors, which are quick, for BERT."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

pytestmark = pytest.mark.slow
QUESTION = "Which categories will grow most in the next four weeks, and why?"


@pytest.fixture(scope="module")
def groundswell(tmp_path_factory):
    home = tmp_path_factory.mktemp("real")

    def run(name, *arguments):
        folder = home / name
        folder.mkdir(exist_ok=True)
        (folder / "settings.toml").write_text(
            'scorer = "lexicon"\nencoder = "hashing"\norigins = 2\n', encoding="utf-8"
        )
        command = [sys.executable, "-m", "ui", *arguments, "--home", str(folder), "--json"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run


def test_olist_gives_ranked_categories_with_portuguese_reviews(groundswell, shared_data):
    groundswell("olist", "ingest", "olist", str(shared_data("olist")))
    groundswell("olist", "run")

    answer = groundswell("olist", "ask", QUESTION)

    assert answer["abstention"] is None
    assert answer["proof"]
    assert {citation["lang"] for citation in answer["citations"]} == {"pt"}


def test_amazon_says_in_every_answer_that_reviews_stand_in_for_sales(groundswell, shared_data):
    source = "amazon_devices_reviews"
    groundswell("amazon", "ingest", source, str(shared_data(source)))
    groundswell("amazon", "run")

    for question in (QUESTION, "Are there any alerts?", "How accurate are the forecasts?"):
        answer = groundswell("amazon", "ask", question)
        assert "a stand-in for units sold" in answer["text"], question
