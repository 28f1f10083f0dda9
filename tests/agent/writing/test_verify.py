"""Nothing unproven passes the checker."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.language.language import read_language
from agent.proof.citation import Citation
from agent.proof.facts import FactSheet, Metric, Origin, Period, PeriodKind, Subject, Unit
from agent.writing.compose import Composer, Context, Named
from agent.writing.sentence import Mark, MarkKind, Sentence
from agent.writing.verify import Evidence, Fault, check

AHEAD = Period(date(2024, 11, 4), date(2024, 12, 1), PeriodKind.NEXT)
BEFORE = Period(date(2024, 10, 7), date(2024, 11, 3), PeriodKind.LAST)
ORIGIN = Origin("test", "given")
NAMES = {"product:p1": "Trail Shoe 2", "product:p2": "Lamp 40W"}
REVIEW = Citation(1, "d1", "Broke after 2 days. Never again.", 0, 19, date(2024, 10, 9), "review")

ENGLISH = read_language("en")


def fact(sheet, metric, value, unit=Unit.UNITS, **about):
    subject = Subject(
        about.get("entity", "product:p1"), metric, about.get("period", AHEAD), about.get("part", "")
    )
    return sheet.add(subject, value, unit, ORIGIN)


@pytest.fixture
def sheet():
    sheet = FactSheet("2024-11-04T00:00:00+00:00", names=dict(NAMES))
    fact(sheet, Metric.FORECAST, 1240.4)
    fact(sheet, Metric.SALES, 1100.0, period=BEFORE)
    sheet.derive(Subject("product:p1", Metric.GROWTH, AHEAD), Unit.SHARE, "f1 / f2 - 1")
    fact(sheet, Metric.CONTRIBUTION, 150.2, part="recent sales")
    fact(sheet, Metric.CONTRIBUTION, -45.0, part="sentiment")
    fact(sheet, Metric.FORECAST, 80.0, entity="product:p2")
    return sheet


@pytest.fixture
def write(sheet):
    return Composer(ENGLISH, sheet.names)


def evidence(sheet, write, citations=(REVIEW,)):
    return Evidence(sheet, write.periods, {c.number: c for c in citations}, "about “Trail Shoe”?")


@pytest.fixture
def good(sheet, write):
    draft = write.compose(
        "outlook", name=Named("product:p1"), growth=sheet["f3"], forecast=sheet["f1"],
        sales=sheet["f2"], ahead=AHEAD, before=BEFORE,
    )  # fmt: skip
    return draft.fill()


def faults(sentence, sheet, write):
    return {problem.fault for problem in check(sentence, evidence(sheet, write), ENGLISH)}


def swapped(sentence, old, new):
    """Replace words and keep the marks where they belong."""
    at = sentence.text.index(old)
    shift = len(new) - len(old)
    marks = tuple(
        replace(m, start=m.start + shift * (m.start >= at + len(old)),
                end=m.end + shift * (m.end >= at + len(old)))
        for m in sentence.marks
    )  # fmt: skip
    return replace(sentence, text=sentence.text.replace(old, new, 1), marks=marks)


def test_a_sentence_of_the_grammar_passes(good, sheet, write):
    assert good.text == (
        "Trail Shoe 2 is expected to grow by 12.8%: 1,240 units expected in the next 4 weeks "
        "(4 Nov to 1 Dec 2024), against 1,100 units recorded in the last 4 weeks (7 Oct to 3 Nov "
        "2024)."
    )
    assert faults(good, sheet, write) == set()


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("1,240", "1,241", Fault.VALUE),
        ("1,240", "1.240", Fault.VALUE),
        ("1,240 units", "1,240%", Fault.UNIT),
        ("1,240 units", "1,240 boxes", Fault.UNIT),
        ("1,240 units", "about 1,240 units", Fault.UNIT),
        ("12.8%", "12.8", Fault.VALUE),
        ("12.8%", "−12.8%", Fault.SIGN),
        ("12.8%", "13%", Fault.VALUE),
        ("grow", "fall", Fault.DIRECTION),
        ("Trail Shoe 2", "Trail Shoe 3", Fault.NAME),
        ("next 4 weeks", "next 5 weeks", Fault.PERIOD),
        ("is expected", "is again 7 times expected", Fault.BARE_NUMBER),
        ("is expected", "is twice expected", Fault.BARE_NUMBER),
        ("is expected", "约三成 is expected", Fault.BARE_NUMBER),
        ("is expected", "is rising as expected", Fault.BARE_DIRECTION),
        ("is expected", "is, because of reviews, expected", Fault.CAUSE),
        ("is expected", "is “great” and expected", Fault.BARE_QUOTE),
        (" recorded ", " likely ", Fault.METRIC),
    ],
)
def test_a_changed_sentence_is_caught(good, sheet, write, old, new, fault):
    assert fault in faults(swapped(good, old, new), sheet, write)


def test_a_true_figure_in_the_place_of_another_is_caught(good, sheet, write):
    """Both figures are right, but each is said of the other's period."""
    values = {m.ref: m for m in good.marks if m.kind is MarkKind.VALUE}
    first, second = values["f1"], values["f2"]
    text = good.text.replace("1,240", "#").replace("1,100", "1,240").replace("#", "1,100")
    marks = tuple(
        replace(m, ref={"f1": "f2", "f2": "f1"}.get(m.ref, m.ref)) if m in (first, second) else m
        for m in good.marks
    )

    found = faults(replace(good, text=text, marks=marks), sheet, write)

    assert {Fault.PERIOD, Fault.METRIC} <= found


