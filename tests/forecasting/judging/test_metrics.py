"""Metrics against values worked by hand, and their properties."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from forecasting.judging.metrics import Metric, change_scale, finish, score, terms

LEVELS = (0.1, 0.5, 0.9)
ACTUAL = np.array([10.0, 0.0, 30.0, 20.0])
QUANTILES = np.array([[5.0, 8.0, 12.0], [0.0, 2.0, 4.0], [10.0, 20.0, 25.0], [20.0, 20.0, 20.0]])
UNITS = st.floats(0, 1e6, allow_nan=False)


def test_every_metric_has_its_value_worked_by_hand():
    values = score(ACTUAL, QUANTILES, LEVELS, np.full(4, 4.0))

    pinball = (
        0.1 * (5 + 0 + 20 + 0)  # level 0.1 lies below every outcome
        + 0.5 * (2 + 2 + 10 + 0)
        + (0.1 * 2 + 0.1 * 4 + 0.9 * 5 + 0)
    )
    assert values[Metric.MAE] == pytest.approx(14 / 4)
    assert values[Metric.RMSE] == pytest.approx(np.sqrt((4 + 4 + 100) / 4))
    assert values[Metric.WAPE] == pytest.approx(14 / 60)
    assert values[Metric.MASE] == pytest.approx(14 / 4 / 4)
    assert values[Metric.WQL] == pytest.approx(2 * pinball / 3 / 60)
    assert values[Metric.COVERAGE] == pytest.approx(3 / 4)


def test_unknown_outcomes_count_nowhere():
    with_gap = np.append(ACTUAL, np.nan)
    wider = np.vstack([QUANTILES, [0.0, 1e6, 1e9]])

    assert score(with_gap, wider, LEVELS) == score(ACTUAL, QUANTILES, LEVELS)


def test_nothing_sold_gives_no_share():
    values = score(np.zeros(3), np.ones((3, 3)), LEVELS)

    assert np.isnan(values[Metric.WAPE])
    assert values[Metric.MAE] == 1.0


def test_change_scale_is_the_mean_step_between_known_periods():
    units = np.array([[np.nan, 1.0, 3.0, 2.0], [np.nan, np.nan, np.nan, 5.0]])

    assert change_scale(units).tolist() == [1.5, 0.0]


@given(arrays(float, 6, elements=UNITS), arrays(float, (6, 3), elements=UNITS))
def test_metrics_lie_in_their_ranges(actual, quantiles):
    values = score(actual, np.sort(quantiles, axis=1), LEVELS)

    assert 0 <= values[Metric.COVERAGE] <= 1
    assert values[Metric.RMSE] >= values[Metric.MAE] - 1e-6 * (1 + values[Metric.MAE])
    assert np.isnan(values[Metric.WQL]) or values[Metric.WQL] >= 0


@given(arrays(float, 8, elements=UNITS), arrays(float, (8, 3), elements=UNITS), st.integers(1, 7))
def test_sums_of_two_parts_give_the_whole(actual, quantiles, at):
    whole = score(actual, quantiles, LEVELS)
    parts = [terms(actual[s], quantiles[s], LEVELS, np.ones(())) for s in (slice(at), slice(at, 8))]

    for metric, value in whole.items():
        top, bottom = (np.asarray(sum(part[metric][i].sum() for part in parts)) for i in (0, 1))
        assert float(finish(metric, top, bottom)) == pytest.approx(value, nan_ok=True)


def test_mape_leaves_out_where_nothing_happened_and_r2_holds_against_the_mean():
    actual = np.array([[0.0, 2.0, 4.0]])
    quantiles = np.repeat(np.array([[1.0, 2.0, 3.0]])[..., None], 3, axis=-1)

    parts = terms(actual, quantiles, LEVELS, np.ones(()), np.array([[2.0]]))

    values = {m: float(finish(m, top.sum(), bottom.sum())) for m, (top, bottom) in parts.items()}
    assert values[Metric.MAPE] == pytest.approx((0 / 2 + 1 / 4) / 2)
    assert values[Metric.R2] == pytest.approx(1 - (1 + 0 + 1) / (4 + 0 + 4))
