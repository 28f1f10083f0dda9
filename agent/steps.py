"""Steps of an answer, told while it is being made.

Whoever waits for an answer listens in the thread that makes it; who does not listen pays nothing.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping


class StepKind(StrEnum):
    """What was done: a question read, a tool asked, sentences checked against the facts."""

    PLAN = "plan"
    TOOL = "tool"
    FACTS = "facts"


@dataclass(frozen=True, slots=True)
class Step:
    """One step.

    Parameters
    ----------
    name
        Of a plan its intent, of a tool its name; empty for facts.
    about
        By name, in words: what a plan or a tool is about, how many facts and quotes there are.
    """

    kind: StepKind
    name: str = ""
    about: Mapping[str, str] = field(default_factory=dict)


_LISTENER: ContextVar[Callable[[Step], None] | None] = ContextVar("listener", default=None)


@contextmanager
def listened(listener: Callable[[Step], None]) -> Iterator[None]:
    """Tell the steps of answers that are made inside, in this thread, as they happen.

    What the listener raises ends the answer.
    """
    token = _LISTENER.set(listener)
    try:
        yield
    finally:
        _LISTENER.reset(token)


def tell(step: Step) -> None:
    """Tell a step to whoever listens."""
    listener = _LISTENER.get()
    if listener is not None:
        listener(step)
