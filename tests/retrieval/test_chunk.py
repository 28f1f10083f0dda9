"""Documents become passages whose place in the text is kept."""

from __future__ import annotations

from itertools import pairwise

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval import Filters, PassageKind, cut, document_passages
from retrieval.columns import FilterColumns
from retrieval.mentions import mentioned_series
from signals import DOCUMENTS, PRODUCTS, SCORES, Lake, text_hash

AS_OF = pd.Timestamp("2025-06-01", tz="UTC")


@pytest.fixture
def lake(tmp_path):
    lake = Lake(tmp_path / "lake")
    moments = pd.to_datetime(
        ["2025-01-05T23:30", "2025-02-01", "2025-07-01"], format="ISO8601", utc=True
    )
    texts = ["Broke after a week. " * 60, "很好用，下次还会买。", "Written later."]
    documents = pd.DataFrame(
        {
            "doc_id": ["D1", "D2", "D3"],
            "kind": ["review", "post", "review"],
            "product_id": ["P1", "P9", "P1"],
            "lang": ["en", "zh", None],
            "text": texts,
            "text_hash": [text_hash(text) for text in texts],
            "stars": [1.0, None, None],
            "event_time": moments,
            "available_at": moments,
        }
    )
    products = pd.DataFrame(
        {
            "product_id": ["P1"],
            "category": ["Shoes"],
            "available_at": pd.to_datetime(["2025-01-01"], utc=True),
        }
    )
    scores = pd.DataFrame(
        {
            "doc_id": ["D1"],
            "model_id": ["m"],
            "text_hash": [text_hash(texts[0])],
            "polarity": [-0.8],
        }
    )
    with lake.batch() as batch:
        batch.add(DOCUMENTS, documents)
        batch.add(PRODUCTS, products)
        batch.add(SCORES, scores)
    return lake


def test_a_short_text_stays_whole_with_its_spaces():
    assert cut("  Nice shoes.  ") == [(0, 15)]


def test_a_blank_text_has_no_passage():
    assert cut(" \n ") == []


def test_sentences_stay_whole_where_they_fit():
    text = "It cost 3.5 dollars. Was it v2.1? Yes!"

    pieces = [text[start:end] for start, end in cut(text, longest=22)]

    assert pieces == ["It cost 3.5 dollars.", "Was it v2.1? Yes!"]


def test_chinese_sentences_end_without_spaces():
    text = "质量不错。物流很慢！客服不回复。"

    assert [text[a:b] for a, b in cut(text, longest=10)] == ["质量不错。物流很慢！", "客服不回复。"]


def test_a_sentence_without_any_pause_is_cut_at_the_limit():
    assert cut("a" * 25, longest=10) == [(0, 10), (10, 20), (20, 25)]


def test_chinese_pieces_are_half_as_long_as_english_ones():
    chinese, english = "质量很好。" * 200, "Good one. " * 100

    assert max(b - a for a, b in cut(chinese)) == 300
    assert max(b - a for a, b in cut(english)) == 599


@given(text=st.text(alphabet="ab .,!?\n。，差", max_size=400), longest=st.integers(5, 60))
def test_pieces_hold_everything_but_white_space_in_order(text, longest):
    spans = cut(text, longest)

    assert "".join("".join(text[a:b] for a, b in spans).split()) == "".join(text.split())
    assert all(0 < b - a <= longest for a, b in spans)
    assert all(left.end <= right.start for left, right in pairwise(spans))


def test_passages_of_a_document_are_stretches_of_its_text(lake):
    text = lake.read(DOCUMENTS, where={"doc_id": "D1"})["text"].iloc[0]

    passages = [
        p for p in document_passages(lake, as_of=AS_OF, model_id="m") if p.source_id == "D1"
    ]

    assert len(passages) == 2
    assert all(text[p.start : p.end] == p.text for p in passages)
    assert len({p.passage_id for p in passages}) == 2
    assert {p.polarity for p in passages} == {-0.8}


def test_a_passage_carries_what_filters_and_citations_need(lake):
    [passage] = [p for p in document_passages(lake, as_of=AS_OF, model_id="m") if p.lang == "zh"]

    assert passage.passage_id == passage.source_id == "D2"
    assert passage.kind is PassageKind.POST
    assert (passage.start, passage.end) == (0, 10)
    assert passage.day == pd.Timestamp("2025-02-01")
    assert passage.category is None
    assert passage.stars is None
    assert passage.polarity is None


def test_the_day_is_the_utc_day_of_writing_and_the_category_the_products(lake):
    passage = document_passages(lake, as_of=AS_OF, model_id=None)[0]

    assert passage.day == pd.Timestamp("2025-01-05")
    assert passage.category == "Shoes"
    assert passage.polarity is None


def test_documents_that_came_later_are_left_out(lake):
    later = pd.Timestamp("2025-07-01", tz="UTC")

    assert "D3" not in {p.source_id for p in document_passages(lake, as_of=AS_OF, model_id=None)}
    [late] = [p for p in document_passages(lake, as_of=later, model_id=None) if p.source_id == "D3"]
    assert late.lang == "und"


def test_news_that_names_a_product_is_found_under_it_and_its_category(tmp_path):
    lake = Lake(tmp_path)
    moment = pd.to_datetime(["2025-01-05"] * 4, utc=True)
    texts = [
        "Recall: the Tidewood Ketle may leak, says the agency.",
        "Tidewood opens a shop in Porto.",
        "The Tidewood Kettle pleases me.",
        "雷声音箱降价了。",
    ]
    documents = pd.DataFrame(
        {
            "doc_id": ["news", "brand", "review", "post"],
            "kind": ["news", "news", "review", "post"],
            "product_id": [None, None, "P2", None],
            "text": texts,
            "text_hash": [text_hash(text) for text in texts],
            "event_time": moment,
            "available_at": moment,
        }
    )
    products = pd.DataFrame(
        {
            "product_id": ["P1", "P2", "P3"],
            "name": ["Tidewood Kettle", "Tidewood Lamp", "雷声音箱"],
            "brand": ["Tidewood", "Tidewood", None],
            "category": ["Kitchen", "Light", "Sound"],
            "available_at": moment[:3],
        }
    )
    with lake.batch() as batch:
        batch.add(DOCUMENTS, documents)
        batch.add(PRODUCTS, products)

    passages = document_passages(lake, as_of=AS_OF, model_id=None)

    assert {p.passage_id: p.mentions for p in passages} == {
        "news": ("category:Kitchen", "product:P1"),
        "brand": (),
        "review": (),
        "post": ("category:Sound", "product:P3"),
    }
    columns = FilterColumns(passages)
    for filters in (Filters(product_ids=("P1",)), Filters(categories=("Kitchen",))):
        found = columns.allowed(filters)
        assert [p.passage_id for p, fits in zip(passages, found, strict=True) if fits] == ["news"]


def test_a_name_that_two_products_share_says_nothing():
    documents = pd.DataFrame({"product_id": [None], "text": ["The Tidewood Kettle is back."]})
    products = pd.DataFrame(
        {
            "product_id": ["P1", "P2"],
            "name": ["Tidewood Kettle, 1 l", "Tidewood Kettle, 2 l"],
            "category": ["Kitchen", "Kitchen"],
            "brand": ["Tidewood", "Tidewood"],
        }
    )

    assert mentioned_series(documents, products) == [[]]


def test_a_lake_without_documents_has_no_passages(tmp_path):
    assert len(document_passages(Lake(tmp_path), as_of=AS_OF, model_id="m")) == 0
