"""Terms and aspects are judged as worked out by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from reporting import Report
from sentiment_aspects import (
    AspectReading,
    add_aspect_detection,
    add_aspect_polarity,
    f1_of_aspects,
    terms_of,
)

from signals import Col
from signals.aspects import ASPECTS
from signals.sentiment.scoring import Scored
from signals.tuning.aspect_sets import ASPECT_LABELS, KNOWN, TERMS, AspectSet
from signals.tuning.training_sets import LABEL, PART, Part

ALL = frozenset(ASPECTS)


def marked_rows(count: int, part: Part) -> list[dict[str, object]]:
    """Texts that praise the screen and blame the battery, and as many that name neither."""
    both = {
        TERMS: [(4, 10, 2), (22, 29, 0)],
        ASPECT_LABELS: {"screen": 2, "battery": 0},
        KNOWN: ALL,
    }
    neither = {TERMS: [], ASPECT_LABELS: {}, KNOWN: ALL}
    return [
        {Col.TEXT: text, PART: part, **marks}
        for number in range(count)
        for text, marks in ((f"The screen shines, my battery died, {number}", both),
                            (f"Bought for a friend, {number}", neither))
    ]  # fmt: skip


@pytest.fixture
def reading() -> AspectReading:
    rows = pd.DataFrame([*marked_rows(6, Part.TRAIN), *marked_rows(5, Part.TEST)])
    marked = AspectSet("zh_pretended", "zh", "ours", rows)
    test = marked.part(Part.TEST)
    terms = terms_of(test)
    aspects = np.zeros((len(test), len(ASPECTS), 3), dtype=np.float32)
    aspects[:, ASPECTS.index("screen"), 2] = 0.6  # found in every text, right in half of them
    positive = np.tile(np.array([0.1, 0.1, 0.8], dtype=np.float32), (len(test), 1))
    term_chances = np.array([[0.2, 0.6, 0.2], [0.7, 0.2, 0.1]] * 5, dtype=np.float32)
    return AspectReading(marked, test, Scored(positive, aspects=aspects), terms, term_chances)


def test_every_term_gets_a_row_with_its_place_and_the_number_of_its_text(reading):
    first = reading.terms.iloc[:2]

    assert [
        text[start:stop]
        for text, start, stop in zip(first[Col.TEXT], first["start"], first["stop"], strict=True)
    ] == ["screen", "battery"]
    assert first[LABEL].tolist() == [2, 0]
    assert reading.terms["number"].tolist() == [0, 0, 2, 2, 4, 4, 6, 6, 8, 8]


def test_terms_of_sets_without_neutral_are_judged_between_two_classes(reading, capsys):
    report = Report("nothing", "no data")

    add_aspect_polarity(report, [reading])

    alone, chinese = report.figures
    # of screens, negative and positive tie and negative is taken: wrong; batteries are right
    assert alone.value == 0.5
    assert alone.peers["sentiment of the whole text"] == 0.5
    assert alone.peers["TF-IDF around the term"] == 1.0
    assert chinese.name == "Chinese aspect sets (10 terms): aspect polarity accuracy"
    assert (chinese.value, chinese.reach) == (0.5, 0.92)


def test_detection_is_the_mean_f1_of_the_aspects_that_people_marked(reading, capsys):
    report = Report("nothing", "no data")

    add_aspect_detection(report, [reading])

    # screen: right 5, found 10, marked 5: F1 = 10 / 15; battery: never found
    assert report.figures[0].value == pytest.approx((2 / 3 + 0) / 2)
    assert report.figures[0].peers == {"TF-IDF + logistic regression": 1.0}
    assert report.details["aspect_detection"]["zh_pretended"]["screen"] == {
        "f1": pytest.approx(2 / 3), "texts": 5,
    }  # fmt: skip


def test_texts_where_nobody_looked_for_an_aspect_do_not_count():
    found = np.array([[True], [True], [False]])
    truth = np.array([[True], [False], [True]])
    known = np.array([[True], [False], [True]])

    assert f1_of_aspects(found, truth, known)[0] == pytest.approx(2 * 1 / (1 + 2))
