"""Log lines: one an event, readable by programs, without secrets and without forgery."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys

import pytest

from ui.logs import JsonLines, TextLines

FORGERIES = [
    "login of eve\nINFO ui.people: login of admin",
    "a\r\nb", "\x1b[2J\x1b[31mall gone", "\x9b31m", "a\u2028b\u2029c", "\u202egnp.exe",
    "\x00\x07\x08", "\ud800", "\u200bhidden\ufeff",
]  # fmt: skip


def record(message: str, *, error: Exception | None = None) -> logging.LogRecord:
    info = None if error is None else (type(error), error, None)
    return logging.LogRecord("ui.test", logging.WARNING, "f.py", 1, "%s", (message,), info)


@pytest.mark.parametrize("message", FORGERIES)
def test_a_message_cannot_pass_for_two(message: str) -> None:
    for told in (record(message), record("x", error=ValueError(message))):
        text, line = TextLines().format(told), JsonLines().format(told)

        assert [row for row in text.splitlines() if not row.startswith("    ")] == [
            text.splitlines()[0]
        ]
        assert len(line.splitlines()) == 1
        assert json.loads(line)["level"] == "WARNING"
        assert not any(sign in text + line for sign in "\r\x1b\x9b\x00\x07\u2028\u202e\u200b\ud800")


def test_a_json_line_says_what_happened() -> None:
    told = json.loads(JsonLines().format(record("电池", error=ValueError("broken"))))

    assert set(told) == {"at", "level", "logger", "process", "message", "error"}
    assert (told["logger"], told["message"]) == ("ui.test", "电池")
    assert told["error"] == "ValueError: broken"


def test_secrets_are_in_no_line_not_even_of_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GROUNDSWELL_LLM_API_KEY", "sk-canary-1")
    told = record("wrong key sk-canary-1", error=ValueError("sk-canary-1 is unknown"))

    assert "canary" not in TextLines().format(told) + JsonLines().format(told)


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    code = "from ui.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_the_command_line_tells_neither_a_password_nor_a_traceback_with_it(tmp_path) -> None:
    for url in ("postgresql+psycopg://u:canary77@127.0.0.1:1/x", "postgresql://u:c@canary77:x/y"):
        done = run(
            "-vv", "--log-format", "json", "users", "list", "--home", str(tmp_path),
            GROUNDSWELL_DATABASE_URL=url,
        )  # fmt: skip

        assert done.returncode == 2
        assert "canary77" not in done.stdout + done.stderr
        assert "Traceback" not in done.stderr.replace("\\n", "")
        *lines, last = done.stderr.splitlines()
        assert "database" in done.stderr, last
        assert all(json.loads(line) for line in lines if line.startswith("{"))
