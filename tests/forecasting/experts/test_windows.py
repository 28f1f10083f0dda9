"""What a network is shown, and what it is shown while drivers are hidden."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from forecasting.experts.windows import Scaling, inputs_of, scaling_of
from forecasting.judging.backtest import EVERY_GROUP
from signals import Col, DriverGroup, ModelError

COLUMNS = ("festival", Col.PROMO, Col.PRICE)


@pytest.fixture(scope="module")
def inputs(panel):
    return inputs_of(panel, scaling_of(panel, COLUMNS))


def test_sales_are_log_units_around_the_level_of_the_series(inputs):
    units = inputs.grid.units

    expected = np.log1p(units) - np.log1p(units.mean(axis=1))[:, None]

    np.testing.assert_allclose(inputs.sales, expected)


def test_what_was_scaled_comes_back_in_units(inputs):
    last = inputs.sales[:, -4:, None]

    np.testing.assert_allclose(inputs.units(last)[..., 0], inputs.grid.units[:, -4:], atol=1e-9)


def test_no_forecast_goes_beyond_four_times_the_most_that_was_sold(inputs):
    wild = inputs.units(np.full((13, 4, 1), 99.0))

    np.testing.assert_allclose(wild[:, 0, 0], 4 * inputs.grid.units.max(axis=1), rtol=0.2)


def test_the_window_ends_with_the_plans_of_the_future(inputs, panel):
    _, _, known = inputs.window(10, EVERY_GROUP)

    planned = panel.future.sort_values([Col.SERIES_ID, Col.DAY])[Col.PROMO].to_numpy()
    scaled = known[:, -4:, COLUMNS.index(Col.PROMO)].ravel()
    assert known.shape == (13, 14, 4)
    assert np.corrcoef(planned, scaled)[0, 1] == pytest.approx(1.0)


def test_hidden_sales_look_like_a_series_at_its_level(inputs):
    sales, begun, known = inputs.window(10, EVERY_GROUP - {DriverGroup.HISTORY})

    assert not sales.any()
    assert not known[:, :, -1].any()
    assert begun.all()


def test_hidden_prices_look_like_the_regular_price_everywhere(inputs):
    hidden = EVERY_GROUP - {DriverGroup.PRICE}

    promo, price = inputs.window(10, hidden)[2][:, :, 1:3].transpose(2, 0, 1)

    assert len(np.unique(promo)) == 1
    np.testing.assert_allclose(price, price[:, :1] * np.ones((1, 14)))


def test_a_history_shorter_than_the_window_stands_at_its_end(inputs):
    sales, begun, known = inputs.window(100, EVERY_GROUP)

    assert not sales[:, :20].any()
    assert begun.sum(axis=1).tolist() == [80.0] * 13
    assert known.shape == (13, 104, 4)


def test_the_sales_a_season_ago_are_known_for_every_step(inputs):
    np.testing.assert_array_equal(inputs.known[:, 80:, -1], inputs.sales[:, 28:32])
    assert not inputs.known[:, :52, -1].any()


def test_a_scaling_reads_back_as_it_was(panel):
    scaling = scaling_of(panel, COLUMNS)

    again = Scaling.from_dict(scaling.to_dict())

    assert again.columns == COLUMNS
    assert again.spreads.tobytes() == scaling.spreads.tobytes()


def test_data_that_lack_a_column_are_refused_by_its_name(panel):
    poorer = replace(panel, known=tuple(name for name in panel.known if name != "festival"))

    with pytest.raises(ModelError, match=r"reads the column\(s\) \['festival'\]"):
        inputs_of(poorer, scaling_of(panel, COLUMNS))


def test_a_panel_that_knows_nothing_ahead_shows_its_sales_a_season_ago(panel):
    bare = replace(panel, known=())

    shown = inputs_of(bare, scaling_of(bare, ()))

    assert shown.window(10, EVERY_GROUP)[2].shape == (13, 14, 1)
