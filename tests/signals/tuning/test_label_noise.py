"""Texts that say the opposite of their stars are found, and nothing else is touched."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from signals import Col
from signals.tuning.label_noise import contradictions, without_contradictions
from signals.tuning.training_sets import (
    LABEL,
    PART,
    WEIGHT,
    LabelledSet,
    Part,
    load_training_sets,
)

SharedData = Callable[[str], Path]
THINGS = ("cup", "lamp", "chair", "kettle", "phone", "clock", "towel", "brush", "radio", "scarf")
PRAISE = ("lovely and works well", "great quality, I am happy", "perfect, would buy again")
BLAME = ("broke at once, refund please", "awful, a waste of money", "useless and it smells bad")


def reviews(said: tuple[str, ...], count: int) -> list[str]:
    return [
        f"The {THINGS[n % 10]} number {n} is {said[n % len(said)]}, {THINGS[n % 7]} too"
        for n in range(count)
    ]


def starred(flipped: int = 6) -> LabelledSet:
    """300 clear reviews of either side; the first ``flipped`` of either have the wrong stars."""
    rows = pd.DataFrame(
        {
            Col.TEXT: reviews(PRAISE, 300) + reviews(BLAME, 300) + reviews(("all right",), 40),
            LABEL: [2] * 300 + [0] * 300 + [1] * 40,
            WEIGHT: 1.0,
            PART: Part.TRAIN,
        }
    )
    rows.loc[: flipped - 1, LABEL] = 0
    rows.loc[300 : 300 + flipped - 1, LABEL] = 2
    rows.loc[rows.index % 10 == 9, PART] = Part.TEST
    return LabelledSet("starred", "en", "own", rows, from_stars=True)


def test_exactly_the_wrong_stars_are_dropped():
    labelled = starred()

    kept, report = without_contradictions(labelled)

    gone = labelled.rows[~labelled.rows[Col.TEXT].isin(kept.rows[Col.TEXT])]
    assert gone.index.tolist() == [*range(6), *range(300, 306)]
    assert report.as_dict() == {"name": "starred", "rows": 540, "dropped": 12, "share": 0.0222}


def test_held_out_rows_and_three_stars_stay():
    labelled = starred()
    labelled.rows.loc[labelled.rows.index < 12, PART] = Part.TEST

    kept, _ = without_contradictions(labelled)

    assert kept.part(Part.TEST).equals(labelled.part(Part.TEST))
    assert (kept.rows[LABEL] == 1).sum() == 40


def test_labels_that_were_not_stars_stay():
    labelled = replace(starred(), from_stars=False)

    kept, report = without_contradictions(labelled)

    assert kept is labelled
    assert (report.rows, report.share) == (0, 0.0)


def test_a_side_with_hardly_any_text_is_not_judged():
    labelled = starred()
    few = labelled.rows[(labelled.rows[LABEL] != 0) | (labelled.rows.index % 20 == 0)]

    kept, report = without_contradictions(replace(labelled, rows=few))

    assert len(kept.rows) == len(few)
    assert report.dropped == 0


def test_the_same_seed_finds_the_same_texts():
    texts = reviews(PRAISE, 120) + reviews(BLAME, 120)
    positive = np.arange(240) < 120
    positive[[3, 5, 130]] ^= True

    once, again = (contradictions(texts, positive, lang="en", seed=3) for _ in range(2))

    assert np.flatnonzero(once).tolist() == [3, 5, 130]
    assert (once == again).all()


@pytest.mark.parametrize(("folder", "name"), [("olist", "olist"), ("sentiment_zh", "chnsenticorp")])
def test_real_stars_are_mostly_right(shared_data: SharedData, folder: str, name: str) -> None:
    (labelled,) = load_training_sets(shared_data(folder).parent, [name])

    kept, report = without_contradictions(labelled)

    assert 0.002 < report.share < 0.04
    assert len(labelled.rows) - len(kept.rows) == report.dropped
