"""Each language can say all that the others can, and says nothing that it cannot prove."""

from __future__ import annotations

from datetime import date
from string import Formatter

import pytest

from agent.language.figures import read_numbers
from agent.language.language import LANGUAGES, read_language
from agent.proof.facts import Fact, Metric, Period, PeriodKind, Unit
from signals import DriverGroup

ENGLISH = read_language("en")
# bound by the name of an aspect, or never shown
_BOUND_OTHERWISE = {Metric.ASPECT_COMMENTS, Metric.CONTRIBUTION_SUM, Metric.STARS}
_NEVER_SAID = {Metric.SPREAD, Metric.TOGETHER}
OTHERS = [code for code in LANGUAGES if code != "en"]
WEEKS = Period(date(2024, 11, 4), date(2024, 12, 1), PeriodKind.NEXT)


def fact(value, unit=Unit.UNITS):
    return Fact("f1", "total", Metric.FORECAST, WEEKS, value, unit, "2024-11-04", "test", "given")


def fields(phrase):
    return {name for _, name, _, _ in Formatter().parse(phrase) if name}


def plain(phrase):
    """Leave a phrase without its fields; direction words of a field are bound to a fact."""
    return " ".join(text for text, *_ in Formatter().parse(phrase))


@pytest.mark.parametrize("code", OTHERS)
def test_every_phrase_is_there_with_the_fields_of_the_english_one(code):
    phrases = read_language(code).phrases

    assert set(phrases) == set(ENGLISH.phrases)
    added = {name for name in phrases if fields(phrases[name]) - fields(ENGLISH.phrases[name])}
    assert not added


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_part_aspect_unit_and_cue_has_words(code):
    words = read_language(code)

    assert set(words.parts) == {str(group) for group in DriverGroup}
    assert set(words.aspects) == set(ENGLISH.aspects)
    assert set(words.cues) >= set(Metric) - _BOUND_OTHERWISE - _NEVER_SAID
    assert set(words.periods) == set(PeriodKind)
    assert set(words.units) == {u for u in Unit if u not in {Unit.SHARE, Unit.SCORE, Unit.RANK}}


@pytest.mark.parametrize("code", LANGUAGES)
def test_no_sentence_holds_a_number_a_direction_or_a_cause_of_its_own(code):
    words = read_language(code)
    said = {
        name: plain(text)
        for name, text in words.phrases.items()
        if not name.startswith("ask_") and name != "stars"
    }

    assert not {name for name, text in said.items() if read_numbers(text, words.decimal)}
    assert not {name for name, text in said.items() if words.ways_in(text)}
    assert not {name for name, text in said.items() if any(words.find(words.causes, text))}


@pytest.mark.parametrize(
    ("code", "value", "unit", "written"),
    [
        ("en", 1240.0, Unit.UNITS, "1,240 units"),
        ("en", 1.0, Unit.UNITS, "1 unit"),
        ("en", 1.5, Unit.UNITS, "1.5 units"),
        ("pt", 1240.0, Unit.UNITS, "1.240 unidades"),
        ("pt", 1.5, Unit.UNITS, "1,5 unidade"),
        ("pt", 0.123, Unit.SHARE, "12,3%"),
        ("zh", 1240.0, Unit.UNITS, "1,240件"),
        ("zh", 3.0, Unit.COMMENTS, "3条评论"),
    ],
)
def test_figures_are_written_as_each_language_does(code, value, unit, written):
    assert read_language(code).say_value(fact(value, unit)) == written


@pytest.mark.parametrize(
    ("code", "alone", "within"),
    [
        (
            "en",
            "the next 4 weeks (4 Nov to 1 Dec 2024)",
            "in the next 4 weeks (4 Nov to 1 Dec 2024)",
        ),
        ("zh", "未来4周（2024年11月4日至12月1日）", "未来4周（2024年11月4日至12月1日）"),
        (
            "pt",
            "as próximas 4 semanas (4 de nov. a 1 de dez. de 2024)",
            "nas próximas 4 semanas (4 de nov. a 1 de dez. de 2024)",
        ),
    ],
)
def test_periods_are_written_as_each_language_does(code, alone, within):
    words = read_language(code)

    assert words.say_period(WEEKS) == alone
    assert words.say_period(WEEKS, within=True) == within


def test_english_days_without_a_name_are_on_a_day_or_from_one_to_another():
    words = read_language("en")
    days = [Period(date(2024, 9, 9), last) for last in (date(2024, 9, 9), date(2024, 10, 6))]

    assert [words.say_period(each, within=True) for each in days] == [
        "on 9 Sep 2024", "from 9 Sep to 6 Oct 2024"
    ]  # fmt: skip


def test_one_week_is_singular():
    week = Period(date(2024, 11, 4), date(2024, 11, 10), PeriodKind.NEXT)

    assert read_language("pt").say_period(week, within=True, short=True) == "na próxima semana"
    assert ENGLISH.say_period(week, short=True) == "the next week"


def test_a_span_over_two_years_names_both():
    span = Period(date(2024, 12, 30), date(2025, 1, 5))

    assert read_language("zh").say_period(span) == "2024年12月30日至2025年1月5日"
    assert ENGLISH.say_period(span) == "30 Dec 2024 to 5 Jan 2025"
