"""Products and brands are found in texts of three languages, misspelt or not."""

from __future__ import annotations

import itertools
import time

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signals import Col, DemoWorld, MentionFinder

SHELF = pd.DataFrame(
    {
        Col.PRODUCT_ID: ["WA-100", "EL-1000", "EL-1001", "BE-7", "KE-2", "KE-3"],
        Col.NAME: [
            "PulseBand", "Voltari Wireless Headset (black)", "Okto Wireless Headset", "灵动手环",
            "Pão Dourado Café Torrado 500g", "Tidewood Electric Kettle",
        ],
        Col.BRAND: ["Pulse", "Voltari", "Okto", None, "Pão Dourado", "Tidewood"],
        Col.ATTRIBUTES: [None, '{"name_zh": "Voltari 无线耳机"}', "no JSON", None, None, "[1]"],
    }
)  # fmt: skip
FINDER = MentionFinder(SHELF)


def found(text: str) -> list[tuple[str, set[str]]]:
    return [
        (text[m.start : m.stop], {named.product_id or named.brand for named in m.named})
        for m in FINDER.find(text)
    ]


@pytest.mark.parametrize(
    ("text", "name", "means"),
    [
        ("My PULSEBAND broke after a week", "PULSEBAND", "WA-100"),
        ("two PulseBands for the kids", "PulseBands", "WA-100"),
        ("best buy ever #PulseBand2", "PulseBand", "WA-100"),
        ("the pulse band stopped", "pulse band", "WA-100"),
        ("The Voltari Wireless Headset is loud", "Voltari Wireless Headset", "EL-1000"),
        ("Votlari wireles headset, never again", "Votlari wireles headset", "EL-1000"),
        ("我的无线耳机坏了", "无线耳机", "EL-1000"),
        ("这个灵动手环很好", "灵动手环", "BE-7"),
        ("灵动手还用了两天就没电", "灵动手还", "BE-7"),
        ("Adorei o café torrado!", "café torrado", "KE-2"),
        ("O cafe torado chegou velho", "cafe torado", "KE-2"),
        ("Pao Dourado nunca mais", "Pao Dourado", "Pão Dourado"),
        ("order el1001 is late", "el1001", "EL-1001"),
        ("the elecrtic ketle leaks", "elecrtic ketle", "KE-3"),
        ("a Tidewod of my own", "Tidewod", "Tidewood"),
    ],
)
def test_a_name_is_found_where_it_stands(text, name, means):
    assert found(text) == [(name, {means})]


@pytest.mark.parametrize(
    "text",
    [
        "repulsebanding is no word", "an electric car", "a kettle of fish", "手环", "EL-1005",
        "café", "the 500g bag", "👍👍", "", "the", "Tidal wood",
    ],
)  # fmt: skip
def test_what_is_no_name_is_left_alone(text):
    assert found(text) == []


def test_a_name_two_products_share_gives_both():
    assert found("any wireless headset will do") == [("wireless headset", {"EL-1000", "EL-1001"})]


def test_exact_names_score_one_and_misspelt_ones_less():
    exact, near = FINDER.find("PulseBand or Tidewod")

    assert exact.score == 1
    assert 0.8 < near.score < 1


def test_only_exact_names_are_found_when_nothing_else_is_likely():
    assert MentionFinder(SHELF, likely=1.0).find("Tidewod") == []


def test_an_empty_catalogue_finds_nothing():
    assert MentionFinder(SHELF.head(0)).find("PulseBand") == []


@given(st.text(alphabet=st.sampled_from("pulseband PULSE灵动手环café1🙂\u0301\ud800"), max_size=40))
def test_spans_lie_in_the_text_and_do_not_overlap(text):
    spans = [(m.start, m.stop) for m in FINDER.find(text)]

    assert all(0 <= start < stop <= len(text) for start, stop in spans)
    assert all(before[1] <= after[0] for before, after in itertools.pairwise(spans))


def test_names_in_reviews_of_the_demo_shop_are_those_of_their_products(demo: DemoWorld):
    finder = MentionFinder(demo.products)
    named = {
        row.name: row.product_id for row in demo.products.itertuples(index=False, name="Product")
    }
    hits = right = 0
    for text, product_id in zip(demo.documents.text, demo.documents.product_id, strict=True):
        if any(name in text for name in named):
            hits += 1
            means = {n.product_id for m in finder.find(text) for n in m.named}
            right += product_id in means

    assert hits > 500
    assert right / hits > 0.99


def test_a_thousand_products_cost_little_time(demo: DemoWorld):
    copies = [demo.products.assign(name=demo.products[Col.NAME] + f" {n}") for n in range(17)]
    finder = MentionFinder(pd.concat(copies))
    texts = demo.documents.text.head(2_000).tolist()

    began = time.process_time()
    for text in texts:
        finder.find(text)

    assert len(texts) / (time.process_time() - began) > 2_000
