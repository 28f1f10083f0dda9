"""Forecasts of stored runs, and what was sold since."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from forecasting import (
    ForecastSettings,
    Outcome,
    forecast_frame,
    outcomes_since,
    run_forecast,
    run_id_of,
    save_run,
)
from forecasting.grid import cut
from signals import Col, Lake

NOW = pd.Timestamp("2025-01-01", tz="UTC")
CHEAP = ForecastSettings(origins=3, experts=("last four periods",))


@pytest.fixture(scope="module")
def shop(make_panel):
    return make_panel(products=6, periods=60)


@pytest.fixture(scope="module")
def stored(shop, tmp_path_factory):
    """Hold two runs: one made four weeks before the end of the panel, one two weeks before it."""
    folder = tmp_path_factory.mktemp("workspace")
    lake = Lake(folder / "lake")
    for place, origin in enumerate((55, 57)):
        run = run_forecast(cut(shop, origin, 4 - 2 * place), CHEAP)
        save_run(run, lake, folder / "models", now=NOW + pd.Timedelta(days=place))
    return lake


def test_stored_forecasts_are_held_against_what_was_sold_since(stored, shop):
    older, newer = outcomes_since(stored, shop)

    assert (older.points, newer.points) == (10 * 4, 10 * 2)
    assert older.below[0.1] <= older.below[0.5] <= older.below[0.9]


def test_the_shares_are_those_of_the_rows(stored, shop):
    newest = outcomes_since(stored, shop)[-1]

    rows = forecast_frame(stored, newest.run_id).merge(
        shop.history[[Col.SERIES_ID, Col.DAY, Col.UNITS]],
        on=[Col.SERIES_ID, Col.DAY],
        suffixes=("", "_sold"),
    )
    high = rows[rows[Col.LEVEL] == 0.9]
    assert newest.below[0.9] == pytest.approx((high["units_sold"] <= high[Col.UNITS]).mean())


def test_runs_that_knew_as_much_or_forecast_something_else_do_not_count(stored, shop):
    assert len(outcomes_since(stored, cut(shop, 57, 2))) == 1
    assert outcomes_since(stored, cut(shop, 55, 4)) == ()
    assert outcomes_since(stored, replace(shop, built_from={"grain": "day"})) == ()


def test_a_lake_without_runs_tells_nothing(shop, tmp_path):
    assert outcomes_since(Lake(tmp_path / "lake"), shop) == ()


def test_runs_that_were_too_sure_make_the_next_one_wider_and_another_run(shop):
    missed = [Outcome(str(place), {0.1: 0.3, 0.5: 0.5, 0.9: 0.7}, 40) for place in range(4)]

    usual, warned = run_forecast(shop, CHEAP), run_forecast(shop, CHEAP, outcomes=missed)

    width = {
        run.run_id: run.forecaster.calibrated(shop)[..., [0, -1]] @ [-1.0, 1.0]
        for run in (usual, warned)
    }
    assert (width[warned.run_id] >= width[usual.run_id]).all()
    assert width[warned.run_id].mean() > 1.03 * width[usual.run_id].mean()
    assert warned.run_id == run_id_of(shop, CHEAP, missed) != usual.run_id
    assert warned.about["outcomes"] == dict.fromkeys("0123", 40)
