"""Figures agree with those worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from signals.sentiment.score_quality import judge

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
