"""What every expert must keep, whatever it is made of."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from forecasting.experts.catalogue import load_expert
from forecasting.experts.croston import Croston
from forecasting.experts.foundation import Fracast
from forecasting.experts.fused import FusedTrees
from forecasting.experts.last_season import LastSeason
from forecasting.experts.linear import Linear
from forecasting.experts.naive import RecentMean, SeasonalNaive
from forecasting.experts.networks import Network
from forecasting.experts.price_response import PriceResponse
from forecasting.experts.stats import EachAlone
from forecasting.experts.training import KINDS
from forecasting.experts.trees import Trees
from forecasting.experts.zero_shot import ZeroShot
from forecasting.grid import grid_of
from forecasting.judging.backtest import EVERY_GROUP
from signals import Col, DriverGroup, MissingExtra, silent

LEVELS = (0.1, 0.5, 0.9)
EXPERTS = {
    "last four periods": partial(RecentMean, LEVELS),
    "seasonal naive": partial(SeasonalNaive, LEVELS),
    **{name: partial(EachAlone, LEVELS, name) for name in ("autoets", "autoarima", "autotheta")},
    "croston": partial(Croston, LEVELS),
    "linear": partial(Linear, LEVELS),
    "price response": partial(PriceResponse, LEVELS),
    "last season": partial(LastSeason, LEVELS),
    "lightgbm with text": partial(Trees, LEVELS, rounds=20),
    "lightgbm without text": partial(Trees, LEVELS, uses_text=False, rounds=20),
    "fusion": partial(FusedTrees, LEVELS, rounds=20),
    **{kind: partial(Network, kind, LEVELS, steps=8) for kind in KINDS},
    "fracast": lambda: ZeroShot(LEVELS, Fracast()),
}


@pytest.fixture(scope="module", params=EXPERTS.values(), ids=EXPERTS.keys())
def expert(request):
    try:
        return request.param()
    except MissingExtra as missing:
        pytest.skip(str(missing))


@pytest.fixture(scope="module")
def fitted(expert, panel):
    return expert.fit(panel, progress=silent)


def test_quantiles_have_the_promised_shape_order_and_range(fitted, panel):
    quantiles = fitted.predict(panel, present=EVERY_GROUP)

    assert quantiles.shape == (13, 4, 3)
    assert (quantiles >= 0).all()
    assert (np.diff(quantiles, axis=2) >= 0).all()


def test_the_same_panel_gives_the_same_bytes(expert, fitted, panel):
    again = expert.fit(panel, progress=silent)

    first = fitted.predict(panel, present=EVERY_GROUP)
    assert first.tobytes() == again.predict(panel, present=EVERY_GROUP).tobytes()


def test_a_saved_expert_forecasts_to_the_byte_what_it_did_before(expert, fitted, panel, tmp_path):
    fitted.save(tmp_path)

    again = load_expert(expert.name, tmp_path, LEVELS)

    for present in (EVERY_GROUP, frozenset[DriverGroup]()):
        first = fitted.predict(panel, present=present)
        assert first.tobytes() == again.predict(panel, present=present).tobytes()


def test_forecasts_are_of_the_size_of_the_series(fitted, panel):
    middle = fitted.predict(panel, present=EVERY_GROUP)[:, :, 1].mean(axis=1)
    usual = np.nanmean(grid_of(panel).units, axis=1)

    assert (np.abs(np.log(middle / usual)) < 0.7).all()


def test_without_history_the_last_weeks_do_not_matter(expert, fitted, panel):
    last = panel.history[Col.DAY] == panel.history[Col.DAY].max()
    units = panel.history[Col.UNITS]
    mean = units.groupby(panel.history[Col.SERIES_ID]).transform("mean")
    flat = replace(panel, history=panel.history.assign(**{Col.UNITS: units.where(~last, mean)}))
    hidden = EVERY_GROUP - {DriverGroup.HISTORY}

    seen = fitted.predict(panel, present=hidden)[:, :, 1]

    np.testing.assert_allclose(fitted.predict(flat, present=hidden)[:, :, 1], seen, rtol=0.02)


def test_without_sentiment_what_people_say_does_not_matter(fitted, panel):
    furious = panel.history.assign(mood=panel.history["mood"] - 5.0 * (panel.history.index % 7))
    hidden = EVERY_GROUP - {DriverGroup.SENTIMENT}

    quiet = fitted.predict(panel, present=hidden)

    loud = fitted.predict(replace(panel, history=furious), present=hidden)
    assert quiet.tobytes() == loud.tobytes()


def test_a_constant_series_is_forecast_as_that_constant(expert, panel):
    flat = replace(panel, history=panel.history.assign(**{Col.UNITS: 40.0}))

    quantiles = expert.fit(flat, progress=silent).predict(flat, present=EVERY_GROUP)

    np.testing.assert_allclose(quantiles, 40.0, rtol=0.02)


def test_a_series_of_zeros_is_forecast_as_zero(expert, panel):
    zero = panel.history[Col.SERIES_ID] == "product:p001"
    units = panel.history[Col.UNITS].where(~zero, 0.0)
    asleep = replace(panel, history=panel.history.assign(**{Col.UNITS: units}))

    quantiles = expert.fit(asleep, progress=silent).predict(asleep, present=EVERY_GROUP)

    row = grid_of(panel).series_ids.index("product:p001")
    assert np.isfinite(quantiles).all()
    assert quantiles[row, :, 1].max() < 1.0


BAD = {
    "one point": lambda units: np.r_[np.full(len(units) - 1, np.nan), 7.0],
    "three points": lambda units: np.r_[np.full(len(units) - 3, np.nan), 7.0, 0.0, 2.0],
    "all zeros": np.zeros_like,
    "one spike": lambda units: np.where(np.arange(len(units)) == 50, 900.0, 0.0),
    "a spike at the end": lambda units: np.where(np.arange(len(units)) == 79, 900.0, 0.0),
    "constant": lambda units: np.full_like(units, 5.0),
    "a million millions": lambda units: 1e12 * (1.0 + np.arange(len(units)) % 3),
    "returns": lambda units: np.where(np.arange(len(units)) % 9 == 8, -30.0, units),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_series_has_a_finite_forecast_within_what_it_ever_sold(expert, panel, kind):
    history = panel.history
    rows = history[Col.SERIES_ID] == "product:p001"
    units = BAD[kind](history.loc[rows, Col.UNITS].to_numpy(dtype=float))
    history = history.assign(**{Col.UNITS: history[Col.UNITS].mask(rows, np.nan)})
    history.loc[rows, Col.UNITS] = units
    bad = replace(panel, history=history.dropna(subset=Col.UNITS, ignore_index=True))

    fitted = expert.fit(bad, progress=silent)

    row = grid_of(bad).series_ids.index("product:p001")
    for present in (EVERY_GROUP, EVERY_GROUP - {DriverGroup.HISTORY}):
        quantiles = fitted.predict(bad, present=present)
        assert np.isfinite(quantiles).all()
        assert (quantiles >= 0).all()
        assert quantiles[row, :, 1].max() <= 4.0 * np.nanmax(units) + 3.0
