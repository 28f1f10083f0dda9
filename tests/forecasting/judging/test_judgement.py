"""Segments, rivals and a placebo: what a backtest says of a forecast."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from forecasting.choose import FINAL
from forecasting.experts.naive import RecentMean, SeasonalNaive
from forecasting.grid import grid_of
from forecasting.judging.backtest import ExpertKey, Variant, backtest
from forecasting.judging.judgement import judge
from forecasting.judging.metrics import Metric
from forecasting.judging.paired import compare
from forecasting.judging.placebo import with_text_of_other_times
from forecasting.judging.segments import Kind, origins_in, segments_of
from forecasting.judging.trial import SEASONAL_NAIVE, Role, Trial
from forecasting.settings import ForecastSettings
from forecasting.trials import TrialRules, try_forecast
from signals import Col, DataError, ModelError, Scope

LEVELS = (0.1, 0.5, 0.9)
RECENT = ExpertKey("last four periods", Variant.PLAIN)
WITH, WITHOUT = (ExpertKey("trees", v) for v in (Variant.WITH_TEXT, Variant.WITHOUT_TEXT))
PRODUCTS, SERIES, ORIGINS, HORIZON = 9, 13, 2, 4


def off_by(tried, units):
    """Forecast what happened and so many units more."""
    return np.stack([tried.actual + units + step for step in (-1.0, 0.0, 1.0)], axis=-1)


@pytest.fixture(scope="module")
def trial(panel):
    tried = backtest(panel, [RecentMean(LEVELS)], LEVELS, [59, 67])
    naive = backtest(panel, [SeasonalNaive(LEVELS)], LEVELS, [59, 67]).quantiles
    return Trial(tried, {FINAL: off_by(tried, 0.5)}, FINAL, naive)


def with_text(trial, gain, placebo_gain):
    """Add an expert that misses 10 units without text, fewer with it and with the placebo."""
    noise = np.random.default_rng(0).normal(0, 0.5, trial.backtest.actual.shape)
    quantiles = {
        **trial.backtest.quantiles,
        WITH: off_by(trial.backtest, 10.0 - gain + noise),
        WITHOUT: off_by(trial.backtest, 10.0),
    }
    placebo = {WITH: off_by(trial.backtest, 10.0 - placebo_gain + noise)}
    return replace(trial, backtest=replace(trial.backtest, quantiles=quantiles), placebo=placebo)


def score_of(judgement, role, kind, segment):
    (found,) = (
        score
        for score in judgement.scores
        if (score.role, score.kind, score.segment) == (role, kind, segment)
    )
    return found


def test_every_kind_of_segment_holds_each_point_of_the_products_once(trial, panel):
    points = trial.finest[:, None, None] & ~np.isnan(trial.backtest.actual)

    segments = segments_of(trial, panel)

    for kind in (Kind.CATEGORY, Kind.DEMAND, Kind.VOLUME, Kind.HISTORY, Kind.STEP, Kind.PERIOD):
        parts = [segment.points for segment in segments if segment.kind is kind]
        np.testing.assert_array_equal(np.sum(parts, axis=0), points.astype(int), err_msg=kind)
    scopes = [segment.name for segment in segments if segment.kind is Kind.SCOPE]
    assert scopes == ["product", "category", "total"]


def test_a_promotion_is_a_segment_of_the_periods_that_had_one(trial, panel):
    found = {segment.name: segment.points for segment in segments_of(trial, panel)}

    promo = grid_of(panel).column(panel.history, Col.PROMO, grid_of(panel).days) > 0
    festival = grid_of(panel).column(panel.history, "festival", grid_of(panel).days) > 0
    origin = origins_in(trial.backtest)[0]
    ahead = slice(origin + 1, origin + 1 + HORIZON)
    products = trial.finest[:, None]
    np.testing.assert_array_equal(
        found["promotion"][:, 0], products & promo[:, ahead] & ~festival[:, ahead]
    )


def test_origins_are_where_the_backtest_put_them(trial):
    assert origins_in(trial.backtest) == [59, 67]


def test_a_forecast_that_is_half_a_unit_off_is_scored_so_in_every_segment(trial, panel):
    judgement = judge(trial, panel, 1)

    ours = [score for score in judgement.scores if score.role is Role.FORECAST]
    assert {round(score.metrics[Metric.MAE], 9) for score in ours} == {0.5}
    assert {score.metrics[Metric.COVERAGE] for score in ours} == {1.0}
    products = score_of(judgement, Role.FORECAST, Kind.SCOPE, "product")
    assert (products.series, products.points) == (PRODUCTS, PRODUCTS * ORIGINS * HORIZON)
    assert products.metrics[Metric.R2] > 0.95


def test_levels_are_held_against_what_happened(trial, panel):
    reached = {(r.scope, r.level): r.share for r in judge(trial, panel, 1).reached}

    assert reached["product", 0.1] == 0.0  # half a unit too low
    assert reached["product", 0.5] == 1.0


def test_a_better_forecast_is_found_better_than_the_best_expert_and_the_naive_one(trial, panel):
    rivals = judge(trial, panel, 1).rivals

    ours = [r for r in rivals if r.scope == Scope.PRODUCT]
    assert [r.rival for r in ours] == [RECENT, SEASONAL_NAIVE]
    assert [r.chosen_late for r in ours] == [True, False]
    assert all(r.paired.better for r in ours)


def test_equal_forecasts_differ_by_nothing():
    missed = np.random.default_rng(0).gamma(1.0, 1.0, (20, 3))

    found = compare(missed, missed, np.ones((20, 3)), np.random.default_rng(1))

    assert (found.low, found.high, found.better, found.worse) == (0.0, 0.0, False, False)


def test_the_interval_of_a_difference_holds_it():
    random = np.random.default_rng(0)
    first, second = random.normal(5.0, 1.0, (400, 4)), random.normal(6.0, 1.0, (400, 4))

    found = compare(first, second, np.full((400, 4), 10.0), random)

    assert found.first - found.second == pytest.approx(-0.1, abs=0.01)
    assert found.low < found.first - found.second < found.high < 0
    # the standard error of the difference is sqrt(2 / 1600) / 10
    assert found.high - found.low == pytest.approx(2 * 1.645 * np.sqrt(2 / 1600) / 10, rel=0.15)


@pytest.mark.parametrize(
    ("gain", "placebo_gain", "improved"), [(3.0, 0.0, True), (3.0, 3.0, False), (-1.0, 0.0, False)]
)
def test_text_counts_only_where_text_of_other_times_does_not_help(
    trial, panel, gain, placebo_gain, improved
):
    told = judge(with_text(trial, gain, placebo_gain), panel, 1).text

    products = next(found for found in told if found.scope == Scope.PRODUCT)
    assert products.improved is improved
    assert products.expert == "trees"


def test_the_placebo_keeps_the_words_of_a_series_and_moves_them_in_time(panel):
    turned = with_text_of_other_times(panel, np.random.default_rng(0))

    key = [Col.SERIES_ID, Col.DAY]
    before, after = (each.history.sort_values(key) for each in (panel, turned))
    np.testing.assert_array_equal(before[Col.UNITS], after[Col.UNITS])
    for _, rows in before.groupby(Col.SERIES_ID):
        other = after.loc[after[Col.SERIES_ID] == rows[Col.SERIES_ID].iloc[0], "mood"]
        assert sorted(rows["mood"]) == sorted(other)
        assert np.corrcoef(rows["mood"], other)[0, 1] < 0.7


def test_peers_are_judged_and_never_blended(make_panel):
    panel = make_panel(products=3, periods=70)
    settings = ForecastSettings(origins=2, experts=("last four periods",))

    trial = try_forecast(panel, settings, TrialRules(peers=("seasonal-naive", "last-four-periods")))

    assert list(trial.peers) == [SEASONAL_NAIVE]
    assert {role for role, _ in trial.everyone.values()} == set(Role)
    assert trial.about["weights"]["product"] == {"last four periods": 1.0}
    assert len(trial.backtest.made_on) == 2


def test_an_expert_that_reads_text_is_taught_again_with_text_of_other_times(make_panel):
    panel = make_panel(products=4, periods=60, text_effect=0.5)
    settings = ForecastSettings(origins=2, experts=("lightgbm",), trees=10)

    trial = try_forecast(panel, settings)

    key = ExpertKey("lightgbm", Variant.WITH_TEXT)
    assert list(trial.placebo) == [key]
    assert (trial.placebo[key] != trial.backtest.quantiles[key]).any()
    told = judge(trial, panel, 1).text
    assert [found.scope for found in told] == ["product", "category", "total"]
    assert all(found.placebo is not None for found in told)


def test_a_history_without_room_for_an_origin_is_refused(make_panel):
    panel = make_panel(products=3, periods=18)

    with pytest.raises(DataError, match=r"18 complete periods; an origin with 4 .* needs 20"):
        try_forecast(panel, ForecastSettings(experts=("last four periods",)))


def test_a_model_taught_after_the_first_cut_is_refused_unless_the_report_may_say_so(make_panel):
    panel = make_panel(products=3, periods=60)
    heard = replace(panel, text_cut_off=pd.Timestamp("2024-01-01"))
    earlier = replace(panel, text_cut_off=pd.Timestamp("2023-12-31"))
    settings = ForecastSettings(origins=2, experts=("last four periods",))

    with pytest.raises(ModelError, match=r"made on 2023-12-31 .* texts up to 2024-01-01"):
        try_forecast(heard, settings)

    allowed = try_forecast(heard, replace(settings, later_texts=True)).about
    assert (allowed["later_texts"], allowed["texts_until"]) == (True, "2024-01-01")
    assert try_forecast(earlier, settings).about["later_texts"] is False


def test_a_trial_comes_back_to_the_unit_of_its_values_in_outcomes_and_forecasts_alike(trial, panel):
    floor = np.arange(SERIES, dtype=float) - 6.0
    unit = np.full(SERIES, 0.01)

    back = trial.restored(floor, unit)

    missed = back.finals[FINAL][..., 1] - back.backtest.actual
    np.testing.assert_allclose(missed, 0.005)
    np.testing.assert_allclose(back.backtest.change, trial.backtest.change * 0.01)
    first = trial.backtest.actual[:, 0, 0]
    np.testing.assert_allclose(back.backtest.actual[:, 0, 0], 0.01 * first + floor)
