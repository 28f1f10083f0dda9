"""Labelled sets are read as published and never train and judge with the same text."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from signals import Col, DataError
from signals.tuning.labelled_set import each_text_in_one_part, text_key
from signals.tuning.training_sets import (
    GROUP,
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


def test_a_sample_of_a_set_that_is_nearly_all_praise_keeps_every_complaint() -> None:
    labels = [2] * 950 + [1] * 30 + [0] * 20
    rows = pd.DataFrame(
        {Col.TEXT: [f"t{i}" for i in range(1000)], LABEL: labels, WEIGHT: 1.0, PART: Part.TRAIN}
    )

    sampled = LabelledSet("x", "en", "own", rows).sample(90, np.random.default_rng(0))

    assert sampled.part(Part.TRAIN)[LABEL].value_counts().to_dict() == {2: 40, 1: 30, 0: 20}


def made_set(name: str, **parts: list[str]) -> LabelledSet:
    rows = [(text, 2, 1.0, Part(part)) for part, texts in parts.items() for text in texts]
    return LabelledSet(
        name, "en", "own", pd.DataFrame(rows, columns=[Col.TEXT, LABEL, WEIGHT, PART])
    )


def test_a_text_held_out_in_one_set_trains_in_none() -> None:
    one = made_set("one", train=["Very good!", "Late."], test=["It broke", "Fine"])
    two = made_set(
        "two", train=["it  broke...", "Nice", "GOOD ENOUGH"], validation=["fine", "Good enough"]
    )

    one, two = each_text_in_one_part([one, two])

    assert one.part(Part.TRAIN)[Col.TEXT].tolist() == ["Very good!", "Late."]
    assert one.part(Part.TEST)[Col.TEXT].tolist() == ["It broke", "Fine"]
    assert two.part(Part.TRAIN)[Col.TEXT].tolist() == ["Nice"]
    assert two.part(Part.VALIDATION)[Col.TEXT].tolist() == ["Good enough"]


def test_texts_without_letters_are_told_apart() -> None:
    assert text_key("😡!") != text_key("😍!")
    assert text_key("...") != text_key("!")


def reviews(root: Path, file: str, **columns: list[object]) -> Path:
    (root / file).parent.mkdir(parents=True, exist_ok=True)
    pd.DataFrame(columns).to_parquet(root / file)
    return root


def test_amazon_reviews_are_title_and_text_split_by_day(tmp_path: Path) -> None:
    days = pd.to_datetime(["2016-01-01", "2017-02-28", "2017-03-01", None, "2016-02-01"])
    folder = reviews(
        tmp_path, "amazon_devices_reviews/reviews.parquet",
        rating=[5.0, 1.0, 3.0, 4.0, None], review_ts=list(days),
        title=["Great", None, "So so", "Nice", "None"],
        text=["Loud enough.", "Died.", "It works.", "Lost day", "No stars"],
    )  # fmt: skip

    (devices,) = load_training_sets(folder, ["amazon_devices"])

    rows = devices.rows.set_index(Col.TEXT)
    assert rows[LABEL].to_dict() == {"Great. Loud enough.": 2, "Died.": 0, "So so. It works.": 1}
    assert rows.index[rows[PART] == Part.TEST].tolist() == ["So so. It works."]
    assert devices.last_day == pd.Timestamp("2017-02-28")
    assert devices.from_stars


def test_groups_are_named_so_that_one_can_be_left_out(tmp_path: Path) -> None:
    folder = reviews(
        tmp_path, "sentiment_zh/online_shopping_8_cats_train.parquet",
        cat=["水果", "衣服"], label=[1, 0], review=["很甜", "掉色"],
    )  # fmt: skip

    (shopping,) = load_training_sets(folder, ["zh_shopping"])

    assert shopping.rows.set_index(Col.TEXT)[GROUP].to_dict() == {"很甜": "水果", "掉色": "衣服"}


def test_posts_labelled_by_cues_count_less(tmp_path: Path) -> None:
    folder = reviews(
        tmp_path, "sentiment_zh/weibo2018_train.parquet",
        id=["1", "2"], label=[1, 0], text=["开心", "难过"],
    )  # fmt: skip

    (weibo,) = load_training_sets(folder, ["weibo"])

    assert weibo.rows[WEIGHT].tolist() == [0.3, 0.3]
    assert weibo.rows[LABEL].tolist() == [2, 0]


def test_no_text_trains_and_judges_across_the_real_sets(shared_data: SharedData) -> None:
    folder = shared_data("sentiment_zh").parent

    sets = load_training_sets(folder, ["zh_shopping", "chnsenticorp", "amazon_multidomain"])

    texts = {part: {t for s in sets for t in s.part(part)[Col.TEXT]} for part in Part}
    assert not texts[Part.TRAIN] & texts[Part.TEST]
    assert not texts[Part.TRAIN] & texts[Part.VALIDATION]
    assert all(len(texts[part]) > 1000 for part in Part)
    assert {s.name: s.has_neutral for s in sets} == dict.fromkeys([s.name for s in sets], False)


def test_no_text_trains_and_judges_across_real_sets_of_one_shop(shared_data: SharedData) -> None:
    folder = shared_data("amazon_devices_reviews").parent

    sets = load_training_sets(folder, ["amazon_devices", "amazon_5core", "jd_phones", "olist"])

    keys = {part: {text_key(t) for s in sets for t in s.part(part)[Col.TEXT]} for part in Part}
    assert not keys[Part.TRAIN] & keys[Part.TEST]
    assert not keys[Part.VALIDATION] & keys[Part.TEST]
    assert all(len(s.part(part)) > 100 for s in sets for part in Part)
    assert all(s.from_stars and s.last_day is not None for s in sets)
