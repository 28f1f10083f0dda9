"""A planted cause of a changed forecast is found again, and the parts sum to the change."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from forecasting import ForecastSettings, RevisionSource, run_forecast
from forecasting.forecast import forecast_again
from forecasting.vintages.mixed import make_mixer
from forecasting.vintages.shared_change import Learnt, attribute_change, covered_by
from signals import Col, DataError, Scope

ACTUALS, RESTATED, DRIVERS, MODEL = RevisionSource
QUICK = ForecastSettings(origins=2, trees=20, experts=("last four periods", "lightgbm"))
FOUND = 0.95


@pytest.fixture(scope="module")
def new(make_panel):
    return make_panel(products=6, periods=60, horizon=4)


@pytest.fixture(scope="module")
def old(make_panel):
    """The same shop a week earlier, four weeks ahead, with plans that will be kept."""
    panel = make_panel(products=6, periods=59, horizon=5)
    return replace(panel, future=panel.future[panel.future[Col.STEP] <= 4].reset_index(drop=True))


@pytest.fixture(scope="module")
def learnt(old):
    return Learnt(run_forecast(old, QUICK).forecaster, QUICK.min_periods)


@pytest.fixture(scope="module")
def learnt_otherwise(old):
    settings = replace(QUICK, experts=("last four periods", "seasonal naive"))
    return Learnt(run_forecast(old, settings).forecaster, settings.min_periods)


def with_restatement(panel):
    """Halve what one product sold in three earlier weeks, and take it out of the sums."""
    history = panel.history.copy()
    days = sorted(history[Col.DAY].unique())[-8:-5]
    wide = history[history[Col.DAY].isin(days)]
    product = wide[wide[Col.SERIES_ID] == "product:p005"]
    missing = product.set_index(Col.DAY)[Col.UNITS] / 2
    touched = {"product:p005", f"category:{product[Col.CATEGORY].iloc[0]}", "total"}
    rows = wide.index[wide[Col.SERIES_ID].isin(touched)]
    history.loc[rows, Col.UNITS] -= history.loc[rows, Col.DAY].map(missing)
    return replace(panel, history=history)


def with_promotion(panel):
    future = panel.future.copy()
    future.loc[future[Col.STEP] >= 2, Col.PROMO] = 0.2
    return replace(panel, future=future)


def stored(panel, learnt):
    ids, units = forecast_again(panel, learnt.forecaster, learnt.min_periods)
    days = pd.DatetimeIndex(panel.future[Col.DAY].unique())
    index = pd.MultiIndex.from_product(
        [ids, days, learnt.forecaster.levels], names=[Col.SERIES_ID, Col.DAY, Col.LEVEL]
    )
    return pd.Series(units.ravel(), index=index)


def taken_apart(old, new, learnt_old, learnt_new):
    """Give the change and its parts, shape (series, days, levels)."""
    mixer = make_mixer(old, new)
    units = stored(old, learnt_old), stored(new, learnt_new)
    covered = covered_by(mixer, units)
    before, after = (covered.of(each) for each in units)
    made, parts = attribute_change(mixer, (learnt_old, learnt_new), covered)
    np.testing.assert_allclose(made, before, atol=1e-9)
    np.testing.assert_allclose(before + sum(parts.values()), after, atol=1e-6)
    return after - before, parts


def shares_of(parts):
    """Share of each source in all that moved, the least over the levels."""
    size = {source: np.abs(part).sum(axis=(0, 1)) for source, part in parts.items()}
    return {source: float((each / sum(size.values())).min()) for source, each in size.items()}


def test_new_actuals_alone_are_found(old, new, learnt):
    change, parts = taken_apart(old, new, learnt, learnt)

    assert np.abs(change).max() > 1.0
    assert shares_of(parts)[ACTUALS] >= FOUND
    assert not parts[RESTATED].any()
    assert not parts[MODEL].any()


def test_a_restatement_alone_is_found(new, learnt):
    change, parts = taken_apart(new, with_restatement(new), learnt, learnt)

    assert np.abs(change).max() > 1.0
    assert shares_of(parts)[RESTATED] >= FOUND


def test_a_restated_past_does_not_make_news_of_an_ordinary_week(old, new, learnt):
    restated = with_restatement(new)

    _, plain = taken_apart(old, new, learnt, learnt)
    _, parts = taken_apart(old, restated, learnt, learnt)

    assert parts[RESTATED].any()
    np.testing.assert_array_equal(parts[ACTUALS], plain[ACTUALS])


def test_a_changed_plan_alone_is_found(new, learnt):
    change, parts = taken_apart(new, with_promotion(new), learnt, learnt)

    assert np.abs(change).max() > 1.0
    assert shares_of(parts)[DRIVERS] >= FOUND
    assert not parts[ACTUALS].any()


def test_another_model_alone_is_found(new, learnt, learnt_otherwise):
    change, parts = taken_apart(new, new, learnt, learnt_otherwise)

    assert np.abs(change).max() > 1.0
    assert shares_of(parts)[MODEL] >= FOUND
    assert not parts[DRIVERS].any()


def test_all_four_together_sum_to_the_change_for_every_level(old, new, learnt, learnt_otherwise):
    latest = with_promotion(with_restatement(new))

    change, parts = taken_apart(old, latest, learnt, learnt_otherwise)

    assert np.abs(change - sum(parts.values())).max() < 1e-6
    assert change.shape == (6 + 3 + 1, 3, 3)
    assert all(part.any() for part in parts.values())


def test_only_periods_that_both_models_reach_are_compared(old, new, learnt):
    short = replace(new, future=new.future[new.future[Col.STEP] <= 1].reset_index(drop=True))
    longer = stored(old, learnt), stored(short, learnt)

    with pytest.raises(DataError, match="10 series and 0 periods in common"):
        covered_by(make_mixer(old, short), longer)


def test_a_series_that_was_a_launch_before_is_taken_apart_too(old, new, learnt):
    days = sorted(new.history[Col.DAY].unique())
    young = {"product:p002": days[-QUICK.min_periods]}

    def begun(panel):
        rows = panel.history
        kept = [rows[Col.SERIES_ID].ne(name) | rows[Col.DAY].ge(day) for name, day in young.items()]
        return replace(panel, history=rows[np.logical_and.reduce(kept)].reset_index(drop=True))

    change, parts = taken_apart(begun(old), begun(new), learnt, learnt)

    assert np.isfinite(change).all()
    assert np.isfinite(np.stack(list(parts.values()))).all()
    assert Scope.PRODUCT in {str(scope) for scope in old.history[Col.SCOPE]}
