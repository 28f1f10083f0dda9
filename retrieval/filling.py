"""Vectors of passages into an index: taken where they are known, else encoded, each text once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from retrieval.index import check_shape
from signals import Col

if TYPE_CHECKING:
    import numpy.typing as npt

    from retrieval.draft_vectors import DraftVectors
    from retrieval.encoder import Encoder
    from retrieval.index import VectorIndex
    from retrieval.passage import Passages
    from signals import Progress

KnownVectors = Callable[[Sequence[str]], pd.DataFrame]
"""Given distinct text hashes, returns a frame (text_hash, vector) of those that have a vector."""

_CHUNK = 32_768  # passages looked up at once
_SLICE = 64  # texts encoded between two words to the user
_STEP = "indexing passages"


class IndexFiller:
    """Fills an index chunk by chunk, so that memory holds the index and one chunk.

    Parameters
    ----------
    sources
        Asked in order for the vectors the ones before did not have.
    draft
        Keeps what is encoded, for the case that the process dies before the index is written.
    """

    def __init__(
        self,
        encoder: Encoder,
        sources: Sequence[KnownVectors],
        draft: DraftVectors,
        progress: Progress,
    ) -> None:
        self.encoded = 0
        self.reused = 0
        self._encoder = encoder
        self._sources = [*sources, draft.find]
        self._draft = draft
        self._progress = progress

    def fill(self, index: VectorIndex, passages: Passages) -> None:
        """Add the vector of every passage, in order."""
        total = len(passages)
        written = StoredVectors(index)
        sources: list[KnownVectors] = [written, *self._sources]
        self._progress(_STEP, 0, total)
        for start in range(0, total, _CHUNK):
            chunk = passages.table.slice(start, _CHUNK)
            place, hashes = pd.factorize(chunk[Col.TEXT_HASH].to_numpy())
            vectors = np.empty((len(hashes), index.dim), dtype=np.float32)
            missing = _collect(sources, hashes, vectors)
            self.reused += len(hashes) - len(missing)
            texts = chunk[Col.TEXT].take(np.unique(place, return_index=True)[1][missing])
            done = start + chunk.num_rows
            for rows, left in self._encode(texts.to_pylist(), missing, vectors):
                self._draft.add(hashes[rows].tolist(), vectors[rows])
                self._progress(_STEP, done - left, total)
            index.add(vectors[place])
            written.remember(chunk[Col.TEXT_HASH].to_pylist())
            self._progress(_STEP, done, total)

    def _encode(
        self,
        texts: Sequence[str],
        rows: npt.NDArray[np.int64],
        vectors: npt.NDArray[np.float32],
    ) -> Iterator[tuple[npt.NDArray[np.int64], int]]:
        """Fill rows of ``vectors``, texts of one length together.

        Yields the rows just filled, and how many are left.
        """
        order = np.argsort([len(text) for text in texts], kind="stable")
        for start in range(0, len(order), _SLICE):
            part = order[start : start + _SLICE]
            encoded = self._encoder.encode_passages([texts[i] for i in part])
            check_shape(encoded, vectors.shape[1])
            vectors[rows[part]] = encoded
            self.encoded += len(part)
            yield rows[part], len(order) - start - len(part)


class StoredVectors:
    """Vectors of an index by text hash; a ``KnownVectors``."""

    def __init__(self, index: VectorIndex, hashes: Sequence[str] = ()) -> None:
        self._index = index
        self._row_of: dict[str, int] = {}
        self._count = 0
        self.remember(hashes)

    def remember(self, hashes: Sequence[str]) -> None:
        """Note the hashes of rows that were added to the index, in order."""
        self._row_of.update(zip(hashes, range(self._count, self._count + len(hashes)), strict=True))
        self._count += len(hashes)

    def __call__(self, hashes: Sequence[str]) -> pd.DataFrame:
        known = [name for name in hashes if name in self._row_of]
        rows = np.array([self._row_of[name] for name in known], dtype=np.int64)
        return pd.DataFrame({Col.TEXT_HASH: known, Col.VECTOR: list(self._index.vectors(rows))})


def _collect(
    sources: Sequence[KnownVectors], hashes: Sequence[str], vectors: npt.NDArray[np.float32]
) -> npt.NDArray[np.int64]:
    """Fill the rows that some source knows; returns the others."""
    missing = pd.Series(np.arange(len(hashes)), index=pd.Index(hashes))
    for source in sources:
        if missing.empty:
            break
        found = source(missing.index.tolist())
        if len(found):
            values = np.stack(found[Col.VECTOR].tolist())
            check_shape(values, vectors.shape[1])
            vectors[missing.loc[found[Col.TEXT_HASH]].to_numpy()] = values
            missing = missing.drop(found[Col.TEXT_HASH])
    return missing.to_numpy()
