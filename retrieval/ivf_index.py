"""Nearest vectors among very many: clusters of one byte a number, then the exact vectors."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import faiss
import numpy as np

from retrieval.faiss_index import search_selected
from retrieval.index import NOTHING, check_shape, nearest, wanted
from retrieval.vector_file import VectorFile

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
        self._vectors = VectorFile.temporary(dim)
        self._is_stored = False
        self._clusters: Any = None  # faiss.IndexIVF, made when first needed

    def __len__(self) -> int:
        return len(self._vectors)

    def add(self, vectors: npt.NDArray[np.float32]) -> None:
        check_shape(vectors, self.dim)
        if not len(vectors):
            return
        if self._is_stored:
            stored, self._vectors = self._vectors, VectorFile.temporary(self.dim)
            for _, block in stored.blocks():
                self._vectors.append(block)
            self._is_stored = False
        self._vectors.append(vectors)
        self._clusters = None

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
        if asked.possible <= _FEW:
            rows = np.arange(len(self)) if asked.allowed is None else np.flatnonzero(asked.allowed)
        else:
            rows = self._candidates(query, asked.k, asked.allowed, len(self) / asked.possible)
        return nearest(rows, self._vectors.rows(rows) @ query, asked.k)

    def vectors(self, rows: npt.NDArray[np.int64]) -> npt.NDArray[np.float32]:
        return self._vectors.rows(rows)

    def save(self, folder: Path) -> None:
        self._vectors.save(folder / _VECTORS)
        if len(self) > _FEW:
            faiss.write_index(self._clustered(), str(folder / _CLUSTERS))

    @classmethod
    def load(cls, folder: Path, dim: int) -> IvfIndex:
        """Open what ``save`` wrote; the exact vectors stay on disk."""
        index = cls(dim)
        index._vectors = VectorFile.open(folder / _VECTORS, dim)
        index._is_stored = True
        if (folder / _CLUSTERS).is_file():
            index._clusters = faiss.read_index(str(folder / _CLUSTERS))
        return index

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
        probed = min(clusters.nlist, math.ceil(_PROBED * thinned))
        while True:
            probing = partial(faiss.SearchParametersIVF, nprobe=probed)  # type: ignore[call-arg]
            rows, _ = search_selected(
                clusters, query, max(_WIDER * k, _CANDIDATES), allowed, probing
            )
            found: npt.NDArray[np.int64] = rows[rows >= 0]
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
            index.train(self._sample(np.sort(random.choice(count, taught, replace=False))))
            for _, block in self._vectors.blocks():
                index.add(block)
            self._clusters = index
        return self._clusters

    def _sample(self, rows: npt.NDArray[np.int64]) -> npt.NDArray[np.float32]:
        """Read ordered rows from all over the file, block by block."""
        found = np.empty((len(rows), self.dim), dtype=np.float32)
        for first, block in self._vectors.blocks():
            inside = slice(*np.searchsorted(rows, (first, first + len(block))))
            found[inside] = block[rows[inside] - first]
        return found
