"""Slow movers are forecast by how often they sell, by the method that suits them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from forecasting.experts.croston import Croston
from forecasting.grid import grid_of
from forecasting.inputs.demand_class import Demand, demand_of
from forecasting.judging.backtest import EVERY_GROUP
from signals import Col

LEVELS = (0.1, 0.5, 0.9)
RATES = (0.1, 0.25, 0.5)


@pytest.fixture(scope="module")
def slow(panel):
    """Forty series for each of three rates, Poisson, 200 weeks and the four that follow."""
    random = np.random.default_rng(11)
    days = pd.date_range("2020-01-06", periods=204, freq="7D")
    products = [f"product:s{number:03d}" for number in range(120)]
    frame = pd.DataFrame(
        {
            Col.SERIES_ID: np.repeat(products, 204),
            Col.SCOPE: "product",
            Col.CATEGORY: "c0",
            Col.DAY: np.tile(days, 120),
            Col.STEP: np.tile(np.arange(204) - 199, 120),
            Col.UNITS: np.concatenate(
                [random.poisson(rate, 204).astype(float) for rate in np.repeat(RATES, 40)]
            ),
        }
    )
    ahead = frame[Col.STEP] >= 1
    return replace(
        panel, history=frame[~ahead], future=frame[ahead], groups={}, known=(), past=(), polarity=()
    )


def test_the_forecast_is_near_the_true_rate(slow):
    middle = Croston(LEVELS).predict(slow, present=EVERY_GROUP)[:, :, 1]

    by_rate = middle.reshape(3, -1).mean(axis=1)
    np.testing.assert_allclose(by_rate, RATES, rtol=0.15)


def test_intervals_begin_at_nothing_and_hold_the_sales(slow):
    low, middle, high = Croston(LEVELS).predict(slow, present=EVERY_GROUP)[:, 0].T
    units = grid_of(slow).units

    inside = (units >= low[:, None]) & (units <= high[:, None])

    assert low.max() == 0.0
    assert (high >= middle).all()
    assert 0.75 < inside.mean() < 0.97


@pytest.mark.parametrize(
    ("units", "expected"),
    [
        ([3, 4, 3, 4, 3, 4, 3, 4], Demand.SMOOTH),
        ([1, 9, 1, 1, 20, 1, 1, 1], Demand.ERRATIC),
        ([1, 0, 1, 0, 0, 1, 0, 1], Demand.INTERMITTENT),
        ([1, 0, 1, 0, 0, 12, 0, 1], Demand.LUMPY),
        ([2, 2, 2, 2, 0, 0, 0, 0], Demand.FADING),
        ([0, 0, 0, 5, 0, 0, 0, 0], Demand.RARE),
        ([0, 0, 0, 0, 0, 0, 0, 0], Demand.RARE),
    ],
)
def test_demand_is_told_by_how_often_and_how_evenly_it_sells(units, expected):
    assert demand_of(np.asarray(units, dtype=float)) is expected


def test_a_series_that_fell_silent_is_forecast_below_its_mean(slow):
    series = grid_of(slow).series_ids[-1]
    latest = slow.history[Col.DAY].drop_duplicates().nlargest(40)
    gone = (slow.history[Col.SERIES_ID] == series) & slow.history[Col.DAY].isin(latest)
    faded = replace(slow, history=slow.history.assign(units=slow.history[Col.UNITS].mask(gone, 0)))

    middle = Croston(LEVELS).predict(faded, present=EVERY_GROUP)[-1, 0, 1]

    assert middle < 0.1 * grid_of(faded).units[-1].mean()


def test_a_single_sale_is_forecast_by_the_mean_and_said_so(slow):
    series = slow.history[Col.SERIES_ID].iloc[0]
    rows = slow.history.index[slow.history[Col.SERIES_ID] == series]
    history = slow.history.copy()
    history.loc[rows, Col.UNITS] = 0.0
    history.loc[rows[77], Col.UNITS] = 10.0
    once = replace(slow, history=history)
    croston = Croston(LEVELS)

    middle = croston.predict(once, present=EVERY_GROUP)[0, :, 1]

    np.testing.assert_allclose(middle, 10.0 / 200)
    assert list(croston.fallbacks(once)) == [series]
    assert "mean of all periods" in croston.fallbacks(once)[series]
