"""Nearest vectors by FAISS: flat inner product, filtered before ranking, on a GPU if any."""

from __future__ import annotations

from typing import TYPE_CHECKING

import faiss
import numpy as np

from retrieval.index import NOTHING, check_shape, nearest, wanted

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import numpy.typing as npt

_FILE = "vectors.faiss"
_GPU_LIMIT = 2048  # the most neighbours a GPU index gives


class FaissIndex:
    """Compares the question with every allowed vector, in FAISS.

    A GPU index of FAISS ignores id selectors without a word. So the GPU is asked for more
    neighbours than wanted; the first k allowed ones among them are exact. Where too few of them
    are allowed, the CPU searches with the selector.
    """

    kind = "faiss"

    def __init__(self, dim: int) -> None:
        self.dim = dim
        self._index: faiss.Index = faiss.IndexFlatIP(dim)
        self._on_gpu: faiss.Index | None = None

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def add(self, vectors: npt.NDArray[np.float32]) -> None:
        check_shape(vectors, self.dim)
        self._index.add(np.ascontiguousarray(vectors, dtype=np.float32))
        self._on_gpu = None

    def search(
        self,
        query: npt.NDArray[np.float32],
        *,
        k: int,
        allowed: npt.NDArray[np.bool_] | None = None,
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]:
        asked = wanted(len(self), k, allowed)
        if asked.k == 0:
            return NOTHING
        if self._on_gpu is not None:
            found = search_wide(self._on_gpu, query, asked.k, asked.allowed)
            if found is not None:
                return found
        rows, scores = search_selected(self._index, query, asked.k, asked.allowed)
        return nearest(rows, scores, asked.k)

    def vectors(self, rows: npt.NDArray[np.int64]) -> npt.NDArray[np.float32]:
        if not len(rows):
            return np.zeros((0, self.dim), dtype=np.float32)
        found: npt.NDArray[np.float32] = self._index.reconstruct_batch(rows)
        return found

    def save(self, folder: Path) -> None:
        faiss.write_index(self._index, str(folder / _FILE))

    @classmethod
    def load(cls, folder: Path, dim: int) -> FaissIndex:
        """Open what ``save`` wrote; vectors stay on disk until they are compared."""
        index = cls(dim)
        index._index = faiss.read_index(str(folder / _FILE), faiss.IO_FLAG_MMAP_IFC)
        index._on_gpu = _copy_to_gpu(index._index)
        return index


def search_wide(
    index: faiss.Index,
    query: npt.NDArray[np.float32],
    k: int,
    allowed: npt.NDArray[np.bool_] | None,
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]] | None:
    """Search an index that knows no selector: ask for more, keep the first k allowed.

    Returns
    -------
    tuple or None
        None when fewer than k of the neighbours it can give are allowed.
    """
    width = k
    if allowed is not None:
        share = allowed.sum() / allowed.size
        width = int(min(2 * k / share + 16, allowed.size))
    if width > _GPU_LIMIT:
        return None
    scores, rows = index.search(query[None, :], width)
    kept = rows[0] >= 0 if allowed is None else allowed[rows[0]] & (rows[0] >= 0)
    if kept.sum() < k:
        return None
    return nearest(rows[0][kept], scores[0][kept], k)


def search_selected(
    index: faiss.Index,
    query: npt.NDArray[np.float32],
    k: int,
    allowed: npt.NDArray[np.bool_] | None,
    parameters: Callable[..., faiss.SearchParameters] = faiss.SearchParameters,
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]:
    """Search an index on the CPU; allowed None allows all, row -1 stands where too few are found.

    Parameters
    ----------
    parameters
        Makes the parameters of the kind of index, given the selector as ``sel``.
    """
    selector = None
    if allowed is not None:
        bits = np.packbits(allowed, bitorder="little")  # must outlive the search
        selector = faiss.IDSelectorBitmap(bits)  # type: ignore[call-arg, arg-type]
    scores, rows = index.search(query[None, :], k, params=parameters(sel=selector))
    return rows[0], scores[0]


def _copy_to_gpu(index: faiss.Index) -> faiss.Index | None:
    if not hasattr(faiss, "StandardGpuResources") or faiss.get_num_gpus() == 0:
        return None
    return faiss.index_cpu_to_gpu(faiss.StandardGpuResources(), 0, index)
