"""Topics are groups of texts that lie together, whatever their language."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from signals import Col, find_topics
from signals.words.topics import quote_of

BATTERY = {"en": "The battery dies by noon, number {}", "zh": "电池续航太差了，第{}次充电",
           "pt": "A bateria acaba ao meio-dia, vez {}"}  # fmt: skip
DELIVERY = {"en": "Delivery took a month, parcel {}", "zh": "物流太慢了，等了{}天",
            "pt": "A entrega demorou muito, dia {}"}  # fmt: skip


def rows(texts: list[str], langs: list[str], polarity: list[float]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            Col.DOC_ID: [f"d{i}" for i in range(len(texts))],
            Col.TEXT_HASH: [f"h{text}" for text in texts],
            Col.TEXT: texts, Col.LANG: langs, Col.POLARITY: polarity,
            "negative": [value < 0 for value in polarity],
        }
    )  # fmt: skip


@pytest.fixture
def said() -> tuple[pd.DataFrame, np.ndarray]:
    """Texts about a battery and a delivery in three languages, vectors ruled by the language."""
    rng = np.random.default_rng(3)
    texts, langs, polarity, vectors = [], [], [], []
    for place, lang in enumerate(("en", "zh", "pt")):
        for about, templates, mood in ((0, BATTERY, -0.8), (1, DELIVERY, -0.2)):
            for number in range(14 if about == 0 else 10):
                texts.append(templates[lang].format(number))
                langs.append(lang)
                polarity.append(mood)
                vector = rng.normal(0, 0.05, 16)
                vector[place] += 3.0
                vector[8 + about] += 1.0
                vectors.append(vector / np.linalg.norm(vector))
    return rows(texts, langs, polarity), np.array(vectors, dtype=np.float32)


def test_topics_hold_what_is_said_in_every_language(said):
    battery, delivery = find_topics(*said)

    assert (battery.documents, delivery.documents) == (42, 30)
    assert battery.share == pytest.approx(42 / 72, abs=1e-4)
    assert battery.polarity == -0.8
    assert any("battery" in word for word in battery.keywords)
    assert any("delivery" in word for word in delivery.keywords)


def test_the_quote_is_part_of_the_text_of_its_document(said):
    texts = said[0].set_index(Col.DOC_ID)[Col.TEXT]

    for topic in find_topics(*said):
        assert topic.quote in texts[topic.doc_id]


def test_the_same_rows_give_the_same_topics(said):
    assert find_topics(*said) == find_topics(*said)


def test_few_texts_are_one_topic(said):
    frame, vectors = said

    (topic,) = find_topics(frame.head(10), vectors[:10])

    assert topic.documents == 10


@pytest.mark.parametrize("missing", ["all", "one"])
def test_texts_without_vectors_are_one_topic(said, missing):
    frame, vectors = said
    vectors[3] = np.nan

    (topic,) = find_topics(frame, None if missing == "all" else vectors)

    assert topic.documents == 72


def test_texts_that_fall_into_no_groups_are_one_topic(said):
    frame, vectors = said
    shapeless = np.random.default_rng(0).normal(size=(len(vectors), 64)).astype(np.float32)

    assert len(find_topics(frame, shapeless)) == 1


def test_a_text_told_twice_counts_once(said):
    frame, vectors = said
    twice = pd.concat([frame, frame.assign(**{Col.DOC_ID: frame[Col.DOC_ID] + "x"})])

    topics = find_topics(twice.reset_index(drop=True), np.vstack([vectors, vectors]))

    assert sum(topic.documents for topic in topics) == 72


def test_no_texts_have_no_topics(said):
    assert find_topics(said[0].head(0), None) == []


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("Short enough.", "Short enough."),
        ("It broke at once. " + "x" * 80, "It broke at once."),
        (
            "one two three four five six seven eight nine ten",
            "one two three four five six seven eight",
        ),
        ("质量很好。" * 20, "质量很好。" * 8),
    ],
)
def test_quotes_are_cut_where_a_sentence_or_a_word_ends(text, quote):
    assert quote_of(text, 40) == quote
