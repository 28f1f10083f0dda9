"""Cumulative sums: shifts that stay are told, chance and single outliers are not."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecasting.watching.cusum import LIMIT, SLACK, shifts, standardised

LEVELS = (0.1, 0.5, 0.9)


def test_a_rise_of_two_is_told_after_as_many_periods_as_the_sum_needs() -> None:
    quiet, risen = np.zeros(20), np.full(10, 2.0)

    (found,) = shifts(np.concatenate([quiet, risen]))

    assert found.is_rise
    assert found.began == 20
    assert found.seen == 20 + int(LIMIT / (2 - SLACK))  # the sum is beyond the limit: 7 * 1.5


def test_a_fall_is_told_like_a_rise() -> None:
    (found,) = shifts(np.full(8, -2.0))

    assert not found.is_rise
    assert (found.began, found.seen) == (0, 6)


def test_a_single_outlier_is_no_shift() -> None:
    residuals = np.zeros(50)
    residuals[10] = 1000.0

    assert shifts(residuals) == []


def test_a_shift_that_goes_on_is_told_again_from_nothing() -> None:
    assert [shift.seen for shift in shifts(np.full(14, 2.0))] == [6, 13]


@given(st.lists(st.integers(0, 30), max_size=10))
def test_periods_that_were_not_observed_change_nothing(gaps: list[int]) -> None:
    residuals = np.random.default_rng(3).normal(1.2, 1, 40)
    with_gaps = np.insert(residuals, sorted(gaps), np.nan)
    places = np.flatnonzero(~np.isnan(with_gaps))

    assert [places[s.seen] for s in shifts(residuals)] == [s.seen for s in shifts(with_gaps)]


@given(st.lists(st.floats(-4, 4), max_size=60))
def test_the_sums_are_those_of_pages_definition(values: list[float]) -> None:
    high = low = 0.0
    expected = []
    for place, value in enumerate(np.clip(values, -3, 3)):
        high, low = max(0.0, high + value - SLACK), max(0.0, low - value - SLACK)
        if max(high, low) > LIMIT:
            expected.append(place)
            high = low = 0.0

    assert [shift.seen for shift in shifts(np.array(values))] == expected


@pytest.mark.parametrize(("came", "deviations"), [(100, 0.0), (118, 1.2816), (70, -3.8447)])
def test_a_skew_forecast_is_measured_on_the_side_the_outcome_fell_on(
    came: float, deviations: float
) -> None:
    told = np.array([[90.0, 100.0, 118.0]])

    assert standardised(np.array([came]), told, LEVELS)[0] == pytest.approx(deviations, abs=1e-3)


def test_what_was_not_observed_has_no_residual() -> None:
    assert np.isnan(standardised(np.array([np.nan]), np.array([[1.0, 2.0, 3.0]]), LEVELS)).all()
