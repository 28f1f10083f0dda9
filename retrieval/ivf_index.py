"""Nearest vectors among very many: clusters of one byte a number, then the exact vectors."""

from __future__ import annotations

import math
import tempfile
import weakref
from typing import TYPE_CHECKING, Any, Final

import faiss
import numpy as np

from retrieval.index import check_shape, nearest

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt

_VECTORS: Final = "vectors.npy"
_CLUSTERS: Final = "clusters.faiss"
_PER_CLUSTER: Final = 64  # vectors that teach where a cluster lies
_LEAST: Final = 39  # what FAISS wants of them without a warning
_PROBED: Final = 48  # clusters looked at where everything is allowed
_WIDER: Final = 8  # candidates for each row wanted, before the exact products order them
_CANDIDATES: Final = 200
_FEW: Final = 20_000  # rows that are compared one by one sooner than through the clusters
_BLOCK: Final = 65_536


class IvfIndex:
    """Looks at the nearest clusters only; scores are exact, a neighbour may be missed.

    The exact vectors stay on disk; in memory are a byte a number and the centres of the clusters.
    Clusters are made when the index is saved or searched.

    References
    ----------
    Jégou, Douze and Schmid (2011), product quantisation for nearest neighbour search: the inverted
    file; here with scalar quantisation, and candidates judged anew by their exact vectors.
    """

    kind = "ivf"

    def __init__(self, dim: int) -> None:
        self.dim = dim
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the index
        weakref.finalize(self, self._file.close)
        self._vectors = np.empty((0, dim), dtype=np.float32)
        self._clusters: Any = None  # faiss.IndexIVF, made when first needed

    def __len__(self) -> int:
        return len(self._vectors)

    def add(self, vectors: npt.NDArray[np.float32]) -> None:
        check_shape(vectors, self.dim)
        if not len(vectors):
            return
        rows = len(self) + len(vectors)
        if len(self) and not self._file.tell():  # they were loaded from a folder
            self._write(self._vectors)
        self._write(vectors)
        self._file.flush()
        self._vectors = np.memmap(self._file, np.float32, "r", shape=(rows, self.dim))
        self._clusters = None

    def search(
        self,
        query: npt.NDArray[np.float32],
        *,
        k: int,
        allowed: npt.NDArray[np.bool_] | None = None,
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]:
        possible = len(self) if allowed is None else int(allowed.sum())
        k = min(k, possible)
        if k == 0:
            return np.zeros(0, np.int64), np.zeros(0, np.float32)
        if possible <= _FEW:
            rows = np.arange(len(self)) if allowed is None else np.flatnonzero(allowed)
        else:
            rows = self._candidates(query, k, allowed, len(self) / possible)
        return nearest(rows, self._vectors[rows] @ query, k)

    def vectors(self, rows: npt.NDArray[np.int64]) -> npt.NDArray[np.float32]:
        found: npt.NDArray[np.float32] = np.array(self._vectors[rows])
        return found

    def save(self, folder: Path) -> None:
        stored = np.lib.format.open_memmap(
            folder / _VECTORS, mode="w+", dtype=np.float32, shape=self._vectors.shape
        )
        for start in range(0, len(self), _BLOCK):
            stored[start : start + _BLOCK] = self._vectors[start : start + _BLOCK]
        stored.flush()
        if len(self) > _FEW:
            faiss.write_index(self._clustered(), str(folder / _CLUSTERS))

    @classmethod
    def load(cls, folder: Path, dim: int) -> IvfIndex:
        """Open what ``save`` wrote; the exact vectors stay on disk."""
        index = cls(dim)
        index._vectors = np.load(folder / _VECTORS, mmap_mode="r", allow_pickle=False)
        if (folder / _CLUSTERS).is_file():
            index._clusters = faiss.read_index(str(folder / _CLUSTERS))
        return index

    def _write(self, vectors: npt.NDArray[np.float32]) -> None:
        for start in range(0, len(vectors), _BLOCK):
            block = np.ascontiguousarray(vectors[start : start + _BLOCK], dtype=np.float32)
            self._file.write(block.tobytes())

    def _candidates(
        self,
        query: npt.NDArray[np.float32],
        k: int,
        allowed: npt.NDArray[np.bool_] | None,
        thinned: float,
    ) -> npt.NDArray[np.int64]:
        """Find allowed rows near a vector; the fewer are allowed, the more clusters are looked at.

        Parameters
        ----------
        thinned
            Rows for each allowed row, at least 1.
        """
        clusters = self._clustered()
        bits = None if allowed is None else np.packbits(allowed, bitorder="little")
        selector = None if bits is None else faiss.IDSelectorBitmap(bits)  # type: ignore[call-arg, arg-type]
        probed = min(clusters.nlist, math.ceil(_PROBED * thinned))
        while True:
            parameters = faiss.SearchParametersIVF(sel=selector, nprobe=probed)  # type: ignore[call-arg]
            wanted = max(_WIDER * k, _CANDIDATES)
            _, rows = clusters.search(query[None, :], wanted, params=parameters)
            found: npt.NDArray[np.int64] = rows[0][rows[0] >= 0]
            if len(found) >= k or probed == clusters.nlist:
                return found
            probed = min(clusters.nlist, _WIDER * probed)

    def _clustered(self) -> Any:  # noqa: ANN401 - faiss.index_factory names no class
        """Make the clusters unless they are made."""
        if self._clusters is None:
            count = len(self)
            clusters = min(math.ceil(4 * math.sqrt(count)), count // _LEAST)
            index = faiss.index_factory(self.dim, f"IVF{clusters},SQ8", faiss.METRIC_INNER_PRODUCT)
            random = np.random.default_rng(0)
            taught = min(count, _PER_CLUSTER * clusters)
            index.train(self._vectors[np.sort(random.choice(count, taught, replace=False))])
            for start in range(0, count, _BLOCK):
                index.add(np.ascontiguousarray(self._vectors[start : start + _BLOCK]))
            self._clusters = index
        return self._clusters
