"""Smoothing over steps: what it keeps, and that the parts of a run still add up."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecasting.forecast import run_forecast
from forecasting.kept_forecaster import load_forecaster
from forecasting.runs import save_run
from forecasting.settings import ForecastSettings
from forecasting.smoothing import smooth
from signals import Col, ConfigError, DriverGroup, Lake

QUICK = ForecastSettings(origins=3, experts=("last four periods", "seasonal naive"), smooth=3)


def test_a_straight_path_stays_as_it_is():
    path = np.arange(10.0, 18.0)[:, None]

    np.testing.assert_allclose(smooth(path, 5), path)


def test_a_spike_is_spread_over_its_neighbours():
    path = np.array([2.0, 2.0, 8.0, 2.0, 2.0])[:, None]

    assert smooth(path, 3)[:, 0].tolist() == [2.0, 4.0, 4.0, 4.0, 2.0]


@given(st.integers(1, 9), st.sampled_from([1, 3, 5, 7]), st.integers(0, 100))
def test_levels_keep_their_order_and_stay_above_zero(horizon, width, seed):
    units = np.sort(np.random.default_rng(seed).gamma(1.0, 5.0, (2, horizon, 3)), axis=-1)

    found = smooth(units, width)

    assert (np.diff(found, axis=-1) >= -1e-12).all()
    assert found.min() >= 0.0


@pytest.mark.parametrize("width", [0, 2])
def test_a_width_without_a_middle_is_refused(width):
    with pytest.raises(ConfigError, match=f"smooth is {width}; it must be odd"):
        ForecastSettings(smooth=width)


@pytest.fixture(scope="module")
def smoothed(make_panel):
    panel = make_panel(products=6, periods=70)
    return run_forecast(panel, QUICK), run_forecast(panel, replace(QUICK, smooth=1)), panel


def test_parts_add_up_with_a_group_for_smoothing(smoothed):
    run, plain, _ = smoothed
    key = [Col.SERIES_ID, Col.STEP, Col.LEVEL]

    sums = run.contributions.groupby(key)[Col.UNITS].sum()
    told = run.forecasts.set_index(key)[Col.UNITS].sort_index()
    np.testing.assert_allclose(sums, told, atol=1e-6)
    moved = run.contributions[run.contributions[Col.GROUP] == str(DriverGroup.SMOOTHING)]
    assert moved[Col.UNITS].abs().max() > 0.0
    assert str(DriverGroup.SMOOTHING) not in set(plain.contributions[Col.GROUP])


def test_sums_of_products_still_agree_once_smoothed(smoothed):
    run, _, _ = smoothed
    middle = run.forecasts[run.forecasts[Col.LEVEL] == 0.5]
    wide = middle.pivot_table(index=Col.STEP, columns=Col.SERIES_ID, values=Col.UNITS)

    products = [name for name in wide if name.startswith("product:")]
    np.testing.assert_allclose(wide[products].sum(axis=1), wide["total"], atol=1e-6)


def test_what_a_run_learnt_smooths_again_after_loading(smoothed, tmp_path):
    run, _, panel = smoothed
    now = pd.Timestamp("2025-01-01", tz="UTC")
    save_run(run, Lake(tmp_path / "lake"), tmp_path / "models", now=now)

    loaded = load_forecaster(tmp_path / "models")

    order = [Col.SERIES_ID, Col.STEP, Col.LEVEL]
    told = run.forecasts.sort_values(order)[Col.UNITS]
    np.testing.assert_array_equal(loaded.predict(panel).ravel(), told)


def test_accuracy_is_that_of_the_smoothed_forecast(smoothed):
    run, plain, _ = smoothed

    def wape(of):
        rows = of.accuracy
        chosen = rows[(rows[Col.VARIANT] == "reconciled") & (rows[Col.METRIC] == "wape")]
        return chosen.set_index([Col.SERIES_ID, Col.STEP])[Col.VALUE]

    assert (wape(run) != wape(plain)).any()
    assert run.about["settings"]["smooth"] == 3
    assert run.run_id != plain.run_id