def test_a_figure_of_another_product_is_caught(sheet, write):
    draft = write.compose(
        "outlook_alone", name=Named("product:p1"), forecast=sheet["f6"], ahead=AHEAD
    )

    assert faults(draft.fill(), sheet, write) == {Fault.ENTITY}


def test_contributions_cannot_change_places(sheet, write):
    draft = write.compose(
        "driver", context=Context("product:p1", (AHEAD,)), part="sentiment", value=sheet["f4"]
    )

    assert faults(draft.fill(), sheet, write) == {Fault.METRIC}


def test_a_negative_figure_needs_its_minus_or_a_word_that_goes_down(sheet, write):
    context = Context("product:p1", (AHEAD,))
    draft = write.compose("driver", context=context, part="sentiment", value=sheet["f5"])
    shown = draft.fill()

    bare = swapped(shown, "−45", "45")

    assert faults(shown, sheet, write) == set()
    assert Fault.SIGN in faults(bare, sheet, write)


def test_a_figure_without_a_series_is_caught(sheet, write):
    context = Context(periods=(AHEAD,))
    draft = write.compose("driver", context=context, part="sentiment", value=sheet["f5"])

    assert faults(draft.fill(), sheet, write) == {Fault.ENTITY}


def test_quotes_are_verbatim_and_citations_resolve(sheet, write):
    sentence = write.compose("quote", quote=REVIEW).fill()

    assert sentence.text == "“Broke after 2 days.” [1] (review, 9 Oct 2024)"
    assert faults(sentence, sheet, write) == set()
    assert faults(swapped(sentence, "2 days", "3 days"), sheet, write) == {Fault.QUOTE}
    assert faults(swapped(sentence, "9 Oct", "8 Oct"), sheet, write) == {Fault.CITATION}
    alone = [problem.fault for problem in check(sentence, evidence(sheet, write, ()), ENGLISH)]
    assert set(alone) == {Fault.QUOTE, Fault.CITATION}


def test_marks_that_overlap_or_lie_outside_prove_nothing(sheet, write):
    text = "Trail Shoe 2: 1,240 units."
    marks = (Mark(0, 20, MarkKind.NAME, "product:p1"), Mark(14, 99, MarkKind.VALUE, "f1"))

    assert faults(Sentence(text, marks), sheet, write) == {Fault.BAD_MARK}


def test_a_fact_that_does_not_exist_proves_nothing(sheet, write):
    text = "Trail Shoe 2: 1,240 units."
    marks = (Mark(0, 12, MarkKind.NAME, "product:p1"), Mark(14, 25, MarkKind.VALUE, "f99"))

    assert faults(Sentence(text, marks), sheet, write) == {Fault.VALUE}


QUESTIONS = [
    "Which categories will grow most in the next four weeks, and why?",
    "compare kitchen and beauty",
    "why is Aroma Diffuser Pro falling?",
    "what are people saying about Aroma Diffuser Pro?",
    "any alerts?",
    "What will sell most for Double 11?",
]


@pytest.fixture(scope="module")
def proven(analyst):
    """Every sentence of some answers, with what proves it."""
    pairs = []
    for question in QUESTIONS:
        answer = analyst.ask(question)
        sheet = FactSheet(answer.as_of, names=dict(answer.names))
        for each in answer.facts:
            subject = Subject(each.entity, each.metric, each.period, each.part)
            sheet.add(subject, each.value, each.unit, Origin(each.source, each.formula))
        periods = {}
        for each in answer.facts:
            periods[each.period.key] = (*periods.get(each.period.key, ()), each.period)
        for weeks in (8,):
            start, end = date(2024, 9, 9), date(2024, 11, 3)
            period = Period(start, end, PeriodKind.LAST)
            assert period.weeks == weeks
            periods[period.key] = (*periods.get(period.key, ()), period)
        citations = {citation.number: citation for citation in answer.citations}
        known = Evidence(sheet, periods, citations, question)
        pairs += [(sentence, known) for sentence in answer.sentences]
    return pairs


