"""The commands as a person uses them, in this process, with all they print and log kept."""

from __future__ import annotations

import json
import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from typer.testing import CliRunner

from ui.cli import app

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Use:
    """Calls of commands on one workspace.

    Parameters
    ----------
    outside
        Folder for the files that are brought in and for the log.
    """

    def __init__(self, home: Path, outside: Path) -> None:
        self._home = home
        self._outside = outside
        outside.mkdir()
        self.log = outside / "debug.log"
        self.printed = ""

    def call(self, *arguments: str, at_home: bool = True) -> str:
        """Run a command, at its most talkative, and keep what it printed."""
        home = ["--home", str(self._home)] if at_home else []
        done = CliRunner().invoke(app, ["-vv", *arguments, *home])
        self.printed += done.output
        if done.exit_code != 0:
            raise RuntimeError(f"{arguments}: {done.exception!r} {done.output[-2000:]}")
        return done.stdout

    def json(self, *arguments: str) -> dict[str, Any]:
        """Run a command and read the object it prints."""
        told: dict[str, Any] = json.loads(self.call(*arguments, "--json"))
        return told

    def ingest(self, name: str, text: str) -> None:
        """Bring in a file, good rows and bad ones."""
        file = self._outside / f"{name}.csv"
        file.write_text(text, encoding="utf-8")
        self.call("ingest", str(file), "--table", name, "--yes", "--accept-partial")

    @contextmanager
    def logged(self) -> Iterator[None]:
        """Write all that is logged to a file, debug messages too."""
        handler, root = logging.FileHandler(self.log, encoding="utf-8"), logging.getLogger()
        before = root.level
        root.addHandler(handler)
        root.setLevel(logging.DEBUG)
        try:
            yield
        finally:
            root.removeHandler(handler)
            root.setLevel(before)
            handler.close()
