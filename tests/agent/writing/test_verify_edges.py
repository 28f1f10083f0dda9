"""The checker at its edges: nothing, zero, a capital at the start, and what it says is wrong."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from agent.language.language import read_language
from agent.proof.citation import Citation
from agent.proof.facts import FactSheet, Metric, Origin, Period, PeriodKind, Subject, Unit
from agent.writing.compose import Composer, Context, Mention, Named
from agent.writing.sentence import Mark, MarkKind, Sentence
from agent.writing.verify import Evidence, Fault, Problem, check

AHEAD = Period(date(2024, 11, 4), date(2024, 12, 1), PeriodKind.NEXT)
BEFORE = Period(date(2024, 10, 7), date(2024, 11, 3), PeriodKind.LAST)
SHOE, LAMP = "product:p1", "product:p2"
REVIEW = Citation(1, "d1", "Broke after 2 days. Never again.", 0, 19, date(2024, 10, 9), "review")
PERIODS = {AHEAD.key: (AHEAD,), BEFORE.key: (BEFORE,)}
QUESTION = "What about the Moon Lamp?"


class Said:
    """What an answer in one language may refer to: one product and the figures that are added."""

    def __init__(self, code: str = "en", name: str = "trail shoe") -> None:
        self.language = read_language(code)
        self.sheet = FactSheet("2024-11-04", names={SHOE: name, LAMP: "Lamp 40W"})
        self.write = Composer(self.language, self.sheet.names)

    def fact(self, metric, value, unit=Unit.UNITS, period=AHEAD):
        subject = Subject(SHOE, metric, period)
        return self.sheet.add(subject, value, unit, Origin("test", "given"))

    def problems(self, sentence):
        evidence = Evidence(self.sheet, PERIODS, {1: REVIEW}, QUESTION)
        return check(sentence, evidence, self.language)

    def faults(self, sentence):
        return {problem.fault for problem in self.problems(sentence)}

    def outlook(self, growth, ahead, before):
        return self.write.compose(
            "outlook",
            name=Named(SHOE),
            growth=self.fact(Metric.GROWTH, growth, Unit.SHARE),
            forecast=self.fact(Metric.FORECAST, ahead),
            sales=self.fact(Metric.SALES, before, period=BEFORE),
            ahead=AHEAD,
            before=BEFORE,
        ).fill()


def marked(text, words, kind, ref):
    at = text.index(words)
    return Sentence(text, (Mark(at, at + len(words), kind, ref),))


@pytest.mark.parametrize(
    ("text", "fault", "words"),
    [
        ("It sells 7 a day.", Fault.BARE_NUMBER, "7"),
        ("It is rising.", Fault.BARE_DIRECTION, "rising"),
        ("It sells because of reviews.", Fault.CAUSE, "because"),
        ("It sells next month.", Fault.BARE_PERIOD, "next month"),
        ("It sells like Lamp 40W.", Fault.BARE_NAME, "Lamp 40W"),
        ("They call it “great”.", Fault.BARE_QUOTE, "“great”"),
    ],
)
def test_a_problem_names_the_words_that_nothing_proves(text, fault, words):
    assert Problem(fault, words) in Said().problems(Sentence(text))


def test_a_quote_that_is_partly_proven_is_named_without_its_proven_words():
    sentence = marked("They say “Broke after 2 days. So true”.", REVIEW.quote, MarkKind.QUOTE, "1")

    assert Problem(Fault.BARE_QUOTE, "“ So true”") in Said().problems(sentence)


def test_a_quote_without_quotation_marks_or_passage_is_told_as_that():
    sentence = marked("They say Broke after 2 days.", REVIEW.quote, MarkKind.QUOTE, "1")

    details = {(each.fault, each.detail) for each in Said().problems(sentence)}

    assert details == {
        (Fault.QUOTE, "'Broke after 2 days.' stands outside quotes"),
        (Fault.CITATION, "quotes from ['1'] beside cite of []"),
        (Fault.CITATION, "quotes from ['1'] beside source of []"),
    }


@pytest.mark.parametrize("words", ["Never again.", "Broke", "Broke after 3 days."])
def test_only_the_quoted_words_of_a_passage_are_its_quote(words):
    sentence = marked(f"“{words}”", words, MarkKind.QUOTE, "1")

    assert Problem(Fault.QUOTE, f"{words!r}: not what passage [1] says") in Said().problems(
        sentence
    )


@pytest.mark.parametrize("ref", ["2", "d1", "", "-1"])
def test_a_passage_that_nobody_knows_proves_nothing(ref):
    sentence = marked(f"[{ref}]", f"[{ref}]", MarkKind.CITE, ref)

    assert Said().faults(sentence) == {Fault.CITATION}


def test_words_of_the_question_may_be_said_again_and_no_others():
    said = Said()
    asked = said.write.compose("unknown_product", mention=Mention("Moon Lamp")).fill()
    invented = said.write.compose("unknown_product", mention=Mention("Sun Lamp")).fill()

    assert said.faults(asked) == set()
    assert Problem(Fault.QUOTE, "'Sun Lamp': not in the question") in said.problems(invented)


def test_a_name_has_a_capital_where_it_opens_a_sentence_and_nowhere_else():
    said = Said()
    said.fact(Metric.FORECAST, 80.0)
    opening = Sentence("Trail shoe.", (Mark(0, 10, MarkKind.NAME, SHOE),))
    inside = marked("This is Trail shoe.", "Trail shoe", MarkKind.NAME, SHOE)

    assert said.faults(opening) == set()
    assert said.faults(inside) == {Fault.NAME}


@pytest.mark.parametrize("text", ["Moon Lamp.", "None."])
def test_a_series_that_nobody_knows_has_no_name(text):
    sentence = Sentence(text, (Mark(0, len(text) - 1, MarkKind.NAME, "product:p9"),))

    assert Said().faults(sentence) == {Fault.NAME}


def test_a_period_that_no_figure_is_about_is_a_problem_and_not_an_error():
    sentence = marked("In the next 4 weeks.", "the next 4 weeks", MarkKind.PERIOD, "2030/2031")

    assert Fault.PERIOD in Said().faults(sentence)


@pytest.mark.parametrize("way", ["grow", "fall"])
def test_what_does_not_change_goes_no_way(way):
    said = Said()
    sentence = said.outlook(0.0, 100.0, 100.0)
    at = next(mark for mark in sentence.marks if mark.kind is MarkKind.DIRECTION)
    assert sentence.text[at.start : at.end] == "fall"
    text = sentence.text[: at.start] + way + sentence.text[at.end :]

    found = said.problems(replace(sentence, text=text))

    assert Problem(Fault.DIRECTION, f"{way!r}: the fact is +0") in found


@pytest.mark.parametrize("value", [0.0, 0.4, 12.0])
def test_a_figure_that_is_not_negative_needs_no_sign(value):
    said = Said()
    forecast = said.fact(Metric.FORECAST, value)

    sentence = said.write.compose(
        "outlook_alone", name=Named(SHOE), forecast=forecast, ahead=AHEAD
    ).fill()

    assert said.faults(sentence) == set()


@pytest.mark.parametrize(("tone", "shown"), [(-0.3, "−0.3"), (0.3, "+0.3")])
def test_a_tone_has_its_sign_where_no_word_says_it(tone, shown):
    said = Said()
    mood = said.fact(Metric.TONE, tone, Unit.SCORE, BEFORE)
    negative = said.fact(Metric.NEGATIVE_SHARE, 0.25, Unit.SHARE, BEFORE)
    comments = said.fact(Metric.COMMENTS, 8.0, Unit.COMMENTS, BEFORE)
    sentence = said.write.compose(
        "mood", comments=comments, name=Named(SHOE), last=BEFORE, tone=mood, negative=negative
    ).fill()
    at = sentence.text.index(shown)
    marks = tuple(
        replace(m, start=m.start - (m.start > at), end=m.end - (m.end > at)) for m in sentence.marks
    )
    bare = replace(sentence, text=sentence.text.replace(shown, "0.3"), marks=marks)

    assert said.problems(sentence) == []
    wrong = [Problem(Fault.SIGN, "'0.3': the fact is -0.3")] if tone < 0 else []
    assert said.problems(bare) == wrong


def test_a_contribution_keeps_its_sign_beside_the_word_for_it():
    said = Said()
    subject = Subject(SHOE, Metric.CONTRIBUTION, AHEAD, "sentiment")
    value = said.sheet.add(subject, -45.0, Unit.UNITS, Origin("test", "given"))
    sentence = said.write.compose(
        "main_driver", context=Context(SHOE, (AHEAD,)), name=Named(SHOE), part="sentiment",
        value=value,
    ).fill()  # fmt: skip

    assert said.problems(sentence) == []


@pytest.mark.parametrize(
    ("code", "written"), [("en", "1,240 units"), ("zh", "1,240件"), ("pt", "1.240 unidades")]
)
def test_thousands_are_read_as_the_language_writes_them(code, written):
    said = Said(code)
    forecast = said.fact(Metric.FORECAST, 1240.0)
    sentence = said.write.compose(
        "outlook_alone", name=Named(SHOE), forecast=forecast, ahead=AHEAD
    ).fill()

    assert written in sentence.text
    assert said.problems(sentence) == []
