"""What would be, in the model: what changes, what stays, what is refused and with which range."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from forecasting import Change, Forecaster, How, Lever, Whose, forecast_what_if
from forecasting.blend import Blend
from forecasting.calibrate import Calibration
from forecasting.experts.naive import SeasonalNaive
from forecasting.experts.trees import Trees
from forecasting.grid import grid_of
from forecasting.judging.backtest import ExpertKey, Variant
from signals import Col, DataError

LEVELS = (0.1, 0.5, 0.9)
TREES = ExpertKey("lightgbm", Variant.WITH_TEXT)
NAIVE = ExpertKey("seasonal naive", Variant.PLAIN)
ONE = "product:p001"
NO_PROMO = (Change(Lever.PRICE, How.TO, 10.0), Change(Lever.PROMO, How.TO, 0.0))
CHEAP = (Change(Lever.PRICE, How.TO, 8.0), Change(Lever.PROMO, How.TO, 0.2))


@pytest.fixture(scope="module")
def shop(make_panel):
    panel = make_panel(text_effect=0.6)
    experts = (Trees(LEVELS, rounds=60), SeasonalNaive(LEVELS))
    weights = {"product": {TREES: 1.0}, "category": {TREES: 0.7, NAIVE: 0.3}, "total": {TREES: 1.0}}
    fitted = {expert.name: expert.fit(panel) for expert in experts}
    return Forecaster(LEVELS, fitted, Blend(weights), Calibration(LEVELS, {})), panel


def _middle(units):
    return units[:, 1].sum()


def _products(panel):
    return [name for name in grid_of(panel).series_ids if name.startswith("product:")]


def _steady(panel, series_ids):
    """Give some series one price and no promotion, ever."""

    def flat(frame):
        rows = frame[Col.SERIES_ID].isin(series_ids)
        return frame.assign(
            **{
                Col.PRICE: frame[Col.PRICE].where(~rows, 10.0),
                Col.PROMO: frame[Col.PROMO].where(~rows, 0.0),
            }
        )

    return replace(panel, history=flat(panel.history), future=flat(panel.future))


def _stocked(panel, shares):
    stock = panel.history[Col.SERIES_ID].map(lambda name: shares.get(name, 1.0))
    lately = panel.history[Col.DAY] >= panel.history[Col.DAY].unique()[-8]
    return replace(
        panel, history=panel.history.assign(**{Col.IN_STOCK: stock.where(lately, 1.0).to_numpy()})
    )


@pytest.mark.parametrize(
    "change",
    [
        Change(Lever.PRICE, How.BY_SHARE, 0.0),
        Change(Lever.SENTIMENT, How.BY, 0.0),
    ],
)
def test_a_change_of_nothing_changes_nothing_to_the_byte(shop, change):
    forecaster, panel = shop

    found = forecast_what_if(forecaster, panel, ONE, [change])

    assert found.after.tobytes() == found.before.tobytes()
    assert all(was.tobytes() == becomes.tobytes() for was, becomes in found.sums.values())


def test_the_forecast_before_is_that_of_the_model(shop):
    forecaster, panel = shop

    found = forecast_what_if(forecaster, panel, ONE, CHEAP)

    row = grid_of(panel).series_ids.index(ONE)
    assert found.before.tobytes() == forecaster.predict(panel)[row].tobytes()
    assert found.periods[0] == panel.future[Col.DAY].min()


def test_a_lower_price_with_its_promotion_never_lowers_and_comes_near_the_truth(shop):
    """Price is 10 x (1 - promotion) in this shop, and a promotion of 0.2 lifts by exp(0.4)."""
    forecaster, panel = shop

    lifts = [
        _middle(forecast_what_if(forecaster, panel, name, CHEAP).after)
        / _middle(forecast_what_if(forecaster, panel, name, NO_PROMO).after)
        for name in _products(panel)
    ]

    assert min(lifts) >= 1.0
    assert np.mean(lifts) == pytest.approx(np.exp(2.0 * 0.2), rel=0.15)


def test_a_lower_price_alone_never_lowers_and_says_that_promotions_went_with_it(shop):
    forecaster, panel = shop

    for name in _products(panel):
        dear = forecast_what_if(forecaster, panel, name, NO_PROMO)
        found = forecast_what_if(
            forecaster, panel, name, [Change(Lever.PRICE, How.TO, 8.5), NO_PROMO[1]]
        )
        assert _middle(found.after) >= _middle(dear.after)
    alone = forecast_what_if(forecaster, panel, ONE, [Change(Lever.PRICE, How.TO, 8.5)])

    assert any("moved together" in str(note) for note in alone.notes)
    assert not any("moved together" in str(note) for note in found.notes)


def test_a_price_beyond_what_was_seen_is_refused_with_the_range(shop):
    forecaster, panel = shop

    found = forecast_what_if(forecaster, panel, ONE, [Change(Lever.PRICE, How.BY_SHARE, -0.5)])

    assert found.after is None
    assert str(found.refused[0]).endswith(
        "was not seen in training: the price of this product has been between 8.00 and 10.00"
    )


def test_a_product_whose_price_never_moved_borrows_the_range_of_its_category(shop):
    forecaster, panel = shop
    steady = _steady(panel, [ONE])

    within = forecast_what_if(forecaster, steady, ONE, [Change(Lever.PRICE, How.BY_SHARE, -0.1)])
    beyond = forecast_what_if(forecaster, steady, ONE, [Change(Lever.PRICE, How.BY_SHARE, -0.3)])

    (assumption,) = within.assumptions
    assert (assumption.seen.whose, assumption.seen.low) == (Whose.CATEGORY, pytest.approx(8.0))
    assert "this product has been 10.00 throughout" in str(beyond.refused[0])
    assert "the products of its category" in str(beyond.refused[0])


def test_where_no_price_ever_moved_every_change_is_refused(shop):
    forecaster, panel = shop
    steady = _steady(panel, grid_of(panel).series_ids)

    price = forecast_what_if(forecaster, steady, ONE, [Change(Lever.PRICE, How.BY_SHARE, -0.01)])
    promo = forecast_what_if(forecaster, steady, ONE, [Change(Lever.PROMO, How.USUAL)])

    assert "10.00 throughout, and that of no product moved" in str(price.refused[0])
    assert "no promotion was ever seen" in str(promo.refused[0])


def test_what_the_data_lack_is_named(shop):
    forecaster, panel = shop

    stock = forecast_what_if(forecaster, panel, ONE, [Change(Lever.STOCK, How.TO, 0.8)])
    silent = forecast_what_if(
        forecaster, replace(panel, polarity=()), ONE, [Change(Lever.SENTIMENT, How.BY, 0.1)]
    )

    assert "bring in sales with an in_stock column" in str(stock.refused[0])
    assert "no scored reviews or posts" in str(silent.refused[0])


def test_promotion_on_is_as_deep_as_it_usually_is(shop):
    forecaster, panel = shop

    found = forecast_what_if(forecaster, panel, ONE, [Change(Lever.PROMO, How.USUAL)])

    assert found.assumptions[0].becomes == pytest.approx(np.full(4, 0.2))


def test_a_product_moves_its_category_and_the_total_by_the_same_units(shop):
    forecaster, panel = shop

    found = forecast_what_if(forecaster, panel, ONE, CHEAP)

    gained = found.after[:, 1] - found.before[:, 1]
    assert set(found.sums) == {"category:c1", "total"}
    for before, after in found.sums.values():
        assert after - before == pytest.approx(np.tile(gained[:, None], 3))


def test_a_change_of_a_category_holds_for_its_columns_and_says_who_does_not_answer(shop):
    forecaster, panel = shop

    found = forecast_what_if(
        forecaster, panel, "category:c1", [Change(Lever.PRICE, How.BY_SHARE, -0.02)]
    )

    assert set(found.sums) == {"total"}
    assert found.assumptions[0].becomes == pytest.approx(found.assumptions[0].was * 0.98)
    assert "30% of this forecast comes from experts that do not answer" in str(found.notes[0])


def test_a_better_mood_lately_moves_a_forecast_that_listens(shop):
    forecaster, panel = shop
    usual = panel.history.loc[panel.history[Col.SERIES_ID] == ONE, "mood"]
    room = usual.max() - usual.tail(4).max()

    better = forecast_what_if(forecaster, panel, ONE, [Change(Lever.SENTIMENT, How.BY, room)])
    unheard = forecast_what_if(forecaster, panel, ONE, [Change(Lever.SENTIMENT, How.BY, 1.9)])

    assert _middle(better.after) > _middle(better.before)
    assert len(better.assumptions[0].days) == 4
    assert any("the last 4 periods" in str(note) for note in better.notes)
    assert "was not seen in training: the sentiment of this product" in str(unheard.refused[0])


def test_sales_follow_the_share_of_days_with_stock(shop):
    forecaster, panel = shop
    short = _stocked(panel, {ONE: 0.5, "product:p002": 0.8})

    less = forecast_what_if(forecaster, short, "product:p004", [Change(Lever.STOCK, How.TO, 0.8)])
    full = forecast_what_if(forecaster, short, ONE, [Change(Lever.STOCK, How.TO, 1.0)])

    assert less.after == pytest.approx(less.before * 0.8)
    assert less.assumptions[0].seen.whose is Whose.CATEGORY
    assert full.after == pytest.approx(full.before / 0.5)
    assert any("a rule, not learnt" in str(note) for note in full.notes)


def test_stock_is_refused_where_no_shelf_was_ever_empty(shop):
    forecaster, panel = shop
    sold_out = _stocked(panel, dict.fromkeys(grid_of(panel).series_ids, 0.0))

    found = forecast_what_if(
        forecaster, _stocked(panel, {}), ONE, [Change(Lever.STOCK, How.TO, 0.8)]
    )
    nothing = forecast_what_if(forecaster, sold_out, ONE, [Change(Lever.STOCK, How.TO, 1.0)])

    assert "the stock of this product has been 100 % throughout" in str(found.refused[0])
    assert "had no stock in the last 8 periods" in str(nothing.refused[0])


def test_a_window_changes_its_periods_alone_and_in_proportion(shop):
    forecaster, panel = shop
    second = panel.future[Col.DAY].unique()[1]

    whole = forecast_what_if(forecaster, panel, ONE, CHEAP, (second, second + pd.Timedelta(days=6)))
    part = forecast_what_if(forecaster, panel, ONE, CHEAP, (None, panel.future[Col.DAY].min()))

    assert (whole.before != whole.after).any(axis=1).tolist()[0::2] == [False, False]
    assert part.assumptions[0].becomes[0] == pytest.approx(
        part.assumptions[0].was[0] + (8.0 - part.assumptions[0].was[0]) / 7
    )


def test_a_window_beyond_the_horizon_is_an_error(shop):
    forecaster, panel = shop

    with pytest.raises(DataError, match="which runs from 2024-07-15 to 2024-08-11"):
        forecast_what_if(forecaster, panel, ONE, CHEAP, (pd.Timestamp("2025-01-01"), None))


@pytest.mark.parametrize(
    ("series", "changes", "said"),
    [
        ("product:unheard", CHEAP, "no forecast of 'product:unheard'"),
        (ONE, (), "nothing is to change"),
        (ONE, (CHEAP[0], NO_PROMO[0]), "price is to change in two ways"),
        ("category:c1", CHEAP, "give a share, such as -10%"),
    ],
)
def test_questions_that_make_no_sense_are_errors(shop, series, changes, said):
    forecaster, panel = shop

    with pytest.raises(DataError, match=said):
        forecast_what_if(forecaster, panel, series, changes)


@pytest.mark.parametrize(
    ("lever", "how", "amount", "said"),
    [
        (Lever.PRICE, How.TO, 0.0, "a price above 0"),
        (Lever.PROMO, How.TO, 1.5, "from 0 to 1"),
        (Lever.SENTIMENT, How.BY, 3.0, "from -2 to 2"),
        (Lever.STOCK, How.TO, -0.1, "days with stock from 0 to 1"),
    ],
)
def test_amounts_out_of_bounds_are_errors(lever, how, amount, said):
    with pytest.raises(DataError, match=said):
        Change(lever, how, amount)
