"""How far errors go together: read back from errors made so, and used for the range of a sum."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import pandas as pd
import pytest

from forecasting import Together, errors_together, together_from
from forecasting.grid import Grid
from forecasting.judging.backtest import Backtest
from signals import WEEK

LEVELS = (0.1, 0.5, 0.9)
HALF = NormalDist().inv_cdf(0.9)
HORIZON = 8


def tried(errors, scopes=None, categories=None):
    """Make a backtest whose forecasts are 100 -/+ an 80 % range of a standard normal error."""
    series, origins, _ = errors.shape
    days = pd.date_range("2024-01-01", periods=40, freq="7D")
    grid = Grid(
        series_ids=tuple(f"s{place}" for place in range(series)),
        scopes=tuple(scopes or ["product"] * series),
        categories=tuple(categories or [""] * series),
        days=days,
        units=np.full((series, 40), 100.0),
        frequency=WEEK,
    )
    point = np.full((*errors.shape, 1), 100.0)
    quantiles = np.concatenate([point - HALF, point, point + HALF], axis=3)
    made_on = tuple(days[-origins:])
    return Backtest(grid, LEVELS, made_on, 100 + errors, {}, np.ones(series)), quantiles


def errors(share, series=400, origins=4, seed=1, between=0.0):
    """Draw standard normal errors, a share of whose variance the steps of a path have in common."""
    draw = np.random.default_rng(seed).standard_normal
    common = between**0.5 * draw((1, origins, 1)) + (share - between) ** 0.5 * draw(
        (series, origins, 1)
    )
    return common + (1 - share) ** 0.5 * draw((series, origins, HORIZON))


@pytest.mark.parametrize("share", [0.0, 0.3, 0.7, 1.0])
def test_the_correlation_of_steps_is_read_back(share):
    found = errors_together(*tried(errors(share)))

    assert found.steps["product"] == pytest.approx(share, abs=0.05)
    assert found.series["product"] < 0.02


def test_the_correlation_of_series_is_read_back():
    found = errors_together(*tried(errors(0.6, series=60, origins=300, between=0.25)))

    assert found.steps["product"] == pytest.approx(0.6, abs=0.06)
    assert found.series["product"] == pytest.approx(0.25, abs=0.06)


def test_only_series_of_one_category_are_set_beside_each_other():
    one, other = (errors(0.6, series=2, origins=400, seed=s, between=0.4) for s in (1, 2))
    backtest, quantiles = tried(np.concatenate([one, other]), categories=["a", "a", "b", "b"])

    assert errors_together(backtest, quantiles).series["product"] == pytest.approx(0.4, abs=0.08)


def test_a_scope_of_few_forecasts_is_drawn_to_what_is_usual():
    paths = errors(0.8, series=201)
    paths[0] = errors(0.0, series=1, seed=3)[0]

    found = errors_together(*tried(paths, ["total"] + ["product"] * 200))

    assert found.steps["total"] == pytest.approx(20 / 24 * 0.8, abs=0.1)


def test_unknown_outcomes_and_ranges_without_width_count_for_nothing():
    paths = errors(0.5)
    backtest, quantiles = tried(paths)
    backtest.actual[:100, :, 3:] = np.nan
    quantiles[100:200, :, :, 2] = quantiles[100:200, :, :, 1]

    found = errors_together(backtest, quantiles)

    assert 0.3 < found.steps["product"] < 0.7


@pytest.mark.parametrize("shape", [(5, 1, HORIZON), (5, 4, 1), (5, 4, HORIZON)])
def test_too_little_to_measure_gives_nothing_or_no_correlation(shape):
    backtest, quantiles = tried(np.zeros(shape))

    found = errors_together(backtest, quantiles)

    assert set(found.steps.values()) <= {0.0}


def test_the_range_of_a_sum_covers_what_it_promises_and_the_sum_of_the_ranges_too_much():
    """The rule of `Together` against drawn paths: 10,000 totals of eight weeks."""
    share = errors_together(*tried(errors(0.4))).steps["product"]
    totals = errors(0.4, series=10_000, origins=1, seed=9).sum(axis=2)
    away = np.full(HORIZON, HALF)

    half = ((1 - share) * (away**2).sum() + share * away.sum() ** 2) ** 0.5

    assert (np.abs(totals) <= half).mean() == pytest.approx(0.8, abs=0.02)
    assert (np.abs(totals) <= away.sum()).mean() > 0.93


def test_what_a_run_says_of_it_is_read_back():
    found = Together({"total": 0.5}, {"total": 0.0})

    assert together_from({"errors_together": found.to_dict()}) == found
    assert together_from({}) == Together()
