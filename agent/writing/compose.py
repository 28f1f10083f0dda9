"""Drafts: sentences in pieces, made from the phrases of a language.

A draft can be filled in, shown with placeholders in place of all that is proven, and put together
again from a reworded template.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from string import Formatter
from typing import TYPE_CHECKING

from agent.language.language import Style
from agent.proof.citation import Citation
from agent.proof.facts import Fact, Period
from agent.writing.sentence import Mark, MarkKind, Role, Sentence, capitalised, say_source

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from agent.language.language import Language

_PLACEHOLDER = {
    MarkKind.VALUE: "f", MarkKind.NAME: "n", MarkKind.PERIOD: "p", MarkKind.QUOTE: "q",
    MarkKind.CITE: "c", MarkKind.SOURCE: "s", MarkKind.MENTION: "m",
}  # fmt: skip


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
            opens = not text and piece.kind in {None, MarkKind.NAME}
            text += capitalised(piece.text) if opens else piece.text
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

    Attributes
    ----------
    periods
        Every period spoken of so far, by key, in each manner of speaking.
    """

    def __init__(self, language: Language, names: Mapping[str, str]) -> None:
        self._language = language
        self._names = names
        self.periods: dict[str, tuple[Period, ...]] = {}

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

    def word(self, phrase: str) -> str:
        """Give a phrase that has no fields."""
        return self._language.phrases[phrase]

    def part(self, group: str) -> str:
        """Give the name of a group of inputs as a person calls it."""
        return self._language.parts.get(group, group)

    def source(self, source: str) -> str:
        """Give the name of a source of change as a person calls it."""
        return self._language.sources.get(source, source)

    def aspect(self, aspect: str) -> str:
        """Give the name of an aspect as a person calls it."""
        return self._language.aspects.get(aspect, aspect)

    def question(self, phrase: str, **slots: object) -> str:
        """Write a question that can be asked next."""
        return self._language.phrases[phrase].format(**slots)

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
                known = self.periods.get(slot.key, ())
                self.periods[slot.key] = tuple(dict.fromkeys((*known, slot)))
                forms = spec.split()
                words = language.say_period(slot, short="short" in forms, within="in" in forms)
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


def joined(drafts: Sequence[Draft], between: str, last: str) -> Draft:
    """Join drafts into one, as a person lists things."""
    pieces: list[Piece] = []
    for place, draft in enumerate(drafts):
        if place:
            pieces.append(Piece(last if place == len(drafts) - 1 else between))
        pieces.extend(draft.pieces)
    return Draft(tuple(pieces))


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
