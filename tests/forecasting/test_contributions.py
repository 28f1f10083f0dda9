"""Parts that sum to the whole, as the definition of Shapley values has them."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecasting.agreement.reconcile import Reconciliation
from forecasting.blend import Blend
from forecasting.calibrate import Calibration
from forecasting.contributions import AFTERWARDS, PLAYERS, players_of, shapley
from forecasting.experts.naive import SeasonalNaive
from forecasting.experts.stats import EachAlone
from forecasting.experts.trees import Trees
from forecasting.forecaster import Forecaster
from forecasting.judging.backtest import ExpertKey, Variant
from signals import Col, DriverGroup

LEVELS = (0.1, 0.5, 0.9)
ETS, NAIVE = (ExpertKey(name, Variant.PLAIN) for name in ("autoets", "seasonal naive"))
TREES = ExpertKey("lightgbm", Variant.WITH_TEXT)


def _value(present):
    random = np.random.default_rng(sum(2**i for i, p in enumerate(PLAYERS) if p in present))
    return random.normal(100, 30, (2, 3))


def test_shares_equal_the_mean_over_all_orders():
    found = shapley(_value)

    for player in PLAYERS:
        gains = []
        for order in permutations(PLAYERS):
            before = frozenset(order[: order.index(player)])
            gains.append(_value(before | {player}) - _value(before))
        np.testing.assert_allclose(found.parts[player], np.mean(gains, axis=0))


def test_a_group_that_changes_nothing_gets_nothing_and_equals_share_equally():
    loud = {DriverGroup.HISTORY, DriverGroup.PRICE}

    found = shapley(lambda present: np.array([7.0 * bool(loud & present)]))

    assert found.parts[DriverGroup.SENTIMENT].item() == 0.0
    assert found.parts[DriverGroup.HISTORY].item() == pytest.approx(3.5)
    assert found.parts[DriverGroup.PRICE].item() == pytest.approx(3.5)


@pytest.fixture(scope="module")
def forecaster(make_panel):
    panel = make_panel(text_effect=0.5)
    experts = (Trees(LEVELS, rounds=30), EachAlone(LEVELS), SeasonalNaive(LEVELS))
    return Forecaster(
        LEVELS,
        {expert.name: expert.fit(panel) for expert in experts},
        Blend(
            {
                "product": {TREES: 0.7, ETS: 0.3},
                "category": {TREES: 0.5, NAIVE: 0.5},
                "total": {ETS: 0.6, NAIVE: 0.4},
            },
        ),
        Calibration(LEVELS, dict.fromkeys(("product", "category", "total"), (-0.2, 0.0, 0.1))),
        Reconciliation(LEVELS),
    ), panel


def test_real_contributions_sum_to_the_forecast_at_every_step_and_level(forecaster):
    model, panel = forecaster

    found = model.attribute(panel)

    forecast = model.predict(panel)
    assert np.abs(found.total - forecast).max() < 1e-6
    assert set(found.parts) == {*players_of(panel), *AFTERWARDS}
    assert found.baseline.shape == (13, 4, 3)


def test_experts_without_drivers_answer_to_recent_sales_alone(forecaster):
    model, panel = forecaster

    parts = model.attribute(panel).parts

    total = -1  # the last series; exponential smoothing and the naive rule forecast it
    for group in (DriverGroup.CALENDAR, DriverGroup.PRICE, DriverGroup.SENTIMENT):
        assert np.abs(parts[group][total]).max() == 0.0
    assert np.abs(parts[DriverGroup.HISTORY][total]).max() > 0.0


def test_calibration_moves_the_outer_levels_only(forecaster):
    model, panel = forecaster

    moved = model.attribute(panel).parts[DriverGroup.CALIBRATION]

    assert (moved[..., 0] < 0).all()
    assert np.abs(moved[..., 1]).max() < 1e-9
    assert (moved[..., 2] > 0).all()


def test_reconciling_is_a_part_of_its_own_and_makes_the_sums_agree(forecaster):
    model, panel = forecaster

    found = model.attribute(panel)

    assert np.abs(found.parts[DriverGroup.RECONCILIATION][..., 1]).max() > 0.01
    middle = found.total[..., 1]  # categories c0 to c2, products p000 to p008, total
    np.testing.assert_allclose(middle[:3].sum(axis=0), middle[-1], atol=1e-6)
    for category in range(3):
        products = middle[3:-1][category::3]
        np.testing.assert_allclose(products.sum(axis=0), middle[category], atol=1e-6)


def test_without_reconciliation_every_series_stays_as_it_was_forecast(forecaster):
    model, panel = forecaster
    alone = replace(model, reconciliation=None)

    np.testing.assert_array_equal(alone.predict(panel), model.calibrated(panel))


@pytest.fixture(scope="module")
def naive(make_panel):
    panel = make_panel(products=4, periods=60)
    expert = SeasonalNaive(LEVELS)
    scopes = ("product", "category", "total")
    return Forecaster(
        LEVELS,
        {expert.name: expert.fit(panel)},
        Blend({scope: {NAIVE: 1.0} for scope in scopes}),
        Calibration(LEVELS, {}, "not learnt"),
    ), panel


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_parts_sum_whatever_calibration_and_reconciliation_were_learnt(naive, seed):
    model, panel = naive
    random = np.random.default_rng(seed)
    shifts = {scope: tuple(random.normal(0, 0.5, 3)) for scope in ("product", "category", "total")}
    ids = panel.history[Col.SERIES_ID].unique()
    variances = {series: float(10 ** random.uniform(-4, 8)) for series in ids}
    learnt = replace(
        model,
        calibration=Calibration(LEVELS, shifts),
        reconciliation=Reconciliation(LEVELS, variances),
    )

    found = learnt.attribute(panel)

    forecast = learnt.predict(panel)
    assert np.abs(found.total - forecast).max() < 1e-6
    assert (np.diff(forecast) >= 0.0).all()
    assert forecast.min() >= 0.0
