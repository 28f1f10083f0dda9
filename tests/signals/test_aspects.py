"""Thirteen aspects, told by words where a text has some."""

from __future__ import annotations

import pytest

from signals.aspects import ASPECTS, aspects_of, main_aspect
from signals.demo.catalogue import aspect_of, build_shelf


def test_the_list_of_aspects_is_the_one_every_table_is_in_the_order_of():
    assert ASPECTS == (
        "quality", "price", "delivery", "service", "packaging", "look", "fit", "use", "battery",
        "screen", "sound", "taste", "other",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "aspects"),
    [
        ("The lid broke and the box was crushed.", ["quality", "packaging"]),
        ("Too small for my hands and the noise is awful.", ["fit", "sound"]),
        ("Easy to set up, great value for money.", ["price", "use"]),
        ("味道好闻，物流很快，屏幕清晰。", ["delivery", "screen", "taste"]),
        ("尺码偏小，不舒服。", ["fit"]),
        ("Entrega rápida, som abafado e tela riscada.", ["delivery", "look", "screen", "sound"]),
        ("Não funciona, e o cheiro é ruim.", ["use", "taste"]),
        ("A fitness watch; they charged my card twice.", []),
        ("", []),
        ("😡😡", []),
    ],
)
def test_words_of_three_languages_name_aspects_in_order(text, aspects):
    assert aspects_of(text) == aspects


def test_no_word_stands_for_something_else():
    assert "other" not in aspects_of("The invoice was made out to somebody else.")


def test_a_tie_goes_to_the_earlier_aspect_and_one_in_ten_is_too_few():
    assert main_aspect(["Late delivery.", "Bad battery."]) == "delivery"
    assert main_aspect(["Bad battery.", *["Awful."] * 9]) is None


def test_every_topic_of_the_demo_shop_belongs_to_an_aspect():
    topics = {topic for product in build_shelf(1) for topic in product.topics}

    assert {aspect_of(topic) for topic in topics} < set(ASPECTS)
