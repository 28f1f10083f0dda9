"""Filters come before ranking, and no text comes twice."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval import ExactIndex, Filters, HashingEncoder, Passage, PassageKind, Passages, Retriever
from retrieval.bm25 import WordIndex
from retrieval.fusion import fuse
from signals import ModelError

ENCODER = HashingEncoder()
WORDS = ["battery", "screen", "delivery", "price", "电池", "物流", "entrega", "bateria"]


def retriever_of(passages, *, words: bool = False) -> Retriever:
    collected = Passages.of(passages)
    texts = collected.table["text"].to_pylist()
    index = ExactIndex(ENCODER.dim)
    index.add(ENCODER.encode_passages(texts))
    return Retriever(collected, index, ENCODER, WordIndex.of(texts) if words else None)


def ids(hits) -> list[str]:
    return [hit.passage.passage_id for hit in hits]


def test_the_nearest_text_comes_first_with_rank_one(make_passage):
    retriever = retriever_of(
        [
            make_passage("a", "The delivery was fast"),
            make_passage("b", "Battery is dead after one hour"),
        ]
    )

    hits = retriever.search("battery dead")

    assert ids(hits) == ["b", "a"]
    assert [hit.rank for hit in hits] == [1, 2]
    assert hits[0].score > hits[1].score


def test_k_hits_come_although_the_nearest_are_filtered_out(make_passage):
    near = [make_passage(f"near{i}", f"battery dead {i}{i}{i} {WORDS[i % 4]}") for i in range(40)]
    far = [
        make_passage(f"far{i}", f"{word} arrived", product_id="P2") for i, word in enumerate(WORDS)
    ]
    retriever = retriever_of([*near, *far])

    hits = retriever.search("battery dead", filters=Filters(product_ids=("P2",)), k=6)

    assert len(hits) == 6
    assert {hit.passage.product_id for hit in hits} == {"P2"}


def test_what_became_known_later_is_hidden(make_passage):
    retriever = retriever_of(
        [
            make_passage("early", "battery dead", "2025-03-01"),
            make_passage("late", "the battery is dead", "2025-03-02"),
        ]
    )

    asked_at = pd.Timestamp("2025-03-01", tz="UTC")

    assert ids(retriever.search("battery", filters=Filters(as_of=asked_at))) == ["early"]
    assert len(retriever.search("battery")) == 2


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(product_ids=("P2", "P9")), {"c", "d"}),
        (Filters(product_ids=("nobody",)), set()),
        (Filters(categories=("Phones",)), {"c"}),
        (Filters(kinds=(PassageKind.POST,)), {"b"}),
        (Filters(languages=("zh",)), {"c"}),
        (Filters(since=pd.Timestamp("2025-03-02"), until=pd.Timestamp("2025-03-03")), {"b", "c"}),
        (Filters(polarity_below=0.0), {"a"}),
        (Filters(polarity_above=-0.5), {"b"}),
        (Filters(kinds=(PassageKind.REVIEW,), until=pd.Timestamp("2025-03-01")), {"a"}),
        (Filters(), {"a", "b", "c", "d"}),
    ],
)
def test_each_filter_keeps_what_it_says(make_passage, filters, expected):
    retriever = retriever_of(
        [
            make_passage("a", "battery one", "2025-03-01", polarity=-0.5),
            make_passage("b", "battery two", "2025-03-02", polarity=0.5, kind=PassageKind.POST),
            make_passage(
                "c", "电池 three", "2025-03-03", product_id="P2", category="Phones", lang="zh"
            ),
            make_passage("d", "battery four", "2025-03-04", product_id="P2", category=None),
        ]
    )

    assert set(ids(retriever.search("battery 电池", filters=filters))) == expected
    assert retriever.count(filters) == len(expected)


def test_the_same_text_is_found_once(make_passage):
    retriever = retriever_of(
        [
            make_passage(
                "a", "Battery is dead after one hour of talking, what a shame for this price."
            ),
            make_passage(
                "b", "battery is DEAD after one hour of talking; what a shame for this price"
            ),
            make_passage(
                "c", "Battery is dead after one hour of talking, what a shame for the price!!"
            ),
            make_passage("d", "My battery lasts long"),
        ]
    )

    assert ids(retriever.search("battery dead after one hour")) == ["a", "d"]


def test_cards_that_differ_in_a_number_are_all_found(make_passage):
    cards = [
        make_passage(
            f"card{i}", f"Forecast for product {i}: 120{i} units", kind=PassageKind.FORECAST
        )
        for i in range(4)
    ]

    assert len(retriever_of(cards).search("forecast units", k=4)) == 4


def test_one_long_document_gives_at_most_two_hits(make_passage):
    chunks = [
        make_passage(f"long#{i}", f"battery {word} {word[::-1]}", source_id="long")
        for i, word in enumerate(WORDS)
    ]
    retriever = retriever_of([*chunks, make_passage("other", "a battery")])

    hits = retriever.search("battery", k=5)

    assert len(hits) == 3
    assert sum(hit.passage.source_id == "long" for hit in hits) == 2


def test_a_question_without_letters_finds_nothing(make_passage):
    assert retriever_of([make_passage("a", "battery")]).search("?!") == []


def test_an_empty_index_finds_nothing():
    assert retriever_of([]).search("battery") == []


def test_a_citation_can_be_looked_up(make_passage):
    passage = make_passage("a", "battery")
    retriever = retriever_of([passage])

    assert retriever.passage("a") == passage
    assert retriever.passage("b") is None


def test_passages_without_their_vectors_are_refused(make_passage):
    with pytest.raises(ModelError, match="1 passages have 0 vectors"):
        Retriever(Passages.of([make_passage("a", "x")]), ExactIndex(ENCODER.dim), ENCODER)


@st.composite
def shops(draw):
    count = draw(st.integers(1, 30))
    first = pd.Timestamp("2025-01-01")
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    days = [first + pd.Timedelta(days=int(n)) for n in rng.integers(0, 20, count)]
    return [
        Passage(
            f"d{i}", PassageKind.REVIEW, " ".join(rng.choice(WORDS, 6)) + f" {i}{i}{i}{i}{i}",
            str(rng.choice(["en", "zh"])), str(rng.choice(["P1", "P2", "P3"])), None, day,
            day.tz_localize("UTC") + pd.Timedelta(days=int(rng.integers(0, 5))), f"d{i}", 0, 1,
            polarity=float(rng.uniform(-1, 1)),
        )
        for i, day in enumerate(days)
    ]  # fmt: skip


@settings(max_examples=50, deadline=None)
@given(
    passages=shops(),
    products=st.sets(st.sampled_from(["P1", "P2", "P3"])),
    language=st.sampled_from(["en", "zh", None]),
    since=st.integers(0, 20),
    as_of=st.integers(0, 25),
    below=st.one_of(st.none(), st.floats(-1, 1)),
)
def test_a_filtered_search_is_a_search_over_the_passages_that_pass(
    passages, products, language, since, as_of, below
):
    first = pd.Timestamp("2025-01-01")
    filters = Filters(
        product_ids=tuple(products),
        languages=(language,) if language else (),
        since=first + pd.Timedelta(days=since),
        as_of=first.tz_localize("UTC") + pd.Timedelta(days=as_of),
        polarity_below=below,
    )
    passing = [
        p
        for p in passages
        if (not products or p.product_id in products)
        and (language is None or p.lang == language)
        and p.day >= filters.since
        and p.available_at <= filters.as_of
        and (below is None or p.polarity < below)
    ]

    found = retriever_of(passages).search("battery 物流", filters=filters, k=4)
    expected = retriever_of(passing).search("battery 物流", k=4)

    assert ids(found) == ids(expected)


class Deaf:
    """An encoder to which no text means anything, so that words alone decide."""

    encoder_id, dim = "deaf", 4

    def encode_queries(self, texts):
        return np.zeros((len(texts), self.dim), dtype=np.float32)

    encode_passages = encode_queries


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("does model X7-Pro charge", "model"),
        ("电池续航", "zh"),
        ("entrega pessima", "pt"),
        ("PÉSSIMA ENTREGA?", "pt"),
    ],
)
def test_shared_words_bring_a_text_up_in_each_language(make_passage, question, expected):
    passages = [
        *(make_passage(f"x{i}", f"{word} {i} as one would expect") for i, word in enumerate(WORDS)),
        make_passage("model", "My X7-Pro stopped after a month"),
        make_passage("zh", "这款手机的续航太差了,电池不耐用", lang="zh"),
        make_passage("pt", "Péssima experiência, a entrega atrasou", lang="pt"),
    ]
    collected = Passages.of(passages)
    texts = collected.table["text"].to_pylist()
    index = ExactIndex(Deaf.dim)
    index.add(Deaf().encode_passages(texts))

    retriever = Retriever(collected, index, Deaf(), WordIndex.of(texts))

    assert ids(retriever.search(question, k=1)) == [expected]


def test_words_do_not_bring_back_what_filters_keep_out(make_passage):
    retriever = retriever_of(
        [
            make_passage("a", "battery dead", product_id="P1"),
            make_passage("b", "arrived late", product_id="P2"),
        ],
        words=True,
    )

    assert ids(retriever.search("battery dead", filters=Filters(product_ids=("P2",)))) == ["b"]


class ShortestFirst:
    """Takes a short text for the better answer, so that its order can be told from the others."""

    reranker_id = "shortest"

    def scores(self, query, texts):
        return np.array([-len(text) for text in texts], dtype=np.float32)


def test_a_reranker_orders_what_both_rankings_found_and_nothing_else(make_passage):
    passages = [
        make_passage("long", "the battery is dead after one hour"),
        make_passage("short", "battery dead"),
        make_passage("other", "dead", product_id="P2"),
    ]
    plain = retriever_of(passages, words=True)
    words = WordIndex.of([passage.text for passage in passages])

    again = Retriever(plain.passages, plain.index, ENCODER, words, reranker=ShortestFirst())

    question, filters = "the battery is dead after one hour", Filters(product_ids=("P1",))
    assert ids(plain.search(question, filters=filters)) == ["long", "short"]
    assert ids(again.search(question, filters=filters)) == ["short", "long"]
    assert again.search("battery", filters=Filters(product_ids=("P3",))) == []
    assert (plain.search_id, again.search_id) == (
        ENCODER.encoder_id,
        f"{ENCODER.encoder_id} shortest",
    )


def test_a_text_that_both_rankings_know_beats_the_first_of_one():
    assert fuse([np.array([1, 2, 3]), np.array([9, 2])]).tolist() == [2, 1, 9, 3]
    assert fuse([np.array([4, 5]), np.zeros(0, np.int64)]).tolist() == [4, 5]


def test_words_and_vectors_of_different_numbers_of_passages_are_refused(make_passage):
    passages = Passages.of([make_passage("a", "battery")])
    index = ExactIndex(ENCODER.dim)
    index.add(ENCODER.encode_passages(["battery"]))

    with pytest.raises(ModelError, match="1 passages have 1 vectors and 2 lists of words"):
        Retriever(passages, index, ENCODER, WordIndex.of(["one", "two"]))


@pytest.mark.parametrize(
    ("question", "decoy", "named"),
    [
        (
            "complaints about the battery",
            "complaints about the queue",
            "It will not hold a charge for a day",
        ),
        ("对电池的抱怨", "对排队的抱怨", "续航撑不到中午"),
        (
            "reclamações sobre a bateria",
            "reclamações sobre a fila",
            "Não carrega mais depois de um mês",
        ),
    ],
)
def test_a_text_on_the_aspect_comes_before_texts_that_only_share_words(
    make_passage, question, decoy, named
):
    passages = [make_passage("decoy", decoy), make_passage("named", named)]

    hits = retriever_of(passages, words=True).search(question, k=2)

    assert ids(hits) == ["named", "decoy"]


def test_words_that_are_no_question_move_no_aspect_up(make_passage):
    passages = [
        make_passage("near", "bad, broken, disappointed"),
        make_passage("aspect", "the battery charges badly"),
    ]
    retriever = retriever_of(passages, words=True)
    query = "Battery: bad, broken, disappointed"

    assert ids(retriever.search(query, k=2, aspects=())) == ["near", "aspect"]
    assert ids(retriever.search(query, k=2, aspects=("battery",))) == ["aspect", "near"]
