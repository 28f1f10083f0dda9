"""Sentences that know which of their letters prove what."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from agent.language.language import Language
    from agent.proof.citation import Citation


class MarkKind(StrEnum):
    """What a marked stretch of a sentence shows."""

    VALUE = "value"
    DIRECTION = "direction"
    NAME = "name"
    PERIOD = "period"
    QUOTE = "quote"
    CITE = "cite"
    SOURCE = "source"
    MENTION = "mention"


class Role(StrEnum):
    """What a sentence is for, in the order of an answer."""

    VERDICT = "verdict"
    INTERVAL = "interval"
    DETAIL = "detail"
    LINE = "line"
    DRIVERS = "drivers"
    CHANGED = "changed"
    QUOTE = "quote"
    ACCURACY = "accuracy"
    CAVEAT = "caveat"


@dataclass(frozen=True, slots=True)
class Mark:
    """Letters ``start`` to ``end`` of a sentence show what ``ref`` stands for.

    ``ref`` is a fact id, a series id, the key of a period, or the number of a citation; empty for
    words taken from the question.
    """

    start: int
    end: int
    kind: MarkKind
    ref: str

    def to_dict(self) -> dict[str, Any]:
        """Give the mark as JSON values."""
        return {"start": self.start, "end": self.end, "kind": str(self.kind), "ref": self.ref}


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with its marks.

    Parameters
    ----------
    subject
        Series that figures without a name before them are about.
    periods
        Keys of the periods that figures may be about where the sentence names none.
    """

    text: str
    marks: tuple[Mark, ...] = ()
    role: Role = Role.DETAIL
    subject: str = ""
    periods: tuple[str, ...] = ()

    @property
    def fact_ids(self) -> tuple[str, ...]:
        """Ids of the facts whose figures are shown, in order."""
        values = [mark.ref for mark in self.marks if mark.kind is MarkKind.VALUE]
        return tuple(dict.fromkeys(values))

    def to_dict(self) -> dict[str, Any]:
        """Give the sentence as JSON values."""
        return {
            "text": self.text,
            "role": str(self.role),
            "fact_ids": list(self.fact_ids),
            "marks": [mark.to_dict() for mark in self.marks],
        }


def capitalised(text: str) -> str:
    """Begin a sentence; a first word that is written in its own way (``iPhone``) stays so."""
    return text[:1].upper() + text[1:] if text.split(" ")[0].islower() else text


def say_source(language: Language, citation: Citation) -> str:
    """Say what a passage is: ``review, 3 Nov 2018, 2 of 5 stars``."""
    kind = language.kinds.get(citation.kind, citation.kind)
    parts = [kind, language.dates.say_day(citation.day)]
    if citation.stars is not None:
        parts.append(language.phrases["stars"].format(stars=language.say_amount(citation.stars)))
    return language.phrases["comma"].join(parts)
