"""Who draws complaints, how many there are, what is said of one aspect: in three languages."""

from __future__ import annotations

from datetime import date

import pytest

from agent import Analyst, Intent, Metric, Reason, understand
from agent.understanding.plan import Direction, Wanted
from agent.understanding.topic import topic_of

TODAY = date(2024, 11, 4)
# product: comments, how many of them are negative, how many of these blame the battery
SAID = {"p1": (14, 8, 5), "p2": (12, 3, 0), "p3": (11, 1, 1), "p4": (2, 2, 2)}


def reviews():
    rows = []
    for product, (comments, negative, battery) in SAID.items():
        for number in range(comments):
            bad = number < negative
            words = "The battery died" if number < battery else "It is what it is"
            rows.append((
                f"{product}-{number}", product, f"2024-10-{1 + number:02}", 1 if bad else 5,
                -0.8 if bad else 0.6, f"{words}, says customer {number} of {product}.",
            ))  # fmt: skip
    return rows


@pytest.fixture(scope="module")
def analyst(open_shop, tmp_path_factory):
    return Analyst(open_shop(tmp_path_factory.mktemp("said"), reviews=reviews()).desk)


TONES = {
    product: (0.6 * (comments - negative) - 0.8 * negative) / comments
    for product, (comments, negative, _) in SAID.items()
}


def told(answer, metric):
    """Give what an answer tells of each product, in the order of the ranking."""
    return {f.entity.partition(":")[2]: f.value for f in answer.facts if f.metric is metric}


@pytest.mark.parametrize(
    ("questions", "metric", "order"),
    [
        (
            ("Which products get the most complaints?", "哪些产品差评最多？",
             "Quais produtos têm mais reclamações?"),
            Metric.COMPLAINTS,
            {"p1": 8, "p2": 3, "p4": 2},
        ),
        (
            ("products with fewest complaints", "差评最少的产品", "produtos com menos reclamações"),
            Metric.COMPLAINTS,
            {"p3": 1, "p2": 3, "p1": 8},
        ),
        (
            ("best reviewed products", "口碑最好的商品", "produtos mais bem avaliados"),
            Metric.TONE,
            {product: TONES[product] for product in ("p3", "p2", "p1")},
        ),
        (
            ("worst rated 2 products", "评价最差的2款商品", "os 2 produtos mais mal avaliados"),
            Metric.TONE,
            {product: TONES[product] for product in ("p1", "p2")},
        ),
        (
            ("which products draw most complaints about the battery?", "因为电池被投诉最多的产品",
             "produtos com mais reclamações de bateria"),
            Metric.ASPECT_NEGATIVE,
            {"p1": 5, "p4": 2, "p3": 1},
        ),
    ],
)  # fmt: skip
def test_products_are_ranked_by_what_is_written_of_them(analyst, questions, metric, order):
    for question in questions:
        answer = analyst.ask(question)

        found = told(answer, metric)
        assert list(found) == list(order), question
        assert found == pytest.approx(order)
        assert answer.notices == (), question
        assert answer.abstention is None


def test_those_with_too_few_comments_for_a_mean_are_counted_not_ranked(analyst):
    answer = analyst.ask("best reviewed products")

    assert "1 series with too little said left out: under 10 comments" in answer.text


def test_categories_add_their_products_up(analyst):
    answer = analyst.ask("Which categories get the most complaints?")

    found = [(f.entity, f.value) for f in answer.facts if f.metric is Metric.COMPLAINTS]
    assert found[:2] == [("category:kitchen", 10), ("category:sports_outdoors", 3)]


@pytest.mark.parametrize(
    "question",
    [
        "Which brands get the most complaints?",
        "哪些品牌差评最多？",
        "Que marcas têm mais reclamações?",
    ],
)
def test_brands_are_ranked_by_comments_too(analyst, question):
    answer = analyst.ask(question)

    found = [(f.entity, f.value) for f in answer.facts if f.metric is Metric.COMPLAINTS]
    assert found == [("brand:Zenlux", 9), ("brand:Kestrel", 3)]
    assert answer.notices == ()


@pytest.mark.parametrize(
    "question",
    [
        "What do people say about the battery?",
        "Are customers unhappy with the battery?",
        "大家觉得电池怎么样，有评论吗？",
        "O que dizem da bateria?",
        "Há reclamações sobre a bateria?",
    ],
)
def test_one_aspect_is_counted_by_itself(analyst, question):
    answer = analyst.ask(question)

    values = {f.metric: f.value for f in answer.facts}
    assert values[Metric.ASPECT_COMMENTS] == 8
    assert values[Metric.ASPECT_NEGATIVE] == 8
    assert values[Metric.ASPECT_TONE] == pytest.approx(-0.8)
    assert answer.notices == ()
    assert all("battery" in citation.quote for citation in answer.citations)
    assert answer.citations


def test_an_aspect_nobody_mentions_is_said_to_be_so(analyst):
    answer = analyst.ask("What do people say about the packaging?")

    assert answer.abstention.reason is Reason.NO_EVIDENCE
    assert "No comment about the whole shop" in answer.text
    assert "packaging" in answer.text


@pytest.mark.parametrize(
    "question",
    [
        "How many complaints did we get in October?",
        "10月有多少条差评？",
        "Quantas reclamações tivemos em outubro?",
    ],
)
def test_complaints_are_counted(analyst, question):
    answer = analyst.ask(question)

    total = next(f for f in answer.facts if f.metric is Metric.COMPLAINTS)
    assert total.entity == "total"
    assert total.value == sum(negative for _, negative, _ in SAID.values())
    marks = [mark.ref for sentence in answer.sentences for mark in sentence.marks]
    assert total.fact_id in marks


