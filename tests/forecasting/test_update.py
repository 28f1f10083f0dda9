"""An update takes new data into the last run: cheap, near to a run anew, not from the future."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from forecasting import (
    ForecastSettings,
    forecast_frame,
    last_run,
    load_forecaster,
    run_forecast,
    save_run,
    update_forecast,
)
from forecasting.grid import cut, grid_of
from forecasting.judging.backtest import EVERY_GROUP
from signals import Col, ConfigError, Lake, ModelError, NotReady, Scope

NOW = pd.Timestamp("2025-01-01", tz="UTC")
SETTINGS = ForecastSettings(
    origins=2, trees=30, experts=("last four periods", "price response", "fusion")
)


@pytest.fixture(scope="module")
def earlier(panel):
    """The shop four weeks ago."""
    return cut(panel, len(grid_of(panel).days) - 5, 4)


@pytest.fixture(scope="module")
def last(earlier, tmp_path_factory):
    folder = tmp_path_factory.mktemp("shop")
    save_run(run_forecast(earlier, SETTINGS), Lake(folder / "lake"), folder / "models", now=NOW)
    return last_run(Lake(folder / "lake"), folder / "models")


@pytest.fixture(scope="module")
def updated(panel, last):
    return update_forecast(panel, SETTINGS, last)


def test_an_update_forecasts_what_follows_the_new_data(panel, updated, last):
    assert updated.made_on == panel.made_on
    assert set(updated.forecasts[Col.DAY]) == set(panel.future[Col.DAY])
    assert updated.about["updated"]["from"] == last.info.run_id
    assert updated.about["weights"] == last.info.config["weights"]
    assert updated.about["errors_together"] == last.info.config["errors_together"]
    assert set(updated.accuracy[Col.RUN_ID]) == {updated.run_id}


def test_an_update_is_near_to_a_run_anew(panel, updated):
    anew = run_forecast(panel, SETTINGS)

    found, whole = (run.forecasts[Col.UNITS].to_numpy() for run in (updated, anew))

    assert np.abs(found - whole).mean() < 0.1 * whole.mean()


def test_the_parts_of_an_updated_forecast_still_sum_to_it(updated):
    keys = [Col.SERIES_ID, Col.STEP, Col.LEVEL]
    parts = updated.contributions.groupby(keys)[Col.UNITS].sum()
    forecast = updated.forecasts.set_index(keys)[Col.UNITS]

    assert np.abs(parts - forecast).max() < 1e-6


def test_trees_learn_from_the_new_weeks_and_do_not_grow_with_every_update(panel, earlier, last):
    flood = panel.history[Col.UNITS].where(panel.history[Col.DAY] <= earlier.made_on, other=0.0)
    changed = replace(panel, history=panel.history.assign(**{Col.UNITS: flood}))
    base = last.forecaster.fitted["fusion"].base

    once = update_forecast(changed, SETTINGS, last).forecaster.fitted["fusion"].base
    twice = update_forecast(
        changed, SETTINGS, replace(last, forecaster=replace(
            last.forecaster, fitted={**last.forecaster.fitted, "fusion": replace(
                last.forecaster.fitted["fusion"], base=once)})),
    ).forecaster.fitted["fusion"].base  # fmt: skip

    assert [b.num_trees() for b in base.boosters] == [30] * 3
    assert [b.num_trees() for b in once.boosters] == [33] * 3
    assert [b.num_trees() for b in twice.boosters] == [33] * 3
    low, high = (
        trees.predict(changed, present=EVERY_GROUP)[:, :, 1].sum() for trees in (once, base)
    )
    assert low < high


def test_an_updated_run_is_stored_and_updated_again(panel, last, updated, tmp_path):
    lake = Lake(tmp_path / "lake")
    save_run(updated, lake, tmp_path / "models", now=NOW)

    again = last_run(lake, tmp_path / "models")

    assert again.id_after(panel, SETTINGS) == updated.run_id
    loaded = load_forecaster(tmp_path / "models").predict(panel)
    assert loaded.tobytes() == updated.forecaster.predict(panel).tobytes()
    assert len(forecast_frame(lake, updated.run_id)) == len(updated.forecasts)
    later = replace(panel, made_on=panel.made_on + pd.Timedelta(days=1))
    third = update_forecast(later, SETTINGS, again)
    assert third.about["updated"] == {
        "from": updated.run_id,
        "chosen_on": f"{last.info.made_on:%Y-%m-%d}",
    }


def test_the_same_update_gives_the_same_bytes(panel, last, updated):
    again = update_forecast(panel, SETTINGS, last)

    pd.testing.assert_frame_equal(again.forecasts, updated.forecasts, check_exact=True)


def test_models_that_saw_later_data_are_refused(earlier, last):
    before = cut(earlier, len(grid_of(earlier).days) - 5, 4)

    with pytest.raises(ConfigError, match=r"saw data up to .* which its models must not know"):
        update_forecast(before, SETTINGS, last)


def test_other_settings_than_those_of_the_run_are_refused_by_name(panel, last):
    with pytest.raises(ConfigError, match="trees was 30, is 40"):
        update_forecast(panel, replace(SETTINGS, trees=40), last)


def test_a_scope_that_the_run_did_not_know_is_refused(panel, last):
    weights = {s: w for s, w in last.forecaster.blend.weights.items() if s != Scope.TOTAL}
    forgetful = replace(
        last,
        forecaster=replace(last.forecaster, blend=replace(last.forecaster.blend, weights=weights)),
    )

    with pytest.raises(ModelError, match="chose no experts for \\['total'\\]"):
        update_forecast(panel, SETTINGS, forgetful)


def test_before_the_first_run_there_is_nothing_to_update(tmp_path):
    with pytest.raises(NotReady, match="groundswell run"):
        last_run(Lake(tmp_path / "lake"), tmp_path / "models")
