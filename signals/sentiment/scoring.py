"""Sentiment of documents: what a scorer is, and how every document gets its score once."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np
import pyarrow as pa

from signals.aspects import ASPECTS
from signals.batch import ABSENT
from signals.frames import Col
from signals.freed_memory import give_back_memory
from signals.progress import Progress, silent
from signals.sentiment.waiting import Waiting
from signals.tables import SCORES, VECTORS

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt
    import pandas as pd

    from signals.batch import Batch
    from signals.lake import Lake
    from signals.sentiment.confusion import Confusion
    from signals.tables import Table

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

    @property
    def cut_off_day(self) -> pd.Timestamp | None:
        """Last day of the texts that trained it; None where no dated text did."""
        ...

    @property
    def confusion(self) -> Confusion | None:
        """What it calls texts of each label; None where nobody measured it."""
        ...

    def score(self, texts: Sequence[str]) -> Scored:
        """Score texts in the order given."""
        ...


def score_documents(
    lake: Lake, scorer: Scorer, *, progress: Progress = silent, chunk: int = 2_000
) -> int:
    """Score every document that this model has not scored yet.

    Each distinct text is read once, and each version of a restated document counts. Scores (and
    vectors, when the scorer has them) become visible chunk by chunk, so work that was stopped goes
    on where it was. Texts are streamed: memory grows by some hundred bytes a document, not with
    what people write.

    Parameters
    ----------
    chunk
        Distinct texts between two writes; at most so many are lost when the process dies.

    Returns
    -------
    int
        The number of documents (of a restated one, versions) that got a score.
    """
    started = time.perf_counter()
    writer = _Writer(lake, scorer)
    waiting = writer.waiting
    writer.copy_known()
    done, total = waiting.known_texts, len(waiting)
    progress(_STEP, done, total)
    for places, texts in waiting.chunks(chunk):
        scored = scorer.score(texts)
        give_back_memory()  # before, because writing may compact the table
        writer.write(places, scored)
        give_back_memory()
        done += len(texts)
        progress(_STEP, done, total)
    logger.info(
        "scored %d documents (%d distinct texts, %d of them known before) with %s in %.1f s",
        writer.written, total, waiting.known_texts, scorer.model_id, time.perf_counter() - started,
    )  # fmt: skip
    return writer.written


class _Writer:
    """Writes scores and vectors of texts that were found waiting at one state of the lake."""

    def __init__(self, lake: Lake, scorer: Scorer) -> None:
        self._lake = lake
        self._scorer = scorer
        versions = lake.versions()
        self._compared_with = {
            table: versions.get(table.name, ABSENT) for table in (SCORES, VECTORS)
        }
        self.waiting = Waiting(lake, scorer.model_id, scorer.encoder_id)
        self.written = 0

    def copy_known(self) -> None:
        """Score the documents whose text the model has read in others."""
        for rows in self.waiting.known_scores():
            with self._lake.batch() as batch:
                self.written += self._add(batch, SCORES, rows)

    def write(self, places: npt.NDArray[np.int64], scored: Scored) -> None:
        """Make the scores of some texts visible, in all documents that hold them."""
        with self._lake.batch() as batch:
            self.written += self._add(batch, SCORES, self._score_rows(places, scored))
            if scored.vectors is not None:
                self._add(batch, VECTORS, self._vector_rows(places, scored.vectors))

    def _add(self, batch: Batch, table: Table, rows: pa.Table) -> int:
        """Add rows without a comparison as long as nobody else has added any."""
        compared_with = self._compared_with[table]
        alone = batch.versions.get(table.name, ABSENT) == compared_with
        added = batch.add(table, rows, compared_with=compared_with)
        if alone:
            self._compared_with[table] = batch.versions.get(table.name, ABSENT)
        return added

    def _score_rows(self, places: npt.NDArray[np.int64], scored: Scored) -> pa.Table:
        doc_ids, which = self.waiting.documents(places)
        chances = scored.probabilities[which].astype(np.float64)
        columns = {
            Col.DOC_ID: doc_ids,
            Col.MODEL_ID: pa.repeat(self._scorer.model_id, len(which)),
            Col.TEXT_HASH: self.waiting.hashes(places[which]),
            **dict(zip(_CHANCES, chances.T, strict=True)),
            Col.POLARITY: chances[:, 2] - chances[:, 0],
        }
        mentions = scored.mentions()
        if mentions is not None:
            columns[Col.ASPECTS] = mentions.take(pa.array(which))
        return pa.table(columns)

    def _vector_rows(
        self, places: npt.NDArray[np.int64], vectors: npt.NDArray[np.float32]
    ) -> pa.Table:
        new = ~self.waiting.encoded(places)
        values = vectors[new]
        starts = np.arange(len(values) + 1, dtype=np.int32) * vectors.shape[1]
        return pa.table(
            {
                Col.TEXT_HASH: self.waiting.hashes(places[new]),
                Col.MODEL_ID: pa.repeat(self._scorer.encoder_id, len(values)),
                Col.VECTOR: pa.ListArray.from_arrays(starts, values.reshape(-1)),
            }
        )
