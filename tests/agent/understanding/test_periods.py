"""Times are resolved against the first day that is not visible yet, in every language."""

from __future__ import annotations

from datetime import date

import pytest

from agent.understanding.folding import folded
from agent.understanding.periods import read_times
from agent.understanding.questions import questions

TODAY = date(2024, 11, 4)


def read(language, text, past=False):
    return read_times(folded(text), TODAY, questions(language), past=past)


@pytest.mark.parametrize(
    ("language", "text", "ahead", "back"),
    [
        ("en", "in the next 3 weeks", 3, None),
        ("en", "last month", None, 4),
        ("en", "ten days ago", None, 1),
        ("zh", "未来三周", 3, None),
        ("zh", "上个月", None, 4),
        ("zh", "过去十二周", None, 12),
        ("zh", "接下来的两个月", 9, None),
        ("pt", "nas próximas três semanas", 3, None),
        ("pt", "semana passada", None, 1),
        ("pt", "no mês que vem", 4, None),
        ("pt", "há 2 semanas", None, 2),
    ],
)
def test_weeks_ahead_and_back(language, text, ahead, back):
    times = read(language, text)

    assert (times.weeks_ahead, times.weeks_back) == (ahead, back)


@pytest.mark.parametrize(
    ("language", "text", "first", "last"),
    [
        ("en", "on 12 November", (2024, 11, 12), (2024, 11, 12)),
        ("en", "from November 11th to November 24th", (2024, 11, 11), (2024, 11, 24)),
        ("en", "until 24 November", (2024, 11, 4), (2024, 11, 24)),
        ("en", "since August", (2024, 8, 1), (2024, 11, 3)),
        ("pt", "desde agosto", (2024, 8, 1), (2024, 11, 3)),
        ("en", "in March 2025", (2025, 3, 1), (2025, 3, 31)),
        ("en", "Q1 2025", (2025, 1, 1), (2025, 3, 31)),
        ("en", "in the year 2035", (2035, 1, 1), (2035, 12, 31)),
        ("pt", "no ano de 2035", (2035, 1, 1), (2035, 12, 31)),
        ("en", "in the Q3 of next year", (2025, 7, 1), (2025, 9, 30)),
        ("en", "around Black Friday", (2024, 11, 29), (2024, 12, 2)),
        ("en", "2024-11-11", (2024, 11, 11), (2024, 11, 11)),
        ("zh", "从2024年第三季度的评论看", (2024, 7, 1), (2024, 9, 30)),
        ("zh", "双十一", (2024, 11, 11), (2024, 11, 11)),
        ("zh", "去年双十一", (2023, 11, 11), (2023, 11, 11)),
        ("zh", "11月11日到11月24日", (2024, 11, 11), (2024, 11, 24)),
        ("zh", "十一月十一号", (2024, 11, 11), (2024, 11, 11)),
        ("zh", "2025年3月", (2025, 3, 1), (2025, 3, 31)),
        ("zh", "明年第一季度", (2025, 1, 1), (2025, 3, 31)),
        ("zh", "2026年Q1预测", (2026, 1, 1), (2026, 3, 31)),
        ("zh", "明年q3的销量", (2025, 7, 1), (2025, 9, 30)),
        ("zh", "Q2卖多少", (2025, 4, 1), (2025, 6, 30)),
        ("zh", "圣诞节前", (2024, 11, 4), (2024, 12, 23)),
        ("pt", "de 11 a 24 de novembro", (2024, 11, 11), (2024, 11, 24)),
        ("pt", "em 12/11/2024", (2024, 11, 12), (2024, 11, 12)),
        ("pt", "em março de 2025", (2025, 3, 1), (2025, 3, 31)),
        ("pt", "1º trimestre de 2025", (2025, 1, 1), (2025, 3, 31)),
        ("pt", "no Q1 2026", (2026, 1, 1), (2026, 3, 31)),
        ("pt", "no Q2 de 2025", (2025, 4, 1), (2025, 6, 30)),
        ("pt", "o Q2", (2025, 4, 1), (2025, 6, 30)),
        ("pt", "na Black Friday do ano passado", (2023, 11, 24), (2023, 11, 27)),
        ("pt", "até o Natal", (2024, 11, 4), (2024, 12, 23)),
    ],
)
def test_windows(language, text, first, last):
    window = read(language, text).window

    assert (window.first_day, window.last_day) == (date(*first), date(*last))


@pytest.mark.parametrize(
    ("language", "text"), [("en", "in September"), ("zh", "9月份"), ("pt", "em setembro")]
)
def test_a_month_without_a_year_is_the_last_one_when_looking_back(language, text):
    assert read(language, text, past=True).window.first_day == date(2024, 9, 1)
    assert read(language, text).window.first_day == date(2025, 9, 1)


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "on 31 February"), ("zh", "2月30日"), ("pt", "em 31 de abril")],
)
def test_a_day_that_is_none_is_named(language, text):
    times = read(language, text)

    assert times.window is None
    assert times.no_day


@pytest.mark.parametrize("past", [False, True])
@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Q4"),
        ("en", "in the fourth quarter"),
        ("en", "the 4th quarter"),
        ("zh", "Q4"),
        ("zh", "第四季度"),
        ("zh", "四季度"),
        ("pt", "no Q4"),
        ("pt", "no 4º trimestre"),
        ("pt", "no quarto trimestre"),
    ],
)
def test_a_quarter_that_is_on_is_the_one_meant(language, text, past):
    assert read(language, text, past).window.first_day == date(2024, 10, 1)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "next Q4"),
        ("en", "Q4 of next year"),
        ("zh", "明年四季度"),
        ("zh", "下一个Q4"),
        ("pt", "no próximo Q4"),
        ("pt", "no Q4 do ano que vem"),
    ],
)
def test_a_quarter_that_is_yet_to_begin_is_the_one_after(language, text):
    assert read(language, text).window.first_day == date(2025, 10, 1)


def test_the_first_three_quarters_in_chinese_are_no_quarter():
    assert read("zh", "前三季度").window is None


def test_prospects_in_chinese_do_not_turn_a_time_to_come_into_one_gone_by():
    times = read("zh", "未来三周前景如何")

    assert (times.weeks_ahead, times.weeks_back) == (3, None)
    assert read("zh", "12月前景如何").window.first_day == date(2024, 12, 1)


def test_places_after_a_time_gone_by_in_chinese_stay_places():
    times = read("zh", "过去6周前五畅销")

    assert times.weeks_back == 6
    assert "前五" in times.rest


@pytest.mark.parametrize("text", ["明日之星", "上个周期", "下个周转期"])
def test_words_that_only_hold_a_time_in_chinese_name_none(text):
    times = read("zh", text)

    assert times.weeks_ahead is times.weeks_back is times.window is None
