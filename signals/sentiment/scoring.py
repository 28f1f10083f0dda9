"""Sentiment of documents: what a scorer is, and how every document gets its score once."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np
import pandas as pd
import pyarrow as pa

from signals.aspects import ASPECTS
from signals.clean import text_hash
from signals.frames import DOCUMENTS, SCORES, VECTORS, Col
from signals.progress import Progress, silent

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy.typing as npt

    from signals.lake import Lake

MENTIONED: Final = 0.5
"""An aspect counts as mentioned from this chance on."""

_CHANCES = [Col.P_NEG, Col.P_NEU, Col.P_POS]
_STEP = "scoring texts"

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Scored:
    """What a scorer says about some texts.

    Parameters
    ----------
    probabilities
        Shape (texts, 3), float32: negative, neutral, positive; each row sums to 1.
    vectors
        Shape (texts, width), float32, unit length: the texts as retrieval reads them; None when the
        scorer has no encoder.
    aspects
        Shape (texts, aspects, 3), float32, aspects in the order of ``ASPECTS``: the chance that a
        text mentions the aspect and judges it negative, neutral, positive; the three add up to the
        chance that it is mentioned at all. None when the scorer knows no aspects.
    """

    probabilities: npt.NDArray[np.float32]
    vectors: npt.NDArray[np.float32] | None = None
    aspects: npt.NDArray[np.float32] | None = None

    def __post_init__(self) -> None:
        shape = self.probabilities.shape
        if len(shape) != 2 or shape[1] != len(_CHANCES):
            raise ValueError(f"probabilities have shape {shape}; expected (texts, 3)")
        if self.vectors is not None and len(self.vectors) != len(self.probabilities):
            raise ValueError(f"{len(self.vectors)} vectors for {len(self.probabilities)} texts")
        expected = (shape[0], len(ASPECTS), len(_CHANCES))
        if self.aspects is not None and self.aspects.shape != expected:
            raise ValueError(f"aspects have shape {self.aspects.shape}; expected {expected}")

    @property
    def polarity(self) -> npt.NDArray[np.float32]:
        """Chance of positive less chance of negative, in [-1, 1], shape (texts,)."""
        polarity: npt.NDArray[np.float32] = self.probabilities[:, 2] - self.probabilities[:, 0]
        return polarity

    def mentions(self) -> pa.ListArray | None:
        """List the mentioned aspects of each text with their polarity in [-1, 1].

        Returns
        -------
        pyarrow.ListArray or None
            As the column ``aspects`` of the table ``scores`` holds them; None without aspects.
        """
        if self.aspects is None:
            return None
        chance = self.aspects.sum(axis=2, dtype=np.float64)  # (texts, aspects)
        mentioned = chance >= MENTIONED
        polarity = (self.aspects[..., 2] - self.aspects[..., 0])[mentioned] / chance[mentioned]
        names = np.array(ASPECTS)[np.nonzero(mentioned)[1]]
        kind = SCORES.schema.field(Col.ASPECTS).type
        found = pa.StructArray.from_arrays([names, polarity], fields=list(kind.value_type))
        ends = np.cumsum(mentioned.sum(axis=1), dtype=np.int32)
        return pa.ListArray.from_arrays(np.insert(ends, 0, 0), found, type=kind)


class Scorer(Protocol):
    """Reads the sentiment of texts."""

    @property
    def model_id(self) -> str:
        """Name of the scores; another model, another name."""
        ...

    @property
    def encoder_id(self) -> str:
        """Name of the vectors; empty when there are none."""
        ...

    def score(self, texts: Sequence[str]) -> Scored:
        """Score texts in the order given."""
        ...


def score_documents(
    lake: Lake, scorer: Scorer, *, progress: Progress = silent, chunk: int = 2_000
) -> int:
    """Score every document that this model has not scored yet.

    Each distinct text is read once. Scores (and vectors, when the scorer has them) become visible
    chunk by chunk, so work that was stopped goes on where it was.

    Parameters
    ----------
    chunk
        Distinct texts between two writes; at most so many are lost when the process dies.

    Returns
    -------
    int
        The number of documents that got a score.
    """
    started = time.perf_counter()
    waiting, known = _waiting(lake, scorer.model_id)
    total = waiting[Col.TEXT_HASH].nunique()
    reused = waiting[waiting[Col.TEXT_HASH].isin(known.index)]
    _write(lake, scorer, reused, known)
    done = reused[Col.TEXT_HASH].nunique()
    progress(_STEP, done, total)
    for documents in _chunks(waiting.drop(reused.index), chunk):
        texts = documents.drop_duplicates(Col.TEXT_HASH)
        scored = scorer.score(texts[Col.TEXT].tolist())
        hashes = pd.Index(texts[Col.TEXT_HASH])
        chances = pd.DataFrame(scored.probabilities, index=hashes, columns=_CHANCES)
        mentions = scored.mentions()
        chances[Col.ASPECTS] = None if mentions is None else mentions.to_pylist()
        _write(lake, scorer, documents, chances, scored.vectors)
        done += len(texts)
        progress(_STEP, done, total)
    logger.info(
        "scored %d documents (%d distinct texts, %d of them known before) with %s in %.1f s",
        len(waiting), total, reused[Col.TEXT_HASH].nunique(), scorer.model_id,
        time.perf_counter() - started,
    )  # fmt: skip
    return len(waiting)


def _waiting(lake: Lake, model_id: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return documents without a score, and the chances of the texts already read, by hash."""
    documents = lake.read(DOCUMENTS, columns=[Col.DOC_ID, Col.TEXT, Col.TEXT_HASH])
    nameless = documents[Col.TEXT_HASH].isna()
    if nameless.any():
        hashes = documents.loc[nameless, Col.TEXT].map(text_hash)
        documents[Col.TEXT_HASH] = documents[Col.TEXT_HASH].astype(object)
        documents.loc[nameless, Col.TEXT_HASH] = hashes
    scores = lake.read(SCORES, where={Col.MODEL_ID: model_id})
    waiting = documents[~documents[Col.DOC_ID].isin(scores[Col.DOC_ID])]
    known = scores.drop_duplicates(Col.TEXT_HASH).set_index(Col.TEXT_HASH)
    known = known[[*_CHANCES, Col.ASPECTS]]
    return waiting.reset_index(drop=True), known


