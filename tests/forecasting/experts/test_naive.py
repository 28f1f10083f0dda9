"""The simple rules do what their names say."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from forecasting.experts.naive import RecentMean, SeasonalNaive
from forecasting.grid import cut, grid_of
from forecasting.judging.backtest import EVERY_GROUP

LEVELS = (0.1, 0.5, 0.9)


def test_the_median_is_the_period_one_year_ago(panel):
    units = grid_of(panel).units

    quantiles = SeasonalNaive(LEVELS).fit(panel).predict(panel, present=EVERY_GROUP)

    np.testing.assert_allclose(quantiles[:, :, 1], units[:, 80 - 52 : 84 - 52])


def test_under_a_year_of_history_the_last_four_weeks_stand_in(panel):
    short = cut(panel, 40, 4)
    recent = RecentMean(LEVELS).fit(short).predict(short, present=EVERY_GROUP)

    quantiles = SeasonalNaive(LEVELS).fit(short).predict(short, present=EVERY_GROUP)

    np.testing.assert_array_equal(quantiles, recent)
    expected = grid_of(short).units[:, -4:].mean(axis=1)
    np.testing.assert_allclose(recent[:, 0, 1], expected)


def test_intervals_hold_about_as_many_of_the_past_changes_as_they_say(make_panel):
    panel = make_panel(products=30, periods=100)
    units = grid_of(panel).units
    inside = []
    for origin in range(60, 95, 5):
        past = cut(panel, origin, 1)
        low, _, high = RecentMean(LEVELS).fit(past).predict(past, present=EVERY_GROUP)[:, 0].T
        inside.append((units[:, origin + 1] >= low) & (units[:, origin + 1] <= high))

    assert 0.65 < np.mean(inside) < 0.95


def test_a_young_series_among_old_ones_gets_the_intervals_it_gets_alone(make_panel):
    panel = make_panel(products=6, periods=90)
    ids = sorted(panel.history["series_id"].unique())
    first = [0, 70, 20, 70, *[0] * (len(ids) - 4)]
    began = dict(zip(ids, grid_of(panel).days[first], strict=True))
    aged = panel.history[panel.history["day"] >= panel.history["series_id"].map(began)]
    mixed = replace(panel, history=aged)
    young = replace(mixed, history=aged[aged["series_id"] == ids[1]].copy())

    together = SeasonalNaive(LEVELS).predict(mixed, present=EVERY_GROUP)[1]

    np.testing.assert_array_equal(
        together, SeasonalNaive(LEVELS).predict(young, present=EVERY_GROUP)[0]
    )
