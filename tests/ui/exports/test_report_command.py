"""``groundswell report`` writes one file, and says how to have its answers again."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from ui.cli import app


@pytest.fixture
def run(small_shop, monkeypatch):
    monkeypatch.setenv("GROUNDSWELL_ENCODER", "hashing")
    monkeypatch.setenv("GROUNDSWELL_SCORER", "lexicon")

    def invoke(*arguments):
        return CliRunner().invoke(
            app, ["report", *arguments, "--home", str(small_shop.settings.home)]
        )

    return invoke


def test_the_first_week_of_the_newest_run_is_reported_and_its_answers_kept(run, tmp_path):
    file = tmp_path / "wearables.html"

    result = run("Wearables", "--out", str(file))

    assert result.exit_code == 0, result.output
    assert "Wearables, 29 Dec 2025 to 4 Jan 2026" in file.read_text("utf-8")
    assert result.stdout.count("groundswell replay") == 3


def test_json_holds_the_answers_with_their_facts(run, tmp_path):
    file = tmp_path / "kitchen.html"

    result = run(
        "kitchen", "--week", "2026-01-07", "--language", "pt", "--json", "--out", str(file)
    )

    told = json.loads(result.stdout)
    assert told["format"] == "html"
    assert told["answers"][0]["language"] == "pt"
    assert told["answers"][0]["facts"][0]["period"] == ["2026-01-05", "2026-01-11"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("Wearables", "--out", "report.docx"), "end its name in .html, .pdf, .xlsx, .csv"),
        (("Toys",), "no product or category is called 'Toys'"),
        (("Wearables", "--week", "2027-01-04"), "outside this forecast"),
        (("Wearables", "--week", "2020-01-06"), "no run"),
        (("Wearables", "--out", "not/there/report.html"), "cannot be written"),
    ],
)
def test_what_cannot_be_reported_is_said_and_nothing_written(
    run, tmp_path, monkeypatch, arguments, message
):
    monkeypatch.chdir(tmp_path)

    result = run(*arguments)

    assert result.exit_code != 0
    assert message in str(result.exception)
    assert not list(tmp_path.iterdir())
