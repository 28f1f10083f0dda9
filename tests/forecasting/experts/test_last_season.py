"""What a season ago tells of a period: its feasts, at today's level."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from forecasting.experts.last_season import LastSeason, load_last_season
from forecasting.experts.naive import RecentMean
from forecasting.grid import cut, grid_of
from forecasting.judging.backtest import EVERY_GROUP
from signals import Col, DriverGroup, Measure, ModelError, Panel, Scope

LEVELS = (0.1, 0.5, 0.9)
HORIZON = 4
FEAST = 50
"""Week of the year that sells three times as much."""
YOUNG = "product:p00"


@pytest.fixture(scope="module")
def panel():
    """Two years but for three weeks; the second sells a quarter more, and a feast lies ahead."""
    random = np.random.default_rng(2)
    weeks = 101 + HORIZON
    days = pd.date_range("2023-01-02", periods=weeks, freq="7D")
    week = np.arange(weeks)
    shape = np.exp(0.2 * np.sin(2 * np.pi * week / 52)) * np.where(week % 52 == FEAST, 3.0, 1.0)
    frames = [
        pd.DataFrame(
            {
                Col.SERIES_ID: f"product:p{product:02d}",
                Col.SCOPE: str(Scope.PRODUCT),
                Col.CATEGORY: f"c{product % 2}",
                Col.DAY: days,
                Col.UNITS: (50.0 + 10 * product)
                * shape
                * np.where(week >= 52, 1.25, 1.0)
                * random.lognormal(0, 0.05, weeks),
            }
        )
        for product in range(12)
    ]
    rows = pd.concat(frames, ignore_index=True)
    young = (rows[Col.SERIES_ID] == YOUNG) & (rows[Col.DAY] < days[80])
    rows, last = rows[~young], days[-HORIZON - 1]
    future = rows.loc[rows[Col.DAY] > last, [Col.SERIES_ID, Col.DAY]]
    return Panel(
        history=rows[rows[Col.DAY] <= last].reset_index(drop=True),
        future=future.assign(**{Col.STEP: (future[Col.DAY] - last).dt.days // 7}).reset_index(
            drop=True
        ),
        measure=Measure.UNITS_SOLD,
        made_on=last + pd.Timedelta(days=6),
        groups={},
    )


@pytest.fixture(scope="module")
def fitted(panel):
    return LastSeason(LEVELS).fit(panel)


def test_a_feast_of_last_year_comes_back_at_this_years_level(fitted, panel):
    medians = fitted.predict(panel, present=EVERY_GROUP)[1:, :, 1]

    feast = [week % 52 for week in range(101, 101 + HORIZON)].index(FEAST)
    usual = (50.0 + 10 * np.arange(1, 12)) * 1.25
    expected = usual * 3.0 * np.exp(0.2 * np.sin(2 * np.pi * (101 + feast) / 52))
    assert medians[:, feast].sum() == pytest.approx(expected.sum(), rel=0.15)


def test_a_young_series_takes_the_feast_from_its_category(fitted, panel):
    quantiles = fitted.predict(panel, present=EVERY_GROUP)

    ids = grid_of(panel).series_ids
    young = quantiles[ids.index(YOUNG), :, 1]
    assert young[1] > 2.0 * young[3]
    assert fitted.fallbacks(panel) == {}


def test_a_past_without_a_season_is_forecast_by_its_last_weeks_and_says_so(panel):
    short = cut(panel, 45, HORIZON)

    fitted = LastSeason(LEVELS).fit(short)

    last = RecentMean(LEVELS).predict(short, present=EVERY_GROUP)
    np.testing.assert_array_equal(fitted.predict(short, present=EVERY_GROUP), last)
    assert "no season" in fitted.fallbacks(short)["product:p03"]


def test_a_chance_spike_of_one_product_does_not_come_back(panel):
    history = panel.history.copy()
    series, ahead = history[Col.SERIES_ID] == "product:p05", panel.future[Col.DAY].max()
    spike = series & (history[Col.DAY] == ahead - pd.Timedelta(weeks=52))
    history.loc[spike, Col.UNITS] *= 20.0
    spiked = replace(panel, history=history)
    row = grid_of(panel).series_ids.index("product:p05")

    usual, after = (
        LastSeason(LEVELS).fit(each).predict(each, present=EVERY_GROUP)[row, -1, 1]
        for each in (panel, spiked)
    )

    assert after < 1.5 * usual


def test_an_expert_of_an_earlier_release_is_refused_with_what_to_do(fitted, tmp_path):
    fitted.save(tmp_path)
    [file] = tmp_path.iterdir()
    file.write_text(file.read_text().replace('"newest growth"', '"long mean"'))

    with pytest.raises(ModelError, match=r"earlier release.*groundswell run"):
        load_last_season(tmp_path)


def test_hidden_sales_tell_nothing_of_the_season(fitted, panel):
    hidden = fitted.predict(panel, present=EVERY_GROUP - {DriverGroup.HISTORY})

    assert (hidden == hidden[:, :1]).all()


def test_a_category_without_last_year_is_forecast_by_its_last_weeks(fitted, panel):
    history = panel.history
    alone = history[Col.SERIES_ID] == YOUNG
    history = history.assign(**{Col.CATEGORY: history[Col.CATEGORY].mask(alone, "new").astype(str)})

    assert list(fitted.fallbacks(replace(panel, history=history))) == [YOUNG]
