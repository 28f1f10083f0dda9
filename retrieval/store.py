"""The search index on disk: built anew each run, encoding only texts nobody encoded before.

A version holds ``passages.parquet`` (with page checksums), the vectors, the words, and a manifest
that names the encoder and the lake versions. A version that is damaged is refused and the one
before serves.
"""

from __future__ import annotations

import logging
import time
from dataclasses import asdict, fields, replace
from typing import TYPE_CHECKING

import pyarrow.parquet as pq

from retrieval.draft_vectors import DraftVectors
from retrieval.filling import IndexFiller, StoredVectors
from retrieval.index import ExactIndex
from retrieval.index_about import IndexAbout, IndexKind
from retrieval.passage import SCHEMA, Passages
from retrieval.retriever import Retriever
from signals import (
    VECTORS,
    Col,
    DataError,
    ModelError,
    NotReady,
    publish,
    read_current,
    read_manifest,
)
from signals import silent as say_nothing

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    import pandas as pd

    from retrieval.encoder import Encoder
    from retrieval.faiss_index import FaissIndex
    from retrieval.filling import KnownVectors
    from retrieval.ivf_index import IvfIndex
    from retrieval.passage import Passage
    from retrieval.reranking import Reranker
    from signals import Lake, Progress

PASSAGES = "passages.parquet"
DRAFT = "encoded"

logger = logging.getLogger(__name__)


MANY = 500_000
"""Passages above which ``FAISS`` becomes ``IVF``."""


_DEFAULT = IndexAbout()


def build_index(
    passages: Iterable[Passage],
    encoder: Encoder,
    folder: Path,
    *,
    known_vectors: KnownVectors | None = None,
    about: IndexAbout = _DEFAULT,
    progress: Progress = say_nothing,
) -> Retriever:
    """Write a new version of the index and open it.

    Vectors come from the version before, then from ``known_vectors``; only texts that neither holds
    are encoded, each once. Killed on the way and begun again, it encodes only the rest.

    Parameters
    ----------
    known_vectors
        Such as ``lake_vectors(lake, encoder.encoder_id)``.

    Raises
    ------
    DataError
        When two passages share a ``passage_id``.
    """
    from retrieval.bm25 import WordIndex

    started = time.perf_counter()
    found = Passages.of(passages)
    _check_ids(found)
    kind = IndexKind.IVF if about.kind is IndexKind.FAISS and len(found) > MANY else about.kind
    draft = DraftVectors(folder / DRAFT, encoder.encoder_id)
    filler = IndexFiller(encoder, draft, progress)
    known = [known_vectors] if known_vectors else []

    def write(version: Path) -> None:
        index = index_class(kind)(encoder.dim)
        filler.fill(index, found, _previous(folder, encoder) + known)
        index.save(version)
        del index  # of a million passages it would stand beside their words in memory
        WordIndex.of(found.texts()).save(version)
        pq.write_table(found.table, version / PASSAGES, write_page_checksum=True)

    manifest = {
        "encoder_id": encoder.encoder_id,
        "dim": encoder.dim,
        "passages": len(found),
        **asdict(replace(about, kind=kind)),
    }
    version = publish(folder, write, manifest)
    draft.forget()
    logger.info(
        "indexed %d passages in %s (%d texts encoded, %d vectors reused) in %.1f s",
        len(found), version.name, filler.encoded, filler.reused, time.perf_counter() - started,
    )  # fmt: skip
    return open_index(folder, encoder)


def open_index(folder: Path, encoder: Encoder, reranker: Reranker | None = None) -> Retriever:
    """Open the newest undamaged version.

    Parameters
    ----------
    reranker
        Orders what is found anew; None leaves it as it is.

    Raises
    ------
    NotReady
        When no index was built yet.
    ModelError
        When every version is damaged, or another encoder made the vectors.
    """
    return read_current(folder, lambda version: _open_version(version, encoder, reranker))


def _open_version(version: Path, encoder: Encoder, reranker: Reranker | None) -> Retriever:
    from retrieval.bm25 import FILES, WordIndex

    manifest = read_manifest(version)
    if (manifest["encoder_id"], manifest["dim"]) != (encoder.encoder_id, encoder.dim):
        raise ModelError(
            f"the index in {version} was built with encoder {manifest['encoder_id']!r}, the "
            f"settings name {encoder.encoder_id!r}; their vectors cannot be compared: "
            "set the encoder back or run: groundswell run",
        )
    table = pq.read_table(version / PASSAGES, page_checksum_verification=True)
    if not set(FILES.values()) <= set(manifest["files"]) or not table.schema.equals(SCHEMA):
        raise ModelError(f"the index in {version} is of an earlier version; run: groundswell run")
    told = {each.name: manifest[each.name] for each in fields(IndexAbout) if each.name in manifest}
    about = IndexAbout(**told | {"kind": IndexKind(manifest["kind"])})
    index = index_class(about.kind).load(version, encoder.dim)
    return Retriever(Passages(table), index, encoder, WordIndex.load(version), about, reranker)


def lake_vectors(lake: Lake, encoder_id: str) -> KnownVectors:
    """Look vectors up that scoring left in the lake."""

    def find(hashes: Sequence[str]) -> pd.DataFrame:
        return lake.read(
            VECTORS,
            where={Col.MODEL_ID: encoder_id, Col.TEXT_HASH: list(hashes)},
            columns=[Col.TEXT_HASH, Col.VECTOR],
        )

    return find


def _check_ids(passages: Passages) -> None:
    ids = passages.table[Col.PASSAGE_ID]
    if len(ids.unique()) < len(ids):
        counts = ids.value_counts().to_pandas()
        twice = [entry["values"] for entry in counts if entry["counts"] > 1]
        raise DataError(
            f"{len(twice)} passage_id(s) occur more than once, such as {twice[:3]}; "
            "a citation must name one passage",
        )


def _previous(folder: Path, encoder: Encoder) -> list[KnownVectors]:
    try:
        before = open_index(folder, encoder)
    except NotReady:
        return []
    except ModelError as error:
        logger.warning("vectors of the version before are not used: %s", error)
        return []
    return [StoredVectors(before.index, before.passages.table[Col.TEXT_HASH])]


def index_class(kind: IndexKind) -> type[ExactIndex | FaissIndex | IvfIndex]:
    """Give the class of a kind of index; its library is loaded when it is asked for."""
    if kind is IndexKind.EXACT:
        return ExactIndex
    if kind is IndexKind.IVF:
        from retrieval.ivf_index import IvfIndex

        return IvfIndex
    from retrieval.faiss_index import FaissIndex

    return FaissIndex
