"""Search: filters first, then nearness of meaning, then every text once."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

import pyarrow.compute as pc

from retrieval.columns import FilterColumns
from retrieval.diversity import Chosen
from retrieval.passage import Filters, Hit
from signals import Col, ModelError

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from retrieval.encoder import Encoder
    from retrieval.index import VectorIndex
    from retrieval.passage import Passage, Passages

_WIDER = 4
_EVERYTHING = Filters()

logger = logging.getLogger(__name__)


class Retriever:
    """Finds passages. Made by ``build_index`` and ``open_index``."""

    def __init__(self, passages: Passages, index: VectorIndex, encoder: Encoder) -> None:
        if len(passages) != len(index):
            raise ModelError(
                f"{len(passages)} passages have {len(index)} vectors; run: groundswell run",
            )
        self.passages = passages
        self.index = index
        self._encoder = encoder
        self._columns = FilterColumns(passages)

    def __len__(self) -> int:
        return len(self.passages)

    def search(self, query: str, *, filters: Filters = _EVERYTHING, k: int = 5) -> list[Hit]:
        """Find the passages nearest in meaning to a question.

        Parameters
        ----------
        filters
            Apply before ranking: k hits come back as long as k different texts pass them.
        k
            The most hits to return.

        Returns
        -------
        list of Hit
            Nearest first. No text comes twice, nor one that differs from a nearer one in little.
        """
        started = time.perf_counter()
        allowed = self._columns.allowed(filters)
        possible = int(allowed.sum())
        hits: list[Hit] = []
        if possible and k > 0:
            vector = self._encoder.encode_queries([query])[0]
            hits = self._nearest(vector, allowed, k) if vector.any() else []
        logger.debug(
            "found %d of %d passages allowed in %.3f s",
            len(hits), possible, time.perf_counter() - started,
        )  # fmt: skip
        return hits

    def count(self, filters: Filters = _EVERYTHING) -> int:
        """Count the passages that pass the filters, to tell no evidence from poor evidence."""
        return int(self._columns.allowed(filters).sum())

    def passage(self, passage_id: str) -> Passage | None:
        """Look a citation up; None when the index does not hold it."""
        row = pc.index(self.passages.table[Col.PASSAGE_ID], passage_id).as_py()
        return None if row < 0 else self.passages[row]

    def _nearest(
        self, vector: npt.NDArray[np.float32], allowed: npt.NDArray[np.bool_], k: int
    ) -> list[Hit]:
        possible = int(allowed.sum())
        width = min(_WIDER * k, possible)
        while True:
            rows, scores = self.index.search(vector, k=width, allowed=allowed)
            hits = self._different(rows, scores, k)
            if len(hits) == k or width == possible:
                return hits
            width = min(_WIDER * width, possible)

    def _different(
        self, rows: npt.NDArray[np.int64], scores: npt.NDArray[np.float32], k: int
    ) -> list[Hit]:
        chosen = Chosen()
        hits: list[Hit] = []
        for row, score in zip(rows.tolist(), scores.tolist(), strict=True):
            passage = self.passages[row]
            if chosen.take(passage):
                hits.append(Hit(passage, score, rank=len(hits) + 1))
            if len(hits) == k:
                break
        return hits
