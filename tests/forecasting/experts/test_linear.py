"""The linear expert finds planted effects, keeps them in its file, and says when it cannot."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from forecasting.contributions import shapley
from forecasting.experts.linear import Linear, load_linear
from forecasting.grid import cut, grid_of
from forecasting.judging.backtest import EVERY_GROUP
from forecasting.judging.metrics import Metric, score
from signals import Col, DriverGroup, ModelError

LEVELS = (0.1, 0.5, 0.9)


@pytest.fixture(scope="module")
def fitted(panel):
    return Linear(LEVELS).fit(panel)


def test_a_planted_promotion_effect_is_recovered_at_every_step(fitted, panel):
    promoted = replace(panel, future=panel.future.assign(promo=0.2, price=8.0))
    plain = replace(panel, future=panel.future.assign(promo=0.0, price=10.0))

    high, low = (fitted.predict(p, present=EVERY_GROUP)[:, :, 1] for p in (promoted, plain))

    products = [scope == "product" for scope in grid_of(panel).scopes]
    lift = np.log(high / low)[products].mean(axis=0)
    np.testing.assert_allclose(lift, 2.0 * 0.2, atol=0.1)


def test_a_promotion_ahead_is_credited_to_price_and_promotion(fitted, panel):
    promoted = replace(panel, future=panel.future.assign(promo=0.2, price=8.0))

    found = shapley(lambda present: fitted.predict(promoted, present=present))

    np.testing.assert_allclose(found.total, fitted.predict(promoted, present=EVERY_GROUP))
    assert (found.parts[DriverGroup.PRICE][:, :, 1] > 0).all()
    assert not found.parts[DriverGroup.SENTIMENT].any()


def test_it_errs_less_than_the_last_weeks_where_drivers_matter(make_panel):
    panel = make_panel(products=12, periods=104)
    units, last = grid_of(panel).units, cut(panel, 99, 4)

    quantiles = Linear(LEVELS).fit(last).predict(last, present=EVERY_GROUP)

    actual = units[:, 100:104]
    recent = units[:, 96:100].mean(axis=1)[:, None, None]
    naive = score(actual, np.broadcast_to(recent, quantiles.shape), LEVELS)[Metric.WAPE]
    assert score(actual, quantiles, LEVELS)[Metric.WAPE] < 0.85 * naive


def test_intervals_hold_about_what_they_say(make_panel):
    panel = make_panel(products=24, periods=104)
    units, inside = grid_of(panel).units, []
    for origin in (83, 91, 99):
        past = cut(panel, origin, 4)
        low, _, high = np.moveaxis(
            Linear(LEVELS).fit(past).predict(past, present=EVERY_GROUP), 2, 0
        )
        actual = units[:, origin + 1 : origin + 5]
        inside.append((actual >= low) & (actual <= high))

    assert 0.65 < np.mean(inside) < 0.92


def test_other_columns_than_in_training_are_refused(fitted, panel, tmp_path):
    fitted.save(tmp_path)
    about = json.loads((tmp_path / "linear.json").read_text())
    about["columns"][3] = "sales of the moon"
    (tmp_path / "linear.json").write_text(json.dumps(about))

    with pytest.raises(ModelError, match="sales of the moon"):
        load_linear(tmp_path).predict(panel, present=EVERY_GROUP)


def test_a_step_that_was_never_taught_is_forecast_as_the_last_that_was(panel):
    short = cut(panel, 6, 8)  # seven periods teach three steps at most

    fitted = Linear(LEVELS).fit(short)

    quantiles = fitted.predict(short, present=EVERY_GROUP)
    assert len(fitted.steps) == 3
    assert quantiles.shape == (13, 8, 3)
    assert np.isfinite(quantiles).all()


def test_a_history_that_teaches_nothing_is_said_so(panel):
    days = panel.history[Col.DAY].drop_duplicates().nlargest(3)
    young = replace(panel, history=panel.history[panel.history[Col.DAY].isin(days)])

    fitted = Linear(LEVELS).fit(young)

    quantiles = fitted.predict(young, present=EVERY_GROUP)
    mean = grid_of(young).units.mean(axis=1)
    np.testing.assert_allclose(quantiles[:, 0, 1], mean)
    reasons = set(fitted.fallbacks(young).values())
    assert len(fitted.fallbacks(young)) == 13
    assert reasons == {
        "no period of the past teaches: forecast by the mean of the last four periods"
    }
