"""A search as it was, or as it would have been: collected again from the lake, in memory."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from retrieval.corpus import lake_passages
from retrieval.draft_vectors import DraftVectors
from retrieval.filling import IndexFiller, StoredVectors
from retrieval.retriever import Retriever
from retrieval.store import index_class, lake_vectors
from signals import Col, DataError, silent

if TYPE_CHECKING:
    from retrieval.filling import KnownVectors
    from retrieval.index_about import IndexAbout
    from signals import Lake


def recall_index(about: IndexAbout, lake: Lake, present: Retriever) -> Retriever:
    """Give the search that an index of this description is.

    Parameters
    ----------
    about
        Taken from a retriever, or written for a moment of the past: then nothing that became known
        later has a part in it, neither as a passage nor in how rare a word is.
    present
        The search of today: served as it is where it is the one described, else it lends its
        encoder, its reranker and the vectors it holds.

    Raises
    ------
    DataError
        When nobody told what the passages were, or the lake has lost the versions they lay in.
    """
    if present.about == about:
        return present
    if about.as_of is None:
        raise DataError(
            "the search index of that time does not say what was in it; it was built by an "
            "earlier version of Groundswell"
        )
    from retrieval.bm25 import WordIndex

    then = lake.at(about.lake_versions)
    if lost := then.lost():
        raise DataError(f"the lake has lost the versions of {', '.join(lost)} that were searched")
    encoder = present.encoder
    moment = pd.Timestamp(about.as_of)
    passages = lake_passages(then, run_id=about.run_id, as_of=moment, model_id=about.model_id)
    known: list[KnownVectors] = [
        StoredVectors(present.index, present.passages.table[Col.TEXT_HASH]),
        lake_vectors(lake, encoder.encoder_id),
    ]
    index = index_class(about.kind)(encoder.dim)
    with tempfile.TemporaryDirectory() as folder:
        draft = DraftVectors(Path(folder), encoder.encoder_id)
        IndexFiller(encoder, draft, silent).fill(index, passages, known)
    words = WordIndex.of(passages.texts())
    return Retriever(passages, index, encoder, words, about, present.reranker)
