"""Passages found by their words: BM25, Chinese cut by a dictionary."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Any, Final

import bm25s
import numpy as np

from retrieval.index import nearest
from signals import words_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import numpy.typing as npt

FILES: Final = {
    "data_name": "words.scores.npy",
    "indices_name": "words.rows.npy",
    "indptr_name": "words.starts.npy",
    "vocab_name": "words.vocabulary.json",
    "params_name": "words.settings.json",
}

_NO_WORD: Final = ""  # stands in a text without words, because the mean length must not be 0


class WordIndex:
    """Texts in rows 0, 1, 2 ..., searched by the words that a question shares with them.

    References
    ----------
    Robertson et al. (1995), Okapi at TREC-3; Lù (2024), "BM25S": a word's score in each text is
    worked out when the index is built, so that a question only adds up.
    """

    def __init__(self, scores: bm25s.BM25) -> None:
        self._scores = scores

    @classmethod
    def of(cls, texts: Iterable[str]) -> WordIndex:
        """Index some texts."""
        vocabulary: dict[str, int] = {_NO_WORD: 0}
        rows = []
        for text in texts:
            words = words_of(text) or [_NO_WORD]
            rows.append(array("i", (vocabulary.setdefault(w, len(vocabulary)) for w in words)))
        scores = bm25s.BM25()
        scores.index((rows or [array("i", [0])], vocabulary), show_progress=False)
        scores.scores["num_docs"] = len(rows)
        return cls(scores)

    def __len__(self) -> int:
        return int(self._scores.scores["num_docs"])

    def search(
        self, query: str, *, k: int, allowed: npt.NDArray[np.bool_]
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]:
        """Find the k allowed rows that share the most telling words with a question.

        Parameters
        ----------
        allowed
            Shape (rows,); rows that may be found.

        Returns
        -------
        tuple
            Row numbers and scores above 0, best first; fewer than k where fewer share a word.
        """
        words: list[Any] = self._scores.get_tokens_ids(words_of(query))
        if not words or not len(self):
            return np.zeros(0, np.int64), np.zeros(0, np.float32)
        scores = self._scores.get_scores_from_ids(words)
        rows = np.flatnonzero(allowed & (scores > 0))
        return nearest(rows, scores[rows], k)

    def save(self, folder: Path) -> None:
        """Write the index into a folder."""
        self._scores.save(folder, show_progress=False, **FILES)

    @classmethod
    def load(cls, folder: Path) -> WordIndex:
        """Open what ``save`` wrote; scores stay on disk until they are added up."""
        return cls(bm25s.BM25.load(folder, mmap=True, show_progress=False, **FILES))
