"""The same past with another future: a forecast made earlier must not tell them apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from signals.clean import text_hash
from signals.frames import Col
from signals.lake import Lake
from signals.tables import COVARIATES, DOCUMENTS, FEEDS, PICTURES, SCORES, VECTORS

if TYPE_CHECKING:
    from pathlib import Path

    from signals.batch import Batch
    from signals.tables import Table

_RESTATED: Final = 0.2  # share of what was known that is told anew
_KEPT: Final = 0.5  # share of what became known later that comes at all
_SPREAD: Final = 1.5  # of the logarithm by which numbers are multiplied
_CHANCES: Final = (Col.P_NEG, Col.P_NEU, Col.P_POS)


def with_other_future(
    lake: Lake, moment: pd.Timestamp, folder: Path, random: np.random.Generator
) -> Lake:
    """Copy a lake, with noise for everything that became known after a moment.

    Of the rows that came later half are left out; those that stay have other numbers, names and
    texts. A fifth of the rows known by then are restated after it, just as wildly, plans and
    statistics as vintages of their own. Scores and vectors follow their texts; pictures stay.

    Parameters
    ----------
    moment
        With a zone. Reading both lakes as of this moment gives the same.
    folder
        Where the copy is made; must not hold a lake yet.
    """
    copy = Lake(folder)
    known: set[str] = set()
    with copy.batch() as batch:
        for table in FEEDS:
            rows = lake.sql(f"SELECT * FROM stored_{table.name} ORDER BY ALL")
            if rows.empty:
                continue
            late = (rows[Col.AVAILABLE_AT] > moment).to_numpy()
            past = rows[~late]
            future = rows[late][random.random(int(late.sum())) < _KEPT]
            again = _restated(table, past[random.random(len(past)) < _RESTATED], moment, random)
            noise = pd.concat([_noise(table, part, random) for part in (future, again)])
            batch.add(table, pd.concat([past, noise], ignore_index=True))
            if table is DOCUMENTS:
                known = set(past[Col.TEXT_HASH])
                _add_scores(lake, batch, known, noise, random)
        pictures = lake.read(PICTURES)
        if not pictures.empty:
            batch.add(PICTURES, pictures)
        vectors = lake.read(VECTORS)
        if not vectors.empty:
            unknown = ~vectors[Col.TEXT_HASH].isin(known).to_numpy()
            told = [
                random.normal(size=len(vector)).astype(np.float32) if other else vector
                for vector, other in zip(vectors[Col.VECTOR], unknown, strict=True)
            ]
            vectors[Col.VECTOR] = pd.Series(told, index=vectors.index, dtype=object)
            batch.add(VECTORS, vectors)
    return copy


def _restated(
    table: Table, rows: pd.DataFrame, moment: pd.Timestamp, random: np.random.Generator
) -> pd.DataFrame:
    """Date rows that were known some hours after the moment."""
    later = moment + pd.to_timedelta(random.integers(1, 240, len(rows)), unit="h")
    rows = rows.assign(**{Col.AVAILABLE_AT: later.as_unit("ns")})
    if table is COVARIATES:
        rows[Col.VINTAGE] = rows[Col.AVAILABLE_AT].dt.tz_localize(None).dt.normalize()
    return rows


def _noise(table: Table, rows: pd.DataFrame, random: np.random.Generator) -> pd.DataFrame:
    """Change everything but the names of rows and when they became known."""
    fixed = {*table.key, Col.AVAILABLE_AT, Col.EVENT_TIME, Col.MEASURE, Col.KIND, Col.TEXT_HASH}
    changed: dict[str, Any] = {}
    for name in [name for name in rows.columns if name not in fixed]:
        values = rows[name]
        if name == Col.TEXT:
            changed[name] = [f"text {number}" for number in random.integers(0, 10**9, len(rows))]
        elif pd.api.types.is_bool_dtype(values):
            changed[name] = random.random(len(rows)) < 0.5
        elif pd.api.types.is_numeric_dtype(values):
            factor = np.exp(random.normal(0.0, _SPREAD, len(rows)))
            changed[name] = (values + random.random(len(rows))) * factor
        else:
            changed[name] = values.to_numpy()[random.permutation(len(rows))]
    rows = rows.assign(**changed)
    if table is DOCUMENTS:
        rows[Col.TEXT_HASH] = [text_hash(text) for text in rows[Col.TEXT]]
    return rows


def _add_scores(
    lake: Lake, batch: Batch, known: set[str], noise: pd.DataFrame, random: np.random.Generator
) -> None:
    """Keep the scores of texts that were known, and score the others at random."""
    scores = lake.arrow("SELECT * FROM stored_scores ORDER BY doc_id, model_id, text_hash")
    if not scores.num_rows:
        return
    mask = np.isin(scores[Col.TEXT_HASH].to_numpy(zero_copy_only=False), sorted(known))
    batch.add(SCORES, scores.filter(mask))
    for model_id in sorted(set(scores[Col.MODEL_ID].to_pylist())):
        chances = random.dirichlet(np.ones(3), len(noise))
        rows = noise[[Col.DOC_ID, Col.TEXT_HASH]].assign(
            **{Col.MODEL_ID: model_id, **dict(zip(_CHANCES, chances.T, strict=True))}
        )
        rows[Col.POLARITY] = chances[:, 2] - chances[:, 0]
        batch.add(SCORES, rows)
