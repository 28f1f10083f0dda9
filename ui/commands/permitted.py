"""What each command does, and whether the person who gives it may.

Without ``GROUNDSWELL_TOKEN`` commands are the owner's, who may do everything, and nothing is asked.
"""

from __future__ import annotations

import copy
import os
from typing import TYPE_CHECKING, Any, Final

from typer.core import TyperGroup

if TYPE_CHECKING:
    from ui.people import Action

_READ, _ASK, _INGEST, _RUN, _SETTLE = "read", "ask", "ingest", "run", "settle alerts"
_ACTIONS: Final = {
    "alerts ack": _SETTLE,
    "alerts backtest": _RUN,
    "alerts list": _READ,
    "alerts log": _READ,
    "alerts resolve": _SETTLE,
    "alerts scan": _RUN,
    "alerts snooze": _SETTLE,
    "ask": _ASK,
    "demo": _RUN,
    "doctor": _READ,
    "explain": _ASK,
    "forecast backtest": _RUN,
    "forecast diff": _READ,
    "forecast show": _READ,
    "forecast table": _RUN,
    "forecast tune": _RUN,
    "forecast what-if": _ASK,
    "health": _READ,
    "ingest": _INGEST,
    "mcp": _ASK,
    "models list": _READ,
    "quality": _READ,
    "replay": _ASK,
    "report": _READ,
    "run": _RUN,
    "sentiment score": _RUN,
    "sentiment show": _READ,
}
"""A command that is not here is for those who manage the work of others."""


def action_of(command: str) -> Action:
    """Return what a command does, by its words after ``groundswell``."""
    from ui.people import Action

    return Action(_ACTIONS[command]) if command in _ACTIONS else Action.MANAGE


class PermittedGroup(TyperGroup):
    """Commands that are carried out only for those who may."""

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ANN401 - typer hides its types
        found = super().get_command(ctx, cmd_name)
        if found is None or isinstance(found, TyperGroup):
            return found
        guarded: Any = copy.copy(found)
        guarded.invoke = lambda context: _invoked(found, context)
        return guarded


def _invoked(command: Any, context: Any) -> Any:  # noqa: ANN401 - likewise
    if "GROUNDSWELL_TOKEN" in os.environ:
        from ui.people import check
        from ui.settings import load_settings
        from ui.wiring import make_actor

        person = make_actor(load_settings(context.params.get("home")))
        check(person, action_of(_words(context)))
    return command.invoke(context)


def _words(context: Any) -> str:  # noqa: ANN401 - likewise
    """Give the words of a command after ``groundswell``."""
    if context.parent is None:
        return ""
    return f"{_words(context.parent)} {context.info_name}".strip()
