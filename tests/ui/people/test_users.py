"""``groundswell users`` at a terminal."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

from ui.people.sql_people import KeyKind
from ui.settings import load_settings
from ui.wiring import make_login, make_people

if TYPE_CHECKING:
    from pathlib import Path

CODE = "import sys; from ui.cli import main; main()"


def users(home: Path, *words: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", CODE, "users", *words, "--home", str(home)],
        input=typed, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip


def test_a_user_from_first_to_last(tmp_path: Path) -> None:
    home = tmp_path / "shop"
    stdin = "--password-stdin"

    added = users(home, "add", "Ann", "--role", "analyst", stdin, typed="four words in a row\n")
    token = users(home, "token", "ann").stdout.strip()
    listed = json.loads(users(home, "list", "--json").stdout)
    weak = users(home, "password", "ann", stdin, typed="short\n")
    unasked = users(home, "add", "bob")

    settings = load_settings(home)
    people = make_people(settings)
    assert "ann can log in as analyst" in added.stdout
    assert "groundswell serve" in added.stdout
    assert people.holder(token, KeyKind.TOKEN).name == "ann"  # type: ignore[union-attr]
    assert make_login(settings).enter("ann", "four words in a row", "127.0.0.1").name == "ann"  # type: ignore[union-attr]
    assert [(row["name"], row["role"], row["tokens"]) for row in listed] == [("ann", "analyst", 1)]
    assert (weak.returncode, "take 12 to 256" in weak.stderr) == (2, True)
    assert (unasked.returncode, "--password-stdin" in unasked.stderr) == (2, True)
    assert users(home, "remove", "ann").returncode == 0
    assert people.is_empty()
