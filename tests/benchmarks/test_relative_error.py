"""The point of least relative error against values worked by hand."""

from __future__ import annotations

import numpy as np
import pytest
from relative_error import mape, relative_point


def test_outcomes_even_in_logs_have_their_point_where_half_of_the_inverse_weight_lies():
    # weighted by 1 / y, outcomes that are even in logs have the harmonic mean of their ends as
    # their median; the ends lie an eighth of the way beyond the outer levels
    quantiles = np.expm1(np.linspace(np.log1p(99), np.log1p(999), 9))

    point = relative_point(quantiles, np.round(np.arange(0.1, 0.91, 0.1), 1))

    low, high = 100 * 10 ** (-1 / 8), 1000 * 10 ** (1 / 8)
    assert point == pytest.approx(2 / (1 / low + 1 / high) - 1, rel=0.01)


def test_the_relative_point_beats_every_other_point_of_the_distribution():
    outcomes = np.exp(np.random.default_rng(1).normal(5, 0.8, 20_000))
    levels = np.round(np.arange(0.1, 0.91, 0.1), 1)
    point = relative_point(np.quantile(outcomes, levels), levels)

    errors = [mape(outcomes, np.full(20_000, x)) for x in (point, 0.8 * point, 1.25 * point)]

    assert errors[0] == min(errors)
    assert point < np.median(outcomes)


def test_a_sure_forecast_is_its_own_relative_point():
    assert relative_point(np.full(3, 7.0), (0.1, 0.5, 0.9)) == pytest.approx(7.0)


def test_outcomes_of_nothing_are_left_out_of_mape():
    actual, point = np.array([10.0, 20.0, 0.0]), np.array([8.0, 25.0, 1.0])

    assert mape(actual, point) == pytest.approx((0.2 + 0.25) / 2)
