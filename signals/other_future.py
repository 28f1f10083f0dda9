"""The same past with another future: a forecast made earlier must not tell them apart."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from signals.batch import ABSENT
from signals.clean import text_hash
from signals.frames import Col
from signals.lake import Lake
from signals.tables import (
    ACCURACY,
    ALERTS,
    CONTRIBUTIONS,
    COVARIATES,
    DOCUMENTS,
    FEEDS,
    FORECASTS,
    PICTURES,
    REHEARSALS,
    RUNS,
    SCORES,
    VECTORS,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from signals.batch import Batch
    from signals.tables import Table

_RESTATED: Final = 0.2  # share of what was known that is told anew
_KEPT: Final = 0.5  # share of what became known later that comes at all
_NEW: Final = 0.05  # as many rows as this share of what was known come under names unheard of
_SPREAD: Final = 1.5  # of the logarithm by which numbers are multiplied
_CHANCES: Final = (Col.P_NEG, Col.P_NEU, Col.P_POS)
_LATER: Final = "later"
"""Ends the names of what nobody had heard of; names a sentiment model that was trained later."""
_OF_RUNS: Final = (FORECASTS, CONTRIBUTIONS, ACCURACY, REHEARSALS)


def with_other_future(
    lake: Lake, moment: pd.Timestamp, folder: Path, random: np.random.Generator
) -> Lake:
    """Copy a lake, with noise for everything that became known after a moment.

    Of the rows that came later half are left out; those that stay have other numbers, names and
    texts. A fifth of the rows known by then are restated after it, just as wildly, plans and
    statistics as vintages of their own. Others come under names unheard of: products, and documents
    with the very texts that were known. Scores and vectors follow their texts, and a model that was
    trained later scores them all. Of the runs that knew more, half are left out and the others
    foretold something else. Pictures stay.

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
        for table in (*FEEDS, ALERTS):
            rows = lake.sql(f"SELECT * FROM stored_{table.name} ORDER BY ALL")
            if rows.empty:
                continue
            late = (rows[Col.AVAILABLE_AT] > moment).to_numpy()
            past = rows[~late]
            future = rows[late][random.random(int(late.sum())) < _KEPT]
            again = _later(table, past[random.random(len(past)) < _RESTATED], moment, random)
            noise = pd.concat([_noise(table, part, random) for part in (future, again)])
            new = _unheard_of(table, past[random.random(len(past)) < _NEW], moment, random)
            every = pd.concat([past, noise, new], ignore_index=True)
            batch.add(table, every)
            if table is DOCUMENTS:
                known = set(past[Col.TEXT_HASH])
                _add_scores(lake, batch, known, pd.concat([noise, new]), random)
                _add_random_scores(batch, f"{_LATER}-model", every, random)
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
        _add_runs(lake, batch, moment, random)
    return copy


def _later(
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
            other = (values + random.random(len(rows))) * factor
            changed[name] = other.round() if pd.api.types.is_integer_dtype(values) else other
        else:
            changed[name] = values.to_numpy()[random.permutation(len(rows))]
    rows = rows.assign(**changed)
    if table is DOCUMENTS:
        rows[Col.TEXT_HASH] = [text_hash(text) for text in rows[Col.TEXT]]
    return rows


def _unheard_of(
    table: Table, rows: pd.DataFrame, moment: pd.Timestamp, random: np.random.Generator
) -> pd.DataFrame:
    """Give rows known by the moment once more after it, under names that nobody had heard."""
    name = Col.REGION if table is COVARIATES else table.key[0]
    return _later(table, rows, moment, random).assign(**{name: rows[name] + f"-{_LATER}"})


def _add_runs(lake: Lake, batch: Batch, moment: pd.Timestamp, random: np.random.Generator) -> None:
    """Keep the runs that knew no more; of the others keep half, with other numbers.

    All came in at once, so each run is said to have read the tables as they stand now.
    """
    runs = lake.read(RUNS)
    known_by = runs[Col.MADE_ON].dt.tz_localize("UTC") + pd.Timedelta(days=1)
    late = sorted(set(runs.loc[known_by > moment, Col.RUN_ID]))
    out = {name for name in late if random.random() >= _KEPT}
    for table in (RUNS, *_OF_RUNS):
        rows = lake.read(table)
        rows = rows[~rows[Col.RUN_ID].isin(out)]
        if table is RUNS:
            rows[Col.CONFIG] = [_as_of_versions(each, batch.versions) for each in rows[Col.CONFIG]]
        else:
            other = rows[Col.RUN_ID].isin(late).to_numpy()
            rows = pd.concat([rows[~other], _noise(table, rows[other], random)])
        if not rows.empty:
            batch.add(table, rows)


def _as_of_versions(config: str, versions: Mapping[str, int]) -> str:
    told: dict[str, Any] = json.loads(config)
    if told.get("panel"):
        read = told["panel"]["versions"]
        told["panel"]["versions"] = {name: versions.get(name, ABSENT) for name in read}
    return json.dumps(told, ensure_ascii=False)


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
        _add_random_scores(batch, model_id, noise, random)


def _add_random_scores(
    batch: Batch, model_id: str, documents: pd.DataFrame, random: np.random.Generator
) -> None:
    documents = documents.drop_duplicates([Col.DOC_ID, Col.TEXT_HASH])
    chances = random.dirichlet(np.ones(3), len(documents))
    rows = documents[[Col.DOC_ID, Col.TEXT_HASH]].assign(
        **{Col.MODEL_ID: model_id, **dict(zip(_CHANCES, chances.T, strict=True))}
    )
    rows[Col.POLARITY] = chances[:, 2] - chances[:, 0]
    batch.add(SCORES, rows)
