"""Aspect sets keep their terms in place, one part a text, and call absent only what is."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from signals import Col, DataError
from signals.aspects import ASPECTS
from signals.tuning.aspect_sets import (
    ASPECT_LABELS,
    KNOWN,
    TERMS,
    keep_apart,
    load_aspect_sets,
    silver_aspects,
)
from signals.tuning.aspect_terms import meaning_of_term, meaning_on_laptop
from signals.tuning.labelled_set import PART, LabelledSet, Part, text_key

SharedData = Callable[[str], Path]
NAMES = (
    "laptops_2014", "restaurants_2014", "laptops_2016", "zh_camera", "zh_car", "zh_notebook",
    "zh_phone", "zh_shampoo", "olist_causes",
)  # fmt: skip


def write(root: Path, file: str, text: str) -> Path:
    (root / file).parent.mkdir(parents=True, exist_ok=True)
    if file.endswith(".gz"):
        (root / file).write_bytes(gzip.compress(text.encode()))
    else:
        (root / file).write_text(text, encoding="utf-8")
    return root


def by_text(folder: Path, name: str) -> pd.DataFrame:
    (loaded,) = load_aspect_sets(folder, [name])
    return loaded.rows.set_index(Col.TEXT)


def terms_of(text: str, row: pd.Series) -> list[tuple[str, int]]:
    return [(text[start:stop], label) for start, stop, label in row[TERMS]]


def sentence(text: str, inside: str = "", more: str = "") -> str:
    return f"<sentences><sentence id='1'{more}><text>{text}</text>{inside}</sentence></sentences>"


def test_spans_stay_right_after_cleaning(tmp_path):
    # a zero-width space and a run of spaces go, so that everything behind them moves
    text = "The\u200b  screen is fine, the   screen hinge broke."
    at = text.rindex("screen hinge")
    folder = write(
        tmp_path, "absa/semeval2014_laptops_train_v2.xml",
        sentence(text, "<aspectTerms>"
                 f"<aspectTerm term='screen hinge' polarity='negative' from='{at}' to='{at + 12}'/>"
                 f"<aspectTerm term='screen' polarity='neutral' from='6' to='12'/></aspectTerms>"),
    )  # fmt: skip

    rows = by_text(folder, "laptops_2014")

    text = "The screen is fine, the screen hinge broke."
    assert terms_of(text, rows.loc[text]) == [("screen", 1), ("screen hinge", 0)]
    assert rows.loc[text, ASPECT_LABELS] == {"screen": 0}


def test_a_conflict_is_a_mention_without_a_judgement(tmp_path):
    folder = write(
        tmp_path, "absa/semeval2014_laptops_train_v2.xml",
        sentence("Nice battery, poor battery.", "<aspectTerms>"
                 "<aspectTerm term='battery' polarity='conflict' from='5' to='12'/></aspectTerms>"),
    )  # fmt: skip

    row = by_text(folder, "laptops_2014").iloc[0]

    assert row[TERMS] == []
    assert row[ASPECT_LABELS] == {"battery": -1}
    assert "battery" in row[KNOWN]


def test_what_a_word_hints_at_or_an_odd_term_hides_is_not_called_absent(tmp_path):
    folder = write(
        tmp_path, "absa/semeval2014_laptops_train_v2.xml",
        sentence("Too expensive, and the thingamajig wobbles.", "<aspectTerms>"
                 "<aspectTerm term='thingamajig' polarity='negative' from='23' to='34'/>"
                 "</aspectTerms>"),
    )  # fmt: skip

    row = by_text(folder, "laptops_2014").iloc[0]

    assert row[ASPECT_LABELS] == {}
    assert set(ASPECTS) - row[KNOWN] == {"price", "quality", "look", "fit", "use", "other"}


def test_categories_of_restaurants_name_the_aspects(tmp_path):
    folder = write(
        tmp_path, "absa/semeval2014_restaurants_train_v2.xml",
        sentence("Great soup, slow waiter.", "<aspectCategories>"
                 "<aspectCategory category='food' polarity='positive'/>"
                 "<aspectCategory category='service' polarity='negative'/></aspectCategories>"),
    )  # fmt: skip

    row = by_text(folder, "restaurants_2014").iloc[0]

    assert row[ASPECT_LABELS] == {"service": 0, "taste": 2}
    assert {"price", "battery", "screen"} <= row[KNOWN]
    assert "quality" not in row[KNOWN]


def test_opinions_on_laptops_are_read_and_sentences_out_of_scope_left_out(tmp_path):
    body = (
        "<Reviews><Review><sentences>"
        "<sentence id='1'><text>Dim and dear.</text><Opinions>"
        "<Opinion category='DISPLAY#QUALITY' polarity='negative'/>"
        "<Opinion category='LAPTOP#PRICE' polarity='negative'/>"
        "<Opinion category='LAPTOP#DESIGN_FEATURES' polarity='positive'/></Opinions></sentence>"
        "<sentence id='2' OutOfScope='TRUE'><text>Cats are amazing.</text></sentence>"
        "</sentences></Review></Reviews>"
    )
    folder = write(tmp_path, "absa/semeval2016_laptops_train_sb1_v2.xml", body)

    rows = by_text(folder, "laptops_2016")

    assert rows.index.tolist() == ["Dim and dear."]
    assert rows.iloc[0][ASPECT_LABELS] == {"price": 0, "screen": 0}
    assert not {"look", "fit"} & rows.iloc[0][KNOWN]


def test_chinese_is_joined_and_a_clause_with_two_terms_is_one_text(tmp_path):
    folder = write(
        tmp_path, "absa/zh_camera_train.csv.gz",
        "text_with_$T$,aspect,polarity\n"
        "$T$ 很 好 但 电 池 差,屏 幕,Positive\n屏 幕 很 好 但 $T$ 差,电 池,Negative\n",
    )  # fmt: skip

    rows = by_text(folder, "zh_camera")

    assert rows.index.tolist() == ["屏幕很好但电池差"]
    assert terms_of(rows.index[0], rows.iloc[0]) == [("屏幕", 2), ("电池", 0)]
    assert rows.iloc[0][ASPECT_LABELS] == {"battery": 0, "screen": 2}


def test_spaces_between_latin_words_stay(tmp_path):
    folder = write(
        tmp_path, "absa/zh_shampoo_train.csv.gz",
        "text_with_$T$,aspect,polarity\n喜欢 Head and Shoulders ，$T$ ！,速度很快,Positive\n",
    )  # fmt: skip

    rows = by_text(folder, "zh_shampoo")

    assert rows.index.tolist() == ["喜欢Head and Shoulders，速度很快！"]
    assert rows.iloc[0][ASPECT_LABELS] == {"delivery": 2}


def test_a_term_judged_both_ways_is_left_out(tmp_path):
    folder = write(
        tmp_path, "absa/zh_phone_train.csv.gz",
        "text_with_$T$,aspect,polarity\n$T$ 大,铃 声,Positive\n$T$ 大,铃 声,Negative\n",
    )  # fmt: skip

    row = by_text(folder, "zh_phone").iloc[0]

    assert row[TERMS] == []
    assert row[ASPECT_LABELS] == {"sound": -1}


def test_causes_of_olist_need_two_votes(tmp_path):
    votes = ["before_estimate", "delayed", "low_quality", "return", "not_as_anounced",
             "partial_delivery", "other_delivery", "other_order", "satisfied"]  # fmt: skip
    table = pd.DataFrame(0, index=range(3), columns=[f"votes_{cause}" for cause in votes])
    table["review_comment_title"] = [None, "ruim", None]
    table["review_comment_message"] = ["chegou tarde", "parou logo", "sei la"]
    table.loc[0, "votes_delayed"] = 3
    table.loc[1, ["votes_low_quality", "votes_return"]] = [2, 1]
    table.loc[2, ["votes_satisfied", "votes_delayed", "votes_return"]] = 1
    folder = write(tmp_path, "olist/classified_reviews.csv.gz", table.to_csv(index=False))

    rows = by_text(folder, "olist_causes")

    assert rows[ASPECT_LABELS].to_dict() == {
        "chegou tarde": {"delivery": 0}, "ruim. parou logo": {"quality": 0},
    }  # fmt: skip
    assert "quality" in rows.loc["chegou tarde", KNOWN]


def test_a_missing_file_and_an_unknown_set_are_named(tmp_path):
    with pytest.raises(DataError, match=r"lacks \['absa/zh_car_train\.csv\.gz'\]"):
        load_aspect_sets(tmp_path, ["zh_car"])
    with pytest.raises(DataError, match=r"\['hotels'\]; there are \['laptops_2014'"):
        load_aspect_sets(tmp_path, ["hotels"])


def test_a_file_that_is_no_xml_is_named(tmp_path):
    folder = write(tmp_path, "absa/semeval2014_laptops_train_v2.xml", "<sentences>")

    with pytest.raises(DataError, match=r"laptops_train_v2\.xml is no XML"):
        load_aspect_sets(folder, ["laptops_2014"])


def test_silver_aspects_come_without_a_judgement():
    assert silver_aspects(["物流很快，质量好", "ok"]) == [{"quality": -1, "delivery": -1}, {}]


def test_a_mark_that_may_mean_several_aspects_names_none():
    assert meaning_of_term("手感").aspect is None
    assert meaning_on_laptop("LAPTOP#DESIGN_FEATURES").aspect is None
    assert meaning_of_term("hard drive size").aspect == "other"
    assert meaning_of_term("keyboards").aspect is None


def test_a_text_held_out_among_aspects_trains_no_sentiment(tmp_path):
    lines = "".join(f"$T$ 好 {number},屏 幕,Positive\n" for number in range(50))
    folder = write(tmp_path, "absa/zh_car_train.csv.gz", "text_with_$T$,aspect,polarity\n" + lines)
    (cars,) = load_aspect_sets(folder, ["zh_car"])
    copies = cars.rows[[Col.TEXT]].assign(label=2, weight=1.0, part=Part.TRAIN)

    (labelled,), (marked,) = keep_apart([LabelledSet("x", "zh", "own", copies)], [cars])

    assert set(labelled.rows[Col.TEXT]) == set(cars.part(Part.TRAIN)[Col.TEXT])
    assert len(marked.rows) == len(cars.rows)


def test_real_sets_are_whole_and_split_once(shared_data: SharedData) -> None:
    sets = load_aspect_sets(shared_data("absa").parent)

    assert tuple(loaded.name for loaded in sets) == NAMES
    part_of: dict[str, str] = {}
    for loaded in sets:
        rows = loaded.rows
        assert rows[Col.TEXT].is_unique
        assert 0.15 < (rows[PART] == Part.TEST).mean() < 0.25
        for text, part in zip(rows[Col.TEXT], rows[PART], strict=True):
            assert part_of.setdefault(text_key(text), part) == part
        for row in rows.itertuples():
            assert all(row.text[a:b].strip() == row.text[a:b] != "" for a, b, _ in row.terms)
            assert set(row.aspects) <= row.known <= set(ASPECTS)
    count = {loaded.name: loaded.rows[TERMS].map(len).sum() for loaded in sets}
    assert count["laptops_2014"] > 2_280
    assert count["restaurants_2014"] > 3_580
    assert count["zh_shampoo"] > 6_700
