"""Who answers: over the latest run, over what an earlier answer was made from, or in a talk."""

from __future__ import annotations

import secrets
from dataclasses import replace
from functools import cache
from importlib.metadata import version
from typing import TYPE_CHECKING, Final

import pandas as pd

from agent import Analyst, Circumstances, Conversation, Desk
from forecasting import latest_run, run_as_of, stored_run
from retrieval import IndexAbout, IndexKind, open_index, recall_index, search_id
from signals import DataError, Lake, ModelError
from ui.wiring.models import make_chat_model, make_encoder, make_loop_model, make_reranker

if TYPE_CHECKING:
    from datetime import date

    from agent import Answer, Length, Memory
    from ui.people.sql_talks import Whose
    from ui.settings import Settings

_ID_BYTES: Final = 8
"""Of a conversation: nobody guesses another's."""


def make_analyst(settings: Settings, length: Length | None = None) -> Analyst:
    """Build what answers questions about the latest run of a workspace.

    Parameters
    ----------
    length
        Of the answers; None takes what each question asks for.

    Raises
    ------
    NotReady
        When nothing was run yet.
    """
    lake = Lake(settings.workspace.lake)
    run = latest_run(lake)
    retriever = open_index(
        settings.workspace.index, make_encoder(settings), make_reranker(settings)
    )
    desk = Desk(lake, retriever, run, models=settings.workspace.models)
    return Analyst(
        desk,
        make_chat_model(settings),
        length=length,
        desk_at=lambda day: _desk_of(desk, day),
        loop=make_loop_model(settings),
    )


def make_past_analyst(settings: Settings, answer: Answer) -> Analyst:
    """Build what gives an answer again: over what the answer was made from, and nothing else.

    Raises
    ------
    DataError
        When that is not there any more.
    ModelError
        When the settings name another encoder or reranker than the answer was searched with.
    """
    trace = answer.trace
    lake = Lake(settings.workspace.lake, trace.lake_versions)
    if lost := lake.lost():
        raise DataError(
            f"answer {answer.answer_id} cannot be given again: the lake has lost the versions of "
            f"{', '.join(lost)} that it was made from; see what newer data say: "
            f"groundswell replay {answer.answer_id} --now"
        )
    encoder = make_encoder(settings)
    reranker = make_reranker(settings)
    named = search_id(encoder, reranker)
    searched_with = trace.models.get("search", named)
    if searched_with != named:
        raise ModelError(
            f"answer {answer.answer_id} was searched with encoder {searched_with!r}, the settings "
            f"name {named!r}; set the encoder and the reranker back"
        )
    run = stored_run(lake, answer.run_id) if answer.run_id else None
    retriever = None
    if trace.searched is not None:
        present = open_index(settings.workspace.index, encoder, reranker)
        retriever = recall_index(trace.searched, Lake(settings.workspace.lake), present)
    return Analyst(Desk(lake, retriever, run, models=settings.workspace.models))


def make_conversation(
    analyst: Analyst,
    memory: Memory,
    whose: Whose,
    conversation_id: str | None = None,
    last: Answer | None = None,
) -> Conversation:
    """Begin a conversation, or go on with one.

    Parameters
    ----------
    conversation_id
        None begins one.
    last
        Its last answer, where the caller has it; else it is looked up.

    Raises
    ------
    DataError
        When there is none of this id, or it is somebody else's.
    """
    if conversation_id is not None:
        whose.talks.check(conversation_id, whose.user_id)
    if conversation_id is not None and last is None:
        last = memory.last(conversation_id).answer
    about = Circumstances(
        conversation_id or _begun(whose),
        lambda: pd.Timestamp.now("UTC"),
        _code_version(),
    )
    return Conversation(analyst, memory, about, last)


def _desk_of(desk: Desk, day: date) -> Desk:
    """Give the desk of the run that would have spoken on a day, without what came later."""
    run = run_as_of(desk.lake, pd.Timestamp(day))
    searched = desk.retriever.about if desk.retriever else None
    holds_it = desk.retriever is None or (searched is not None and searched.run_id == run.run_id)
    if desk.run is not None and run.run_id == desk.run.run_id and holds_it:
        return desk
    then = replace(desk, run=run, retriever=None)
    if desk.retriever is None:
        return then
    about = IndexAbout(
        desk.retriever.about.kind if desk.retriever.about else IndexKind.FAISS,
        desk.lake.versions(),
        run.run_id,
        then.known_by.isoformat(),
        then.scorer(),
    )
    return replace(then, retriever=recall_index(about, desk.lake, desk.retriever))


def _begun(whose: Whose) -> str:
    """Make the id of a conversation, and write down whose it is."""
    conversation_id = secrets.token_hex(_ID_BYTES)
    if whose.user_id:
        whose.talks.claim(conversation_id, whose.user_id)
    return conversation_id


@cache
def _code_version() -> str:
    return version("groundswell")  # reads files, and every question is answered with it