def test_two_products_are_compared_by_what_is_written_where_that_is_asked(analyst):
    answer = analyst.ask("Compare the reviews of Aroma Diffuser Pro and Trail Shoe 2")

    assert told(answer, Metric.COMMENTS) == {"p1": 14, "p2": 12}
    assert not any(f.metric is Metric.FORECAST for f in answer.facts)


def follow_up(analyst, *questions):
    plan = None
    for question in questions:
        plan = understand(question, analyst.catalogue, TODAY, before=plan)
    return plan


@pytest.mark.parametrize(
    ("questions", "metric", "direction"),
    [
        (("Which products get the most complaints?", "and the fewest?"), Wanted.COMPLAINTS, "down"),
        (
            ("Which products get the most complaints?", "and which products have worst reviews?"),
            Wanted.TONE,
            "down",
        ),
        (
            ("Which products are best rated?", "and which products get the most bad reviews?"),
            Wanted.COMPLAINTS,
            None,
        ),
    ],
)
def test_a_follow_up_turns_a_ranking_round(analyst, questions, metric, direction):
    plan = follow_up(analyst, *questions)

    assert (plan.intent, plan.slots.metric) == (Intent.RANK_VOLUME, metric)
    assert plan.slots.direction == direction


def test_a_follow_up_keeps_brands_and_what_complaints_are_about(analyst):
    of_brands = follow_up(analyst, "Which brands get the most complaints?", "and the fewest?")
    of_battery = follow_up(
        analyst, "Which products get the most complaints about the battery?", "and the fewest?"
    )

    assert of_brands.slots.brands
    assert topic_of(of_battery, analyst.catalogue, TODAY).aspect == "battery"


def test_growth_asked_for_after_complaints_goes_its_own_way(analyst):
    plan = follow_up(
        analyst, "Which products get the most complaints?", "and which products will fall most?"
    )

    assert (plan.intent, plan.slots.direction) == (Intent.RANK_GROWTH, Direction.DOWN)
    assert plan.slots.metric is Wanted.UNITS


@pytest.mark.parametrize(
    "question",
    ["Display the products with most complaints", "显示差评最多的产品",
     "Visualizar os produtos com mais reclamações"],
)  # fmt: skip
def test_words_for_show_are_no_aspect(analyst, question):
    assert not any(f.metric is Metric.ASPECT_COMMENTS for f in analyst.ask(question).facts)


@pytest.mark.parametrize(
    "question",
    ["Compare customer reviews", "Compare reviews of Aroma Diffuser Pro with last month"],
)
def test_a_comparison_of_comments_without_a_second_name_tells_of_the_first(analyst, question):
    answer = analyst.ask(question)

    assert answer.abstention is None
    assert any(f.metric is Metric.COMMENTS for f in answer.facts)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Which products get the most complaints about the taste?", "No comments about"),
        ("best reviewed products since 31 October", "No comments about"),
        ("best reviewed products since 13 October", "None of the products ranked drew enough"),
        ("products with most complaints since 12 October", "None of the products ranked drew a"),
    ],
)
def test_what_cannot_be_ranked_is_said_as_it_is(analyst, question, said):
    answer = analyst.ask(question)

    assert answer.text.startswith(said)
    assert answer.notices == ()


def test_one_product_is_not_ranked(analyst):
    plan = analyst.ask("Is Trail Shoe 2 the product with most complaints?").trace.plan

    assert (plan.intent, plan.slots.metric) == (Intent.SENTIMENT, Wanted.UNITS)


@pytest.mark.parametrize(
    ("question", "intent"),
    [
        ("How accurate is the forecast for the best sellers?", Intent.ACCURACY),
        ("What do people say about our best-selling products?", Intent.SENTIMENT),
        ("Show me the top 5 positive reviews of kitchen", Intent.EVIDENCE),
        ("最近8周产品评价怎么样？", Intent.SENTIMENT),
        ("Qual é o sentimento da categoria cozinha?", Intent.SENTIMENT),
    ],
)
def test_other_questions_with_such_words_stay_what_they_are(analyst, question, intent):
    assert analyst.ask(question).trace.plan.intent is intent


@pytest.mark.parametrize(
    ("question", "intent"),
    [
        ("Which aspects do people complain about most?", Intent.ASPECTS),
        ("What do people complain about most in kitchen?", Intent.ASPECTS),
        ("Show me the worst reviews of Trail Shoe 2", Intent.EVIDENCE),
        ("顾客抱怨最多的是什么？", Intent.ASPECTS),
        ("Do que mais reclamam em cozinha?", Intent.ASPECTS),
    ],
)
def test_questions_that_only_sound_like_rankings_are_none(analyst, question, intent):
    plan = analyst.ask(question).trace.plan

    assert (plan.intent, plan.slots.metric) == (intent, Wanted.UNITS)


@pytest.mark.parametrize(
    ("question", "direction"),
    [
        ("best-selling products last month", None),
        ("上个月卖得最好的厨房产品", None),
        ("os produtos menos vendidos no mês passado", Direction.DOWN),
    ],
)
def test_what_sold_best_is_a_ranking_of_sales(analyst, question, direction):
    plan = analyst.ask(question).trace.plan

    assert (plan.intent, plan.slots.metric) == (Intent.RANK_VOLUME, Wanted.UNITS)
    assert plan.slots.direction == direction


def test_a_name_beside_an_aspect_is_still_a_name(analyst):
    answer = analyst.ask("What do people say about the delivery of tents?")

    assert answer.abstention.reason is Reason.UNKNOWN_PRODUCT
