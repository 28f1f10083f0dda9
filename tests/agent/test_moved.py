"""Why something sold more or less: parts that sum to the change, prices and comments beside it."""

from __future__ import annotations

import pandas as pd
import pytest

from agent import Analyst, Intent, Metric, Reason
from signals import SALES

FIRST = pd.Timestamp("2024-09-09")
"""The first of the last eight weeks on record; the change comes after four of them."""
UNITS = {"p1": (100, 60), "p4": (2, 5), "p2": (50, 55), "p3": (40, 40), "p6": (30, 20)}
"""Units a week before the change, and from it on."""
PRICES = {"p1": (10.0, 12.5), "p6": (8.0, 8.0)}


def restated():
    return pd.DataFrame([
        {"product_id": product, "store_id": "s1", "day": FIRST + pd.Timedelta(weeks=week),
         "units": float(units[week > 3]), "price": PRICES.get(product, (None, None))[week > 3],
         "measure": "units sold",
         "available_at": pd.Timestamp("2024-11-03 12:00", tz="UTC")}
        for product, units in UNITS.items() for week in range(8)
    ])  # fmt: skip


def restate(shop, rows):
    with shop.lake.batch() as batch:
        batch.add(SALES, rows)


@pytest.fixture(scope="module")
def analyst(open_shop, tmp_path_factory):
    shop = open_shop(tmp_path_factory.mktemp("moved"))
    restate(shop, restated())
    return Analyst(shop.desk)


def moves(answer):
    """Give each figure of a change with the name its line opens with."""
    ids = {f.fact_id: f for f in answer.facts if f.metric is Metric.MOVED}
    return {
        sentence.text.split(":")[0].split("：")[0]: ids[mark.ref].value
        for sentence in answer.sentences
        for mark in sentence.marks
        if mark.ref in ids
    }


@pytest.mark.parametrize(
    "question",
    [
        "Why did sales fall in the last 4 weeks?",
        "What drove sales down in the last 4 weeks?",
        "最近4周销量为什么跌了？",
        "Por que as vendas caíram nas últimas 4 semanas?",
    ],
)
def test_the_parts_of_a_change_sum_to_it(analyst, question):
    answer = analyst.ask(question)

    assert answer.trace.plan.intent is Intent.EXPLAIN
    *parts, whole = moves(answer).values()
    assert parts == [4 * (60 - 100 + 5 - 2), 4 * (20 - 30), 4 * (55 - 50)]
    assert whole == sum(parts)
    assert answer.abstention is None
    assert answer.notices == ()


def test_all_but_the_largest_parts_are_told_together(open_shop, tmp_path):
    shop = open_shop(tmp_path)
    extra = restated()
    extra.loc[(extra["product_id"] == "p3") & (extra["day"] >= "2024-10-07"), "units"] = 41.0
    restate(shop, extra)

    found = moves(Analyst(shop.desk).ask("Why did sales fall in the last 4 weeks?"))

    assert list(found) == [
        "Kitchen", "Home", "Sports outdoors", "All else in the whole shop", "The whole shop in all",
    ]  # fmt: skip
    assert found["All else in the whole shop"] == 4
    assert found["The whole shop in all"] == sum(list(found.values())[:-1])


def test_a_category_is_taken_apart_by_its_products(analyst):
    found = moves(analyst.ask("Why did kitchen sales drop last month?"))

    assert found == {"Aroma Diffuser Pro": -160, "Tiny Spoon": 12, "Kitchen in all": -148}


def test_what_was_paid_and_said_stands_beside_the_change_of_a_product(analyst):
    answer = analyst.ask("Why did Aroma Diffuser Pro sell so badly in the last 4 weeks?")

    paid = next(f for f in answer.facts if f.metric is Metric.PRICE_CHANGE)
    assert paid.value == pytest.approx(0.25)
    assert "The price paid for Aroma Diffuser Pro rose by 25%" in answer.text
    assert [quote.passage_id for quote in answer.citations] == ["d3", "d4"]
    assert "association" in answer.text


def test_a_price_that_stayed_is_not_told(analyst):
    answer = analyst.ask("Why did Moon Rug 7 drop in the last 4 weeks?")

    assert "fell by 33.3%" in answer.text
    assert "price" not in answer.text.lower()


@pytest.mark.parametrize(
    "question",
    ["Why did sales rise in the last 4 weeks?", "最近4周销量为什么上升了？",
     "Por que as vendas subiram nas últimas 4 semanas?"],
)  # fmt: skip
def test_a_premise_that_figures_do_not_bear_out_is_corrected(analyst, question):
    answer = analyst.ask(question)

    assert answer.abstention.reason is Reason.FALSE_PREMISE
    assert sum(list(moves(answer).values())[:-1]) == -168


@pytest.mark.parametrize("length", ["as a report", "in one paragraph"])
def test_lines_stay_with_what_opens_them(analyst, length):
    texts = [
        s.text for s in analyst.ask(f"Why did sales fall in the last 4 weeks? {length}").sentences
    ]

    opened = texts.index("Where that change lies:")
    assert texts[opened + 1].startswith("Kitchen: −148 units")


def test_days_without_records_are_refused(analyst):
    answer = analyst.ask("Why did sales fall in March 2021?")

    assert answer.abstention.reason is Reason.NO_HISTORY
