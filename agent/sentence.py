"""Sentences that know which of their letters prove what.

A ``Draft`` is a sentence before its figures are filled in; a ``Sentence`` is its text with a mark
on every figure, name, period, direction word and quote.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from string import Formatter
from typing import TYPE_CHECKING, Any

from agent.facts import Fact, Period
from agent.language import Style

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from agent.language import Language

_PLACEHOLDER = {
    "value": "f", "name": "n", "period": "p", "quote": "q", "cite": "c", "source": "s",
    "mention": "m",
}  # fmt: skip


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
    DRIVERS = "drivers"
    DETAIL = "detail"
    QUOTE = "quote"
    ACCURACY = "accuracy"
    CAVEAT = "caveat"


@dataclass(frozen=True, slots=True)
class Citation:
    """A passage that an answer cites.

    Parameters
    ----------
    number
        What stands in brackets, from 1.
    text
        The passage as stored.
    start, end
        Where the quote lies in ``text``.
    kind
        Review, post, ...
    stars
        None when nobody gave any.
    """

    number: int
    passage_id: str
    text: str
    start: int
    end: int
    day: Any
    kind: str
    stars: float | None = None

    @property
    def quote(self) -> str:
        """The quoted words, letter by letter."""
        return self.text[self.start : self.end]

    def to_dict(self) -> dict[str, Any]:
        """Give the citation as JSON values."""
        return {
            "number": self.number,
            "passage_id": self.passage_id,
            "quote": self.quote,
            "text": self.text,
            "span": [self.start, self.end],
            "day": self.day.isoformat(),
            "kind": self.kind,
            "stars": self.stars,
        }


@dataclass(frozen=True, slots=True)
class Named:
    """A series to be called by its name."""

    series_id: str


@dataclass(frozen=True, slots=True)
class Mention:
    """Words of the question."""

    text: str


@dataclass(frozen=True, slots=True)
class Context:
    """What the sentence before has said, so that this one need not: series and periods."""

    subject: str = ""
    periods: tuple[Period, ...] = ()


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


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a draft: plain text, or a text with what it shows."""

    text: str
    kind: MarkKind | None = None
    ref: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """A sentence in pieces, so that it can be filled, shown with placeholders, and joined."""

    pieces: tuple[Piece, ...]
    role: Role = Role.DETAIL
    subject: str = ""
    periods: tuple[str, ...] = ()

    def fill(self) -> Sentence:
        """Write the sentence out and mark what its letters show."""
        text, marks = "", []
        for piece in self.pieces:
            if piece.kind is not None:
                end = len(text) + len(piece.text)
                marks.append(Mark(len(text), end, piece.kind, piece.ref))
            text += piece.text
        return Sentence(text, tuple(marks), self.role, self.subject, self.periods)

    def placeholders(self) -> dict[str, Piece]:
        """Give each piece that a model must not see a name: ``f1``, ``n1``, ``p1``, ``q1``."""
        named: dict[str, Piece] = {}
        for piece in self.pieces:
            if piece.kind is not None and piece.kind is not MarkKind.DIRECTION:
                letter = _PLACEHOLDER[piece.kind]
                count = sum(name[0] == letter for name in named)
                named[f"{letter}{count + 1}"] = piece
        return named

    def template(self) -> str:
        """Write the sentence with placeholders; direction words stay."""
        names = iter(self.placeholders())
        return "".join(
            piece.text
            if piece.kind is None or piece.kind is MarkKind.DIRECTION
            else f"{{{next(names)}}}"
            for piece in self.pieces
        )


_NOTHING_SAID = Context()


