"""Intervals come from the rows, not from luck."""

from __future__ import annotations

import numpy as np
import pytest
from resampling import interval, one_group


def test_the_interval_of_a_share_agrees_with_the_binomial():
    right = np.arange(400) < 300

    low, high = interval(lambda counts: float(counts @ right / counts.sum()), one_group(400))

    # 1.96 standard deviations of a share of 0.75 in 400 rows
    assert (low, high) == pytest.approx((0.75 - 0.0424, 0.75 + 0.0424), abs=0.008)


def test_rows_that_agree_leave_no_doubt():
    assert interval(lambda counts: float(counts.mean()), one_group(30), rounds=50) == (1.0, 1.0)


def test_a_mirrored_interval_lies_on_the_other_side_of_the_figure():
    values = np.arange(20.0)

    def above(counts):
        return float(counts @ values / counts.sum()) + 1.0

    low, high = interval(above, one_group(20), rounds=100)

    mirrored = interval(above, one_group(20), mirror=9.5, rounds=100)
    assert mirrored == pytest.approx((19 - high, 19 - low))


def test_each_group_keeps_its_number_of_rows():
    groups = np.array([0, 0, 0, 1, 1])

    low, high = interval(lambda counts: float(counts[:3].sum()), groups, rounds=50)

    assert (low, high) == (3.0, 3.0)


def test_the_same_seed_gives_the_same_interval():
    values = np.arange(20.0)

    def mean(counts):
        return float(counts @ values / counts.sum())

    first = interval(mean, one_group(20), rounds=100, seed=3)

    assert first == interval(mean, one_group(20), rounds=100, seed=3)
    assert first != interval(mean, one_group(20), rounds=100, seed=4)
