"""A follow-up keeps what it leaves out, and asks anew when it says so."""

from __future__ import annotations

from datetime import date

import pytest

from agent.understanding.catalogue import Catalogue, Entity, EntityKind
from agent.understanding.understand import understand

TODAY = date(2024, 11, 4)
SHELF = Catalogue([
    Entity("total", EntityKind.TOTAL, "the whole shop"),
    Entity("category:kitchen", EntityKind.CATEGORY, "kitchen"),
    Entity("category:lamps", EntityKind.CATEGORY, "lamps"),
    Entity("product:p1", EntityKind.PRODUCT, "Desk Lamp (white)", "lamps"),
    Entity("product:p2", EntityKind.PRODUCT, "Desk Lamp (black)", "lamps"),
])  # fmt: skip


def talk(*questions):
    """Ask one question after the other and give the last plan."""
    plan = None
    for question in questions:
        plan = understand(question, SHELF, TODAY, None, plan)
    return plan.to_dict()


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("forecast for kitchen in the next 6 weeks", "and for lamps?"),
        ("厨房未来6周的预测", "那台灯呢？"),
        ("previsão de cozinha para as próximas 6 semanas", "e para luminárias?"),
    ],
)
def test_another_name_keeps_intent_and_time(first, second):
    plan = talk(first, second)

    assert (plan["intent"], plan["entities"], plan["weeks_ahead"]) == (
        "forecast", ["category:lamps"], 6,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("forecast for kitchen in the next 6 weeks", "same but weekly"),
        ("厨房未来6周的预测", "按周"),
        ("previsão de cozinha para as próximas 6 semanas", "o mesmo mas semanal"),
    ],
)
def test_another_granularity_keeps_all_else(first, second):
    plan = talk(first, second)

    assert (plan["intent"], plan["entities"], plan["weeks_ahead"], plan["granularity"]) == (
        "forecast", ["category:kitchen"], 6, "week",
    )  # fmt: skip


@pytest.mark.parametrize(
    "questions",
    [
        ("forecast for kitchen", "why?"),
        ("厨房的预测", "为什么？"),
        ("previsão de cozinha", "por quê?"),
    ],
)
def test_why_is_about_what_was_asked_before(questions):
    plan = talk(*questions)

    assert (plan["intent"], plan["entities"]) == ("explain", ["category:kitchen"])


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Which products grew most last month?", "And which fell most?"),
        ("上个月哪些产品涨得最多？", "那哪些跌得最多？"),
        ("Quais produtos mais cresceram no mês passado?", "E quais mais caíram?"),
    ],
)
def test_a_ranking_turned_round_ranks_the_same_things(first, second):
    plan = talk(first, second)

    assert (plan["intent"], plan["scope"], plan["direction"], plan["weeks_back"]) == (
        "rank_growth", "product", "down", 4,
    )  # fmt: skip


def test_a_past_time_turns_a_forecast_into_a_trend():
    plan = talk("forecast for kitchen", "and last month?")

    assert (plan["intent"], plan["weeks_back"]) == ("trend", 4)


def test_another_amount_keeps_what_is_supposed():
    plan = talk("what if the price of kitchen falls by 10%?", "and 20%?")

    assert plan["changes"] == [["price", "by share", -0.2]]


def test_a_second_name_replaces_the_second_of_a_comparison():
    plan = talk("compare kitchen and Desk Lamp (white)", "and lamps?")

    assert plan["entities"] == ["category:kitchen", "category:lamps"]


def test_a_full_question_owes_nothing_to_the_one_before():
    plan = talk("forecast for kitchen in the next 6 weeks", "how accurate are the forecasts?")

    assert (plan["intent"], plan["entities"], plan["weeks_ahead"]) == ("accuracy", [], None)


def test_greetings_and_nonsense_lean_on_nothing():
    assert talk("forecast for kitchen", "hello")["intent"] == "help"
    assert talk("forecast for kitchen", "tell me a joke")["intent"] == "out_of_scope"


def test_a_name_of_several_things_is_asked_back():
    plan = talk("forecast for Desk Lamp")

    assert plan["entities"] == []
    assert sorted(plan["choices"]) == ["product:p1", "product:p2"]


def test_the_reply_to_a_choice_takes_the_question_along():
    plan = talk("forecast for Desk Lamp in the next 6 weeks", "Desk Lamp (black)")

    assert (plan["intent"], plan["entities"], plan["weeks_ahead"]) == (
        "forecast", ["product:p2"], 6,
    )  # fmt: skip
