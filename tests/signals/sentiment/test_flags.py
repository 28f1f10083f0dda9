"""Texts of any kind get a score with flags, or flags that say why there is none."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signals import DOCUMENTS, SCORES, Col, Flag, Lake, LexiconScorer, flags_of, score_documents
from signals.clean import clean_text
from signals.language import detect_language
from signals.sentiment.flags import LOOKED_AT, MOST_READ, is_readable, text_to_read
from signals.sentiment.text_scores import TextReader, is_flagged

if TYPE_CHECKING:
    from pathlib import Path

    from signals import Scorer

HOSTILE = {
    "empty": "",
    "exotic spaces": "\u2003\u3000\xa0\u2028\x0b\x1f\u1680",
    "zero-width": "\u200b\u200d\ufeff\u2060",
    "variation selectors": "\ufe0f" * 50,
    "blank letters": "\u3164\u115f\u2800",
    "emoji": "👍❤️😡👨‍👩‍👧🇧🇷",
    "100k emoji": "😀" * 100_000,
    "megabyte of words": "good tea " * 111_112,
    "megabyte of a": "a" * 1_000_000,
    "megabyte of Chinese": "很好用" * 333_334,
    "megabyte of digits": "1 " * 500_000,
    "megabyte of marks": "\u0301\u0323" * 500_000,
    "megabyte of tags": "<b>" * 333_334,
    "megabyte of brackets": "<" * 1_000_000,
    "megabyte of addresses": "a@" * 500_000,
    "megabyte of spaces": " " * 1_000_000,
    "zalgo": "h" + "\u0300\u0316\u0334" * 300 + "i" + "\u0489" * 300,
    "one word": "x" * 300,
    "mixed script": "Gооd рrоduсt отличный 很好 ممتاز",
    "right to left": "המוצר מצוין, \u202eevil\u202c منتج ممتاز",
    "unknown language": "Хороший чайник, рекомендую всем",
    "HTML": "<div><p>Great&nbsp;<b>value</b></p><script>x()</script></div>",
    "lone surrogates": "good \ud83d and \udc4d bad",
    "NUL": "good\x00bad\x00",
    "private use": "\ue000\uf8ff\U000f0000",
    "not characters": "\uffff\ufdd0\U0010ffff",
    "numbers": "1234567890 3.14 ½ Ⅳ ٣",
    "punctuation": "?!?! ... ;;; ---",
    "placeholders": "<email> <phone>",
    "SQL and formulas": "'; DROP TABLE x; -- =cmd|' /C calc'!A0",
    "special tokens": "<s></s><unk><pad><mask> [CLS] passage: query:",
    "unassigned": "\u0378\u0379\U000e0fff",
    "musical and old": "\U0001d11e\U00012000\U00013000",
}


def flagged(written: str, lang: str | None = None) -> set[str]:
    cleaned = text_to_read(written)
    return set(flags_of(written, cleaned, lang or detect_language(cleaned)))


@pytest.mark.parametrize(
    ("written", "flags"),
    [
        ("It works very well, I would buy it again", set()),
        ("质量很好，iPhone充电线很耐用", set()),
        ("Ótimo produto, chegou rápido! 👍🏽", set()),
        ("日本製のケトル、とても良い", {"unknown_language"}),
        ("5μm filter and 10kΩ, very good", set()),
        ("今天收到的杯子很好用，好开心(＞Д＜)", set()),
        ("👨‍👩‍👧 ❤️ 🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", {"no_words"}),
        ("", {"empty"}),
        ("\u200b \u3000", {"empty", "invisible"}),
        ("😡😡😡", {"no_words"}),
        ("10/10 !!!", {"no_words"}),
        ("Great<br>value", {"html"}),
        ("good &amp; cheap", {"html"}),
        ("good\u200bvalue for the money", {"invisible"}),
        ("it is \u202egood\u202c and cheap", {"invisible"}),
        ("bell\x07 in the text of the review", {"invisible"}),
        ("the gооd product", {"mixed_script"}),
        ("very good кettle and it works", {"mixed_script"}),
        ("המוצר מצוין", {"right_to_left", "unknown_language"}),
        ("Очень хороший чайник", {"unknown_language"}),
        ("El producto llegó muy rápido y es de buena calidad", {"unknown_language"}),
        ("please write to bob@example.com about the kettle", {"personal_data"}),
        ("the kettle \ufffd is good", {"undecodable"}),
        ("half of a character \ud83d is good", {"undecodable"}),
        ("this kettle is good " * 100, {"truncated"}),
        ("水壶很好用" * 100, {"truncated"}),
        ("this kettle is good " * 2_000, {"truncated", "too_long"}),
    ],
)
def test_a_text_carries_the_flags_of_what_is_odd_about_it(written, flags):
    assert flagged(written) == flags


def test_a_language_that_is_given_counts():
    assert flagged("Sehr gut", "de") == {"unknown_language"}
    assert flagged("Sehr gut", "en") == set()


@given(st.text())
def test_any_text_is_read_without_an_exception(written):
    cleaned = text_to_read(written)
    flags = flags_of(written, cleaned, "other")

    cleaned.encode("utf-8")
    assert (Flag.EMPTY in flags) == (not is_readable(cleaned))
    assert len(cleaned) <= MOST_READ


@given(st.lists(st.text(st.characters(exclude_categories=())), max_size=5))
def test_any_texts_get_scores_with_flags_or_flags_alone(texts):
    scores = TextReader(LexiconScorer()).read(texts)

    assert len(scores) == len(texts)
    for score in scores:
        assert is_flagged(score, Flag.EMPTY) == (score.p_neg is None) == (score.lang is None)


@pytest.mark.parametrize("name", HOSTILE)
def test_no_text_takes_seconds(name):
    started = time.process_time()

    (score,) = TextReader(LexiconScorer()).read([HOSTILE[name]])

    assert time.process_time() - started < 5  # the library of languages loads once
    assert score.flags or score.p_neg is not None


def test_what_is_read_of_a_long_text_is_its_start():
    written = "good tea " * 111_112

    assert clean_text(written[:LOOKED_AT]).startswith(text_to_read(written))
    assert len(text_to_read(written)) >= MOST_READ - 1


def lake_of(texts: list[str], folder: Path) -> Lake:
    lake = Lake(folder)
    frame = pd.DataFrame({Col.DOC_ID: [f"d{n}" for n in range(len(texts))], Col.TEXT: texts})
    frame[[Col.EVENT_TIME, Col.AVAILABLE_AT]] = pd.Timestamp("2025-01-01", tz="UTC")
    with lake.batch() as batch:
        batch.add(DOCUMENTS, frame)
    return lake


def test_documents_of_any_text_are_scored_in_the_lake(tmp_path):
    texts = [clean_text(text) for text in HOSTILE.values()]
    lake = lake_of(texts, tmp_path)

    score_documents(lake, LexiconScorer())

    assert len(lake.read(SCORES)) == len(texts)


@pytest.fixture(scope="module")
def bert() -> Scorer:
    from signals.sentiment.bert import BertScorer
    from signals.sentiment.e5 import Precision, load_e5

    return BertScorer(load_e5(precision=Precision.FLOAT32), with_vectors=False)


@pytest.mark.model
def test_the_model_scores_hostile_texts_with_flags_or_says_why_not(bert):
    started = time.process_time()
    scores = TextReader(bert).read(list(HOSTILE.values()))

    assert time.process_time() - started < 60
    for name, score in zip(HOSTILE, scores, strict=True):
        if score.p_neg is None:
            assert is_flagged(score, Flag.EMPTY), name
        else:
            assert score.p_neg + score.p_neu + score.p_pos == pytest.approx(1, abs=1e-5), name


@pytest.mark.model
@pytest.mark.parametrize("name", HOSTILE)
def test_the_model_survives_hostile_texts_as_they_are(bert, name):
    chances = bert.score([HOSTILE[name]]).probabilities

    assert np.isfinite(chances).all()
    np.testing.assert_allclose(chances.sum(axis=1), 1, atol=1e-5)


@pytest.mark.model
def test_hostile_documents_in_the_lake_are_scored_by_the_model(bert, tmp_path):
    texts = [clean_text(text) for text in HOSTILE.values()]
    lake = lake_of(texts, tmp_path)

    score_documents(lake, bert)

    scores = lake.read(SCORES)
    assert len(scores) == len(texts)
    assert np.isfinite(scores[Col.POLARITY]).all()


@pytest.mark.model
def test_emoji_alone_are_judged_by_the_model(bert):
    good, bad = bert.score(["😍😍😍 ❤️", "😡😡😡 👎"]).polarity

    assert good > bad
