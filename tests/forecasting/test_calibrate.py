"""Intervals that cover what they promise."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from forecasting.calibrate import Calibration, learn_calibration
from forecasting.judging.metrics import Metric, score

LEVELS = (0.1, 0.5, 0.9)
SCOPES = ["product"] * 60


def _too_narrow(seed: int, noise=0.3, series=60):
    random = np.random.default_rng(seed)
    middle = random.uniform(20, 200, (series, 4, 8))
    actual = middle * np.exp(random.normal(0, 1, middle.shape) * noise)
    return actual, middle[..., None] * np.exp(np.array([-0.15, 0.0, 0.15]))


def _learn(actual, quantiles, *names, start=None):
    """Learn with one or several names a series, the same at every origin."""
    named = np.stack([np.asarray(each, dtype=object) for each in names], axis=-1)
    origins = np.repeat(named[:, None], actual.shape[1], axis=1)
    return learn_calibration(actual, quantiles, LEVELS, origins, start)


def _covered(actual, quantiles):
    return score(actual, quantiles, LEVELS)[Metric.COVERAGE]


def test_intervals_that_were_too_narrow_cover_eighty_percent_afterwards():
    calibration = _learn(*_too_narrow(1), SCOPES)
    actual, quantiles = _too_narrow(2)

    after = calibration.apply(quantiles, SCOPES)

    assert _covered(actual, quantiles) < 0.45
    assert 0.77 < _covered(actual, after) < 0.83
    assert score(actual, after, LEVELS)[Metric.WQL] < score(actual, quantiles, LEVELS)[Metric.WQL]


def test_every_segment_is_covered_where_segments_overlap():
    small, young = np.arange(240) < 120, np.arange(240) % 5 == 0
    scopes = ["product"] * 240
    noise = (0.1 + 0.2 * small + 0.3 * young)[:, None, None]
    sizes, ages = np.where(small, "small", "large"), np.where(young, "young", "old")
    pooled = _learn(*_too_narrow(1, noise, 240), scopes)
    by_segment = _learn(*_too_narrow(1, noise, 240), scopes, sizes, ages)
    actual, quantiles = _too_narrow(2, noise, 240)

    together = pooled.apply(quantiles, scopes)
    apart = by_segment.apply(quantiles, np.stack([scopes, sizes, ages], axis=1))

    for segment in (small, ~small, young, ~young):
        assert 0.74 < _covered(actual[segment], apart[segment]) < 0.86
    assert _covered(actual[young], together[young]) < 0.7
    assert _covered(actual[~small], together[~small]) > 0.86


def test_a_segment_that_was_never_seen_is_moved_like_all():
    calibration = _learn(*_too_narrow(1), SCOPES)
    _, quantiles = _too_narrow(2)

    unknown = calibration.apply(quantiles, ["brand"] * 60)

    np.testing.assert_array_equal(unknown, replace(
        calibration, stretches={"all": calibration.stretches["all"]}
    ).apply(quantiles, SCOPES))  # fmt: skip


def test_calm_and_wild_series_of_one_segment_are_both_covered_with_ranges_of_their_own():
    wild = np.arange(240) % 2 == 0
    spread = np.where(wild, 0.6, 0.1)[:, None, None]

    def backtest(seed):
        actual, quantiles = _too_narrow(seed, spread, 240)
        middle = quantiles[..., [1]]
        return actual, middle * np.exp(spread[..., None] * np.array([-0.5, 0.0, 0.5]))

    actual, quantiles = backtest(2)
    after = _learn(*backtest(1), ["product"] * 240).apply(quantiles, ["product"] * 240)

    for series in (wild, ~wild):
        assert 0.77 < _covered(actual[series], after[series]) < 0.83


def test_one_storm_does_not_blow_up_every_range():
    actual, quantiles = _too_narrow(1, 0.15)
    actual[:, 3] *= 4

    aims = _learn(actual, quantiles, SCOPES).aims

    assert aims[2] == pytest.approx(18 / 19)
    assert aims[0] > 1 / 19


def test_the_point_forecast_is_not_moved():
    actual, quantiles = _too_narrow(1)
    calibration = _learn(actual * 1.3, quantiles, SCOPES)

    after = calibration.apply(quantiles, SCOPES)

    np.testing.assert_array_equal(after[..., 1], quantiles[..., 1])


def test_one_origin_teaches_nothing_and_says_so():
    actual, quantiles = _too_narrow(1)

    calibration = _learn(actual[:, :1], quantiles[:, :1], SCOPES)

    assert "needs at least 2" in calibration.reason
    assert calibration.apply(quantiles, SCOPES) is quantiles


def test_origins_without_an_outcome_teach_nothing_and_break_nothing():
    actual, quantiles = _too_narrow(1)
    actual[:, 3] = np.nan

    whole = _learn(actual, quantiles, SCOPES)
    empty = _learn(np.full_like(actual, np.nan), quantiles, SCOPES)

    assert whole.stretches == _learn(actual[:, :3], quantiles[:, :3], SCOPES).stretches
    assert set(empty.stretches.values()) == {(0.0, 0.0, 0.0)}


def test_a_segment_with_few_points_leans_on_all():
    actual, quantiles = _too_narrow(1)
    scopes = ["product"] * 59 + ["total"]
    actual[59] = quantiles[59, ..., 1]  # the total was never missed

    found = _learn(actual, quantiles, scopes).stretches

    total, product = (found["all"][2] + found[scope][2] for scope in ("total", "product"))
    assert product > total > 0.0


def test_recent_misses_widen_the_interval_more_than_old_ones():
    widths = {}
    for when, places in {"old": slice(0, 2), "recent": slice(2, 4)}.items():
        actual, quantiles = _too_narrow(1, 0.1)
        wild = np.random.default_rng(5).normal(0, 0.5, actual[:, places].shape)
        actual[:, places] *= np.exp(wild)
        widths[when] = np.diff(_learn(actual, quantiles, SCOPES).apply(quantiles, SCOPES)).mean()

    assert widths["recent"] > 1.05 * widths["old"]


def test_a_shock_that_no_other_origin_bears_out_counts_for_half():
    actual, quantiles = _too_narrow(1, 0.117)  # as wide as promised

    def wider(*shocks):
        shocked = actual * np.exp(np.asarray(shocks)[:, None])
        calibrated = _learn(shocked, quantiles, SCOPES).apply(quantiles, SCOPES)
        return np.diff(calibrated).mean() / np.diff(quantiles).mean() - 1.0

    assert wider(0, 0, 0, 0) == pytest.approx(0.0, abs=0.05)
    assert wider(0.6, 0, 0, 0) < 0.5 * wider(0.6, -0.6, 0.6, -0.6)


def test_a_start_that_aims_higher_reaches_higher():
    usual = _learn(*_too_narrow(1), SCOPES)
    higher = _learn(*_too_narrow(1), SCOPES, start=(0.05, 0.5, 0.95))

    assert higher.aims[0] < usual.aims[0]
    assert higher.aims[2] > usual.aims[2]
    assert higher.stretches["all"][2] > usual.stretches["all"][2]


def test_what_earlier_runs_taught_is_applied_in_full():
    actual, quantiles = _too_narrow(1, 0.117)  # as wide as promised: a backtest has nothing to add

    usual, wider = (
        np.diff(_learn(actual, quantiles, SCOPES, start=start).apply(quantiles, SCOPES)).mean()
        for start in (None, (0.05, 0.5, 0.95))
    )

    assert wider > 1.15 * usual


@given(
    arrays(float, (3, 4, 3), elements=st.floats(0, 1e5)),
    st.tuples(*[st.floats(-1, 1)] * 4),
)
def test_nothing_crosses_or_falls_below_zero(quantiles, ends):
    stretches = {"product": (ends[0], 0.0, ends[1]), "small": (ends[2], 0.0, ends[3])}
    calibration = Calibration(LEVELS, stretches)

    after = calibration.apply(np.sort(quantiles, axis=-1), [["product", "small"]] * 3)

    assert (after >= 0).all()
    assert (np.diff(after, axis=-1) >= 0).all()
    assert after[..., 1] == pytest.approx(np.sort(quantiles, axis=-1)[..., 1])
