"""Sentiment of the texts in a file of any origin, written beside them; no workspace is needed."""

from __future__ import annotations

import logging
import re
import time
from collections import Counter
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.compute as pc

from signals.errors import ConfigError, DataError
from signals.intake.readers import open_rows
from signals.intake.text_column import find_text_column
from signals.progress import Progress, silent
from signals.sentiment.flags import LOOKED_AT
from signals.sentiment.text_scores import ADDED, TextReader, as_batch
from signals.table_writers import as_texts, check_target, open_table

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from signals.intake.readers import RawRows
    from signals.sentiment.scoring import Scorer
    from signals.sentiment.text_scores import TextScore

_AT_ONCE: Final = 2_000
_SAMPLE: Final = 200
_LANG: Final = re.compile("[a-z]{2,3}|other")

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class FileOptions:
    """How a file is scored.

    Parameters
    ----------
    column
        Holds the texts; None guesses it.
    lang
        Language of all texts, such as ``en``; None tells it text by text.
    prefix
        Before the names of all columns that are added.
    replace
        Whether a file that exists may be written over.
    skip_broken
        Whether lines that hold no row are left out; else they refuse the file, so that rows keep
        their count.
    """

    column: str | None = None
    lang: str | None = None
    prefix: str = ""
    replace: bool = False
    skip_broken: bool = False

    def __post_init__(self) -> None:
        if self.lang is not None and not _LANG.fullmatch(self.lang):
            raise ConfigError(f"language is {self.lang!r}; expected a code such as en, zh or pt")


@dataclass(slots=True)
class FileScores:
    """What was found in a file.

    ``scored`` rows of ``rows`` got a score; ``shares`` are of these and name the likeliest class;
    ``languages`` and ``flags`` count rows; ``left_out`` counts lines that held no row.
    """

    column: str
    model_id: str
    rows: int = 0
    scored: int = 0
    left_out: int = 0
    classes: Counter[str] = field(default_factory=Counter)
    languages: Counter[str] = field(default_factory=Counter)
    flags: Counter[str] = field(default_factory=Counter)

    @property
    def shares(self) -> dict[str, float]:
        """Shares of the scored rows that are most likely negative, neutral, positive."""
        return {
            name: self.classes[name] / max(1, self.scored)
            for name in ("negative", "neutral", "positive")
        }

    def add(self, scores: list[TextScore]) -> None:
        """Count some more rows."""
        self.rows += len(scores)
        for score in scores:
            self.flags.update(filter(None, score.flags.split(";")))
            if score.p_neg is None or score.p_neu is None or score.p_pos is None:
                continue
            chances = {
                "negative": score.p_neg, "neutral": score.p_neu, "positive": score.p_pos,
            }  # fmt: skip
            self.scored += 1
            self.classes[max(chances, key=lambda name: chances[name])] += 1
            self.languages[score.lang or ""] += 1


def score_file(
    file: Path,
    out: Path,
    scorer: Scorer,
    options: FileOptions | None = None,
    *,
    progress: Progress = silent,
) -> FileScores:
    """Write the rows of a file with sentiment, language, aspects and flags beside them.

    Rows keep their order and count, columns their names, values and, in Parquet, types. Memory
    does not grow with the file.

    Parameters
    ----------
    file
        Any format that ``ingest`` reads.
    out
        Ends in ``.csv``, ``.tsv``, ``.parquet`` or ``.jsonl``; appears when it is complete.

    Raises
    ------
    DataError
        When the file cannot be read, holds lines that are no rows or columns of the names to be
        added, or ``out`` must not be written.
    """
    options = options or FileOptions()
    started = time.perf_counter()
    check_target(out, file, replace=options.replace)
    with open_rows(file) as rows:
        _check_lines(rows.bad_lines, file, options)
        added = pa.schema([f.with_name(options.prefix + f.name) for f in ADDED])
        _check_names(rows.schema.names, added.names, file)
        batches = (batch for batch in rows.batches if batch.num_rows)
        first = next(batches, None)
        column = _text_column(rows, first, file, options)
        found = FileScores(column, scorer.model_id, left_out=len(rows.bad_lines))
        reader = TextReader(scorer, options.lang)
        place = rows.schema.names.index(column)
        with open_table(out, rows, added) as write:
            for batch in chain([] if first is None else [first], batches):
                scores: list[TextScore] = []
                for start in range(0, batch.num_rows, _AT_ONCE):
                    scores += reader.read(_starts(batch.column(place).slice(start, _AT_ONCE)))
                    progress("scoring texts", found.rows + len(scores), rows.rows)
                write(batch, as_batch(scores, added))
                found.add(scores)
    logger.info(
        "scored %d of %d rows of %s with %s in %.1f s",
        found.scored, found.rows, file.name, scorer.model_id, time.perf_counter() - started,
    )  # fmt: skip
    return found


def _check_lines(bad_lines: pd.DataFrame, file: Path, options: FileOptions) -> None:
    if bad_lines.empty or options.skip_broken:
        return
    first = "; ".join(
        f"line {line}: {problem}"
        for line, problem in zip(bad_lines["line"][:3], bad_lines["problem"][:3], strict=True)
    )
    raise DataError(
        f"{file.name} has {len(bad_lines):,} line(s) that hold no row ({first}); mend them, or "
        "leave them out: --skip-broken"
    )


def _check_names(names: list[str], added: list[str], file: Path) -> None:
    doubled = [name for name in added if name in names]
    if doubled:
        raise DataError(
            f"{file.name} already has the column(s) {doubled}; rename them, or put something "
            "before the names of the new ones: --prefix gw_"
        )


def _text_column(
    rows: RawRows, first: pa.RecordBatch | None, file: Path, options: FileOptions
) -> str:
    """Find the column of texts in the first rows; of an empty file any column will do."""
    names: list[str] = rows.schema.names
    if first is None and options.column is None:
        return names[0]
    sample: dict[str, list[str | None]] = {name: [] for name in names}
    if first is not None:
        cells = [first.column(place).slice(0, _SAMPLE) for place in range(len(names))]
        sample = dict(zip(names, map(_starts, cells), strict=True))
    try:
        return find_text_column(sample, options.column)
    except DataError as error:
        raise DataError(f"{file.name}: {error}") from error


def _starts(column: pa.Array) -> list[str | None]:
    """Write values as texts, no more of each than is looked at and one character to tell so."""
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        try:
            column = pc.utf8_slice_codeunits(column, 0, LOOKED_AT + 1)
        except pa.ArrowInvalid:
            logger.debug("a text is not UTF-8; it is read as far as it is")
    return as_texts(column)
