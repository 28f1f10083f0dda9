"""Which series, metric and period a figure is read as, judged from where it stands in a sentence.

A reader takes a figure to belong to the name before it, to the nearest word that names a metric,
and to the period that follows it. A figure whose fact says otherwise is misbound, however true.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent.proof.facts import Metric
from agent.proof.formula import ids_in
from agent.writing.sentence import MarkKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from agent.language.language import Language
    from agent.proof.facts import Fact, FactSheet
    from agent.writing.sentence import Mark, Sentence

_Meaning = tuple[Metric, str]
_MOVES = {
    Metric.GROWTH, Metric.CHANGE, Metric.CONTRIBUTION, Metric.TONE_CHANGE, Metric.REVISION,
    Metric.SCENARIO_CHANGE, Metric.MOVED, Metric.PRICE_CHANGE,
}  # fmt: skip
"""Figures that go a way; a word of direction beside one of them is about it."""


@dataclass(frozen=True, slots=True)
class _Cue:
    """Letters that say what figures near them measure."""

    start: int
    end: int
    meanings: frozenset[_Meaning]


def misbound(sentence: Sentence, sheet: FactSheet, language: Language) -> Iterator[tuple[str, str]]:
    """Yield (entity | metric | period | direction, detail) for all that reads as another's."""
    marks = sorted(sentence.marks, key=lambda mark: mark.start)
    values = [mark for mark in marks if mark.kind is MarkKind.VALUE]
    cues = _cues(sentence, language)
    for mark in values:
        fact = sheet[mark.ref]
        surface = sentence.text[mark.start : mark.end]
        series = _series(mark, marks, sentence.subject)
        if series != fact.entity:
            yield "entity", f"{surface!r} reads as {series or 'nobody'}'s; it is {fact.entity}'s"
        if not _period_fits(mark, sentence, fact, language):
            yield "period", f"{surface!r} is about {fact.period.key}"
        if not _metric_fits(mark, values, cues, fact):
            yield "metric", f"{surface!r} is {fact.metric} {fact.part}".rstrip()
    yield from _misdirected(marks, sentence, sheet)
    yield from _unsaid(marks, [sheet[mark.ref] for mark in values], sheet)


def _unsaid(
    marks: Sequence[Mark], shown: Sequence[Fact], sheet: FactSheet
) -> Iterator[tuple[str, str]]:
    """Find periods no figure is about, and figures set against a series that is not named."""
    sources = [sheet[name] for fact in shown for name in _sources(fact) if name in sheet]
    spoken = {fact.period.key for fact in (*shown, *sources)}
    for mark in marks:
        if shown and mark.kind is MarkKind.PERIOD and mark.ref not in spoken:
            yield "period", f"no figure of the sentence is about {mark.ref}"
    named = {mark.ref for mark in marks if mark.kind is MarkKind.NAME}
    for fact in sources:
        if fact.entity not in named | {each.entity for each in shown}:
            yield "entity", f"a figure is set against {fact.entity}, which is not named"


def _sources(fact: Fact) -> list[str]:
    return ids_in(fact.formula[1:]) if fact.formula.startswith("=") else []


def _misdirected(
    marks: Sequence[Mark], sentence: Sentence, sheet: FactSheet
) -> Iterator[tuple[str, str]]:
    """Find words of direction whose fact is not the one that the sentence speaks of."""
    moves = {
        mark.ref
        for mark in marks
        if mark.kind is MarkKind.VALUE and sheet[mark.ref].metric in _MOVES
    }
    for mark in marks:
        if mark.kind is not MarkKind.DIRECTION:
            continue
        surface = sentence.text[mark.start : mark.end]
        if moves and mark.ref not in moves:
            yield "direction", f"{surface!r} is about {mark.ref}, which is not shown"
        elif _series(mark, marks, sentence.subject) != sheet[mark.ref].entity:
            yield "direction", f"{surface!r} is about {sheet[mark.ref].entity}"


def _series(value: Mark, marks: Sequence[Mark], subject: str) -> str:
    before = [m.ref for m in marks if m.kind is MarkKind.NAME and m.end <= value.start]
    if before:
        return before[-1]
    if subject:
        return subject
    after = [m.ref for m in marks if m.kind is MarkKind.NAME]
    return after[0] if len(set(after)) == 1 else ""


def _period_fits(value: Mark, sentence: Sentence, fact: Fact, language: Language) -> bool:
    """Tell whether the period a reader takes a figure to be about is that of its fact.

    It is the next one in the order of the language: what follows the figure, or what stands before
    it where time comes first.
    """
    periods = sorted(
        (mark for mark in sentence.marks if mark.kind is MarkKind.PERIOD),
        key=lambda mark: mark.start,
    )
    if not periods or fact.period.key in sentence.periods:
        return fact.period.key in sentence.periods
    before = [mark for mark in periods if mark.end <= value.start]
    after = [mark for mark in periods if mark.start >= value.end]
    if language.time_first:
        read = before[-1] if before else after[0]
    else:
        read = after[0] if after else before[-1]
    return read.ref == fact.period.key


def _metric_fits(value: Mark, values: Sequence[Mark], cues: Sequence[_Cue], fact: Fact) -> bool:
    """Tell whether the nearest cue not beyond another figure means this fact's metric."""
    meaning = (fact.metric, fact.part)
    if fact.metric is Metric.RANK:
        return value.start == 0
    reach = [
        (max(cue.start - value.end, value.start - cue.end), cue)
        for cue in cues
        if not _separated(value, cue, values)
    ]
    nearest = min((distance for distance, _ in reach), default=None)
    return any(meaning in cue.meanings for distance, cue in reach if distance == nearest)


def _separated(value: Mark, cue: _Cue, values: Sequence[Mark]) -> bool:
    low, high = sorted([(value.start, value.end), (cue.start, cue.end)])
    return any(low[1] <= other.start and other.end <= high[0] for other in values)


def _cues(sentence: Sentence, language: Language) -> list[_Cue]:
    """Find the cues outside names and quotes; of overlapping ones the longest counts."""
    meanings: dict[str, set[_Meaning]] = {}
    for metric, words in language.cues.items():
        for word in words:
            meanings.setdefault(word, set()).add((metric, ""))
    for part, word in language.parts.items():
        meanings.setdefault(word, set()).add((Metric.CONTRIBUTION, part))
    for source, word in language.sources.items():
        meanings.setdefault(word, set()).add((Metric.REVISION_PART, source))
    for aspect, word in language.aspects.items():
        meanings.setdefault(word, set()).add((Metric.ASPECT_COMMENTS, aspect))
    opaque = [
        mark for mark in sentence.marks if mark.kind not in {MarkKind.VALUE, MarkKind.DIRECTION}
    ]
    return [
        _Cue(match.start(), match.end(), frozenset(meanings[match[0].lower()]))
        for match in language.find(frozenset(meanings), sentence.text)
        if not any(mark.start < match.end() and match.start() < mark.end for mark in opaque)
    ]
