"""Sentiment of the texts in one file, beside the lake."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

import numpy as np

from signals.clean import clean_text
from signals.errors import DataError
from signals.frames import Col
from signals.intake.readers import read_raw
from signals.progress import Progress, silent

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy.typing as npt

    from signals.sentiment.scoring import Scorer

_CHUNK: Final = 2_000

logger = logging.getLogger(__name__)


def score_file(
    file: Path, column: str, out: Path, scorer: Scorer, *, progress: Progress = silent
) -> int:
    """Write the rows of a file with the chances of negative, neutral and positive beside them.

    Parameters
    ----------
    file
        Any format that ``ingest`` reads.
    column
        Holds the texts; a row without a text gets empty chances.
    out
        Ends in ``.csv`` or ``.parquet``.

    Returns
    -------
    int
        Rows that got a score.
    """
    if out.suffix not in {".csv", ".parquet"}:
        raise DataError(f"{out} ends in {out.suffix!r}; expected .csv or .parquet")
    frame = read_raw(file).frame
    if column not in frame:
        raise DataError(f"{file} lacks the column {column!r}; it has {list(frame.columns)}")
    texts = frame[column].fillna("").astype(str).map(clean_text)
    distinct = [text for text in texts.unique() if text]
    chances = dict(zip(distinct, _scored(distinct, scorer, progress), strict=True))
    silence = np.full(3, np.nan, dtype=np.float32)
    rows = np.array([chances.get(text, silence) for text in texts], dtype=np.float32)
    for place, name in enumerate((Col.P_NEG, Col.P_NEU, Col.P_POS)):
        frame[name] = rows[:, place]
    frame[Col.POLARITY] = rows[:, 2] - rows[:, 0]
    frame[Col.MODEL_ID] = scorer.model_id
    if out.suffix == ".csv":
        frame.to_csv(out, index=False)
    else:
        frame.to_parquet(out, index=False)
    scored = int((texts != "").sum())
    logger.info("scored %d rows of %s (%d distinct texts)", scored, file.name, len(distinct))
    return scored


def _scored(
    texts: Sequence[str], scorer: Scorer, progress: Progress
) -> list[npt.NDArray[np.float32]]:
    rows: list[npt.NDArray[np.float32]] = []
    for start in range(0, len(texts), _CHUNK):
        rows.extend(scorer.score(texts[start : start + _CHUNK]).probabilities)
        progress("scoring texts", len(rows), len(texts))
    return rows
