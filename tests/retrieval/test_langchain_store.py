"""LangChain's own test-suites, and what they do not ask."""

from __future__ import annotations

import pytest
from langchain_core.documents import Document
from langchain_tests.integration_tests import (
    RetrieversIntegrationTests,
    VectorStoreIntegrationTests,
)

from retrieval import ExactIndex, Filters, HashingEncoder, Passages, Retriever
from retrieval.langchain_store import PassageRetriever, PassageStore

TEXTS = ["battery dead", "fast delivery", "nice colour", "电池不耐用", "entrega rápida"]


class TestVectorStore(VectorStoreIntegrationTests):
    """A store of LangChain's embeddings."""

    @pytest.fixture
    def vectorstore(self):
        return PassageStore.from_texts([], self.get_embeddings())


class TestRetriever(RetrieversIntegrationTests):
    """A retriever over a few reviews."""

    @pytest.fixture(autouse=True)
    def _search(self, make_passage):
        passages = Passages.of([make_passage(f"d{i}", text) for i, text in enumerate(TEXTS)])
        index = ExactIndex(512)
        index.add(HashingEncoder().encode_passages(TEXTS))
        self.search = Retriever(passages, index, HashingEncoder())

    @property
    def retriever_constructor(self):
        return PassageRetriever

    @property
    def retriever_constructor_params(self):
        return {"search": self.search}

    @property
    def retriever_query_example(self):
        return "is the battery dead"


def test_a_document_carries_its_passage_and_filters_apply(make_passage):
    store = PassageStore.empty(HashingEncoder())
    store.add_documents(
        [
            Document("battery dead", id="a", metadata={"product_id": "P1", "shelf": 3}),
            Document("battery dead again", id="b", metadata={"product_id": "P2"}),
        ]
    )

    (found,) = store.similarity_search("battery", filter=Filters(product_ids=("P1",)))

    assert (found.id, found.metadata) == ("a", {"product_id": "P1", "shelf": 3})


def test_the_store_finds_what_the_index_of_a_shop_finds(make_passage):
    passages = Passages.of([make_passage(f"d{i}", text) for i, text in enumerate(TEXTS)])
    index = ExactIndex(512)
    index.add(HashingEncoder().encode_passages(TEXTS))
    retriever = Retriever(passages, index, HashingEncoder())

    found = PassageStore(retriever).similarity_search_with_score("fast delivery", k=2)

    hits = retriever.search("fast delivery", k=2)
    assert [(doc.id, score) for doc, score in found] == [
        (hit.passage.passage_id, hit.score) for hit in hits
    ]
    assert found[0][0].metadata["product_id"] == "P1"
