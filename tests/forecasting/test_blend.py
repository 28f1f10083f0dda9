"""Weights go to those who were right."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from forecasting.blend import Blend, weigh
from forecasting.choose import BLEND, choose, rehearse
from forecasting.experts.naive import RecentMean
from forecasting.judging.backtest import ExpertKey, Variant, backtest
from forecasting.segments import segments_seen

LEVELS = (0.1, 0.5, 0.9)
GOOD, BAD, SIDE = (ExpertKey(name, Variant.PLAIN) for name in ("good", "bad", "side"))


@pytest.fixture(scope="module")
def tried(panel):
    base = backtest(panel, [RecentMean(LEVELS)], LEVELS, [55, 60, 65, 70])
    random = np.random.default_rng(4)
    spread = np.array([0.8, 1.0, 1.25])
    quantiles = {}
    for key, noise in ((GOOD, 0.1), (BAD, 0.8), (SIDE, 0.1)):
        shock = np.exp(random.normal(0, noise, base.actual.shape))
        quantiles[key] = (base.actual * shock)[..., None] * spread
    return replace(base, quantiles=quantiles)


def _weigh(tried, *experts):
    scopes = dict.fromkeys(("product", "category", "total"), experts)
    return weigh(tried, scopes, segments_seen(tried)[1])


def test_the_expert_that_was_wrong_gets_nothing(tried):
    blend = _weigh(tried, GOOD, BAD)

    assert blend.weights["product"] == {GOOD: 1.0}
    assert blend.label(["product"]) == "good 1"


def test_two_experts_with_different_errors_are_better_together(tried):
    blend = _weigh(tried, GOOD, BAD, SIDE)

    weights = blend.weights["product"]
    assert sum(weights.values()) == pytest.approx(1.0, abs=1e-3)
    assert min(weights[GOOD], weights[SIDE]) > 0.25
    assert blend.label(["product"]).count("+") == 1


def test_without_a_backtest_all_weigh_alike(tried):
    blend = _weigh(tried.at([]), GOOD, BAD)

    assert blend.weights["product"] == {GOOD: 0.5, BAD: 0.5}
    assert not blend.within


def test_each_scope_is_combined_by_its_own_weights():
    blend = Blend({"product": {GOOD: 1.0}, "total": {GOOD: 0.5, BAD: 0.5}})
    quantiles = {GOOD: np.full((2, 1, 3), 10.0), BAD: np.full((2, 1, 3), 20.0)}

    mixed = blend.combine(quantiles, ["product", "total"])

    assert mixed[:, 0, 1].tolist() == [10.0, 15.0]


def test_a_segment_without_weights_is_combined_by_those_of_its_scope():
    blend = Blend({"product": {GOOD: 1.0}}, {"product, small": {BAD: 1.0}})
    quantiles = {GOOD: np.full((2, 1, 3), 10.0), BAD: np.full((2, 1, 3), 20.0)}

    mixed = blend.combine(quantiles, [["product", "product, small"], ["product", "product, large"]])

    assert mixed[:, 0, 1].tolist() == [20.0, 10.0]
    assert blend.label(["product", "product, small"]) == "bad 1"
    assert blend.experts == [BAD, GOOD]


def test_small_and_large_series_go_to_the_expert_that_is_right_about_them(make_panel):
    panel = make_panel(products=24, periods=60)
    base = backtest(panel, [RecentMean(LEVELS)], LEVELS, [35, 40, 45, 50])
    small = np.asarray([units.mean() < 70 for units in base.grid.units])[:, None, None]
    spread = np.array([0.8, 1.0, 1.25])
    right, wrong = base.actual, base.actual * 3.0
    quantiles = {
        GOOD: np.where(small, right, wrong)[..., None] * spread,
        BAD: np.where(small, wrong, right)[..., None] * spread,
    }

    blend = _weigh(replace(base, quantiles=quantiles), GOOD, BAD)

    smallest, largest = (
        next(w for name, w in blend.within.items() if name.startswith(f"product, size {size}"))
        for size in ("1 of 4", "4 of 4")
    )
    assert smallest[GOOD] > 0.4 + largest.get(GOOD, 0.0)
    assert largest[BAD] > 0.4 + smallest.get(BAD, 0.0)


def test_a_segment_seen_in_few_forecasts_stays_near_its_scope(tried):
    other = {key: values.copy() for key, values in tried.quantiles.items()}
    row = tried.grid.series_ids.index("total")
    other[GOOD][row], other[BAD][row] = other[BAD][row], other[GOOD][row]

    blend = _weigh(replace(tried, quantiles=other), GOOD, BAD)

    (within,) = (weights for name, weights in blend.within.items() if name.startswith("total"))
    assert blend.weights["total"][GOOD] > 0.4
    assert within[GOOD] > 0.3


def test_the_rehearsal_of_an_origin_does_not_see_its_outcomes(tried):
    other = tried.actual.copy()
    other[:, 2] *= 50.0

    first = rehearse(tried, 1)
    second = rehearse(replace(tried, actual=other), 1)

    for key in first:
        assert key.name == BLEND
        np.testing.assert_array_equal(first[key][:, 2], second[key][:, 2])


def test_a_choice_can_be_stored_as_json(tried):
    about = choose(tried, 1).to_dict()

    assert about["text_helped"] is False
    assert set(about["models"]) == {"product", "category", "total"}
    assert about["calibration"]["reason"] == ""
