"""Search: filters first, then meaning beside words, then what is asked for, then each text once."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

import numpy as np
import pyarrow.compute as pc

from retrieval.columns import FilterColumns
from retrieval.complaints import complaint_directions
from retrieval.diversity import Chosen
from retrieval.fusion import fuse
from retrieval.passage import OWN, Filters, Hit
from retrieval.reranking import search_id
from signals import Col, ModelError, aspects_of

if TYPE_CHECKING:
    from collections.abc import Collection

    import numpy.typing as npt

    from retrieval.bm25 import WordIndex
    from retrieval.encoder import Encoder
    from retrieval.index import VectorIndex
    from retrieval.index_about import IndexAbout
    from retrieval.passage import Passage, Passages
    from retrieval.reranking import Reranker

_WIDER = 4
_WIDE = 200  # of each ranking, at least, so that what both know rises
_READ_AGAIN = 50  # passages that a reranker orders anew
_EVERYTHING = Filters()

logger = logging.getLogger(__name__)


class Retriever:
    """Finds passages. Made by ``build_index`` and ``open_index``.

    Parameters
    ----------
    words
        None ranks by meaning alone.
    about
        What the passages were read from; None where nobody told.
    reranker
        Orders the best of both rankings anew; None leaves them as they are.
    """

    def __init__(
        self,
        passages: Passages,
        index: VectorIndex,
        encoder: Encoder,
        words: WordIndex | None = None,
        about: IndexAbout | None = None,
        reranker: Reranker | None = None,
    ) -> None:
        held = {len(passages), len(index), len(passages if words is None else words)}
        if len(held) > 1:
            raise ModelError(
                f"{len(passages)} passages have {len(index)} vectors and "
                f"{'no' if words is None else len(words)} lists of words; run: groundswell run",
            )
        self.passages = passages
        self.index = index
        self.encoder = encoder
        self.about = about
        self.reranker = reranker
        self._words = words
        self._columns = FilterColumns(passages)
        self._directions: dict[str, npt.NDArray[np.float32]] = {}

    def __len__(self) -> int:
        return len(self.passages)

    @property
    def search_id(self) -> str:
        """Name the models that decide what is found."""
        return search_id(self.encoder, self.reranker)

    def search(
        self,
        query: str,
        *,
        filters: Filters = _EVERYTHING,
        k: int = 5,
        aspects: Collection[str] | None = None,
        complaints: Collection[str] = (),
    ) -> list[Hit]:
        """Find the passages nearest to a question, by meaning, by words and by what it is about.

        Parameters
        ----------
        filters
            Apply before ranking: k hits come back as long as k different texts pass them.
        k
            The most hits to return.
        aspects
            What is asked about: texts that mention it come first. None: what the query names;
            none where the query is no question but words that texts of a kind share.
        complaints
            Those asked for, of ``complaints_of``: texts are ranked by how near they lie to the
            question and how much they make such a complaint; words and aspects count no more.

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
            asked = aspects_of(query) if aspects is None else aspects
            hits = self._nearest(query, allowed, k, asked, complaints)
        logger.debug(
            "found %d of %d passages allowed in %.3f s",
            len(hits), possible, time.perf_counter() - started,
        )  # fmt: skip
        return hits

    def count(self, filters: Filters = _EVERYTHING) -> int:
        """Count the passages that pass the filters, to tell no evidence from poor evidence."""
        return int(self._columns.allowed(filters).sum())

    def passage(self, passage_id: str, tenant: str = OWN) -> Passage | None:
        """Look a citation up; None when the index does not hold it, or for another tenant."""
        row = pc.index(self.passages.table[Col.PASSAGE_ID], passage_id).as_py()
        found = None if row < 0 else self.passages[row]
        return found if found is not None and found.tenant == tenant else None

    def _nearest(
        self,
        query: str,
        allowed: npt.NDArray[np.bool_],
        k: int,
        asked: Collection[str],
        complaints: Collection[str],
    ) -> list[Hit]:
        vector = self.encoder.encode_queries([query])[0]
        moved = self._moved(vector, complaints)
        possible = int(allowed.sum())
        width = min(max(_WIDER * k, _WIDE), possible)
        while True:
            if complaints:
                rows = self.index.search(moved, k=width, allowed=allowed)[0]
            else:
                rows = self._named_first(asked, self._ranked(query, vector, allowed, width))
            rows = self._read_again(query, rows)
            hits = self._different(rows, vector, k)
            if len(hits) == k or width == possible:
                return hits
            width = min(_WIDER * width, possible)

    def _ranked(
        self, query: str, vector: npt.NDArray[np.float32], allowed: npt.NDArray[np.bool_], k: int
    ) -> npt.NDArray[np.int64]:
        """Rank by meaning and by words, up to k of each; a question without a letter finds none."""
        rankings = []
        if vector.any():
            rankings.append(self.index.search(vector, k=k, allowed=allowed)[0])
        if self._words is not None:
            rankings.append(self._words.search(query, k=k, allowed=allowed)[0])
        return fuse(rankings) if rankings else np.zeros(0, np.int64)

    def _named_first(
        self, asked: Collection[str], rows: npt.NDArray[np.int64]
    ) -> npt.NDArray[np.int64]:
        """Put texts that name an aspect which is asked about before the others, in any language.

        "Complaints about the battery" lies near every complaint, and "bateria" shares no word with
        "carregar"; the table of aspects knows what belongs together.
        """
        if not asked or not len(rows):
            return rows
        texts = self.passages.table[Col.TEXT].take(rows).to_pylist()
        named = np.array([len(aspects_of(text, asked)) for text in texts])
        return rows[np.argsort(-named, kind="stable")]

    def _moved(
        self, vector: npt.NDArray[np.float32], complaints: Collection[str]
    ) -> npt.NDArray[np.float32]:
        """Move a question to where texts with the complaints lie."""
        if complaints and not self._directions:
            self._directions = complaint_directions(self.encoder)
        for name in complaints:
            vector = vector + self._directions[name]
        return vector

    def _read_again(self, query: str, rows: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Let the reranker, if any, order the first rows; the others stay behind them."""
        first = rows[:_READ_AGAIN]
        if self.reranker is None or not len(first):
            return rows
        texts = self.passages.table[Col.TEXT].take(first).to_pylist()
        order = np.argsort(-self.reranker.scores(query, texts), kind="stable")
        return np.concatenate([first[order], rows[_READ_AGAIN:]])

    def _different(
        self, rows: npt.NDArray[np.int64], vector: npt.NDArray[np.float32], k: int
    ) -> list[Hit]:
        chosen = Chosen()
        hits: list[Hit] = []
        scores = self.index.vectors(rows) @ vector
        for row, score in zip(rows.tolist(), scores.tolist(), strict=True):
            passage = self.passages[row]
            if chosen.take(passage):
                hits.append(Hit(passage, score, rank=len(hits) + 1))
            if len(hits) == k:
                break
        return hits
