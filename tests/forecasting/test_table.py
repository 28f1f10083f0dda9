"""Every series of a table is forecast, whatever its periods, and told of where it is not usual."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from forecasting import ForecastSettings, Prepared, forecast_table
from forecasting.grid import grid_of
from signals import FREQUENCIES, Col, Measure, Panel, Scope

QUICK = ForecastSettings(origins=2, trees=10)


def panel_of(units, frequency, horizon=2):
    """Units of shape (series, periods), NaN before a series begins."""
    days = frequency.axis(pd.Timestamp("2000-01-03"), pd.Timestamp("2262-01-01"))[:400]
    days = days[: units.shape[1] + horizon]
    series, period = np.nonzero(~np.isnan(units))
    row, step = np.divmod(np.arange(len(units) * horizon), horizon)
    history = {
        Col.SERIES_ID: series.astype(str), Col.SCOPE: str(Scope.PRODUCT), Col.CATEGORY: "",
        Col.DAY: days[period], Col.UNITS: units[series, period],
    }  # fmt: skip
    future = {Col.SERIES_ID: row.astype(str), Col.DAY: days[units.shape[1] + step]}
    return Panel(
        history=pd.DataFrame(history),
        future=pd.DataFrame({**future, Col.STEP: step + 1}),
        measure=Measure.UNITS_SOLD,
        made_on=days[units.shape[1] - 1],
        groups={},
        frequency=frequency,
    )


def nothing_done(units):
    return Prepared(np.zeros(len(units)), np.ones(len(units)), np.zeros(units.shape, dtype=bool))


@pytest.fixture
def units():
    return np.random.default_rng(3).poisson(40.0, (4, 60)).astype(float)


@pytest.mark.parametrize("frequency", FREQUENCIES, ids=lambda frequency: frequency.name)
def test_the_usual_experts_forecast_periods_of_any_length(units, frequency):
    panel = panel_of(units, frequency)

    found = forecast_table(panel, QUICK, nothing_done(units))

    assert grid_of(panel).units.shape == (4, 60)
    assert found.quantiles.shape == (4, 2, 3)
    assert ((found.quantiles > 5) & (found.quantiles < 90)).all()
    assert len(found.origins) == 2


def test_short_and_steady_series_are_forecast_plainly_and_noted(units):
    units[1, :57] = np.nan
    units[2] = 7.0

    found = forecast_table(panel_of(units, FREQUENCIES[1]), QUICK, nothing_done(units))

    np.testing.assert_allclose(found.quantiles[1, :, 1], units[1, 57:].mean())
    assert (found.quantiles[1, :, 0] < found.quantiles[1, :, 2]).all()
    assert (found.quantiles[2] == 7.0).all()
    assert found.notes[0] == ""
    assert found.notes[1].startswith("3 period(s) of history: their mean")
    assert found.notes[2] == "every value is 7: forecast so"


def test_short_series_alone_have_no_interval(units):
    found = forecast_table(
        panel_of(units[:, :3], FREQUENCIES[1]), QUICK, nothing_done(units[:, :3])
    )

    np.testing.assert_allclose(found.quantiles[0, 0], units[0, :3].mean())
    assert "no interval" in found.notes[0]
    assert found.models == ""
    assert found.accuracy == {}


def test_values_nobody_observed_are_not_judged_by(units):
    panel, settings = panel_of(units, FREQUENCIES[1]), replace(QUICK, experts=("seasonal naive",))
    invented = np.zeros(units.shape, dtype=bool)
    invented[:, -1] = True
    wrong = units.copy()
    wrong[:, -1] = 1e6

    one = forecast_table(panel, settings, Prepared(np.zeros(4), np.ones(4), invented))
    two = forecast_table(
        panel_of(wrong, FREQUENCIES[1]), settings, Prepared(np.zeros(4), np.ones(4), invented)
    )

    assert one.accuracy["blend"]["wape"] == two.accuracy["blend"]["wape"] < 1


def test_a_floor_comes_back_in_forecasts_and_accuracy(units):
    settings = replace(QUICK, experts=("seasonal naive",))
    panel = panel_of(units, FREQUENCIES[1])

    plain = forecast_table(panel, settings, nothing_done(units))
    lower = forecast_table(
        panel, settings, Prepared(np.full(4, -100.0), np.ones(4), np.zeros(units.shape, dtype=bool))
    )

    np.testing.assert_allclose(lower.quantiles, plain.quantiles - 100.0)
    assert lower.accuracy["blend"]["mae"] == pytest.approx(plain.accuracy["blend"]["mae"])
    assert lower.accuracy["blend"]["wape"] < plain.accuracy["blend"]["wape"]
