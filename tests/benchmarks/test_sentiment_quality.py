"""The parts of the quality benchmark, on a few texts made up for it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import sentiment_quality
from reporting import Report
from sentiment_peers import SnowNlp, TfIdf, Vader
from sentiment_quality import Reading, accuracy_by_length, add_calibration, add_quality
from sentiment_test_sets import smaller, without_three_stars

from signals import Col
from signals.tuning.training_sets import LABEL, PART, WEIGHT, LabelledSet, Part

PRAISE = ["great phone, love it", "love this, great value", "great and lovely", "i love it"]
BLAME = ["terrible phone, hate it", "hate this, awful value", "terrible and awful", "i hate it"]


def a_set(texts: list[str], labels: list[int], parts: list[Part], **more: object) -> LabelledSet:
    rows = pd.DataFrame({Col.TEXT: texts, LABEL: labels, WEIGHT: 1.0, PART: parts})
    return LabelledSet("few", more.pop("lang", "en"), "ours", rows, **more)


@pytest.fixture
def english() -> LabelledSet:
    return a_set(
        [*PRAISE, *BLAME, *(text + "!" for text in (*PRAISE[:2], *BLAME[:2]))],
        [2] * 4 + [0] * 4 + [2, 2, 0, 0],
        [Part.TRAIN] * 8 + [Part.TEST] * 4,
        has_neutral=False,
    )


CHANCES = np.array([[0.1, 0.1, 0.8], [0.1, 0.7, 0.2], [0.8, 0.1, 0.1], [0.2, 0.1, 0.7]])
"""Of the four test texts three are read rightly, one of them only when neutral does not stand."""


def test_a_word_list_and_a_bag_of_characters_read_plain_english(english):
    for peer in (Vader("en"), TfIdf()):
        assert peer.fits(english)

        chances = peer.judge_test(english)

        assert chances.shape == (4, 3)
        assert (chances[:, 2] > chances[:, 0]).tolist() == [True, True, False, False]


def test_portuguese_and_chinese_have_word_lists_of_their_own():
    portuguese = a_set(["muito bom, adorei", "horrível, péssimo"], [2, 0], [Part.TEST] * 2,
                       lang="pt")  # fmt: skip
    chinese = a_set(["非常好，很喜欢", "太差了，质量差"], [2, 0], [Part.TEST] * 2, lang="zh",
                    has_neutral=False)  # fmt: skip

    for peer, labelled in ((Vader("pt"), portuguese), (SnowNlp(), chinese)):
        chances = peer.judge_test(labelled)
        assert (chances[:, 2] > chances[:, 0]).tolist() == [True, False]


def test_peers_stay_away_from_other_languages_and_from_classes_they_do_not_know(english):
    three = a_set(["好"], [1], [Part.TEST], lang="zh")

    assert not Vader("pt").fits(english)
    assert not SnowNlp().fits(three)
    assert not TfIdf().fits(three)


def test_a_set_is_judged_between_two_classes_when_nobody_said_neutral(english, capsys):
    report = Report("nothing", "no data")

    add_quality(report, Reading(english, CHANCES), [Vader("en")])

    named = {figure.name: figure for figure in report.figures}
    f1 = named["few (en, 4 texts): macro_f1"]
    assert f1.value == pytest.approx((2 / 3 + 0.8) / 2)
    assert f1.low <= f1.value <= f1.high
    assert f1.peers == {"VADER": 1.0}
    assert named["few: called neutral though not"].value == 0.25


def test_the_goal_of_a_set_is_the_reach_of_its_measure(english, monkeypatch, capsys):
    monkeypatch.setitem(sentiment_quality.GOALS, "few", ("accuracy", 0.8))
    report = Report("nothing", "no data")

    add_quality(report, Reading(english, CHANCES), [])

    assert [(figure.reach, figure.falls_short) for figure in report.figures[:2]] == [
        (0.8, True), (None, False),
    ]  # fmt: skip


def test_sets_of_a_language_weigh_the_same_in_its_calibration_error(english, capsys):
    sure = np.tile([0.0, 0.0, 1.0], (4, 1))  # right in two of four
    right = a_set(["fine"], [2], [Part.TEST])
    report = Report("nothing", "no data")

    add_calibration(
        report, "en", [Reading(english, sure), Reading(right, np.array([[0.0, 0.0, 1.0]]))]
    )

    assert report.figures[0].value == pytest.approx(0.25)
    assert report.figures[0].falls_short


def test_accuracy_is_told_apart_by_length(english):
    found = accuracy_by_length([Reading(english, CHANCES)])

    # all four have more than 20 characters, none has 50
    assert found == [{"lang": "en", "shorter_than": 50, "texts": 4, "accuracy": 0.75}]


def test_a_smaller_set_keeps_validation_and_both_labels(english):
    small = smaller(english, train=2, test=3)

    assert len(small.part(Part.TEST)) == 3
    assert sorted(small.part(Part.TRAIN)[LABEL]) == [0, 2]


def test_three_stars_are_left_out_where_two_classes_are_judged():
    olist = a_set(["bom", "mais ou menos", "ruim"], [2, 1, 0], [Part.TEST] * 3, lang="pt")

    two = without_three_stars(olist)

    assert two.part(Part.TEST)[LABEL].tolist() == [2, 0]
    assert not two.has_neutral
