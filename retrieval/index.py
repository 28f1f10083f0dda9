"""Nearest vectors: the seam, and an index that compares with every vector, in numpy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

import numpy as np

from signals import ModelError

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt

_BLOCK = 65_536
_FILE = "vectors.npy"
NOTHING: Final = (np.zeros(0, np.int64), np.zeros(0, np.float32))
"""What a search gives that finds nothing."""


class VectorIndex(Protocol):
    """Vectors in rows 0, 1, 2 ..., searched by inner product.

    Attributes
    ----------
    kind
        Names the implementation in the manifest of a stored index.
    dim
        Length of a vector.
    """

    @property
    def kind(self) -> str: ...
    @property
    def dim(self) -> int: ...

    def __len__(self) -> int: ...

    def add(self, vectors: npt.NDArray[np.float32]) -> None:
        """Append rows of shape (rows, dim)."""
        ...

    def search(
        self,
        query: npt.NDArray[np.float32],
        *,
        k: int,
        allowed: npt.NDArray[np.bool_] | None = None,
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]:
        """Find the k allowed rows nearest to a vector of shape (dim,).

        Parameters
        ----------
        allowed
            Shape (rows,); rows that may be found. It applies before ranking: k rows come back as
            long as k are allowed. None allows all.

        Returns
        -------
        tuple
            Row numbers and inner products, nearest first; of equal ones the earlier row.
        """
        ...

    def vectors(self, rows: npt.NDArray[np.int64]) -> npt.NDArray[np.float32]:
        """Give stored vectors back, shape (rows, dim)."""
        ...

    def save(self, folder: Path) -> None:
        """Write the index into a folder."""
        ...


class ExactIndex:
    """Compares the question with every allowed vector. Loads no library."""

    kind = "exact"

    def __init__(self, dim: int) -> None:
        self.dim = dim
        self._blocks: list[npt.NDArray[np.float32]] = []
        self._starts = [0]

    def __len__(self) -> int:
        return self._starts[-1]

    def add(self, vectors: npt.NDArray[np.float32]) -> None:
        check_shape(vectors, self.dim)
        self._blocks.append(vectors)
        self._starts.append(self._starts[-1] + len(vectors))

    def search(
        self,
        query: npt.NDArray[np.float32],
        *,
        k: int,
        allowed: npt.NDArray[np.bool_] | None = None,
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]:
        rows, scores = [np.zeros(0, np.int64)], [np.zeros(0, np.float32)]
        for start, block in zip(self._starts, self._blocks, strict=False):
            inside = slice(start, start + len(block))
            kept = np.arange(len(block)) if allowed is None else np.flatnonzero(allowed[inside])
            products = block @ query if kept.size == len(block) else block[kept] @ query
            rows.append(kept + start)
            scores.append(products)
        return nearest(np.concatenate(rows), np.concatenate(scores), k)

    def vectors(self, rows: npt.NDArray[np.int64]) -> npt.NDArray[np.float32]:
        found = np.empty((len(rows), self.dim), dtype=np.float32)
        block_of = np.searchsorted(self._starts, rows, side="right") - 1
        for number in np.unique(block_of):
            here = block_of == number
            found[here] = self._blocks[number][rows[here] - self._starts[number]]
        return found

    def save(self, folder: Path) -> None:
        stored = np.lib.format.open_memmap(
            folder / _FILE, mode="w+", dtype=np.float32, shape=(len(self), self.dim)
        )
        for start, block in zip(self._starts, self._blocks, strict=False):
            stored[start : start + len(block)] = block
        stored.flush()

    @classmethod
    def load(cls, folder: Path, dim: int) -> ExactIndex:
        """Open what ``save`` wrote; vectors stay on disk until they are compared."""
        stored = np.load(folder / _FILE, mmap_mode="r", allow_pickle=False)
        index = cls(dim)
        for start in range(0, len(stored), _BLOCK):
            index.add(stored[start : start + _BLOCK])
        return index


class Wanted(NamedTuple):
    """What a search is for: k of the ``possible`` rows that are allowed (None: all rows)."""

    k: int
    possible: int
    allowed: npt.NDArray[np.bool_] | None


def wanted(count: int, k: int, allowed: npt.NDArray[np.bool_] | None) -> Wanted:
    """Open a search over ``count`` rows: k is no more than there can be, a mask says something."""
    possible = count if allowed is None else int(allowed.sum())
    return Wanted(min(k, possible), possible, None if possible == count else allowed)


def nearest(
    rows: npt.NDArray[np.int64], scores: npt.NDArray[np.float32], k: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]:
    """Pick the k best scores, best first, of equal ones the lower row.

    Products of equal vectors differ in the last bits with their place in a block, so scores count
    as equal when their first six decimals are.
    """
    judged = np.round(scores, 6)
    if scores.size > k:
        least = np.partition(judged, judged.size - k)[judged.size - k]
        contenders = np.flatnonzero(judged >= least)
        rows, scores, judged = rows[contenders], scores[contenders], judged[contenders]
    order = np.lexsort((rows, -judged))[:k]
    return rows[order], scores[order]


def check_shape(vectors: npt.NDArray[np.float32], dim: int) -> None:
    """Refuse vectors of another length than the index holds."""
    if vectors.ndim != 2 or vectors.shape[1] != dim:
        raise ModelError(
            f"vectors have shape {vectors.shape}; the index holds vectors of length {dim}: "
            "check that the encoder is the one the index was built with",
        )
