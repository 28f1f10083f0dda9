"""Demand curves carry over from the depths of promotion they have seen."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from forecasting.experts.price_response import PriceResponse, load_price_response
from forecasting.grid import cut
from forecasting.judging.backtest import EVERY_GROUP
from signals import Col, ModelError

LEVELS = (0.1, 0.5, 0.9)


@pytest.fixture(scope="module")
def fitted(panel):
    return PriceResponse(LEVELS).fit(panel)


def forecast_at(fitted, panel, cut_by: float) -> float:
    """Sum of the medians when every price of the horizon is cut."""
    plan = {Col.PROMO: cut_by, Col.PRICE: 10.0 * (1 - cut_by)}
    promoted = replace(panel, future=panel.future.assign(**plan))
    return float(fitted.predict(promoted, present=EVERY_GROUP)[:, :, 1].sum())


def test_a_deeper_cut_than_any_seen_sells_more_than_the_deepest_seen(fitted, panel):
    plain, seen, deeper = (forecast_at(fitted, panel, cut) for cut in (0.0, 0.2, 0.3))

    # two hundredths of log units for each percent off, as the shop was made
    assert seen / plain == pytest.approx(np.exp(2.0 * 0.2), rel=0.15)
    assert deeper > 1.1 * seen


def test_a_past_too_short_to_teach_is_forecast_by_its_last_weeks_and_says_so(panel):
    short = cut(panel, 4, 4)

    fitted = PriceResponse(LEVELS).fit(short)

    assert "too short" in fitted.fallbacks(short)["product:p001"]
    assert (fitted.predict(short, present=EVERY_GROUP)[:, :, 1] > 0).all()


def test_a_past_long_enough_needs_no_fallback(fitted, panel):
    assert fitted.fallbacks(panel) == {}


def test_other_columns_than_in_training_are_refused(fitted, panel, tmp_path):
    fitted.save(tmp_path)
    about = json.loads((tmp_path / "price_response.json").read_text())
    about["columns"][3] = "sales of the moon"
    (tmp_path / "price_response.json").write_text(json.dumps(about))

    with pytest.raises(ModelError, match="sales of the moon"):
        load_price_response(tmp_path).predict(panel, present=EVERY_GROUP)
