"""Figures agree with those worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signals.tuning.score_quality import (
    bar_neutral_chance,
    expected_calibration_error,
    judge,
)

CHANCES = np.array([[0.7, 0.2, 0.1], [0.2, 0.5, 0.3], [0.1, 0.2, 0.7], [0.3, 0.4, 0.3]])


def test_three_classes_by_hand() -> None:
    quality = judge(CHANCES, np.array([0, 1, 2, 2]))

    assert quality.rows == 4
    assert quality.accuracy == 0.75
    assert quality.macro_recall == pytest.approx((1 + 1 + 1 / 2) / 3)
    assert quality.macro_f1 == pytest.approx((1 + 2 / 3 + 2 / 3) / 3)


def test_without_neutral_the_likelier_of_the_others_is_taken() -> None:
    quality = judge(CHANCES, np.array([0, 2, 2, 0]), has_neutral=False)

    assert quality.accuracy == 1
    assert quality.macro_f1 == 1


def said_with(*confidences: float) -> np.ndarray:
    """Chances that put so much on the first class and the rest on the second."""
    sure = np.array(confidences)
    return np.column_stack([sure, 1 - sure, np.zeros(len(sure))])


def test_barring_neutral_shares_its_chance_in_proportion() -> None:
    barred = bar_neutral_chance(np.array([[0.1, 0.8, 0.1], [0.6, 0.2, 0.2], [0.0, 1.0, 0.0]]))

    assert barred == pytest.approx(np.array([[0.5, 0, 0.5], [0.75, 0, 0.25], [0.5, 0, 0.5]]))


def test_calibration_error_of_two_bins_by_hand() -> None:
    chances = said_with(0.6, 0.7, 0.8, 0.9)

    error = expected_calibration_error(chances, np.array([0, 1, 0, 0]), bins=2)

    # the less sure half says 0.65 and is right 0.5, the surer half says 0.85 and is right 1
    assert error == pytest.approx(0.5 * 0.15 + 0.5 * 0.15)


def test_calibration_error_with_weights_by_hand() -> None:
    chances = said_with(0.6, 0.9)

    error = expected_calibration_error(chances, np.array([1, 0]), np.array([1.0, 3.0]), bins=2)

    assert error == pytest.approx((1 * 0.6 + 3 * 0.1) / 4)


def test_chances_that_say_how_often_they_are_right_have_no_error() -> None:
    chances = said_with(*[0.75] * 4)

    assert expected_calibration_error(chances, np.array([0, 0, 0, 1])) == pytest.approx(0)


def test_calibration_error_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        expected_calibration_error(np.empty((0, 3)), np.empty(0, dtype=int))


texts = st.lists(
    st.tuples(st.floats(0.5, 1.0), st.booleans(), st.integers(1, 4)), min_size=1, max_size=60
)


@given(texts, st.integers(1, 20), st.randoms(use_true_random=False))
def test_calibration_error_is_bounded_and_does_not_mind_the_order(rows, bins, random) -> None:
    shuffled = random.sample(rows, len(rows))
    sure, wrong, weights = (np.array(column) for column in zip(*rows, strict=True))
    chances, labels = said_with(*sure), np.where(sure == 0.5, 0, wrong)

    error = expected_calibration_error(chances, labels, weights, bins=bins)

    again, wrong_again, weights_again = (np.array(c) for c in zip(*shuffled, strict=True))
    labels_again = np.where(again == 0.5, 0, wrong_again)
    assert error == pytest.approx(
        expected_calibration_error(said_with(*again), labels_again, weights_again, bins=bins)
    )
    gaps = sure - (labels == 0)
    assert abs(np.average(gaps, weights=weights)) - 1e-9 <= error
    assert error <= np.average(np.abs(gaps), weights=weights) + 1e-9


@given(texts, st.integers(1, 20))
def test_a_weight_counts_like_that_many_texts(rows, bins) -> None:
    sure, wrong, weights = (np.array(column) for column in zip(*rows, strict=True))
    chances, labels = said_with(*sure), wrong.astype(int)

    repeated = expected_calibration_error(
        np.repeat(chances, weights, axis=0), np.repeat(labels, weights), bins=bins
    )

    assert repeated == pytest.approx(
        expected_calibration_error(chances, labels, weights, bins=bins)
    )
