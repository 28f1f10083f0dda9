"""The checker: a sentence passes when every figure, name, period, direction and quote is proven.

It reads the finished text, not the way it was made, and fails closed: what it cannot bind to a fact
is a problem.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from agent.language.figures import read_numbers
from agent.language.language import shown
from agent.proof.facts import Metric, Unit, proves
from agent.writing.bindings import misbound
from agent.writing.sentence import MarkKind, capitalised, say_source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from agent.language.figures import Number
    from agent.language.language import Language
    from agent.proof.citation import Citation
    from agent.proof.facts import Fact, FactSheet, Period
    from agent.writing.sentence import Mark, Sentence


_PROVEN = "\ufffc"  # stands for a letter that a mark covers
_QUOTED = {"“”", '""'}


class Fault(StrEnum):
    """What can be wrong with a sentence."""

    BARE_NUMBER = "bare_number"
    BARE_DIRECTION = "bare_direction"
    BARE_QUOTE = "bare_quote"
    BARE_NAME = "bare_name"
    BARE_PERIOD = "bare_period"
    BAD_MARK = "bad_mark"
    VALUE = "value"
    SIGN = "sign"
    UNIT = "unit"
    FORMULA = "formula"
    DIRECTION = "direction"
    NAME = "name"
    PERIOD = "period"
    ENTITY = "entity"
    METRIC = "metric"
    QUOTE = "quote"
    CITATION = "citation"
    CAUSE = "cause"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing a sentence cannot prove."""

    fault: Fault
    detail: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that an answer may refer to.

    Parameters
    ----------
    periods
        Key of a period to the ways it is spoken of in this answer.
    citations
        By number.
    question
        What was asked; names it mentions may be repeated.
    """

    sheet: FactSheet
    periods: Mapping[str, tuple[Period, ...]]
    citations: Mapping[int, Citation]
    question: str = ""


def check(sentence: Sentence, evidence: Evidence, language: Language) -> list[Problem]:
    """List what a sentence cannot prove; empty when all is proven.

    Parameters
    ----------
    language
        The language the sentence is written in.
    """
    text, marks = sentence.text, sentence.marks
    problems = [Problem(Fault.BAD_MARK, detail) for detail in _bad_marks(text, marks)]
    if problems:
        return problems
    problems.extend(_bare(sentence, evidence.sheet, language))
    problems.extend(_misquoted(sentence))
    for mark in marks:
        prove = _PROOFS[mark.kind]
        surface = text[mark.start : mark.end]
        problems += [
            Problem(fault, f"{surface!r}: {detail}")
            for fault, detail in prove(surface, mark, evidence, language)
        ]
    if not problems:
        problems += [
            Problem(Fault(fault), detail)
            for fault, detail in misbound(sentence, evidence.sheet, language)
        ]
        problems += _unsigned(sentence, evidence.sheet)
    return problems


def _bad_marks(text: str, marks: tuple[Mark, ...]) -> Iterator[str]:
    at = 0
    for mark in sorted(marks, key=lambda mark: mark.start):
        if not at <= mark.start < mark.end <= len(text):
            yield f"letters {mark.start} to {mark.end} overlap or lie outside the sentence"
        at = max(at, mark.end)


def _bare(sentence: Sentence, sheet: FactSheet, language: Language) -> Iterator[Problem]:
    """Find numbers, directions, times, names, causes and quotation marks that nothing proves."""
    text = sentence.text
    for mark in sentence.marks:
        text = text[: mark.start] + _PROVEN * (mark.end - mark.start) + text[mark.end :]
    for number in read_numbers(text):
        yield Problem(Fault.BARE_NUMBER, text[number.start : number.end])
    for match in language.ways_in(text):
        yield Problem(Fault.BARE_DIRECTION, match[0])
    for words, fault in ((language.causes, Fault.CAUSE), (language.times, Fault.BARE_PERIOD)):
        yield from (Problem(fault, match[0]) for match in language.find(words, text))
    for name in sheet.names.values():
        if name in text and not language.speaks_of(name):
            yield Problem(Fault.BARE_NAME, name)
    for match in re.finditer(rf"[“\"][^”\"]*[^”\"{_PROVEN}][^”\"]*[”\"]", text):
        yield Problem(Fault.BARE_QUOTE, match[0].replace(_PROVEN, ""))


def _misquoted(sentence: Sentence) -> Iterator[Problem]:
    """Find quotes outside quotation marks, without their passage, or beside that of another."""
    text = sentence.text
    marks = sorted(sentence.marks, key=lambda mark: mark.start)
    quotes = [mark for mark in marks if mark.kind is MarkKind.QUOTE]
    for mark in quotes:
        if text[mark.start - 1 : mark.start] + text[mark.end : mark.end + 1] not in _QUOTED:
            yield Problem(Fault.QUOTE, f"{text[mark.start : mark.end]!r} stands outside quotes")
    said = [mark.ref for mark in quotes]
    for kind in (MarkKind.CITE, MarkKind.SOURCE):
        refs = [mark.ref for mark in marks if mark.kind is kind]
        if quotes and refs != said:
            yield Problem(Fault.CITATION, f"quotes from {said} beside {kind} of {refs}")


_Finding = tuple[Fault, str]


def _value(surface: str, mark: Mark, evidence: Evidence, language: Language) -> Iterator[_Finding]:
    if mark.ref not in evidence.sheet:
        yield Fault.VALUE, f"no fact {mark.ref}"
        return
    fact = evidence.sheet[mark.ref]
    if not proves(fact, evidence.sheet):
        yield Fault.FORMULA, f"{fact.formula} does not give {fact.value}"
    numbers = read_numbers(surface, language.decimal)
    if len(numbers) != 1:
        yield Fault.VALUE, f"{len(numbers)} numbers where one was expected"
        return
    number = numbers[0]
    value = shown(fact)
    found = number.value * 100 if fact.unit is Unit.SHARE else number.value
    if abs(found) != abs(value):
        yield Fault.VALUE, f"the fact is {value}"
    if number.sign and number.sign != fact.sign:
        yield Fault.SIGN, f"the fact is {value}"
    if not _unit_fits(surface, number, fact, language):
        yield Fault.UNIT, f"the fact is in {fact.unit}"


def _unit_fits(surface: str, number: Number, fact: Fact, language: Language) -> bool:
    is_share = fact.unit is Unit.SHARE
    rest = "" if is_share else language.unit_text(fact.unit, shown(fact))
    return (surface[: number.start], surface[number.end :]) == ("", rest) and (
        number.is_share == is_share
    )


def _direction(
    surface: str, mark: Mark, evidence: Evidence, language: Language
) -> Iterator[_Finding]:
    if mark.ref not in evidence.sheet:
        yield Fault.DIRECTION, f"no fact {mark.ref}"
        return
    sign = evidence.sheet[mark.ref].sign
    words = language.up if sign > 0 else language.down if sign < 0 else frozenset[str]()
    if surface.lower() not in words:
        yield Fault.DIRECTION, f"the fact is {evidence.sheet[mark.ref].value:+g}"


def _name(surface: str, mark: Mark, evidence: Evidence, _: Language) -> Iterator[_Finding]:
    name = evidence.sheet.names.get(mark.ref)
    opens = mark.start == 0 and name is not None and surface == capitalised(name)
    if surface != name and not opens:
        yield Fault.NAME, f"{mark.ref} is called {name!r}"


def _period(surface: str, mark: Mark, evidence: Evidence, language: Language) -> Iterator[_Finding]:
    ways = {
        way for period in evidence.periods.get(mark.ref, ()) for way in language.ways_to_say(period)
    }
    if surface not in ways:
        yield Fault.PERIOD, f"{mark.ref} is called {sorted(ways)}"


def _quote(surface: str, mark: Mark, evidence: Evidence, _: Language) -> Iterator[_Finding]:
    citation = _cited(mark, evidence)
    if citation is None or surface not in citation.text or surface != citation.quote:
        yield Fault.QUOTE, f"not what passage [{mark.ref}] says"


def _cite(surface: str, mark: Mark, evidence: Evidence, _: Language) -> Iterator[_Finding]:
    if surface != f"[{mark.ref}]" or _cited(mark, evidence) is None:
        yield Fault.CITATION, f"no passage {mark.ref}"


def _source(surface: str, mark: Mark, evidence: Evidence, language: Language) -> Iterator[_Finding]:
    citation = _cited(mark, evidence)
    if citation is None or surface != say_source(language, citation):
        yield Fault.CITATION, f"not what is known of passage [{mark.ref}]"


def _mention(surface: str, _: Mark, evidence: Evidence, __: Language) -> Iterator[_Finding]:
    if surface not in evidence.question:
        yield Fault.QUOTE, "not in the question"


def _cited(mark: Mark, evidence: Evidence) -> Citation | None:
    return evidence.citations.get(int(mark.ref)) if mark.ref.isdigit() else None


def _unsigned(sentence: Sentence, sheet: FactSheet) -> Iterator[Problem]:
    """Find signs that mislead: none where the figure is negative, or one beside a word for it.

    A contribution carries its sign always, since its word speaks of the forecast; any other figure
    has either the sign or the word: who falls by -5 % rises.
    """
    directed = {mark.ref for mark in sentence.marks if mark.kind is MarkKind.DIRECTION}
    for mark in sentence.marks:
        if mark.kind is not MarkKind.VALUE:
            continue
        surface, fact = sentence.text[mark.start : mark.end], sheet[mark.ref]
        signed = any(number.sign for number in read_numbers(surface))
        worded = mark.ref in directed and fact.metric is not Metric.CONTRIBUTION
        if (worded and signed) or (shown(fact) < 0 and not worded and not signed):
            yield Problem(Fault.SIGN, f"{surface!r}: the fact is {fact.value:+g}")


_PROOFS: dict[MarkKind, Callable[[str, Mark, Evidence, Language], Iterator[_Finding]]] = {
    MarkKind.VALUE: _value,
    MarkKind.DIRECTION: _direction,
    MarkKind.NAME: _name,
    MarkKind.PERIOD: _period,
    MarkKind.QUOTE: _quote,
    MarkKind.CITE: _cite,
    MarkKind.SOURCE: _source,
    MarkKind.MENTION: _mention,
}