class Composer:
    """Writes drafts from the phrases of a language.

    Parameters
    ----------
    names
        Series id to the name a person knows.
    """

    def __init__(self, language: Language, names: Mapping[str, str]) -> None:
        self._language = language
        self._names = names

    def compose(
        self,
        phrase: str,
        role: Role = Role.DETAIL,
        context: Context = _NOTHING_SAID,
        **slots: object,
    ) -> Draft:
        """Fill a phrase of the language with facts, names, periods and citations.

        Parameters
        ----------
        phrase
            Name of the phrase.
        slots
            What the fields of the phrase hold.
        """
        pieces: list[Piece] = []
        for text, name, spec, _ in Formatter().parse(self._language.phrases[phrase]):
            if text:
                pieces.append(Piece(text))
            if name is not None:
                pieces.extend(self._pieces(slots[name], spec or ""))
        periods = tuple(period.key for period in context.periods)
        return Draft(tuple(pieces), role, context.subject, periods)

    def _pieces(self, slot: object, spec: str) -> Sequence[Piece]:
        language = self._language
        piece: Piece
        match slot:
            case Draft():
                return slot.pieces
            case Fact() if "|" in spec:
                piece = Piece(self._way(slot, spec), MarkKind.DIRECTION, slot.fact_id)
            case Fact():
                value = language.say_value(slot, Style(spec))
                piece = Piece(value, MarkKind.VALUE, slot.fact_id)
            case Named(series_id=series_id):
                piece = Piece(self._names[series_id], MarkKind.NAME, series_id)
            case Period():
                words = language.say_period(slot, short=spec == "short")
                piece = Piece(words, MarkKind.PERIOD, slot.key)
            case Citation():
                piece = self._cited(slot, spec)
            case Mention(text=text):
                piece = Piece(text, MarkKind.MENTION)
            case _:
                piece = Piece(str(slot))
        return [piece]

    def _cited(self, citation: Citation, spec: str) -> Piece:
        ref = str(citation.number)
        match spec:
            case "quote":
                return Piece(citation.quote, MarkKind.QUOTE, ref)
            case "mark":
                return Piece(f"[{ref}]", MarkKind.CITE, ref)
            case _:
                return Piece(say_source(self._language, citation), MarkKind.SOURCE, ref)

    @staticmethod
    def _way(fact: Fact, words: str) -> str:
        up, down = words.split("|")
        return up if fact.value > 0 else down


def joined(drafts: Sequence[Draft], between: str = ", ", last: str = " and ") -> Draft:
    """Join drafts into one, as a person lists things."""
    pieces: list[Piece] = []
    for place, draft in enumerate(drafts):
        if place:
            pieces.append(Piece(last if place == len(drafts) - 1 else between))
        pieces.extend(draft.pieces)
    return Draft(tuple(pieces))


def say_source(language: Language, citation: Citation) -> str:
    """Say what a passage is: ``review, 3 Nov 2018, 2 of 5 stars``."""
    kind = language.kinds.get(citation.kind, citation.kind)
    parts = [kind, language.say_day(citation.day)]
    if citation.stars is not None:
        parts.append(language.phrases["stars"].format(stars=f"{citation.stars:g}"))
    return ", ".join(parts)


def refill(draft: Draft, template: str, ways: Sequence[tuple[int, int]]) -> Draft:
    """Put the pieces of a draft back into a reworded template.

    Parameters
    ----------
    template
        Holds every placeholder of the draft once.
    ways
        Where its direction words stand, as many as the draft has, in the order of the draft's.
    """
    named = draft.placeholders()
    directions = [piece for piece in draft.pieces if piece.kind is MarkKind.DIRECTION]
    spots = [
        (match.start(), match.end(), named[match[1]])
        for match in re.finditer(r"\{([a-z]\d+)\}", template)
    ]
    spots += [
        (start, end, Piece(template[start:end], MarkKind.DIRECTION, piece.ref))
        for (start, end), piece in zip(ways, directions, strict=True)
    ]
    pieces: list[Piece] = []
    at = 0
    for start, end, piece in sorted(spots, key=lambda spot: spot[0]):
        pieces += [Piece(template[at:start]), piece]
        at = end
    pieces.append(Piece(template[at:]))
    kept = tuple(piece for piece in pieces if piece.text)
    return Draft(kept, draft.role, draft.subject, draft.periods)