def test_answers_can_be_checked_again_from_what_they_carry(proven):
    for sentence, known in proven:
        assert check(sentence, known, ENGLISH) == [], sentence.text


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_any_single_changed_digit_is_caught(proven, data):
    with_digits = [(s, known) for s, known in proven if any(c.isdigit() for c in s.text)]
    sentence, known = data.draw(st.sampled_from(with_digits))
    places = [place for place, char in enumerate(sentence.text) if char.isdigit()]
    place = data.draw(st.sampled_from(places))
    digit = data.draw(st.sampled_from([d for d in "0123456789" if d != sentence.text[place]]))
    text = sentence.text[:place] + digit + sentence.text[place + 1 :]

    assert check(replace(sentence, text=text), known, ENGLISH)


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_any_number_put_in_or_taken_out_is_caught(proven, data):
    with_values = [(s, known) for s, known in proven if s.fact_ids]
    sentence, known = data.draw(st.sampled_from(with_values))
    if data.draw(st.booleans()):
        place = data.draw(st.integers(0, len(sentence.text)))
        number = data.draw(st.sampled_from([" 7", "12%", " half ", " doubled ", "三成", "1.2k "]))
        changed = sentence.text[:place] + number + sentence.text[place:]
    else:
        mark = data.draw(st.sampled_from([m for m in sentence.marks if m.kind is MarkKind.VALUE]))
        changed = sentence.text[: mark.start] + sentence.text[mark.end :]

    assert check(replace(sentence, text=changed), known, ENGLISH)


def test_a_word_of_direction_that_borrows_the_sign_of_another_figure_is_caught(good, sheet, write):
    (way,) = [mark for mark in good.marks if mark.kind is MarkKind.DIRECTION]
    turned = swapped(good, "grow", "fall")
    marks = tuple(
        replace(mark, ref="f5") if mark.kind is way.kind else mark for mark in turned.marks
    )

    assert Fault.DIRECTION in faults(replace(turned, marks=marks), sheet, write)


def test_who_falls_by_less_than_nothing_is_caught(sheet, write):
    sheet.add(Subject("product:p1", Metric.GROWTH, AHEAD), -0.2, Unit.SHARE, ORIGIN)
    sentence = write.compose(
        "outlook", name=Named("product:p1"), growth=sheet["f7"], forecast=sheet["f1"],
        sales=sheet["f2"], ahead=AHEAD, before=BEFORE,
    ).fill()  # fmt: skip

    assert faults(sentence, sheet, write) == set()
    assert Fault.SIGN in faults(swapped(sentence, "by 20%", "by −20%"), sheet, write)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("is expected", "unlike Lamp 40W is expected", Fault.BARE_NAME),
        ("is expected", "is next month expected", Fault.BARE_PERIOD),
        ("is expected", "is trebled as expected", Fault.BARE_NUMBER),
    ],
)
def test_names_times_and_number_words_that_no_mark_covers_are_caught(
    good, sheet, write, old, new, fault
):
    assert fault in faults(swapped(good, old, new), sheet, write)


def test_the_quote_of_one_passage_beside_the_number_of_another_is_caught(sheet, write):
    other = replace(REVIEW, number=2, passage_id="d2")
    sentence = write.compose("quote", quote=REVIEW).fill()
    cited = swapped(sentence, "[1]", "[2]")
    marks = tuple(replace(m, ref="2") if m.kind is MarkKind.CITE else m for m in cited.marks)
    known = evidence(sheet, write, (REVIEW, other))

    found = {problem.fault for problem in check(replace(cited, marks=marks), known, ENGLISH)}

    assert found == {Fault.CITATION}


def test_a_gap_to_a_series_that_is_not_named_is_caught(sheet, write):
    sheet.derive(Subject("product:p1", Metric.CHANGE, AHEAD), Unit.UNITS, "f1 - f6")
    pair = {"first": Named("product:p1"), "ahead": AHEAD, "gap": sheet["f7"]}
    right = write.compose("compare", second=Named("product:p2"), **pair).fill()
    wrong = write.compose("compare", second=Named("product:p1"), **pair).fill()

    assert faults(right, sheet, write) == set()
    assert Fault.ENTITY in faults(wrong, sheet, write)
