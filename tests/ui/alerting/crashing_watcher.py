"""Stores what comes, and dies before it is committed; run by a test as a process of its own."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from signals import Lake
from ui.alerting.sources import Wanted, open_source
from ui.alerting.watch import take
from ui.settings import load_settings
from ui.wiring import make_state


class DiesBeforeCommit:
    """A source whose commit is never reached."""

    def __init__(self, name: str) -> None:
        self.name = name

    def commit(self, arrival: object, refused: str = "") -> None:
        os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    settings = load_settings(Path(sys.argv[1]))
    source = open_source(settings, make_state(settings), Wanted(sys.argv[2], guess=True))
    arrival = None
    while arrival is None:
        arrival = source.fetch(5.0)
    take(DiesBeforeCommit(source.name), arrival, Lake(settings.workspace.lake), lambda report: None)