def _chunks(waiting: pd.DataFrame, size: int) -> Iterator[pd.DataFrame]:
    """Cut the documents so that each cut holds ``size`` distinct texts with all their documents."""
    number, _ = pd.factorize(waiting[Col.TEXT_HASH])
    for _, documents in waiting.groupby(number // size, sort=True):
        yield documents


def _write(
    lake: Lake,
    scorer: Scorer,
    documents: pd.DataFrame,
    chances: pd.DataFrame,
    vectors: npt.NDArray[np.float32] | None = None,
) -> None:
    if documents.empty:
        return
    scores = documents[[Col.DOC_ID, Col.TEXT_HASH]].join(chances, on=Col.TEXT_HASH)
    scores = scores.astype(dict.fromkeys(_CHANCES, np.float64))
    scores[Col.MODEL_ID] = scorer.model_id
    scores[Col.POLARITY] = scores[Col.P_POS] - scores[Col.P_NEG]
    with lake.batch() as batch:
        batch.add(SCORES, scores)
        if vectors is not None:
            batch.add(VECTORS, _vector_rows(chances.index, scorer.encoder_id, vectors))


def _vector_rows(
    hashes: pd.Index[str], encoder_id: str, vectors: npt.NDArray[np.float32]
) -> pa.Table:
    starts = np.arange(len(vectors) + 1, dtype=np.int32) * vectors.shape[1]
    return pa.table(
        {
            Col.TEXT_HASH: pa.array(hashes),
            Col.MODEL_ID: pa.repeat(encoder_id, len(vectors)),
            Col.VECTOR: pa.ListArray.from_arrays(starts, vectors.reshape(-1)),
        }
    )
