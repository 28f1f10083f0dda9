"""The texts that judge the sentiment model: none trained it, whatever it was trained for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from signals import Col
from signals.sentiment.aspect_sets import AspectSet, load_aspect_sets
from signals.sentiment.labelled_set import text_key
from signals.sentiment.training_sets import (
    LABEL,
    NEUTRAL,
    PART,
    LabelledSet,
    Part,
    load_training_sets,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import pandas as pd

TWO_STARS: Final = "olist 1-2 against 4-5 stars"
QUICK_SETS: Final = ("sst2", "tweeteval", "airline_tweets", "chnsenticorp", "olist")
QUICK_ASPECT_SETS: Final = ("laptops_2014", "restaurants_2014", "zh_phone", "olist_causes")
QUICK_TEST, QUICK_TRAIN = 60, 600


def sets_that_judge(data: Path, *, quick: bool) -> tuple[list[LabelledSet], list[AspectSet]]:
    """Read the sets under a folder; a quick run takes some of them, and few rows of each."""
    sets = load_training_sets(data, QUICK_SETS if quick else None)
    aspect_sets = load_aspect_sets(data, QUICK_ASPECT_SETS if quick else None)
    trained = frozenset(_keys_of(sets)) | frozenset(_keys_of(aspect_sets))
    sets = [replace(each, rows=without_trained(each, trained)) for each in sets]
    aspect_sets = [replace(each, rows=without_trained(each, trained)) for each in aspect_sets]
    if quick:
        sets = [smaller(labelled) for labelled in sets]
        aspect_sets = [smaller_aspects(marked) for marked in aspect_sets]
    sets += [without_three_stars(each) for each in sets if each.name == "olist"]
    return [each for each in sets if len(each.part(Part.TEST))], aspect_sets


def without_trained(one: LabelledSet | AspectSet, trained: frozenset[str]) -> pd.DataFrame:
    """Drop the test rows whose text trains in any set; ``trained`` holds ``text_key``s."""
    known = (one.rows[PART] == Part.TEST) & one.rows[Col.TEXT].map(text_key).isin(trained)
    return one.rows[~known].reset_index(drop=True)


def without_three_stars(olist: LabelledSet) -> LabelledSet:
    """Leave out who was neither content nor discontent."""
    rows = olist.rows[olist.rows[LABEL] != NEUTRAL].reset_index(drop=True)
    return replace(olist, name=TWO_STARS, rows=rows, has_neutral=False)


def smaller(labelled: LabelledSet, train: int = QUICK_TRAIN, test: int = QUICK_TEST) -> LabelledSet:
    """Keep few training rows and few test rows."""
    rng = np.random.default_rng(0)
    rows = labelled.sample(train, rng).rows
    rows = rows.iloc[rng.permutation(len(rows))]
    kept = rows[(rows[PART] != Part.TEST) | (rows.groupby(PART).cumcount() < test)]
    return replace(labelled, rows=kept.reset_index(drop=True))


def smaller_aspects(marked: AspectSet, test: int = QUICK_TEST) -> AspectSet:
    """Keep few test rows."""
    rows = marked.rows
    kept = rows[(rows[PART] != Part.TEST) | (rows.groupby(PART).cumcount() < test)]
    return replace(marked, rows=kept.reset_index(drop=True))


def _keys_of(sets: Sequence[LabelledSet] | Sequence[AspectSet]) -> Iterator[str]:
    for one in sets:
        yield from map(text_key, one.part(Part.TRAIN)[Col.TEXT])
