"""Texts of three languages are cut into terms worth counting."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signals.words.segment import terms_of


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("The battery life isn't good", {"battery", "battery life", "life", "good"}),
        ("Cheap strap. Battery died!", {"cheap", "cheap strap", "strap", "battery", "battery died",
                                        "died"}),
        ("A entrega não foi rápida", {"entrega", "rápida"}),
        ("Caixa amassada", {"caixa", "amassada", "caixa amassada"}),
        ("客服态度不好", {"客服", "态度", "不好", "客服态度", "态度不好"}),
        ("这款手机的屏幕很漂亮", {"手机", "屏幕", "很漂亮"}),
        ("iPhone15 手机壳", {"iphone15", "手机"}),
        ("write to <email> or @shop http://a.example/b", {"write"}),
        ("👍👍 123 of the", set()),
        ("", set()),
    ],
)  # fmt: skip
def test_terms_are_words_and_pairs_of_neighbours(text, terms):
    assert terms <= terms_of(text)
    assert not any(
        term in {"the", "of", "não", "的", "这款", "email", "123"} for term in terms_of(text)
    )


@given(st.text())
def test_any_text_can_be_cut(text):
    assert isinstance(terms_of(text), set)
