"""Flags of a run: forecasts beyond all that was seen, outcomes outside their intervals."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from forecasting.experts.naive import RecentMean
from forecasting.flags import beyond_seen, outside_interval
from forecasting.forecast import run_forecast
from forecasting.grid import grid_of
from forecasting.judging.backtest import backtest
from forecasting.settings import ForecastSettings
from signals import Col

LEVELS = (0.1, 0.5, 0.9)
DAYS = pd.date_range("2024-01-01", periods=2, freq="7D")


def test_a_forecast_above_or_below_all_that_was_seen_is_flagged_farthest_first():
    seen = np.array([[10.0, 20.0, np.nan], [5.0, 7.0, 6.0], [1.0, 2.0, 3.0]])
    point = np.array([[21.0, 15.0], [6.0, 1.0], [3.0, 1.0]])

    found = beyond_seen(("a", "b", "c"), DAYS, point, seen)

    assert found == [
        {"series_id": "b", "day": "2024-01-08", "units": 1.0, "least": 5.0, "most": 7.0},
        {"series_id": "a", "day": "2024-01-01", "units": 21.0, "least": 10.0, "most": 20.0},
    ]


def test_a_series_that_was_never_observed_has_no_range():
    assert beyond_seen(("a",), DAYS, np.array([[4.0, 5.0]]), np.full((1, 3), np.nan)) == []


def test_outcomes_outside_the_newest_interval_are_flagged(panel):
    tried = backtest(panel, [RecentMean(LEVELS)], LEVELS, [59, 75])
    flat = np.stack([tried.actual - 1, tried.actual, tried.actual + 1], axis=-1)
    flat[2, 1, 3] = tried.actual[2, 1, 3] + np.array([5.0, 6.0, 7.0])
    flat[0, 0] = 1e6  # an older origin does not count

    found = outside_interval(tried, flat)

    assert [(flag["series_id"], flag["day"]) for flag in found] == [
        (tried.grid.series_ids[2], str(tried.grid.days[79].date()))
    ]
    assert found[0]["low"] == pytest.approx(found[0]["units"] + 5.0)


def test_a_run_keeps_flags_only_where_they_were_asked_for(panel):
    spike = panel.history[Col.DAY] == grid_of(panel).days[-1]
    units = panel.history[Col.UNITS].where(~spike, panel.history[Col.UNITS] * 10)
    jumped = replace(panel, history=panel.history.assign(**{Col.UNITS: units}))
    plain = ForecastSettings(origins=2, experts=("last four periods",))

    run = run_forecast(jumped, replace(plain, flags=True))

    flags = json.loads(json.dumps(run.about["flags"]))
    assert flags["recent_values"] == 13 * 4
    last = str(grid_of(panel).days[-1].date())
    assert {flag["day"] for flag in flags["outside_interval"][:13]} == {last}
    assert all(flag["units"] > flag["high"] for flag in flags["outside_interval"][:13])
    assert "flags" not in run_forecast(jumped, plain).about
