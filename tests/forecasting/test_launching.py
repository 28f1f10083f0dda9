"""Products with little history, forecast as others like them began."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from forecasting import BASELINE, ForecastSettings, run_forecast
from forecasting.grid import grid_of
from forecasting.launch import forecast_launches, growing, launches_from
from signals import Col, Shelf

LEVELS = (0.1, 0.5, 0.9)
HORIZON = 4
NEW = "product:new"
SLOW = 1 - 0.8 * np.exp(-np.arange(30) / 3)


@pytest.fixture(scope="module")
def shop(make_panel):
    """Twelve products; p001, p004 and p007 were launched and began slowly, one is to come."""
    panel = make_panel(products=12)
    days = grid_of(panel).days
    history = panel.history
    for place, series in enumerate(("product:p001", "product:p004", "product:p007")):
        begun = days[45 + 4 * place]
        ours = history[Col.SERIES_ID] == series
        history = history[~ours | (history[Col.DAY] >= begun)]
        age = ((history[Col.DAY] - begun).dt.days // 7).clip(0, len(SLOW) - 1)
        slower = (history[Col.UNITS] * SLOW[age]).where(history[Col.SERIES_ID] == series)
        history = history.assign(**{Col.UNITS: slower.fillna(history[Col.UNITS]).round()})
    return replace(panel, history=history.reset_index(drop=True), cold={NEW: "c1"})


def _shelf(panel, *, launch_day=pd.NaT, name="Steel kettle", promo=0.0):
    """Every product is called a lamp but p010 and the new one."""
    ids = [s for s in grid_of(panel).series_ids if s.startswith("product:")]
    names = ["Steel kettle" if s == "product:p010" else f"Lamp {s[-3:]}" for s in ids]
    products = pd.DataFrame(
        {
            Col.SERIES_ID: [*ids, NEW],
            Col.CATEGORY: [None] * len(ids) + [None],
            Col.BRAND: None,
            Col.NAME: [*names, name],
            Col.ATTRIBUTES: None,
            Col.PRICE: np.nan,
            Col.LAUNCH_DAY: pd.Series([pd.NaT] * len(ids) + [launch_day], dtype="datetime64[ns]"),
        }
    )
    ahead = pd.DataFrame(
        {
            Col.SERIES_ID: NEW,
            Col.DAY: grid_of(panel).ahead(HORIZON),
            Col.PROMO: [0.0, 0.0, 0.0, promo],
            Col.PRICE: 10.0,
        }
    )
    return Shelf(products, ahead)


def _middle(panel, **fading):
    found = forecast_launches(panel, dict(panel.cold), LEVELS, **fading)
    return found, found.quantiles[0, :, 1]


def test_a_new_product_nears_its_level_as_others_did(shop):
    _, middle = _middle(shop)

    assert (np.diff(middle) > 0).all()
    assert middle[0] < 0.6 * middle[-1]


def test_nothing_is_sold_before_the_launch_day(shop):
    ahead = grid_of(shop).ahead(HORIZON)
    found, middle = _middle(replace(shop, shelf=_shelf(shop, launch_day=ahead[2])))

    assert (found.quantiles[0, :2] == 0).all()
    assert (middle[2:] > 0).all()


def test_a_product_launched_within_a_week_sells_that_share_of_it(shop):
    ahead = grid_of(shop).ahead(HORIZON)
    whole = _middle(replace(shop, shelf=_shelf(shop, launch_day=ahead[0])))[1]
    part = _middle(replace(shop, shelf=_shelf(shop, launch_day=ahead[0] + pd.Timedelta(days=5))))[1]

    assert part[0] < 0.5 * whole[0]
    assert part[1] == pytest.approx(whole[1])


def test_words_of_the_name_find_what_it_is_like(shop):
    found, _ = _middle(replace(shop, shelf=_shelf(shop)))

    products = found.alike[NEW].products
    assert next(iter(products)) == "product:p010"
    assert found.alike[NEW].share == 1
    assert found.alike[NEW].own == 0


def test_launches_it_is_like_are_named_and_their_shares_sum_to_one(shop):
    found, _ = _middle(shop)

    launches = found.alike[NEW].launches
    assert set(launches) == {"product:p001", "product:p004", "product:p007"}
    assert sum(launches.values()) == pytest.approx(1, abs=1e-3)


def test_a_planned_promotion_lifts_a_product_never_sold(shop):
    without = _middle(replace(shop, shelf=_shelf(shop)))[1]
    planned = _middle(replace(shop, shelf=_shelf(shop, promo=0.2)))[1]

    assert planned[:3] == pytest.approx(without[:3])
    assert planned[3] > 1.15 * without[3]  # the shop gains a factor exp(0.4)


def test_its_own_sales_count_more_with_every_period(make_panel):
    panel = make_panel()
    days = grid_of(panel).days
    shares = []
    for age in (1, 3, 6):
        begun = (panel.history[Col.SERIES_ID] != "product:p002") | (
            panel.history[Col.DAY] >= days[-age]
        )
        young = replace(panel, history=panel.history[begun].reset_index(drop=True))
        found = forecast_launches(young, {"product:p002": "c2"}, LEVELS)
        shares.append(found.alike["product:p002"].own)

    assert 0 < shares[0] < shares[1] < shares[2] < 1


def test_what_a_launch_counts_fades_once_it_is_of_age(make_panel):
    panel = make_panel()
    days = grid_of(panel).days
    shares = []
    for age in (7, 8, 12, 15, 16):
        begun = (panel.history[Col.SERIES_ID] != "product:p002") | (
            panel.history[Col.DAY] >= days[-age]
        )
        young = replace(panel, history=panel.history[begun].reset_index(drop=True))
        shares.append(growing(young, 8).get("product:p002"))

    assert shares == [None, pytest.approx(8 / 9), pytest.approx(4 / 9), pytest.approx(1 / 9), None]


def test_contributions_of_a_fading_launch_sum_to_its_forecast(make_panel):
    panel = make_panel()
    begun = (panel.history[Col.SERIES_ID] != "product:p002") | (
        panel.history[Col.DAY] >= grid_of(panel).days[-10]
    )
    young = replace(panel, history=panel.history[begun].reset_index(drop=True))

    run = run_forecast(young, ForecastSettings(experts=("last four periods",), origins=1))

    key = [Col.SERIES_ID, Col.STEP, Col.LEVEL]
    sums = run.contributions.groupby(key)[Col.UNITS].sum()
    shown = run.forecasts.set_index(key)[Col.UNITS]
    assert np.abs(sums - shown).max() < 1e-6
    assert BASELINE in set(run.contributions[Col.GROUP])
    assert run.about["alike"]["product:p002"]["share"] == pytest.approx(6 / 9)
    assert "product:p002" not in run.about["launches"]


def test_what_was_stored_of_launches_reads_back(shop):
    found = forecast_launches(shop, dict(shop.cold), LEVELS, {"product:p007": 0.5})

    again = launches_from(found.to_dict())

    assert again.alike == found.alike
    assert again.fading.series_ids == ("product:p007",)
    assert np.array_equal(again.fading.quantiles, found.fading.quantiles)
    assert np.array_equal(again.quantiles, found.quantiles)


def test_quantiles_rise_and_the_same_panel_gives_the_same_forecast(shop):
    first, _ = _middle(shop)
    again, _ = _middle(shop)

    assert (np.diff(first.quantiles, axis=-1) >= 0).all()
    assert np.array_equal(first.quantiles, again.quantiles)
