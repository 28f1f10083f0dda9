"""What was not observed is not learnt, what is estimated is sound, and nothing is deleted."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from forecasting.experts.naive import RecentMean
from forecasting.experts.trees import Trees
from forecasting.grid import cut, grid_of
from forecasting.judging.backtest import EVERY_GROUP, backtest
from forecasting.preparation.impute import by_neighbours, by_time
from forecasting.preparation.prepare import (
    Fill,
    Preparation,
    observed_units,
    prepare,
    prepare_and_tell,
)
from signals import Col, ConfigError, Gap

USUAL = Preparation()
VICTIM = "product:p004"


def stocked(panel, first: int, last: int, series: str = VICTIM):
    """Empty the shelf of one product from period ``first`` to ``last``; sums lose what it sold."""
    days = grid_of(panel).days[first : last + 1]
    history = panel.history.assign(**{Col.IN_STOCK: 1.0, Col.GAP: Gap.NONE.value})
    own = history[Col.SERIES_ID] == series
    category = history.loc[own, Col.CATEGORY].iloc[0]
    during = history[Col.DAY].isin(days)
    lost = history.loc[own & during].set_index(Col.DAY)[Col.UNITS]
    sums = during & history[Col.SERIES_ID].isin([f"category:{category}", "total"])
    history.loc[sums, Col.UNITS] -= history.loc[sums, Col.DAY].map(lost)
    history.loc[own & during, [Col.UNITS, Col.IN_STOCK]] = 0.0
    history.loc[own & during, Col.GAP] = Gap.NO_STOCK.value
    return replace(panel, history=history)


def row(panel, series: str = VICTIM) -> int:
    return grid_of(panel).series_ids.index(series)


def test_an_empty_shelf_no_longer_lowers_the_next_forecast(panel):
    emptied = stocked(panel, 76, 79)
    expert, mine = RecentMean((0.5,)), row(panel)

    def forecast(given):
        return expert.predict(given, present=EVERY_GROUP)[mine, 0, 0]

    assert forecast(emptied) == 0
    assert forecast(prepare(emptied, USUAL)) == pytest.approx(forecast(panel), rel=0.4)


def test_trees_do_not_learn_zero_demand_from_an_empty_shelf(panel):
    emptied, mine = stocked(panel, 68, 79), row(panel)
    trees = Trees((0.5,), uses_text=False, rounds=30)

    def forecast(given):
        return trees.fit(given).predict(given, present=EVERY_GROUP)[mine].mean()

    full, naive, ready = forecast(panel), forecast(emptied), forecast(prepare(emptied, USUAL))

    assert naive < 0.3 * full
    assert ready == pytest.approx(full, rel=0.25)


def test_what_was_estimated_teaches_and_judges_nobody(panel):
    ready = prepare(stocked(panel, 60, 63), USUAL)

    targets = observed_units(ready)

    assert np.isnan(targets[row(panel), 60:64]).all()
    assert np.isfinite(grid_of(ready).units[row(panel)]).all()
    other = row(panel, "product:p001")
    np.testing.assert_array_equal(targets[other], grid_of(panel).units[other])


def test_the_backtest_judges_observed_periods_only_and_fills_from_the_past_alone(panel):
    emptied = stocked(panel, 70, 73)

    tried = backtest(emptied, [RecentMean((0.5,))], (0.5,), [71, 75])

    mine = row(panel)
    assert np.isnan(tried.actual[mine, 0, :2]).all()
    assert np.isfinite(tried.actual[mine, 0, 2:]).all()
    (forecasts,) = tried.quantiles.values()
    seen = prepare(cut(emptied, 71, 4), USUAL)
    alone = RecentMean((0.5,)).predict(seen, present=EVERY_GROUP)
    np.testing.assert_allclose(forecasts[mine, 0], alone[mine])


def test_sums_get_what_their_products_would_have_sold(panel):
    emptied = stocked(panel, 60, 61)

    ready = prepare(emptied, USUAL)

    before, after = grid_of(emptied).units, grid_of(ready).units
    added = after[row(panel), 60] - before[row(panel), 60]
    assert added > 0
    for series in ("category:c1", "total"):
        mine = row(panel, series)
        assert after[mine, 60] - before[mine, 60] == pytest.approx(added)
    # a third of the category's products was out: a sum that is mostly a guess is not observed
    assert np.isnan(observed_units(ready)[row(panel, "category:c1"), 60])


def test_a_missing_report_is_estimated_for_every_series(panel):
    days = grid_of(panel).days[[40]]
    history = panel.history.assign(**{Col.GAP: Gap.NONE.value})
    silent = history[Col.DAY].isin(days)
    history.loc[silent, Col.UNITS] = 0.0
    history.loc[silent, Col.GAP] = Gap.NO_REPORT.value

    told = prepare_and_tell(replace(panel, history=history), USUAL)

    units, truth = grid_of(told.panel).units, grid_of(panel).units
    assert np.median(np.abs(units[:, 40] / truth[:, 40] - 1)) < 0.3
    assert np.isnan(observed_units(told.panel)[:, 40]).all()
    assert told.about["gaps"] == {"missing report": 9}
    assert told.about["filled"] == 9
    assert told.about["units_added"] > 0


def test_a_closed_shop_and_a_product_nobody_bought_are_facts(panel):
    history = panel.history.assign(**{Col.GAP: Gap.NONE.value})
    history.loc[history.index[::7], Col.GAP] = Gap.NO_SALE.value
    history.loc[history.index[::11], Col.GAP] = Gap.CLOSED.value
    quiet = replace(panel, history=history)

    ready = prepare(quiet, USUAL)

    np.testing.assert_array_equal(observed_units(ready), grid_of(quiet).units)


def test_what_is_out_for_over_a_quarter_may_be_gone_and_stays_zero(panel):
    told = prepare_and_tell(stocked(panel, 50, 79), USUAL)

    assert (grid_of(told.panel).units[row(panel), 50:] == 0).all()
    assert told.about["stock_outs_too_long_to_fill"] == 30
    assert told.about["filled"] == 0


def test_neighbours_know_of_a_festival_that_time_alone_does_not(panel):
    festival = 44  # sales of everybody double, and more
    emptied = stocked(panel, festival, festival)
    truth = grid_of(panel).units[row(panel), festival]

    by = {
        fill: grid_of(prepare(emptied, Preparation(fill))).units[row(panel), festival]
        for fill in (Fill.INTERPOLATE, Fill.KNN)
    }

    assert by[Fill.INTERPOLATE] < 0.8 * truth
    assert by[Fill.KNN] == pytest.approx(truth, rel=0.3)


def test_nothing_is_done_when_nothing_is_asked(panel):
    emptied = stocked(panel, 60, 63)

    ready = prepare(emptied, Preparation(Fill.NOTHING))

    np.testing.assert_array_equal(observed_units(ready), grid_of(emptied).units)


def test_preparing_twice_is_preparing_once(panel):
    ready = prepare(stocked(panel, 60, 63), USUAL)

    assert prepare(ready, USUAL) is ready


def test_an_estimate_is_never_below_what_was_sold(panel):
    emptied = stocked(panel, 60, 60)
    history = emptied.history.copy()
    mine = (history[Col.SERIES_ID] == VICTIM) & (history[Col.IN_STOCK] == 0)
    history.loc[mine, Col.UNITS] = 500.0

    ready = prepare(replace(emptied, history=history), USUAL)

    assert grid_of(ready).units[row(panel), 60] == 500.0


def test_days_are_filled_with_the_pattern_of_their_week():
    week = np.log1p([10.0, 10, 10, 10, 10, 40, 20])
    logs = np.tile(week, 10)[None]
    gone = logs.copy()
    gone[0, 30:40] = np.nan

    np.testing.assert_allclose(by_time(gone, 7), logs)


def test_too_few_series_have_no_neighbours():
    logs = np.random.default_rng(1).normal(size=(4, 30))

    assert np.isnan(by_neighbours(logs)).all()


def test_a_series_of_which_nothing_was_observed_stays_as_it_was(panel):
    history = panel.history.assign(**{Col.GAP: Gap.NO_REPORT.value})

    ready = prepare(replace(panel, history=history), USUAL)

    np.testing.assert_array_equal(grid_of(ready).units, grid_of(panel).units)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"fill": "guess"}, "fill is 'guess'; it must be one of"),
        ({"least_stock": 2.0}, "it must be a share from 0 to 1"),
        ({"outlier_z": float("nan")}, "it must be at least 2"),
    ],
)
def test_wrong_rules_are_refused(wrong, message):
    with pytest.raises(ConfigError, match=message):
        Preparation(**wrong)


def test_outliers_are_flagged_and_kept(panel):
    history = panel.history.copy()
    mine = history.index[history[Col.SERIES_ID] == VICTIM]
    odd = mine[[20, 50]]
    history.loc[odd, Col.UNITS] = [900.0, 0.0]
    days = {str(day.date()) for day in history.loc[odd, Col.DAY]}

    told = prepare_and_tell(replace(panel, history=history), USUAL)

    worst = told.about["largest_outliers"][:2]
    assert {(found[Col.SERIES_ID], found[Col.DAY]) for found in worst} == {
        (VICTIM, day) for day in days
    }
    assert told.about["outliers"] <= 8
    assert grid_of(told.panel).units[row(panel), 20] == 900.0


def with_units(panel, period, units, series=VICTIM, **columns):
    """Sell so much of one product in one period; sums sell more by as much."""
    grid, history = grid_of(panel), panel.history.copy()
    mine = history[Col.SERIES_ID] == series
    category = history.loc[mine, Col.CATEGORY].iloc[0]
    then = history[Col.DAY] == grid.days[period]
    more = units - grid.units[row(panel, series), period]
    sums = then & history[Col.SERIES_ID].isin([f"category:{category}", "total"])
    history.loc[sums, Col.UNITS] += more
    history.loc[then & mine, [Col.UNITS, *columns]] = [units, *columns.values()]
    return replace(panel, history=history)


@pytest.mark.parametrize("period", [79, 73, 41])
def test_a_slip_of_the_keyboard_is_named_and_no_level(panel, period):
    slipped, mine = with_units(panel, period, 1e6), row(panel)
    told = prepare_and_tell(slipped, USUAL)
    usual = np.delete(grid_of(panel).units[mine], period).max()

    (peak,) = told.about["peaks"]

    assert (peak[Col.SERIES_ID], peak[Col.UNITS]) == (VICTIM, 1e6)
    assert peak["seen_as"] <= usual
    assert 1e6 in [found[Col.UNITS] for found in told.about["largest_outliers"]]
    seen, before = grid_of(told.panel), grid_of(panel)
    assert seen.units[mine].max() <= usual
    assert np.isnan(observed_units(told.panel)[mine, period])
    total = row(panel, "total")
    assert seen.units[total, period] == pytest.approx(before.units[total, period], rel=0.2)
    np.testing.assert_array_equal(
        np.delete(seen.units[mine], period), np.delete(before.units[mine], period)
    )


def test_a_new_level_is_believed_and_so_are_sales_of_a_promotion(panel):
    grown = panel
    for period in range(76, 80):
        grown = with_units(grown, period, 1e6)
    promoted = with_units(panel, 40, 1e6, **{Col.PROMO: 0.5})

    assert prepare_and_tell(grown, USUAL).about["peaks"] == []
    assert prepare_and_tell(promoted, USUAL).about["peaks"] == []
    as_it_is = Preparation(Fill.NOTHING)
    assert prepare_and_tell(with_units(panel, 40, 1e6), as_it_is).about["peaks"] == []


def test_a_festival_that_lifts_everybody_as_ever_is_no_outlier(make_panel):
    panel = make_panel(periods=150)
    days = {str(day.date()) for day in grid_of(panel).days[[44, 96, 148]]}
    promoted = panel.history[panel.history[Col.PROMO] > 0]
    deals = set(
        zip(promoted[Col.SERIES_ID], promoted[Col.DAY].dt.strftime("%Y-%m-%d"), strict=True)
    )

    found = prepare_and_tell(panel, USUAL).about["largest_outliers"]

    assert not [each for each in found if each[Col.DAY] in days]
    assert not [each for each in found if (each[Col.SERIES_ID], each[Col.DAY]) in deals]


def test_counts_are_plain_json(panel):
    about = prepare_and_tell(stocked(panel, 60, 63), USUAL).about

    assert json.loads(json.dumps(about)) == about
    assert about["gaps"] == {"stock-out": 4}
