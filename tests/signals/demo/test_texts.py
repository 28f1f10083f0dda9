"""Texts of the demo world read as they were meant."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import numpy as np
import pytest

import signals
from signals import Col, LexiconScorer
from signals.demo.catalogue import TOPICS_OF_EVERY_PRODUCT, build_shelf
from signals.demo.texts import LANGUAGES, Draft, Origin, compose_texts

SHELF = build_shelf(1)
PHRASES = tomllib.loads(
    (Path(signals.__file__).parent / "demo" / "phrases.toml").read_text(encoding="utf-8")
)


def drafts(lang: str, polarity: int, count: int, **more: object) -> list[Draft]:
    return [
        Draft(SHELF[n % 60], lang, polarity, SHELF[n % 60].topics[n % 4], **more)
        for n in range(count)
    ]


def write(these: list[Draft]) -> list[str]:
    return compose_texts(these, np.random.default_rng(1))


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("polarity", [-1, 0, 1])
def test_texts_are_whole_sentences_of_readable_length(lang, polarity):
    for text in write(drafts(lang, polarity, 200)):
        assert not re.search(r"[\[\]{}|]", text)
        assert text[-1] in ".!?。！？:"
        assert text == text.strip()
        if lang == "zh":
            assert 6 <= len(text) <= 120
        else:
            assert 4 <= len(text.split()) <= 40
            assert text[0].upper() == text[0]


def test_no_word_of_one_side_says_the_other():
    """A word list disagrees with what was meant in hardly any text, where it has an opinion."""
    scorer = LexiconScorer()
    for lang in LANGUAGES:
        for polarity in (-1, 1):
            scored = scorer.score(write(drafts(lang, polarity, 300))).probabilities
            said = scored.argmax(axis=1) - 1
            assert (said == -polarity).mean() < 0.05


def test_every_product_has_words_for_every_topic_in_every_language():
    for product in SHELF:
        assert set(TOPICS_OF_EVERY_PRODUCT) < set(product.topics)
        for lang in LANGUAGES:
            assert product.nouns[lang]
            for side in ("pos", "neg"):
                assert set(product.topics) <= set(PHRASES[lang][side])


def test_portuguese_endings_agree_with_the_noun():
    look = [Draft(product, "pt", 1, "look") for product in SHELF if "look" in product.topics] * 40

    texts = write(look)

    for draft, text in zip(look, texts, strict=True):
        wrong = "lindo " if draft.product.gender == "a" else "linda "
        assert not text.startswith(f"É {wrong}")


def test_hidden_instructions_and_rumours_are_there_to_be_resisted(demo):
    meant = demo.truth.documents.set_index(Col.DOC_ID)[Col.SOURCE]
    texts = demo.documents.set_index(Col.DOC_ID)[Col.TEXT]

    planted = {origin: texts[meant == origin].tolist() for origin in Origin}

    assert any(
        word in text
        for text in planted[Origin.INJECTION]
        for word in ("Ignore", "忽略", "assistant")
    )
    assert len(planted[Origin.RUMOUR]) >= 6
    assert len(planted[Origin.FLOOD]) == 40


def test_a_flood_comes_from_one_author(demo):
    meant = demo.truth.documents
    flood = demo.documents[meant[Col.SOURCE].to_numpy() == Origin.FLOOD]

    assert flood[Col.AUTHOR].nunique() == 1
    assert flood[Col.PRODUCT_ID].nunique() == 1


def test_stars_agree_with_what_was_meant_and_posts_have_none(demo):
    documents = demo.documents.merge(demo.truth.documents, on=Col.DOC_ID)
    reviews = documents[documents[Col.KIND] == "review"]

    assert documents[documents[Col.KIND] == "post"][Col.STARS].isna().all()
    assert (np.sign(reviews[Col.STARS] - 3) == reviews[Col.POLARITY]).all()
