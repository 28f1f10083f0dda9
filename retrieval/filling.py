"""Vectors of passages into an index: taken where they are known, else encoded, each text once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from retrieval.draft_vectors import rows_of
from retrieval.index import check_shape
from signals import Col

if TYPE_CHECKING:
    import numpy.typing as npt
    import pyarrow as pa

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
    draft
        Keeps what is encoded, for the case that the process dies before the index is written;
        asked after all sources.
    """

    def __init__(self, encoder: Encoder, draft: DraftVectors, progress: Progress) -> None:
        self.encoded = 0
        self.reused = 0
        self._encoder = encoder
        self._draft = draft
        self._progress = progress

    def fill(self, index: VectorIndex, passages: Passages, sources: Sequence[KnownVectors]) -> None:
        """Add the vector of every passage, in order.

        Parameters
        ----------
        sources
            Asked in order for the vectors the ones before did not have.
        """
        total = len(passages)
        hashes = passages.table[Col.TEXT_HASH].combine_chunks().dictionary_encode()
        codes = hashes.indices.to_numpy()
        first_row = np.unique(codes, return_index=True)[1]
        self._progress(_STEP, 0, total)
        for start in range(0, total, _CHUNK):
            chunk, place = np.unique(codes[start : start + _CHUNK], return_inverse=True)
            rows = first_row[chunk]
            written = rows < start
            vectors = np.empty((len(chunk), index.dim), dtype=np.float32)
            vectors[written] = index.vectors(rows[written])
            names = hashes.dictionary.take(chunk).to_numpy(zero_copy_only=False)
            missing = _collect(
                [*sources, self._draft.find], names, np.flatnonzero(~written), vectors
            )
            self.reused += len(chunk) - len(missing)
            texts = passages.table[Col.TEXT].slice(start, _CHUNK).take(rows[missing] - start)
            done = start + len(place)
            for filled, left in self._encode(texts.to_pylist(), missing, vectors):
                self._draft.add(names[filled].tolist(), vectors[filled])
                self._progress(_STEP, done - left, total)
            index.add(vectors[place])
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
    """Vectors of an index by text hash; a ``KnownVectors``.

    Parameters
    ----------
    hashes
        Of the text of each row of the index.
    """

    def __init__(self, index: VectorIndex, hashes: pa.ChunkedArray) -> None:
        self._index = index
        self._hashes = hashes.combine_chunks()

    def __call__(self, hashes: Sequence[str]) -> pd.DataFrame:
        rows = rows_of(self._hashes, hashes)
        known = rows >= 0
        vectors = self._index.vectors(rows[known])
        return pd.DataFrame({Col.TEXT_HASH: np.array(hashes)[known], Col.VECTOR: list(vectors)})


def _collect(
    sources: Sequence[KnownVectors],
    hashes: npt.NDArray[np.object_],
    wanted: npt.NDArray[np.int64],
    vectors: npt.NDArray[np.float32],
) -> npt.NDArray[np.int64]:
    """Fill those of the wanted rows that some source knows; returns the others."""
    missing = pd.Series(wanted, index=pd.Index(hashes[wanted]))
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
