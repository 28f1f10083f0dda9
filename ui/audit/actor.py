"""Who is acting, and through which door: said once where they come in, known all the way down."""

from __future__ import annotations

import getpass
import os
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator


class Door(StrEnum):
    """The way in that somebody took."""

    COMMAND = "command line"
    PAGE = "page"
    REST = "REST"
    MCP = "MCP"
    JOB = "job"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something.

    Parameters
    ----------
    name
        Of a user; at the command line that of the operating system's account; empty for whoever
        uses a page without login.
    """

    name: str
    door: Door


_ACTING: Final[ContextVar[Actor | None]] = ContextVar("acting", default=None)


def actor() -> Actor:
    """Return who acts now; where nobody said so, it is whoever began this process."""
    return _ACTING.get() or Actor(_account(), Door.COMMAND)


@contextmanager
def acting(name: str, door: Door) -> Iterator[None]:
    """Let everything inside be done by somebody."""
    token = _ACTING.set(Actor(name, door))
    try:
        yield
    finally:
        _ACTING.reset(token)


def _account() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may run under a number without a name
        return str(os.getuid())
