"""Answers go the way the question asks: from the least on, complaints only, whole weeks."""

from __future__ import annotations

import shutil

import pandas as pd
import pytest

from agent import Analyst, Desk, Metric
from signals import SALES, Lake


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


@pytest.fixture(scope="module")
def moved(shop, tmp_path_factory):
    """The shop, of which some sales of the last four weeks were counted anew."""
    folder = tmp_path_factory.mktemp("moved") / "lake"
    shutil.copytree(shop.lake.root, folder)
    lake = Lake(folder)
    sold = lake.read(SALES)
    late = sold[sold["day"] > sold["day"].max() - pd.Timedelta(weeks=4)]
    counted = {"p1": 1.5, "p2": 0.5, "p3": 1.1, "p4": 9.0}
    with lake.batch() as batch:
        batch.add(SALES, late.assign(
            units=late["units"] * late["product_id"].map(counted).fillna(1.0),
            available_at=late["available_at"] + pd.Timedelta(hours=1),
        ))  # fmt: skip
    return Analyst(Desk(lake, shop.retriever, shop.run))


@pytest.mark.parametrize(
    ("question", "verdict", "order"),
    [
        (
            "Which products grew most in the last 4 weeks?",
            "Aroma Diffuser Pro rose most: by 50%, with 600 units recorded in the last 4 weeks",
            ("1. Aroma Diffuser Pro", "2. Glow Serum 30ml"),
        ),
        (
            "Which products dropped most over the last 4 weeks?",
            "Trail Shoe 2 fell most: by 50%, with 100 units recorded in the last 4 weeks",
            (),
        ),
        (
            "过去4周哪些产品涨得最多？",
            "Aroma Diffuser Pro上升最多，幅度为50%：过去4周",
            ("1. Aroma Diffuser Pro", "2. Glow Serum 30ml"),
        ),
        (
            "Quais produtos mais cresceram nas últimas 4 semanas?",
            "Aroma Diffuser Pro subiu com mais força: 50%, com registro de 600 unidades",
            ("1. Aroma Diffuser Pro", "2. Glow Serum 30ml"),
        ),
    ],
)
def test_what_grew_most_over_past_days_is_told_from_the_records(moved, question, verdict, order):
    answer = moved.ask(question)

    assert verdict in answer.text
    assert all(line in answer.text for line in order)
    assert "Tiny Spoon" not in answer.text  # 8 units to 72: of so few, growth says nothing
    assert {fact.value for fact in answer.facts if fact.metric == "small_series"} == {2.0}
    assert not any(fact.metric == "forecast" for fact in answer.facts)


def test_where_nothing_grew_the_nearest_is_named_as_such(analyst):
    answer = analyst.ask("Which products grew most in the last 4 weeks?")

    assert "None of the products ranked went the way the question asks" in answer.text
    assert "stayed level with 400 units recorded" in answer.text


def test_growth_over_days_before_the_first_records_is_not_made_up(analyst):
    answer = analyst.ask("Which products grew most in the last 50 weeks?")

    assert "None of the products had enough demand" in answer.text
    assert answer.abstention is not None


@pytest.mark.parametrize("question", ["What grew fastest in August?", "8月哪个类目增长最快"])
def test_growth_of_a_month_gone_by_is_that_of_this_year(analyst, question):
    answer = analyst.ask(question)

    assert "1 Aug to 31 Aug 2024" in answer.text or "2024年8月1日至8月31日" in answer.text


def test_a_month_of_four_weekly_records_is_not_set_against_one_of_five(analyst):
    answer = analyst.ask("How did beauty sell in August 2024?")

    assert "stayed level: 160 units recorded in August 2024" in answer.text
    assert "against 160 units recorded from 8 Jul to 31 Jul 2024" in answer.text


def test_who_asks_what_will_grow_a_year_ahead_is_not_told_of_the_past(analyst):
    answer = analyst.ask("Which categories will grow fastest in August?")

    assert answer.abstention is not None


@pytest.mark.parametrize(
    "question",
    ["Which brands will grow most?", "哪些品牌会增长最多？", "Quais marcas vão crescer mais?"],
)
def test_brands_are_ranked_by_the_sums_of_their_products(analyst, question):
    answer = analyst.ask(question)

    growth = {f.entity: f.value for f in answer.facts if f.metric is Metric.GROWTH}
    assert growth["brand:Kestrel"] == pytest.approx(60 / 50 - 1)
    assert set(growth) == {"brand:Kestrel"}  # the other one stays level
    assert answer.notices == ()


def test_brands_are_ranked_by_what_was_sold(analyst):
    answer = analyst.ask("Which brands sold most in the last 4 weeks?")

    sold = {f.entity: f.value for f in answer.facts if f.metric is Metric.SALES}
    assert sold == {"brand:Zenlux": 4 * (100 + 40), "brand:Kestrel": 4 * 50}
