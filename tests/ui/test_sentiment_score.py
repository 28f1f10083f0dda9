"""``groundswell sentiment score`` as a user types it."""

from __future__ import annotations

import json

import pandas as pd
import pytest
from typer.testing import CliRunner

from signals import DataError
from ui.commands.sentiment import sentiment


@pytest.fixture
def reviews(tmp_path):
    file = tmp_path / "reviews.csv"
    file.write_text(
        "id,comment\n01,It is <b>great</b> and I love it\n02,O produto veio quebrado e ruim\n"
        "03,👍👍\n04,\n05,质量很差，很失望\n",
        encoding="utf-8",
    )
    return file


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.setenv("GROUNDSWELL_SCORER", "lexicon")

    def invoke(*arguments: object):
        home = ["--home", str(tmp_path / "no-workspace")]
        return CliRunner().invoke(sentiment, ["score", *map(str, arguments), *home])

    return invoke


def test_a_file_is_scored_without_a_workspace(run, reviews, tmp_path):
    out = tmp_path / "scored.csv"

    done = run(reviews, "--text", "comment", "--out", out)

    assert done.exit_code == 0, done.output
    assert not (tmp_path / "no-workspace").exists()
    frame = pd.read_csv(out, dtype=str, keep_default_na=False)
    assert frame["id"].tolist() == ["01", "02", "03", "04", "05"]
    assert frame["lang"].tolist() == ["en", "pt", "other", "", "zh"]
    assert frame["flags"].tolist() == ["html", "", "no_words", "empty", ""]
    assert "4 of 5 rows scored" in done.output
    assert "negative 50%" in done.output
    assert "Next" in done.output


def test_the_column_is_guessed_and_told(run, reviews, tmp_path):
    done = run(reviews, "--out", tmp_path / "scored.parquet")

    assert "column 'comment' (guessed; another one: --text COLUMN)" in done.output


def test_programs_get_one_json_object(run, reviews, tmp_path):
    done = run(reviews, "--out", tmp_path / "scored.jsonl", "--lang", "en", "--json")

    said = json.loads(done.stdout)
    assert said["rows"] == 5
    assert said["scored"] == 4
    assert said["languages"] == {"en": 4}
    assert said["flags"]["empty"] == 1
    assert sum(said["shares"].values()) == pytest.approx(1)


def test_an_existing_file_is_replaced_only_when_told(run, reviews, tmp_path):
    out = tmp_path / "scored.csv"
    out.write_text("old", encoding="utf-8")

    refused = run(reviews, "--out", out)
    done = run(reviews, "--out", out, "--force")

    assert isinstance(refused.exception, DataError)
    assert "--force" in str(refused.exception)
    assert done.exit_code == 0
    assert out.read_text(encoding="utf-8").startswith("id,comment,p_neg")
