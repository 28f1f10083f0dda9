"""Questions from a notebook or a script: ``open_conversation(home).ask(question)``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ui.settings import load_settings

if TYPE_CHECKING:
    from agent import Conversation


def open_conversation(
    home: Path | str | None = None, conversation_id: str | None = None
) -> Conversation:
    """Begin a conversation about a workspace, or go on with one.

    Parameters
    ----------
    home
        Workspace folder; None takes ``GROUNDSWELL_HOME`` or ``./groundswell-data``.
    conversation_id
        None begins a new one.

    Raises
    ------
    NotReady
        When nothing was run in the workspace yet.
    DataError
        When there is no such conversation, or it is somebody else's.
    """
    from ui.wiring import make_actor, make_analyst, make_conversation, make_memory, make_whose

    settings = load_settings(None if home is None else Path(home))
    whose = make_whose(settings, make_actor(settings))
    return make_conversation(make_analyst(settings), make_memory(settings), whose, conversation_id)
