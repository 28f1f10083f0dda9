"""Forecasts that agree: exactly, above zero, without crossing, and no worse for it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecasting.agreement.reconcile import Reconciliation, learn_reconciliation
from forecasting.agreement.tree import hierarchy_of
from forecasting.choose import FINAL, rehearse
from forecasting.grid import Grid
from forecasting.judging.backtest import Backtest, ExpertKey, Variant
from forecasting.judging.metrics import Metric, score
from signals import WEEK

LEVELS = (0.1, 0.5, 0.9)
IDS = ("category:a", "category:b", "product:1", "product:2", "product:3", "total")
SCOPES = ("category", "category", "product", "product", "product", "total")
CATEGORIES = ("a", "b", "a", "a", "b", "")
TREE = hierarchy_of(IDS, SCOPES, CATEGORIES)
ALL_SHOWN = np.zeros(3)
A, B, ONE, TWO, THREE, TOTAL = range(6)


def check_sums(units, rests):
    middle = units[..., 1]
    rest = {node: rests[f"rest:{node}"] for node in ("category:a", "category:b", "total")}
    assert np.abs(middle[ONE] + middle[TWO] + rest["category:a"] - middle[A]).max() < 1e-6
    assert np.abs(middle[THREE] + rest["category:b"] - middle[B]).max() < 1e-6
    assert np.abs(middle[A] + middle[B] + rest["total"] - middle[TOTAL]).max() < 1e-6


@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_any_forecasts_come_out_summing_ordered_and_not_negative(seed):
    random = np.random.default_rng(seed)
    quantiles = np.sort(random.gamma(0.4, 60, (6, 4, 3)) * (random.random((6, 4, 3)) < 0.8))
    shares = random.random(3) * (random.random(3) < 0.6)
    learnt = Reconciliation(LEVELS, {"product:1": 900.0, "total": 0.5}, {"category": 30.0})

    found = learnt.apply(quantiles, TREE, shares)

    check_sums(found.units, found.rests)
    assert found.units.min() >= 0.0
    assert (np.diff(found.units) >= 0.0).all()
    assert all((steps >= 0.0).all() for steps in found.rests.values())


def test_without_remainders_a_category_of_one_product_is_that_product():
    quantiles = np.tile([[10.0, 20.0, 40.0]], (6, 2, 1))

    found = Reconciliation(LEVELS).apply(quantiles, TREE, ALL_SHOWN)

    assert found.units[B].tolist() == pytest.approx(found.units[THREE])
    assert not any(steps.any() for steps in found.rests.values())


def test_levels_above_keep_their_distance_in_log_units_and_those_below_their_ratio():
    quantiles = np.tile([[10.0, 20.0, 40.0]], (6, 2, 1))

    low, middle, high = np.moveaxis(
        Reconciliation(LEVELS).apply(quantiles, TREE, ALL_SHOWN).units, -1, 0
    )

    np.testing.assert_allclose(low / middle, 0.5)
    np.testing.assert_allclose(np.log1p(high) - np.log1p(middle), np.log1p(40.0) - np.log1p(20.0))


def test_a_week_without_a_sale_stays_inside_the_interval_of_a_slow_product():
    quantiles = np.tile([[0.0, 1.0, 4.0]], (6, 2, 1))
    quantiles[TOTAL] = [5.0, 9.0, 14.0]

    found = Reconciliation(LEVELS).apply(quantiles, TREE, ALL_SHOWN).units

    assert (found[ONE, :, 1] > 1.0).all()
    assert (found[ONE, :, 0] == 0.0).all()


def test_the_total_alone_is_left_as_it_is():
    tree = hierarchy_of(["total"], ["total"], [""])
    quantiles = np.array([[[1.0, 2.0, 4.0]]])

    assert Reconciliation(LEVELS).apply(quantiles, tree, np.empty(0)).units == pytest.approx(
        quantiles
    )


def test_one_level_alone_is_reconciled_too():
    found = Reconciliation((0.5,)).apply(np.full((6, 2, 1), 20.0), TREE, ALL_SHOWN).units

    np.testing.assert_allclose(found[A] + found[B], found[TOTAL])


def test_what_has_no_forecast_takes_no_part():
    quantiles = np.tile([[10.0, 20.0, 40.0]], (6, 2, 1))
    quantiles[TWO] = np.nan

    found = Reconciliation(LEVELS).apply(quantiles, TREE, ALL_SHOWN)

    assert np.isnan(found.units[TWO]).all()
    np.testing.assert_allclose(found.units[ONE], found.units[A])


def backtest_of(noise, *, origins=4, horizon=6, seed=1):
    """Products in two categories, a fifth of each sold elsewhere; forecasts off by ``noise``."""
    random = np.random.default_rng(seed)
    periods = 60
    products = random.poisson([[30.0], [50.0], [80.0]], (3, periods)).astype(float)
    rest = random.poisson([[20.0], [20.0]], (2, periods))
    categories = np.stack([products[:2].sum(axis=0), products[2]]) + rest
    units = np.concatenate([categories, products, categories.sum(axis=0)[None]])
    days = pd.date_range("2024-01-01", periods=periods, freq="7D")
    ends = [periods - 1 - horizon - 2 * back for back in reversed(range(origins))]
    actual = np.stack([units[:, end + 1 : end + 1 + horizon] for end in ends], axis=1)
    mean = np.array([100.0, 100.0, 30.0, 50.0, 80.0, 200.0])
    off = random.lognormal(0, noise, (6, origins, 1)) * mean[:, None, None]
    point = np.broadcast_to(off, actual.shape)
    quantiles = point[..., None] * np.array([0.8, 1.0, 1.2])
    grid = Grid(IDS, SCOPES, CATEGORIES, days, units, WEEK)
    made_on = tuple(days[end] + pd.Timedelta(days=6) for end in ends)
    key = ExpertKey("last four periods", Variant.PLAIN)
    return Backtest(grid, LEVELS, made_on, actual, {key: quantiles}, np.ones(6)), point


def test_a_series_that_was_forecast_badly_is_trusted_less():
    tried, point = backtest_of(0.0)
    wrong = point.copy()
    wrong[ONE] *= np.array([0.3, 2.0, 0.4, 2.5])[:, None]

    learnt = learn_reconciliation(tried, wrong).variances

    assert learnt["product:1"] > 4 * learnt["product:2"]
    assert learnt["rest:category:a"] > 0.0


def test_without_a_backtest_every_forecast_counts_by_its_size_and_it_says_so():
    tried, point = backtest_of(0.0)

    learnt = learn_reconciliation(tried.at([]), point[:, :0])

    assert "no backtest" in learnt.reason
    quantiles = np.tile([[10.0, 20.0, 40.0]], (6, 2, 1))
    quantiles[TOTAL] *= 3
    found = learnt.apply(quantiles, TREE, ALL_SHOWN)
    check_sums(found.units, found.rests)


def test_forecasts_that_err_apart_get_better_by_agreeing():
    tried, _ = backtest_of(0.3, origins=6)
    finals = rehearse(tried, 1)
    calibrated = finals[ExpertKey("blend", Variant.CALIBRATED)]

    off = {
        name: score(tried.actual[[A, B, TOTAL]], values[[A, B, TOTAL]], LEVELS)[Metric.WAPE]
        for name, values in (("apart", calibrated), ("agreed", finals[FINAL]))
    }

    assert off["agreed"] < 0.9 * off["apart"]


def test_what_moved_most_and_the_remainders_are_told():
    quantiles = np.tile([[10.0, 20.0, 40.0]], (6, 2, 1))
    quantiles[TOTAL] *= 10

    told = Reconciliation(LEVELS).apply(quantiles, TREE, np.array([0.5, 0.0, 0.0])).to_dict()

    assert told["moved_most"]["series_id"] in IDS
    assert abs(told["moved_most"]["share"]) > 0.2
    assert list(told["rests"]) == ["rest:category:a"]
