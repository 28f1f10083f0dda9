"""A panel as arrays, and the same panel as it was earlier."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from forecasting.grid import cut, grid_of, horizon_of
from signals import Col, DataError, DriverGroup, ModelError


def test_series_are_sorted_and_periods_have_no_gap(panel):
    grid = grid_of(panel)

    assert list(grid.series_ids) == sorted(grid.series_ids)
    assert grid.units.shape == (13, 80)
    assert (np.diff(grid.days) == np.timedelta64(7, "D")).all()
    assert grid.season == 52


def test_a_missing_row_after_the_start_is_a_period_without_sales(panel):
    gone = (panel.history[Col.SERIES_ID] == "total") & (
        panel.history[Col.DAY] == grid_of(panel).days[40]
    )

    grid = grid_of(replace(panel, history=panel.history[~gone]))

    assert grid.units[grid.series_ids.index("total"), 40] == 0.0


def test_periods_before_the_first_row_are_unknown(panel):
    young = (panel.history[Col.SERIES_ID] == "total") & (
        panel.history[Col.DAY] < grid_of(panel).days[10]
    )

    grid = grid_of(replace(panel, history=panel.history[~young]))

    row = grid.units[grid.series_ids.index("total")]
    assert np.isnan(row[:10]).all()
    assert not np.isnan(row[10:]).any()
    assert grid.ages[grid.series_ids.index("total")] == 70


def test_a_period_of_more_returns_than_sales_counts_as_no_demand(panel):
    first = panel.history[Col.DAY] == panel.history[Col.DAY].min()

    returned = panel.history.assign(units=panel.history[Col.UNITS].mask(first, -3.0))

    assert not grid_of(replace(panel, history=returned)).units[:, 0].any()


def test_cut_shows_nothing_after_the_origin(panel):
    days = grid_of(panel).days

    past = cut(panel, 60, 4)

    assert past.history[Col.DAY].max() == days[60]
    assert past.made_on == days[60] + pd.Timedelta(days=6)
    assert sorted(past.future[Col.DAY].unique()) == list(days[61:65])
    assert horizon_of(past) == 4
    assert Col.UNITS not in past.future.columns
    assert not set(past.past) & set(past.future.columns)


def test_too_short_a_history_says_what_is_needed(panel):
    first = panel.history[Col.DAY].min()

    with pytest.raises(DataError, match="at least 2"):
        grid_of(replace(panel, history=panel.history[panel.history[Col.DAY] == first]))


def test_periods_of_three_days_are_refused(panel):
    days = pd.date_range("2025-01-01", periods=4, freq="3D")
    history = panel.history.head(4).assign(**{Col.DAY: days})

    with pytest.raises(DataError, match="3 days apart"):
        grid_of(replace(panel, history=history))


def test_a_cut_refuses_sentiment_of_a_model_that_learnt_from_later_texts(panel):
    days = grid_of(panel).days
    learnt = replace(panel, text_cut_off=days[60])

    with pytest.raises(ModelError, match="leave sentiment out"):
        cut(learnt, 58, 4)

    assert cut(learnt, 60, 4).text_cut_off == days[60]
    groups = {**learnt.groups, DriverGroup.SENTIMENT: (), DriverGroup.MACRO: ("mood", "talk")}
    silent = replace(learnt, groups=groups)
    assert cut(silent, 58, 4).made_on < days[60]
