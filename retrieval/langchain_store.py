"""Passages as a LangChain vector store and retriever: for chains that others wrote."""

from __future__ import annotations

import uuid
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from langchain_core.vectorstores import VectorStore
from pydantic import ConfigDict

from retrieval.bm25 import WordIndex
from retrieval.index import ExactIndex
from retrieval.passage import Filters, Passage, PassageKind, Passages
from retrieval.retriever import Retriever
from signals import Col, detect_language

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from langchain_core.callbacks import CallbackManagerForRetrieverRun
    from langchain_core.embeddings import Embeddings

    from retrieval.encoder import Encoder
    from retrieval.passage import Hit

_FIELDS = frozenset(field.name for field in fields(Passage)) - {"passage_id", "text"}
_LONG_AGO = pd.Timestamp("1970-01-01")


class PassageStore(VectorStore):
    """Searches passages by meaning and words; ``filter`` takes `Filters`.

    Documents may be added and deleted in memory; nothing is written to the index on disk. Adding
    indexes all words anew, so documents are best added many at a time.

    Parameters
    ----------
    retriever
        As ``open_index`` gives it.
    """

    def __init__(self, retriever: Retriever) -> None:
        self._retriever = retriever
        self._more: dict[str, dict[str, Any]] = {}

    @classmethod
    def empty(cls, encoder: Encoder) -> PassageStore:
        """Make a store without passages."""
        return cls(Retriever(Passages.of([]), ExactIndex(encoder.dim), encoder, WordIndex.of([])))

    @classmethod
    def from_texts(
        cls,
        texts: list[str],
        embedding: Embeddings,
        metadatas: list[dict[str, Any]] | None = None,
        *,
        ids: list[str] | None = None,
        **kwargs: Any,  # noqa: ANN401, ARG003 - LangChain's signature
    ) -> PassageStore:
        """Make a store of some texts with LangChain embeddings."""
        store = cls.empty(_Embedded(embedding))
        store.add_texts(texts, metadatas, ids=ids)
        return store

    def add_texts(
        self,
        texts: Iterable[str],
        metadatas: list[dict[str, Any]] | None = None,
        *,
        ids: list[str] | None = None,
        **kwargs: Any,  # noqa: ANN401, ARG002 - LangChain's signature
    ) -> list[str]:
        """Add texts; those whose id is known replace the earlier ones.

        Parameters
        ----------
        metadatas
            Fields of `Passage` count for filters; all others are given back as they are.
        ids
            Missing ones are made up.
        """
        texts = list(texts)
        told = metadatas or [{}] * len(texts)
        names = [name or uuid.uuid4().hex for name in ids or [""] * len(texts)]
        newest = {
            name: _passage(name, text, about)
            for name, text, about in zip(names, texts, told, strict=True)
        }
        self._more.update(zip(names, told, strict=True))
        self._keep(set(newest), list(newest.values()))
        return names

    def delete(self, ids: list[str] | None = None, **kwargs: Any) -> bool:  # noqa: ANN401, ARG002
        """Take documents out; unknown ids are passed over, None takes all out."""
        gone = self._retriever.passages.table[Col.PASSAGE_ID].to_pylist() if ids is None else ids
        self._keep(set(gone), [])
        return True

    def get_by_ids(self, ids: Sequence[str], /) -> list[Document]:
        """Look documents up; unknown ids are passed over."""
        found = map(self._retriever.passage, ids)
        return [self._document(passage) for passage in found if passage is not None]

    def similarity_search(self, query: str, k: int = 4, **kwargs: Any) -> list[Document]:  # noqa: ANN401
        """Find documents; ``filter`` takes `Filters`."""
        return [document for document, _ in self.similarity_search_with_score(query, k, **kwargs)]

    def similarity_search_with_score(
        self,
        query: str,
        k: int = 4,
        *,
        filter: Filters | None = None,  # noqa: A002 - LangChain's name
        **kwargs: Any,  # noqa: ANN401, ARG002 - LangChain's signature
    ) -> list[tuple[Document, float]]:
        """Find documents, nearest first, with cosine similarity in [-1, 1]."""
        hits = self._retriever.search(query, filters=filter or Filters(), k=k)
        return [(self._document(hit.passage), hit.score) for hit in hits]

    def _document(self, passage: Passage) -> Document:
        about = self._more.get(passage.passage_id)
        return (
            _document(passage)
            if about is None
            else Document(page_content=passage.text, metadata=about, id=passage.passage_id)
        )

    def _keep(self, gone: set[str], added: list[Passage]) -> None:
        """Make the search anew, of what stays and what is added."""
        before = self._retriever
        stays = np.flatnonzero(
            [name not in gone for name in before.passages.table[Col.PASSAGE_ID].to_pylist()]
        )
        new = Passages.of(added)
        kept = Passages(before.passages.table.take(stays))
        passages = Passages.joined([kept, new])
        index = ExactIndex(before.index.dim)
        index.add(before.index.vectors(stays))
        index.add(before.encoder.encode_passages([passage.text for passage in added]))
        words = WordIndex.of(passages.texts())
        self._retriever = Retriever(passages, index, before.encoder, words)


class PassageRetriever(BaseRetriever):
    """Finds passages for a chain.

    Parameters
    ----------
    search
        As ``open_index`` gives it.
    k
        The most documents to return; also taken by ``invoke``.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    search: Retriever
    k: int = 4
    filters: Filters = Filters()

    def _get_relevant_documents(
        self,
        query: str,
        *,
        run_manager: CallbackManagerForRetrieverRun,  # noqa: ARG002 - LangChain's signature
        k: int | None = None,
    ) -> list[Document]:
        hits: list[Hit] = self.search.search(
            query, filters=self.filters, k=self.k if k is None else k
        )
        return [_document(hit.passage) for hit in hits]


class _Embedded:
    """LangChain embeddings as an encoder."""

    def __init__(self, embedding: Embeddings) -> None:
        self._embedding = embedding
        self.encoder_id = type(embedding).__name__
        self.dim = len(embedding.embed_query("length"))

    def encode_queries(self, texts: Sequence[str]) -> np.ndarray[Any, np.dtype[np.float32]]:
        return _unit([self._embedding.embed_query(text) for text in texts], self.dim)

    def encode_passages(self, texts: Sequence[str]) -> np.ndarray[Any, np.dtype[np.float32]]:
        return _unit(self._embedding.embed_documents(list(texts)), self.dim)


def _unit(vectors: list[list[float]], dim: int) -> np.ndarray[Any, np.dtype[np.float32]]:
    array = np.asarray(vectors, dtype=np.float32).reshape(-1, dim)
    lengths = np.linalg.norm(array, axis=1, keepdims=True)
    return np.asarray(array / np.maximum(lengths, 1e-12), dtype=np.float32)


def _document(passage: Passage) -> Document:
    about = {name: value for name, value in asdict(passage).items() if name in _FIELDS}
    return Document(page_content=passage.text, metadata=about, id=passage.passage_id)


def _passage(passage_id: str, text: str, about: dict[str, Any]) -> Passage:
    usual = {
        "kind": PassageKind.REVIEW,
        "lang": detect_language(text),
        "product_id": None,
        "category": None,
        "day": _LONG_AGO,
        "available_at": _LONG_AGO.tz_localize("UTC"),
        "source_id": passage_id,
        "start": 0,
        "end": len(text),
    }
    known = {name: value for name, value in about.items() if name in _FIELDS}
    return Passage(passage_id=passage_id, text=text, **(usual | known))
