"""Which tools an answer asked, and with what: noted while a question is being answered."""

from __future__ import annotations

import functools
import inspect
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from agent.proof.facts import Period
from agent.steps import Step, StepKind, tell
from agent.tools.desk import Horizon
from agent.tools.findings import Outlook
from agent.understanding.catalogue import Entity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

Arguments = ParamSpec("Arguments")
Found = TypeVar("Found")

_SURROUNDINGS = {"desk", "sheet", "book", "catalogue", "whole"}


@dataclass(frozen=True, slots=True)
class ToolCall:
    """One call of a tool.

    Parameters
    ----------
    arguments
        By name, in words: series ids, days from/to, numbers. What every tool works on is left out.
    """

    tool: str
    arguments: Mapping[str, str]

    def to_dict(self) -> dict[str, Any]:
        """Give the call as JSON values."""
        return {"tool": self.tool, "arguments": dict(self.arguments)}


_NOTED: ContextVar[list[ToolCall] | None] = ContextVar("tool calls", default=None)


@contextmanager
def noted() -> Iterator[list[ToolCall]]:
    """Collect the calls of tools that are made inside, in this thread, in order."""
    calls: list[ToolCall] = []
    token = _NOTED.set(calls)
    try:
        yield calls
    finally:
        _NOTED.reset(token)


def tool(function: Callable[Arguments, Found]) -> Callable[Arguments, Found]:
    """Make the calls of a function part of the trace of an answer."""
    signature = inspect.signature(function)

    @functools.wraps(function)
    def call(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Found:
        calls = _NOTED.get()
        if calls is not None:
            given = signature.bind(*args, **kwargs).arguments
            told = {name: _told(it) for name, it in given.items() if name not in _SURROUNDINGS}
            calls.append(ToolCall(function.__name__, told))
            tell(Step(StepKind.TOOL, function.__name__, told))
        return function(*args, **kwargs)

    return call


def _told(value: object) -> str:
    match value:
        case Entity():
            return value.series_id
        case Period():
            return value.key
        case Horizon():
            return value.ahead.key
        case Outlook():
            return f"{value.entity.series_id} {value.horizon.ahead.key}"
        case list() | tuple():
            return ", ".join(_told(each) for each in value)
        case _:
            return str(value)
