"""What is left of an answer that quoted somebody who asked to be forgotten."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from agent.writing.sentence import Role, Sentence

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from agent.answer import Answer

ERASED: Final = (
    "This answer quoted somebody who asked to be forgotten; it was erased on {day}. "
    "Ask again, or replay it: the others are still heard."
)
_PIECE: Final = "#"  # parts the id of a document from the place of a piece of it


def quotes_any(answer: Answer, doc_ids: Collection[str]) -> bool:
    """Tell whether an answer cites one of these documents."""
    return any(each.passage_id.split(_PIECE)[0] in doc_ids for each in answer.citations)


def is_erased(answer: Answer) -> bool:
    """Tell whether this is what ``erased`` left."""
    return [each.text for each in answer.sentences[:1]] == list(answer.notices[:1]) != []


def erased(answer: Answer, day: date) -> Answer:
    """Keep the question, the plan and the versions of the data; text and proof go.

    From these the answer can be replayed over data that no longer hold the author.
    """
    notice = ERASED.format(day=day)
    return replace(
        answer,
        sentences=(Sentence(notice, role=Role.CAVEAT),),
        facts=(),
        citations=(),
        notices=(notice,),
        chart=None,
        periods={},
        trace=replace(answer.trace, heard={}, tools=(), used_model=None),
    )
