"""``groundswell sentiment train`` on a user's own texts, and the model it gives at work."""

from __future__ import annotations

import json

import pandas as pd
import pytest
from typer.testing import CliRunner

from signals import ConfigError
from ui.commands.sentiment import sentiment


@pytest.fixture
def run(tmp_path, tiny_folder, monkeypatch):
    monkeypatch.setenv("GROUNDSWELL_WEIGHTS", str(tiny_folder))

    def invoke(*arguments: object):
        command = [*map(str, arguments), "--home", str(tmp_path / "home")]
        return CliRunner().invoke(sentiment, command)

    return invoke


@pytest.fixture
def own(tmp_path):
    things = ["tea", "cup", "lid", "box", "red box", "red cup", "tea box", "lid cup"]
    rows = [
        {"comment": f"{word} {thing} {more}", "mark": mark}
        for word, mark in (("bad", "negative"), ("plain", "neutral"), ("good", "positive"))
        for thing in things
        for more in things
    ]
    file = tmp_path / "own.csv"
    pd.DataFrame(rows).to_csv(file, index=False)
    return file


def test_a_model_of_own_texts_scores_as_it_was_taught(run, own, tmp_path, monkeypatch):
    trained = run(
        "train", "--own", own, "--text", "comment", "--label", "mark", "--layers", 2,
        "--epochs", 40, "--rate", 3e-3, "--out", tmp_path / "model",
    )  # fmt: skip
    monkeypatch.setenv("GROUNDSWELL_SCORER", str(tmp_path / "model"))
    scored = run("score", own, "--text", "comment", "--out", tmp_path / "scored.csv")

    assert trained.exit_code == 0, trained.output
    assert "On held-out texts" in trained.output
    assert f"GROUNDSWELL_SCORER={tmp_path / 'model'}" in trained.output.replace("\n", "")
    assert scored.exit_code == 0, scored.output
    table = pd.read_csv(tmp_path / "scored.csv")
    called = table[["p_neg", "p_neu", "p_pos"]].to_numpy().argmax(axis=1)
    meant = table["mark"].map({"negative": 0, "neutral": 1, "positive": 2})
    assert (called == meant).mean() > 0.8


def test_the_manifest_says_what_was_learnt_from(run, own, tmp_path):
    result = run(
        "train", "--own", own, "--text", "comment", "--label", "mark", "--layers", 1,
        "--epochs", 1, "--out", tmp_path / "model", "--json",
    )  # fmt: skip

    about = json.loads(result.stdout)
    (entry,) = about["sets"]
    assert entry["name"] == "own"
    # texts that nearly copy one held out do not train
    assert min(entry["rows"].values()) > 0
    assert 96 < sum(entry["rows"].values()) < 192
    assert about["plan"]["layers"] == 1
    assert not (tmp_path / "model.training").exists()


def test_nothing_to_learn_from_is_said(run, tmp_path):
    result = run("train", "--out", tmp_path / "model")

    assert isinstance(result.exception, ConfigError)
    assert "--data FOLDER, --own FILE" in str(result.exception)


def test_a_folder_with_other_things_is_not_written_over(run, own, tmp_path):
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "cat.png").write_bytes(b"cat")

    result = run(
        "train", "--own", own, "--text", "comment", "--label", "mark",
        "--out", tmp_path / "photos",
    )  # fmt: skip

    assert "not a sentiment model" in str(result.exception)
    assert (tmp_path / "photos" / "cat.png").read_bytes() == b"cat"
