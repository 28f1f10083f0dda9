"""A report says what the analyst answers, in sections, for one week."""

from __future__ import annotations

from datetime import date

import pytest

from agent import LANGUAGES, Metric
from signals import DataError
from ui.exports.report import ReportOrder, make_report
from ui.exports.words import figure_name, title_of, words_of

FIRST_DAYS = (date(2025, 12, 29), date(2026, 1, 4))


def test_a_report_goes_from_verdict_to_caveats(report):
    keys = [section.key for section in report.sections]

    assert keys == ["verdict", "drivers", "changed", "alerts", "voices", "accuracy", "caveats"]


def test_it_is_about_the_whole_week_around_its_day(report):
    [expected] = [fact for fact in report.sections[0].figures if fact.metric is Metric.FORECAST]

    assert (report.first_day, report.last_day) == FIRST_DAYS
    assert (expected.period.first_day, expected.period.last_day) == FIRST_DAYS
    assert expected.value == 1000.0


def test_contributions_come_with_their_sum(report):
    [drivers] = [section for section in report.sections if section.key == "drivers"]
    *parts, whole = drivers.figures

    assert drivers.are_parts
    assert parts[0].metric is Metric.BASELINE
    assert sum(part.value for part in parts) == pytest.approx(whole.value, abs=1e-9)


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_questions_of_a_report_give_its_facts_when_a_person_asks_them(analyst, code):
    entity = analyst.catalogue["category:Kitchen"]
    order = ReportOrder(entity, date(2026, 1, 6), code)

    report = make_report(order, analyst.answer)

    for answer in report.answers:
        asked = analyst.ask(answer.question)
        assert [fact.to_dict() for fact in asked.facts] == [f.to_dict() for f in answer.facts]
        assert asked.answer_id == answer.answer_id


def test_a_week_beyond_the_horizon_is_refused_in_words(analyst):
    order = ReportOrder(analyst.catalogue["category:Kitchen"], date(2027, 1, 4))

    with pytest.raises(DataError, match="outside this forecast"):
        make_report(order, analyst.answer)


def test_the_whole_shop_has_a_report_too(analyst):
    report = make_report(ReportOrder(analyst.catalogue["total"], date(2026, 1, 1)), analyst.answer)

    assert title_of(report) == "the whole shop, 29 Dec 2025 to 4 Jan 2026"


def test_every_language_has_the_same_words():
    first, *others = [words_of(code) for code in LANGUAGES]

    for words in others:
        assert words.keys() == first.keys()
        assert words["figures"].keys() == first["figures"].keys()
        assert all(words.values())


def test_parts_are_called_as_in_answers(report):
    [drivers] = [section for section in report.sections if section.key == "drivers"]

    assert [figure_name(fact, "zh") for fact in drivers.figures[:2]] == ["基准", "近期销量"]
