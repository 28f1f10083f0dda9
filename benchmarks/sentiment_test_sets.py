"""The texts that judge the sentiment model: none trained it, whatever it was trained for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from signals.tuning.aspect_sets import AspectSet, keep_apart, load_aspect_sets
from signals.tuning.training_sets import (
    LABEL,
    NEUTRAL,
    PART,
    LabelledSet,
    Part,
    load_training_sets,
)

if TYPE_CHECKING:
    from pathlib import Path

TWO_STARS: Final = "olist 1-2 against 4-5 stars"
QUICK_SETS: Final = ("sst2", "tweeteval", "airline_tweets", "chnsenticorp", "olist")
QUICK_ASPECT_SETS: Final = ("laptops_2014", "restaurants_2014", "zh_phone", "olist_causes")
QUICK_TEST, QUICK_TRAIN = 60, 600


def sets_that_judge(data: Path, *, quick: bool) -> tuple[list[LabelledSet], list[AspectSet]]:
    """Read the sets under a folder; a quick run takes some of them, and few rows of each."""
    sets, aspect_sets = keep_apart(
        load_training_sets(data, QUICK_SETS if quick else None),
        load_aspect_sets(data, QUICK_ASPECT_SETS if quick else None),
    )
    if quick:
        sets = [smaller(labelled) for labelled in sets]
        aspect_sets = [smaller_aspects(marked) for marked in aspect_sets]
    sets += [without_three_stars(each) for each in sets if each.name == "olist"]
    return [each for each in sets if len(each.part(Part.TEST))], aspect_sets


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
