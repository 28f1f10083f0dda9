"""A user's own labels are understood, or refused with the line and the value."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from signals import Col, DataError
from signals.tuning.training_sets import LABEL, WEIGHT, labelled_frame

TEXTS = ["Broke at once", "It is a cup", "I love it", "Never again", "Best cup I own"]


def written(root: Path, labels: list[object], texts: list[str] | None = None) -> Path:
    file = root / "cups.csv"
    pd.DataFrame({"said": texts or TEXTS[: len(labels)], "mark": labels}).to_csv(file, index=False)
    return file


@pytest.mark.parametrize(
    ("marks", "labels", "scheme"),
    [
        (["Negative", "NEUTRAL", "positive ", "neg", "Pos"], [0, 1, 2, 0, 2], "negative / neutral"),
        ([0, 1, 2, 0, 2], [0, 1, 2, 0, 2], "0 negative, 1 neutral, 2 positive"),
        ([-1, 0, 1, -1, 1], [0, 1, 2, 0, 2], "-1 negative, 0 neutral, 1 positive"),
        ([0, 0, 1, 0, 1], [0, 0, 2, 0, 2], "0 negative, 1 positive"),
        ([1, 3, 5, 2, 4], [0, 1, 2, 0, 2], "stars 1 to 5"),
        ([1.0, 3.0, 5.0, 2.0, 4.0], [0, 1, 2, 0, 2], "stars 1 to 5"),
        (["pos", "pos", "pos"], [2, 2, 2], "negative / neutral"),
    ],
)
def test_labels_are_read_in_the_way_they_fit(tmp_path, marks, labels, scheme):
    own = labelled_frame(written(tmp_path, marks), "said", "mark")

    assert own.rows.set_index(Col.TEXT)[LABEL].to_dict() == dict(zip(TEXTS, labels, strict=False))
    assert scheme in own.licence
    assert own.name == "cups"
    assert own.lang == "en"
    assert own.has_neutral == (1 in labels)


def test_three_stars_count_half_and_are_known_to_be_stars(tmp_path):
    own = labelled_frame(written(tmp_path, [1, 3, 5]), "said", "mark", lang="pt", name="mine")

    assert own.rows[WEIGHT].tolist() == [1.0, 0.5, 1.0]
    assert own.from_stars
    assert (own.lang, own.name) == ("pt", "mine")


def test_rows_without_a_text_or_label_are_left_out(tmp_path):
    file = written(tmp_path, ["pos", "", "neg"], ["Nice", "Unknown", "  "])

    assert labelled_frame(file, "said", "mark").rows[Col.TEXT].tolist() == ["Nice"]


def test_an_odd_label_is_named_with_its_line(tmp_path):
    file = written(tmp_path, ["pos", "neg", "great"])

    with pytest.raises(DataError, match=r"cups\.csv line 4: 'mark' holds 'great'; .*'neutral'"):
        labelled_frame(file, "said", "mark")


def test_half_stars_are_named_with_the_way_most_labels_are_read(tmp_path):
    file = written(tmp_path, [1, 4.5, 5, 2, 4])

    with pytest.raises(DataError, match=r"line 3: 'mark' holds '4\.5'; most .* stars 1 to 5"):
        labelled_frame(file, "said", "mark")


def test_numbers_of_one_side_are_refused(tmp_path):
    file = written(tmp_path, [1, 2, 2])

    with pytest.raises(DataError, match=r"holds only \['1', '2'\], which may be 0 negative, 1 neu"):
        labelled_frame(file, "said", "mark")


def test_a_missing_column_is_named_with_those_there_are(tmp_path):
    file = written(tmp_path, ["pos"])

    with pytest.raises(
        DataError, match=r"lacks the column\(s\) \['stars'\]; it has \['said', 'mark'"
    ):
        labelled_frame(file, "said", "stars")


def test_a_file_without_labels_is_refused(tmp_path):
    file = written(tmp_path, [None, None])

    with pytest.raises(DataError, match="no row with both 'said' and 'mark'"):
        labelled_frame(file, "said", "mark")
