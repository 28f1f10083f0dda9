"""An answer as it is kept, and how it is written down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from pydantic import TypeAdapter, ValidationError

from agent.abstain import Abstention
from agent.answer import Answer
from agent.model_calls import ModelCall
from agent.proof.citation import Citation
from agent.proof.facts import Fact, Period
from agent.tools.calls import ToolCall
from agent.understanding.catalogue import Entity
from agent.understanding.plan import Plan
from forecasting import Change
from retrieval import IndexAbout
from signals import DataError, Scope

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer in its place in a conversation.

    Parameters
    ----------
    asked_at
        Moment of the question, UTC.
    seconds
        That the answer took.
    code_version
        Version of Groundswell that answered.
    """

    conversation_id: str
    answer: Answer
    asked_at: pd.Timestamp
    seconds: float
    code_version: str


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation in a list of them.

    Parameters
    ----------
    question
        The first one.
    asked_at
        Moment of that question, UTC.
    """

    conversation_id: str
    question: str
    asked_at: pd.Timestamp


def pack(answer: Answer) -> str:
    """Write an answer with its whole trace as JSON."""
    return _form().dump_json(answer).decode()


def unpack(text: str) -> Answer:
    """Read an answer back, equal to the one that was written.

    Raises
    ------
    DataError
        When the text is not what this version writes.
    """
    try:
        return _form().validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise DataError(
            f"a stored answer cannot be read ({place}: {first['msg']}); it was kept by another "
            "version of Groundswell: ask the question again"
        ) from error


@cache
def _form() -> TypeAdapter[Answer]:
    # pydantic finds the names that the records' annotations use among these
    names = (
        Abstention,
        Change,
        Citation,
        Entity,
        Fact,
        IndexAbout,
        Mapping,
        ModelCall,
        Period,
        Plan,
        Scope,
        ToolCall,
    )
    found = {each.__name__: each for each in (*names, date)}
    adapter = TypeAdapter(Answer)
    adapter.rebuild(force=True, _types_namespace=found)
    return adapter
