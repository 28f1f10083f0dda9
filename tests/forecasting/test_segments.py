"""Series that are alike."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from forecasting.experts.naive import RecentMean
from forecasting.grid import Grid
from forecasting.judging.backtest import backtest
from forecasting.segments import GROWN, YOUNG, Segments, learn_segments, segments_seen
from signals import WEEK

LEVELS = (0.1, 0.5, 0.9)


def _grid(units, scopes=None):
    days = pd.date_range("2023-01-02", periods=units.shape[1], freq="7D")
    ids = tuple(f"product:{row:02d}" for row in range(len(units)))
    return Grid(ids, scopes or ("product",) * len(units), ("",) * len(units), days, units, WEEK)


def test_series_fall_into_classes_of_equal_number_by_what_they_sell():
    grid = _grid(np.repeat(np.arange(1.0, 31.0)[:, None], 60, axis=1))

    sizes = learn_segments(grid).of(grid)[:, 1]

    assert sizes[0] == "product, size 1 of 5"
    assert sizes[-1] == "product, size 5 of 5"
    assert np.unique(sizes, return_counts=True)[1].tolist() == [6] * 5


def test_a_scope_of_few_series_is_one_class():
    grid = _grid(
        np.repeat(np.arange(1.0, 31.0)[:, None], 60, axis=1), ("product",) * 29 + ("total",)
    )

    assert learn_segments(grid).of(grid)[-1, 1] == "total, size 1 of 1"


def test_under_a_year_of_history_is_young():
    units = np.full((2, 60), 4.0)
    units[0, :20] = np.nan

    assert Segments().of(_grid(units))[:, 2].tolist() == [YOUNG, GROWN]


def test_bounds_learnt_from_one_panel_place_the_series_of_another():
    learnt = learn_segments(_grid(np.repeat(np.arange(1.0, 31.0)[:, None], 60, axis=1)))
    other = _grid(np.repeat(np.array([[2.0], [29.0]]), 9, axis=1))

    named = learnt.of(other)

    assert named[:, 1].tolist() == ["product, size 1 of 5", "product, size 5 of 5"]
    assert named[:, 2].tolist() == [YOUNG, YOUNG]


def test_what_comes_after_an_origin_does_not_change_its_segments(make_panel):
    panel = make_panel(products=12, periods=70)
    tried = backtest(panel, [RecentMean(LEVELS)], LEVELS, [40, 50, 60])
    later = np.flatnonzero(tried.grid.days > tried.made_on[1])[0]
    units = tried.grid.units.copy()
    units[:, later:] *= np.linspace(0.0, 50.0, len(units))[:, None]
    changed = replace(tried, grid=replace(tried.grid, units=units))

    first, second = (segments_seen(each.at([0, 1])) for each in (tried, changed))

    assert first[0] == second[0]
    np.testing.assert_array_equal(first[1], second[1])


def test_without_a_backtest_there_are_no_classes_of_size(panel):
    tried = backtest(panel, [RecentMean(LEVELS)], LEVELS, [])

    segments, seen = segments_seen(tried)

    assert not segments.sizes
    assert seen.shape == (13, 0, 3)
    assert set(segments.of(tried.grid)[:, 1]) >= {"total, size 1 of 1"}
