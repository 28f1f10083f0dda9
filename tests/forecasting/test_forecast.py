"""A whole run: what comes out, what it says about itself, and that it comes out again."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from forecasting import BASELINE, ForecastSettings, reads_later_texts, run_forecast
from forecasting.forecast import forecast_again
from forecasting.grid import cut, grid_of
from signals import (
    ACCURACY,
    CONTRIBUTIONS,
    FORECASTS,
    Col,
    ConfigError,
    DataError,
    DriverGroup,
    ModelError,
)

QUICK = ForecastSettings(origins=3, trees=30)


@pytest.fixture(scope="module")
def run(panel):
    return run_forecast(replace(panel, cold={"product:new": "c1"}), QUICK)


def test_every_series_step_and_level_has_one_row(run):
    keys = [Col.SERIES_ID, Col.STEP, Col.LEVEL]

    assert len(run.forecasts) == 14 * 4 * 3
    assert not run.forecasts.duplicated(keys).any()
    assert set(run.forecasts.columns) == set(FORECASTS.schema.names)
    assert set(run.contributions.columns) == set(CONTRIBUTIONS.schema.names)
    assert set(run.accuracy.columns) == set(ACCURACY.schema.names)


def test_forecast_days_follow_the_history(run, panel):
    first = run.forecasts[run.forecasts[Col.STEP] == 1][Col.DAY].unique()

    assert list(first) == [grid_of(panel).days[-1] + pd.Timedelta(days=7)]
    assert (run.forecasts[Col.MADE_ON] == panel.made_on).all()


def test_contributions_sum_to_the_stored_forecast(run):
    keys = [Col.SERIES_ID, Col.STEP, Col.LEVEL]

    sums = run.contributions.groupby(keys)[Col.UNITS].sum()

    stored = run.forecasts.set_index(keys)[Col.UNITS]
    assert (sums - stored).abs().max() < 1e-6
    groups = set(run.contributions[Col.GROUP])
    # no columns of theirs in this panel, and smoothing is off
    absent = {
        DriverGroup.MACRO, DriverGroup.BEHAVIOUR, DriverGroup.PICTURES, DriverGroup.SMOOTHING,
    }  # fmt: skip
    assert groups == {BASELINE, *(str(group) for group in DriverGroup if group not in absent)}


def test_a_run_names_the_series_that_an_expert_forecast_by_a_simpler_rule(panel):
    still = panel.history[Col.SERIES_ID] == "product:p003"
    units = panel.history[Col.UNITS].mask(still, 3.0)
    alone = replace(QUICK, experts=("autoets",))

    run = run_forecast(replace(panel, history=panel.history.assign(units=units)), alone)

    ((reason, series),) = run.about["fallbacks"]["autoets"].items()
    assert reason == "sales never change: forecast by the mean of its last four periods"
    assert series == ["product:p003"]


def sums_that_disagree(run, categories):
    """Largest gap of a sum to its series and remainder, at level 0.5 over all steps."""
    middle = run.forecasts[run.forecasts[Col.LEVEL] == 0.5]
    wide = middle.pivot_table(index=Col.STEP, columns=Col.SERIES_ID, values=Col.UNITS)
    rests = run.about["reconciliation"]["rests"]
    children = {"total": [f"category:{name}" for name in categories]}
    children |= {f"category:{name}": series for name, series in categories.items()}
    gaps = [
        wide[parent] - wide[below].sum(axis=1) - np.asarray(rests.get(f"rest:{parent}", 0.0))
        for parent, below in children.items()
    ]
    return np.abs(np.concatenate(gaps)).max()


def products_of(category, *numbers):
    return {category: [f"product:p{number:03d}" for number in numbers]}


def test_products_and_a_launch_sum_to_their_category_and_those_to_the_total(run):
    categories = (
        products_of("c0", 0, 3, 6) | products_of("c1", 1, 4, 7) | products_of("c2", 2, 5, 8)
    )
    categories["c1"].append("product:new")

    assert sums_that_disagree(run, categories) < 1e-6
    assert run.about["reconciliation"]["moved_most"]["series_id"] in set(
        run.forecasts[Col.SERIES_ID]
    )


def test_what_has_no_series_stays_in_the_sums_as_a_remainder(panel):
    def without_slow(frame):
        return frame[~frame[Col.SERIES_ID].isin(["product:p003", "product:p006", "category:c2"])]

    part = replace(panel, history=without_slow(panel.history), future=without_slow(panel.future))
    cheap = ForecastSettings(origins=2, experts=("last four periods",))

    run = run_forecast(part, cheap)

    rests = run.about["reconciliation"]["rests"]
    assert set(rests) == {"rest:category:c0"}  # the products of c2 join the total
    left_out = panel.history[panel.history[Col.SERIES_ID].isin(["product:p003", "product:p006"])]
    usual = left_out.groupby(Col.DAY)[Col.UNITS].sum().tail(13).mean()
    assert np.mean(rests["rest:category:c0"]) == pytest.approx(usual, rel=0.3)
    middle = run.forecasts[run.forecasts[Col.LEVEL] == 0.5]
    wide = middle.pivot_table(index=Col.STEP, columns=Col.SERIES_ID, values=Col.UNITS)
    joined = ["category:c0", "category:c1", *products_of("c2", 2, 5, 8)["c2"]]
    np.testing.assert_allclose(wide[joined].sum(axis=1), wide["total"], atol=1e-6)


def test_a_shop_of_one_series_is_forecast_as_it_is(panel):
    def total(frame):
        return frame[frame[Col.SERIES_ID] == "total"]

    part = replace(panel, history=total(panel.history), future=total(panel.future))

    run = run_forecast(part, ForecastSettings(origins=2, experts=("last four periods",)))

    moved = run.contributions[run.contributions[Col.GROUP] == DriverGroup.RECONCILIATION]
    assert (moved[Col.UNITS] == 0.0).all()
    assert run.about["reconciliation"]["rests"] == {}


def test_a_run_tells_what_it_did_in_json(run):
    about = json.loads(json.dumps(run.about))

    assert about["text_helped"] is False  # the planted effect of text is nothing
    assert about["settings"]["horizon"] == 4
    assert about["settings"]["preparation"]["fill"] == "interpolate"
    assert about["preparation"]["filled"] == 0
    assert about["origins"] == ["2024-04-21", "2024-05-19", "2024-06-16"]
    assert about["launches"] == ["product:new"]
    assert about["text"]["product"]["points"] == 27
    assert about["models"].keys() == {"product", "category", "total"}
    assert about["errors_together"]["steps"].keys() == {"product", "category", "total"}
    assert all(0 <= share <= 1 for share in about["errors_together"]["steps"].values())


def test_text_that_did_not_help_contributes_nothing(run):
    sentiment = run.contributions[run.contributions[Col.GROUP] == DriverGroup.SENTIMENT]

    assert (sentiment[Col.UNITS] == 0.0).all()


def test_text_that_leads_sales_is_used_and_moves_forecasts(make_panel):
    panel = make_panel(products=15, periods=96, text_effect=0.6)

    run = run_forecast(panel, QUICK)

    sentiment = run.contributions[run.contributions[Col.GROUP] == DriverGroup.SENTIMENT]
    assert run.about["text_helped"] is True
    assert sentiment[sentiment[Col.STEP] <= 2][Col.UNITS].abs().max() > 1.0
    assert run.about["text"]["product"]["high"] < 0


def test_accuracy_is_told_for_series_scopes_and_all(run):
    wape = run.accuracy[(run.accuracy[Col.METRIC] == "wape")]
    final = wape[(wape[Col.EXPERT] == "blend") & (wape[Col.VARIANT] == "reconciled")]
    steps = final.groupby(Col.SERIES_ID)[Col.STEP].apply(list)

    assert steps["all"] == steps["scope:total"] == [0, 1, 2, 3, 4]
    assert steps["product:p001"] == [0]
    trees = wape[(wape[Col.EXPERT] == "fusion") & (wape[Col.SERIES_ID] == "all")]
    assert set(trees[Col.VARIANT]) == {"with_text", "without_text"}
    assert wape[Col.VALUE].between(0, 2).all()


def test_the_same_inputs_give_the_same_run(run, panel):
    again = run_forecast(replace(panel, cold={"product:new": "c1"}), QUICK)

    assert again.run_id == run.run_id
    pd.testing.assert_frame_equal(again.forecasts, run.forecasts, check_exact=True)
    pd.testing.assert_frame_equal(again.contributions, run.contributions, check_exact=True)
    pd.testing.assert_frame_equal(again.accuracy, run.accuracy, check_exact=True)


def test_other_data_or_settings_give_another_run_id(run, panel):
    one_unit_more = panel.history[Col.UNITS] + (panel.history.index == 0)
    shorter = cut(panel, 40, 4)

    other = run_forecast(
        replace(shorter, history=shorter.history, cold={}), ForecastSettings(origins=1, trees=5)
    )

    assert other.run_id != run.run_id
    changed = replace(panel, history=panel.history.assign(**{Col.UNITS: one_unit_more}))
    ids = {
        run_forecast(cut(p, 30, 2), ForecastSettings(origins=1, trees=n)).run_id
        for p, n in ((panel, 3), (changed, 3), (panel, 4))
    }
    assert len(ids) == 3


def test_a_short_history_is_forecast_without_backtest_and_says_so(panel):
    run = run_forecast(cut(panel, 12, 4), QUICK)

    assert run.about["origins"] == []
    assert "needs at least 2" in run.about["calibration"]["reason"]
    assert run.about["errors_together"] == {"steps": {}, "series": {}}
    assert run.about["text_helped"] is False
    assert run.accuracy.empty
    assert (run.forecasts[Col.UNITS] >= 0).all()


def test_no_series_with_enough_history_is_an_error(panel):
    with pytest.raises(DataError, match="periods of history"):
        run_forecast(cut(panel, 4, 2), QUICK)


def test_daily_panels_are_forecast_with_a_season_of_a_week(panel):
    def daily(frame):
        first = panel.history[Col.DAY].min()
        return frame.assign(**{Col.DAY: first + (frame[Col.DAY] - first) / 7})

    days = replace(panel, history=daily(panel.history), future=daily(panel.future))

    run = run_forecast(days, ForecastSettings(origins=2, trees=10))

    span = run.forecasts[Col.DAY].max() - run.forecasts[Col.DAY].min()
    assert span == pd.Timedelta(days=3)
    assert np.isfinite(run.forecasts[Col.UNITS]).all()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"levels": (0.1, 0.9)}, "hold 0.5"),
        ({"levels": (0.9, 0.5)}, "rise"),
        ({"origins": 0}, "origins is 0"),
    ],
)
def test_settings_that_make_no_sense_are_refused(wrong, said):
    with pytest.raises(ConfigError, match=said):
        ForecastSettings(**wrong)


def test_forecasting_again_makes_the_history_ready_as_the_run_did(panel):
    history = panel.history
    gone = (history[Col.SERIES_ID] == "product:p003") & (
        history[Col.DAY] > history[Col.DAY].max() - pd.Timedelta(weeks=4)
    )
    columns = {Col.IN_STOCK: (~gone).astype(float), Col.UNITS: history[Col.UNITS].mask(gone, 0.0)}
    empty_shelf = replace(panel, history=history.assign(**columns))
    cheap = ForecastSettings(origins=2, experts=("last four periods",))

    run = run_forecast(empty_shelf, cheap)
    ids, units = forecast_again(empty_shelf, run.forecaster, cheap.min_periods)

    stored = run.forecasts.pivot_table(
        index=Col.SERIES_ID, columns=[Col.STEP, Col.LEVEL], values=Col.UNITS
    ).loc[ids]
    np.testing.assert_array_equal(stored.to_numpy().reshape(units.shape), units)
    row = ids.index("product:p003")
    assert units[row, 0, 1] > 10.0  # an empty shelf is no lack of demand


def test_a_run_refuses_sentiment_that_knows_what_was_written_after_its_backtest(panel):
    quick = ForecastSettings(origins=2, experts=("last four periods",))
    learnt = replace(panel, text_cut_off=panel.made_on)

    assert reads_later_texts(learnt, quick)
    with pytest.raises(ModelError, match="learnt from texts up to"):
        run_forecast(learnt, quick)

    allowed = replace(quick, later_texts=True)
    assert not reads_later_texts(learnt, allowed)
    assert run_forecast(learnt, allowed).about["settings"]["later_texts"] is True
    early = replace(panel, text_cut_off=grid_of(panel).days[0])
    assert not reads_later_texts(early, quick)
