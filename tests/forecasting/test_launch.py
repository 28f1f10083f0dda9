"""First guesses for what has hardly been sold."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from forecasting.grid import grid_of
from forecasting.launch import forecast_launches, split_young
from signals import Col

LEVELS = (0.1, 0.5, 0.9)


@pytest.fixture(scope="module")
def young(panel):
    """p001 and p004 launched in week 60, p007 two weeks ago; all in category c1."""
    days = grid_of(panel).days
    starts = {"product:p001": days[60], "product:p004": days[60], "product:p007": days[78]}
    begun = panel.history[Col.SERIES_ID].map(starts).fillna(days[0])
    kept = panel.history[panel.history[Col.DAY] >= begun].reset_index(drop=True)
    return replace(panel, history=kept, cold={"product:new": "c1", "product:odd": "unheard of"})


def test_series_under_the_least_age_leave_the_panel(young):
    kept, left = split_young(young, 8)

    assert left == {"product:new": "c1", "product:odd": "unheard of", "product:p007": "c1"}
    assert "product:p007" not in set(kept.history[Col.SERIES_ID]) | set(kept.future[Col.SERIES_ID])
    assert "product:p001" in set(kept.history[Col.SERIES_ID])


def test_a_cold_product_gets_the_level_of_its_category_with_a_wide_interval(young):
    found = forecast_launches(young, {"product:new": "c1"}, LEVELS)

    low, middle, high = found.quantiles[0, 0]
    grid = grid_of(young)
    means = [np.nanmean(u) for u, c in zip(grid.units, grid.categories, strict=True) if c == "c1"]
    assert min(means) * 0.8 < middle < max(means)
    assert high > 1.2 * low
    assert found.quantiles.shape == (1, 4, 3)


def test_its_own_first_sales_move_a_young_series(young):
    busy = young.history[Col.UNITS].where(young.history[Col.SERIES_ID] != "product:p007", 500.0)
    found = forecast_launches(
        replace(young, history=young.history.assign(**{Col.UNITS: busy})),
        {"product:new": "c1", "product:p007": "c1"},
        LEVELS,
    )

    new, own = found.quantiles[:, 0, 1]
    assert own > 1.5 * new


def test_in_an_unheard_of_category_all_products_stand_in(young):
    found = forecast_launches(young, {"product:odd": "unheard of"}, LEVELS)

    assert found.series_ids == ("product:odd",)


def test_without_anything_comparable_the_reason_is_told(young):
    sums = ~young.history[Col.SERIES_ID].str.startswith("product:")

    found = forecast_launches(
        replace(young, history=young.history[sums]), {"product:odd": "unheard of"}, LEVELS
    )

    assert found.series_ids == ()
    assert "under 3 products" in found.left_out["product:odd"]
