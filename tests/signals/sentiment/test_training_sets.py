"""Labelled sets are read as published and never train and judge with the same text."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from signals import Col, DataError
from signals.sentiment.training_sets import (
    LABEL,
    PART,
    WEIGHT,
    LabelledSet,
    Part,
    load_training_sets,
)

SharedData = Callable[[str], Path]


def olist_folder(root: Path) -> Path:
    """Write a few made-up reviews in Olist's columns."""
    (root / "olist").mkdir()
    reviews = pd.DataFrame(
        {
            "review_score": [5, 3, 1, 4, 2, 5],
            "review_comment_title": [None, "Ok", None, None, None, None],
            "review_comment_message": ["Adorei", "Razoável", "Veio quebrado", "Bom", "Ruim", None],
            "review_creation_date": pd.to_datetime(
                ["2018-01-01", "2018-02-01", "2018-03-31", "2018-04-01", "2018-05-01", "2018-01-01"]
            ),
        }
    )
    reviews.to_parquet(root / "olist" / "order_reviews.parquet")
    return root


def test_stars_become_labels_and_later_months_are_held_out(tmp_path: Path) -> None:
    (olist,) = load_training_sets(olist_folder(tmp_path), ["olist"])

    rows = olist.rows.set_index(Col.TEXT)
    assert rows[LABEL].to_dict() == {
        "Adorei": 2, "Ok. Razoável": 1, "Veio quebrado": 0, "Bom": 2, "Ruim": 0,
    }  # fmt: skip
    assert rows.index[rows[PART] == Part.TEST].tolist() == ["Bom", "Ruim"]
    assert rows.loc["Ok. Razoável", WEIGHT] == 0.5
    assert olist.last_day == pd.Timestamp("2018-03-31")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"lacks \['olist/order_reviews\.parquet'\]"):
        load_training_sets(tmp_path, ["olist"])


def test_an_unknown_set_is_named_with_what_there_is(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"\['imdb'\]; there are \['airline_tweets'"):
        load_training_sets(tmp_path, ["imdb"])


def test_a_sample_is_as_even_as_the_labels_allow() -> None:
    labels = [0] * 5 + [1] * 50 + [2] * 45
    rows = pd.DataFrame(
        {Col.TEXT: [f"t{i}" for i in range(100)], LABEL: labels, WEIGHT: 1.0, PART: Part.TRAIN}
    )
    rows.loc[90:, PART] = Part.TEST

    sampled = LabelledSet("x", "en", "own", rows).sample(35, np.random.default_rng(0))

    train = sampled.part(Part.TRAIN)
    assert train[LABEL].value_counts().to_dict() == {0: 5, 1: 15, 2: 15}
    assert len(sampled.part(Part.TEST)) == 10


def test_no_text_trains_and_judges_across_the_real_sets(shared_data: SharedData) -> None:
    folder = shared_data("sentiment_zh").parent

    sets = load_training_sets(folder, ["zh_shopping", "chnsenticorp", "amazon_multidomain"])

    texts = {part: {t for s in sets for t in s.part(part)[Col.TEXT]} for part in Part}
    assert not texts[Part.TRAIN] & texts[Part.TEST]
    assert not texts[Part.TRAIN] & texts[Part.VALIDATION]
    assert all(len(texts[part]) > 1000 for part in Part)
    assert {s.name: s.has_neutral for s in sets} == dict.fromkeys([s.name for s in sets], False)
