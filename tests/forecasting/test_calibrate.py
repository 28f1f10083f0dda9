"""Intervals that cover what they promise."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from forecasting.calibrate import Calibration, learn_calibration
from forecasting.judging.metrics import Metric, score

LEVELS = (0.1, 0.5, 0.9)
SCOPES = ["product"] * 60


def _too_narrow(seed: int):
    random = np.random.default_rng(seed)
    middle = random.uniform(20, 200, (60, 4, 8))
    actual = middle * np.exp(random.normal(0, 0.3, middle.shape))
    return actual, middle[..., None] * np.exp(np.array([-0.15, 0.0, 0.15]))


def test_intervals_that_were_too_narrow_cover_eighty_percent_afterwards():
    calibration = learn_calibration(*_too_narrow(1), LEVELS, SCOPES)
    actual, quantiles = _too_narrow(2)

    after = calibration.apply(quantiles, SCOPES)

    assert score(actual, quantiles, LEVELS)[Metric.COVERAGE] < 0.45
    assert 0.77 < score(actual, after, LEVELS)[Metric.COVERAGE] < 0.83
    assert score(actual, after, LEVELS)[Metric.WQL] < score(actual, quantiles, LEVELS)[Metric.WQL]


def test_the_point_forecast_is_not_moved():
    actual, quantiles = _too_narrow(1)
    calibration = learn_calibration(actual * 1.3, quantiles, LEVELS, SCOPES)

    after = calibration.apply(quantiles, SCOPES)

    np.testing.assert_array_equal(after[..., 1], quantiles[..., 1])


def test_one_origin_teaches_nothing_and_says_so():
    actual, quantiles = _too_narrow(1)

    calibration = learn_calibration(actual[:, :1], quantiles[:, :1], LEVELS, SCOPES)

    assert "needs at least 2" in calibration.reason
    assert calibration.apply(quantiles, SCOPES) is quantiles


def test_a_scope_with_few_points_leans_on_all():
    actual, quantiles = _too_narrow(1)
    scopes = ["product"] * 59 + ["total"]
    actual[59] = quantiles[59, ..., 1]  # the total was never missed

    shifts = learn_calibration(actual, quantiles, LEVELS, scopes).shifts

    assert shifts["product"][2] > shifts["total"][2] > 0.0


@given(
    arrays(float, (3, 4, 3), elements=st.floats(0, 1e5)),
    st.tuples(*[st.floats(-1, 1)] * 2),
)
def test_nothing_crosses_or_falls_below_zero(quantiles, ends):
    calibration = Calibration(LEVELS, {"product": (ends[0], 0.0, ends[1])})

    after = calibration.apply(np.sort(quantiles, axis=-1), ["product"] * 3)

    assert (after >= 0).all()
    assert (np.diff(after, axis=-1) >= 0).all()
    assert after[..., 1] == pytest.approx(np.sort(quantiles, axis=-1)[..., 1])
