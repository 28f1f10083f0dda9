"""The language of a text is told, also of short, mixed and foreign ones."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signals import detect_language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("This kettle works very well, I would buy it again", "en"),
        ("Produto excelente, chegou antes do prazo", "pt"),
        ("Não recomendo, veio com defeito", "pt"),
        ("质量很好，物流很快", "zh"),
        ("电池 battery 不行", "zh"),
        ("El producto llegó muy rápido y es de buena calidad", "other"),
        ("Sehr gute Qualität, aber die Lieferung war langsam", "other"),
        ("とても良い商品です", "other"),
        ("Очень хороший чайник", "other"),
        ("👍👍👍", "other"),
        ("Lovely", "en"),
        ("Too small", "en"),
        ("Recomendo", "pt"),
        ("Adorei!", "pt"),
        ("好", "zh"),
        ("Le colis est arrivé cassé et personne ne répond", "other"),
        ("Si è rotto dopo due giorni, molto deluso", "other"),
        ("Het pakket kwam beschadigd aan", "other"),
        ("Bardzo dobry produkt, szybka dostawa", "other"),
        ("정말 좋은 제품입니다", "other"),
        ("मुझे यह पसंद है", "other"),
        ("Το προϊόν είναι πολύ καλό", "other"),
        ("המוצר טוב מאוד", "other"),
        ("iPhone 手机壳 很薄，手感 nice", "zh"),
        ("I bought this matcha (抹茶) in Kyoto and we drink it every morning with milk", "en"),
        ("The shop wrote спасибо on the card, which was a nice touch for my mother", "en"),
        ("", "other"),
    ],
)
def test_languages_are_told_apart(text, language):
    assert detect_language(text) == language


@given(st.text())
def test_no_text_is_too_odd_to_get_an_answer(text):
    assert detect_language(text) in {"en", "zh", "pt", "other"}


@pytest.mark.parametrize(
    "text", ["\ud800 broken half", "a" * 1_000_000, "🙂" * 5_000, "\u202egnorw", "<b></b>", "\x00"]
)
def test_broken_long_and_empty_texts_get_an_answer(text):
    assert detect_language(text) in {"en", "zh", "pt", "other"}


def test_languages_of_real_reviews_are_told_apart(shared_data):
    portuguese = pd.read_parquet(shared_data("olist") / "order_reviews.parquet")
    english = pd.read_parquet(shared_data("amazon_devices_reviews") / "reviews.parquet")
    told_pt = portuguese["review_comment_message"].dropna().head(3000).map(detect_language)
    told_en = english["text"].dropna().head(3000).map(detect_language)

    assert (told_pt == "pt").mean() > 0.98
    assert (told_pt == "en").mean() < 0.015  # "Ok", "Top", "Show" are all some people write
    assert (told_en == "en").mean() > 0.99


def test_two_words_of_a_real_review_are_enough(shared_data):
    portuguese = pd.read_parquet(shared_data("olist") / "order_reviews.parquet")
    english = pd.read_parquet(shared_data("amazon_devices_reviews") / "reviews.parquet")
    first_pt = portuguese["review_comment_message"].dropna().head(2000).str.split().str[:2]
    first_en = english["text"].dropna().head(2000).str.split().str[:2]

    assert (first_pt.str.join(" ").map(detect_language) == "pt").mean() > 0.93
    assert (first_en.str.join(" ").map(detect_language) == "en").mean() > 0.93
