"""Statistical models of each series alone: what they find, and when they step back."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from forecasting.experts.naive import RecentMean
from forecasting.experts.stats import EachAlone
from forecasting.grid import cut, grid_of
from forecasting.judging.backtest import EVERY_GROUP
from signals import Col, DriverGroup

LEVELS = (0.1, 0.5, 0.9)
NAMES = ("autoets", "autoarima", "autotheta")


@pytest.fixture(params=NAMES)
def alone(request):
    return EachAlone(LEVELS, request.param)


def _with(panel, series, units):
    rows = panel.history[Col.SERIES_ID] == series
    history = panel.history.copy()
    history.loc[rows, Col.UNITS] = units
    return replace(panel, history=history)


def test_a_trend_goes_on_rising(alone, panel):
    noise = np.random.default_rng(2).lognormal(0, 0.03, 80)
    rising = _with(panel, "product:p002", 20.0 * np.exp(0.02 * np.arange(80)) * noise)

    middle = alone.fit(rising).predict(rising, present=EVERY_GROUP)[:, :, 1]

    row = grid_of(rising).series_ids.index("product:p002")
    last = grid_of(rising).units[row, -4:].mean()
    assert last < middle[row, 3] < 1.35 * last


def test_a_spike_does_not_make_the_forecast_explode(alone, panel):
    units = np.where(np.arange(80) == 79, 5000.0, 10.0)
    spiked = _with(panel, "product:p002", units)

    quantiles = alone.fit(spiked).predict(spiked, present=EVERY_GROUP)

    assert quantiles.max() <= 4.0 * 5001.0


def test_short_and_constant_series_are_forecast_by_the_recent_mean_and_said_so(alone, panel):
    flat = _with(panel, "product:p002", 6.0)
    young = (flat.history[Col.SERIES_ID] == "product:p005") & (
        flat.history[Col.DAY] < flat.history[Col.DAY].drop_duplicates().nlargest(11).min()
    )
    mixed = replace(flat, history=flat.history[~young])

    fitted = alone.fit(mixed)

    found = fitted.fallbacks(mixed)
    assert set(found) == {"product:p002", "product:p005"}
    assert "never change" in found["product:p002"]
    assert "fewer than 12 periods" in found["product:p005"]
    recent = RecentMean(LEVELS).predict(mixed, present=EVERY_GROUP)
    for row in map(grid_of(mixed).series_ids.index, found):
        quantiles = fitted.predict(mixed, present=EVERY_GROUP)
        np.testing.assert_array_equal(quantiles[row], recent[row])


def test_explaining_a_forecast_models_each_history_once(panel):
    told = []
    fitted = EachAlone(LEVELS).fit(panel, progress=lambda *step: told.append(step))
    first = fitted.predict(panel, present=EVERY_GROUP)

    quiet = fitted.predict(panel, present=EVERY_GROUP - {DriverGroup.PRICE})

    assert told == [("autoets", 13, 13)]
    assert first.tobytes() == quiet.tobytes()


def test_another_history_is_modelled_anew(alone, panel):
    fitted = alone.fit(panel)
    earlier = cut(panel, 70, 4)

    again = fitted.predict(earlier, present=EVERY_GROUP)

    fresh = alone.fit(earlier).predict(earlier, present=EVERY_GROUP)
    assert again.tobytes() == fresh.tobytes()
