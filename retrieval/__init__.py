"""Found again by meaning: passages, vectors, search."""

from retrieval.cards import alert_cards, run_cards
from retrieval.chunk import cut, document_passages
from retrieval.complaints import complaints_of, without_complaints
from retrieval.corpus import lake_passages
from retrieval.diversity import Chosen
from retrieval.encoder import Encoder, HashingEncoder
from retrieval.erasing import erase_passages, passages_of
from retrieval.faiss_builds import FaissBuild, find_faiss
from retrieval.filling import KnownVectors
from retrieval.index import ExactIndex, VectorIndex
from retrieval.index_about import IndexAbout, IndexKind
from retrieval.passage import OWN, Filters, Hit, Passage, PassageKind, Passages
from retrieval.product_cards import product_cards
from retrieval.recall import recall_index
from retrieval.reranking import Reranker, search_id
from retrieval.retriever import Retriever
from retrieval.revision_cards import revision_cards
from retrieval.store import build_index, lake_vectors, open_index

__all__ = [
    "OWN",
    "Chosen",
    "Encoder",
    "ExactIndex",
    "FaissBuild",
    "Filters",
    "HashingEncoder",
    "Hit",
    "IndexAbout",
    "IndexKind",
    "KnownVectors",
    "Passage",
    "PassageKind",
    "Passages",
    "Reranker",
    "Retriever",
    "VectorIndex",
    "alert_cards",
    "build_index",
    "complaints_of",
    "cut",
    "document_passages",
    "erase_passages",
    "find_faiss",
    "lake_passages",
    "lake_vectors",
    "open_index",
    "passages_of",
    "product_cards",
    "recall_index",
    "revision_cards",
    "run_cards",
    "search_id",
    "without_complaints",
]
