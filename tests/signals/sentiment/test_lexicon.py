"""The word lists read plain texts right, and say so when they do not know."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signals import LexiconScorer

GOOD = [
    "Great product, works perfectly",
    "not bad",
    "非常好用，推荐",
    "没有异味，很满意",
    "muito bom, recomendo",
    "Adorei! Entrega rápida",
]
BAD = [
    "Stopped charging, terrible quality",
    "not good at all",
    "This isn’t comfortable",
    "质量很差，退货！",
    "不满意",
    "Péssimo, não recomendo",
    "Veio quebrado",
]


@pytest.mark.parametrize("text", GOOD)
def test_good_words_make_polarity_positive(text: str) -> None:
    assert LexiconScorer().score([text]).polarity[0] > 0


@pytest.mark.parametrize("text", BAD)
def test_bad_words_make_polarity_negative(text: str) -> None:
    assert LexiconScorer().score([text]).polarity[0] < 0


@pytest.mark.parametrize("text", ["", "The parcel has two handles", "今天收到", "👍🏽", "12345"])
def test_a_text_without_a_known_word_is_neutral(text: str) -> None:
    assert LexiconScorer().score([text]).probabilities[0].tolist() == [0, 1, 0]


def test_a_negation_ends_with_its_clause() -> None:
    turned, kept = LexiconScorer().score(["not good", "not today, good"]).polarity

    assert turned < 0 < kept


def test_a_booster_makes_a_word_count_more() -> None:
    plain, strong = LexiconScorer().score(["good", "very good"]).polarity

    assert strong > plain


@given(st.lists(st.text(max_size=80), max_size=5))
def test_chances_sum_to_one_for_any_text(texts: list[str]) -> None:
    scored = LexiconScorer().score(texts)

    assert scored.probabilities.shape == (len(texts), 3)
    assert np.allclose(scored.probabilities.sum(axis=1), 1, atol=1e-6)
    assert scored.vectors is None
