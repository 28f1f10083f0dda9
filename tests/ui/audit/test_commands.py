"""``groundswell audit``: what was done from the command line, and whether the log is whole."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from ui.cli import app

if TYPE_CHECKING:
    from pathlib import Path

runner = CliRunner()


@pytest.fixture
def home(tmp_path: Path) -> str:
    sales = tmp_path / "sales.csv"
    sales.write_text("day,product_id,units\n2025-12-01,P8,3\n2025-12-02,P8,4\n")
    home = str(tmp_path / "shop")
    assert not runner.invoke(app, ["ingest", str(sales), "--yes", "--home", home]).exit_code
    return home


def test_an_ingest_is_shown_and_the_log_is_whole(home: str) -> None:
    shown = json.loads(runner.invoke(app, ["audit", "show", "--home", home, "--json"]).stdout)
    found = runner.invoke(app, ["audit", "verify", "--home", home, "--json"])

    assert [(entry["deed"], entry["what"]) for entry in shown] == [("ingest", "sales.csv")]
    assert shown[0]["told"].startswith("batch ")
    assert found.exit_code == 0
    assert json.loads(found.stdout)["whole"] is True


def test_a_changed_log_is_told_and_the_exit_code_says_so(home: str) -> None:
    head = json.loads(runner.invoke(app, ["audit", "verify", "--home", home, "--json"]).stdout)
    with closing(sqlite3.connect(f"{home}/state.db")) as connection:
        connection.execute("DELETE FROM audit_entries")
        connection.execute("DELETE FROM audit_heads")
        connection.commit()

    alone = runner.invoke(app, ["audit", "verify", "--home", home])
    against = runner.invoke(app, ["audit", "verify", "--home", home, "--head", head["head"]])

    assert alone.exit_code == 0  # nothing in the database shows it
    assert against.exit_code == 1
    assert "NOT whole" in against.stdout


def test_a_head_that_is_none_is_refused(home: str) -> None:
    found = runner.invoke(app, ["audit", "verify", "--home", home, "--head", "newest"])

    assert found.exit_code == 1
    assert "expected COUNT:HASH" in str(found.exception)
