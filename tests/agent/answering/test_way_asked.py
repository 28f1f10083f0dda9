"""Answers go the way the question asks: from the least on, complaints only, whole weeks."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("question", "verdict"),
    [
        ("Which products will sell the least in the next 4 weeks?", "Tiny Spoon has least demand"),
        ("未来4周卖得最少的产品是哪些？", "Tiny Spoon需求最小"),
        (
            "Quais são os produtos de menor demanda nas próximas 4 semanas?",
            "Tiny Spoon fica no fim da lista em demanda",
        ),
    ],
)
def test_what_sells_least_comes_first_where_it_is_asked_for(analyst, question, verdict):
    answer = analyst.ask(question)

    assert verdict in answer.text
    assert answer.text.index("1. Tiny Spoon") < answer.text.index("2. Moon Rug 7")


def test_the_best_of_all_are_not_turned_round_by_a_word_for_at_least(analyst):
    answer = analyst.ask("Which products will sell the most in the next 4 weeks, at least 2?")

    assert "Aroma Diffuser Pro has most demand" in answer.text


@pytest.mark.parametrize(
    ("question", "shown", "kept_back"),
    [
        ("Show me bad reviews of the Aroma Diffuser Pro", {"d3", "d4"}, "d5"),
        ("给我看Aroma Diffuser Pro的差评", {"d3", "d4"}, "d5"),
        ("Mostre avaliações negativas de Aroma Diffuser Pro", {"d3", "d4"}, "d5"),
        ("Show me good reviews of the Aroma Diffuser Pro", {"d5"}, "d3"),
        ("给我看Aroma Diffuser Pro的好评", {"d5"}, "d4"),
    ],
)
def test_who_asks_for_bad_reviews_is_shown_no_good_ones(analyst, question, shown, kept_back):
    cited = {citation.passage_id for citation in analyst.ask(question).citations}

    assert shown <= cited
    assert kept_back not in cited


def test_where_nobody_wrote_badly_the_nearest_comments_are_shown(analyst):
    answer = analyst.ask("Show me bad reviews of the Trail Shoe 2")

    assert {citation.passage_id for citation in answer.citations} == {"d6"}


def test_a_stretch_that_ends_within_half_a_week_of_the_forecast_is_answered(analyst):
    near = analyst.ask("What is the forecast for beauty from 9 December 2024 to 1 January 2025?")
    far = analyst.ask("What is the forecast for beauty from 9 December 2024 to 6 January 2025?")

    assert near.abstention is None
    assert "(9 Dec to 29 Dec 2024)" in near.text or "9 Dec to 29 Dec 2024" in near.text
    assert far.abstention is not None


def test_the_whole_shop_needs_no_broken_contraction_in_portuguese(analyst):
    answer = analyst.ask("Qual é a previsão de vendas da loja inteira?")

    assert "a loja inteira" in answer.text.lower()
    assert "de a loja" not in answer.text
    assert all("de a loja" not in question for question in answer.suggestions)


@pytest.mark.parametrize(
    ("question", "verdict"),
    [
        (
            "Best selling products in the last 4 weeks",
            "Aroma Diffuser Pro sold most: 400 units recorded in the last 4 weeks",
        ),
        ("过去4周最畅销的产品", "Aroma Diffuser Pro销量最大：过去4周"),
        (
            "Quais os produtos mais vendidos nas últimas 4 semanas?",
            "Aroma Diffuser Pro lidera as vendas: registro de 400 unidades nas últimas 4 semanas",
        ),
    ],
)
def test_what_sold_most_over_past_days_is_told_from_the_records(analyst, question, verdict):
    answer = analyst.ask(question)

    assert verdict in answer.text
    assert answer.text.index("1. Aroma Diffuser Pro") < answer.text.index("2. Trail Shoe 2")
    assert not any(fact.metric == "forecast" for fact in answer.facts)


def test_best_sellers_of_a_month_gone_by_are_those_of_this_year(analyst):
    answer = analyst.ask("What were the top selling products in September?")

    assert "September 2024 (1 Sep to 30 Sep 2024)" in answer.text
