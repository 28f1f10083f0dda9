"""How long work tells a person how far it is."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Called now and then during long work.

    ``step`` names the work for a person; what follows a colon may change from call to call.
    ``done`` of ``total`` units are finished.
    ``done == total`` ends the step.
    """

    def __call__(self, step: str, done: int, total: int) -> None: ...


def silent(step: str, done: int, total: int) -> None:
    """Tell nobody."""
