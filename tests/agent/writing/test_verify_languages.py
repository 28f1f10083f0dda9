"""The checker catches in Chinese and Portuguese what it catches in English."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from agent.language.language import read_language
from agent.proof.facts import FactSheet, Metric, Origin, Period, PeriodKind, Subject, Unit
from agent.writing.compose import Composer, Named
from agent.writing.sentence import Mark, MarkKind
from agent.writing.verify import Evidence, Fault, check

AHEAD = Period(date(2024, 11, 4), date(2024, 12, 1), PeriodKind.NEXT)
BEFORE = Period(date(2024, 10, 7), date(2024, 11, 3), PeriodKind.LAST)
CODES = ("en", "zh", "pt")


class Said:
    """A sentence about a fall of 20 % in one language, and what proves it."""

    def __init__(self, code):
        self.language = read_language(code)
        self.sheet = FactSheet("2024-11-04", names={"product:p1": "Trail Shoe 2"})
        facts = {"forecast": (Metric.FORECAST, AHEAD, 80.0), "sales": (Metric.SALES, BEFORE, 100.0)}
        made = {
            name: self.sheet.add(
                Subject("product:p1", metric, period), value, Unit.UNITS, Origin("test", "given")
            )
            for name, (metric, period, value) in facts.items()
        }
        subject = Subject("product:p1", Metric.GROWTH, AHEAD)
        made["growth"] = self.sheet.derive(subject, Unit.SHARE, "f1 / f2 - 1")
        write = Composer(self.language, self.sheet.names)
        named = {"name": Named("product:p1"), "ahead": AHEAD, "before": BEFORE}
        self.sentence = write.compose("outlook", **named, **made).fill()
        self.evidence = Evidence(self.sheet, write.periods, {})

    def faults(self, **changed):
        sentence = replace(self.sentence, **changed)
        return {problem.fault for problem in check(sentence, self.evidence, self.language)}

    def marks(self, kind):
        return [mark for mark in self.sentence.marks if mark.kind is kind]


def with_text(said, mark, words):
    """Put other words where a mark is, and move the marks behind it."""
    text, by = said.sentence.text, len(words) - (mark.end - mark.start)
    marks = [
        replace(each, start=each.start + by, end=each.end + by)
        if each.start > mark.start
        else replace(each, end=each.end + by)
        if each == mark
        else each
        for each in said.sentence.marks
    ]
    return {"text": text[: mark.start] + words + text[mark.end :], "marks": tuple(marks)}


@pytest.mark.parametrize("code", CODES)
def test_what_the_grammar_writes_passes(code):
    assert Said(code).faults() == set()


@pytest.mark.parametrize(
    ("code", "wrong"), [("en", "81 units"), ("zh", "81件"), ("pt", "81 unidades")]
)
def test_a_wrong_value_is_caught(code, wrong):
    said = Said(code)
    mark = said.marks(MarkKind.VALUE)[1]

    assert Fault.VALUE in said.faults(**with_text(said, mark, wrong))


@pytest.mark.parametrize(("code", "wrong"), [("en", "grow"), ("zh", "增长"), ("pt", "crescer")])
def test_the_other_direction_is_caught(code, wrong):
    said = Said(code)
    (mark,) = said.marks(MarkKind.DIRECTION)

    assert Fault.DIRECTION in said.faults(**with_text(said, mark, wrong))


@pytest.mark.parametrize("code", CODES)
def test_figures_of_the_other_period_are_caught(code):
    said = Said(code)
    first, second = said.marks(MarkKind.PERIOD)
    text = said.sentence.text
    swapped = {
        first: text[second.start : second.end],
        second: text[first.start : first.end],
    }
    by = len(swapped[first]) - (first.end - first.start)
    text = (
        text[: first.start] + swapped[first] + text[first.end : second.start]
        + swapped[second] + text[second.end :]
    )  # fmt: skip
    marks = []
    for mark in said.sentence.marks:
        if mark == first:
            marks.append(Mark(mark.start, mark.end + by, mark.kind, second.ref))
        elif mark == second:
            marks.append(Mark(mark.start + by, mark.end, mark.kind, first.ref))
        else:
            move = by if first.start < mark.start < second.start else 0
            marks.append(replace(mark, start=mark.start + move, end=mark.end + move))

    assert Fault.PERIOD in said.faults(text=text, marks=tuple(marks))


@pytest.mark.parametrize(
    ("code", "added", "fault"),
    [
        ("en", " It doubled.", Fault.BARE_NUMBER),
        ("zh", "涨了三成。", Fault.BARE_NUMBER),
        ("zh", "约1.2万件。", Fault.BARE_NUMBER),
        ("pt", " Chega a 3 mil.", Fault.BARE_NUMBER),
        ("pt", " É a metade.", Fault.BARE_NUMBER),
        ("zh", "它会上涨。", Fault.BARE_DIRECTION),
        ("pt", " Vai subir.", Fault.BARE_DIRECTION),
        ("zh", "因为口碑好。", Fault.CAUSE),
        ("pt", " Graças a elogios.", Fault.CAUSE),
        ("en", " This is due to praise.", Fault.CAUSE),
    ],
)
def test_bare_numbers_directions_and_causes_are_caught(code, added, fault):
    said = Said(code)

    assert fault in said.faults(text=said.sentence.text + added)
