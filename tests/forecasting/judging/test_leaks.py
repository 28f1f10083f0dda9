"""Twelve ways in which the future gets into a forecast, planted one by one; each is caught."""

from __future__ import annotations

import pytest
from proofs.leaky_shop import LATER, MOMENTS, ORIGINS, clean, gappy_panel, leaky_shop
from proofs.planted_leaks import (
    BUILDERS,
    PLANTED,
    learnt_later,
    made,
    near_copies_taught,
    plan_not_yet_made,
    prepared_before_the_cut,
    tuned_where_judged,
)

from forecasting.grid import grid_of
from forecasting.judging.leaks import (
    Question,
    leaks_into_forecasts,
    leaks_into_panel,
    other_futures,
)
from signals import Col, ModelError


@pytest.fixture(scope="module")
def lake(tmp_path_factory):
    return leaky_shop(tmp_path_factory.mktemp("leaky") / "lake")


@pytest.fixture(scope="module")
def others(lake, tmp_path_factory):
    return other_futures(lake, MOMENTS, tmp_path_factory.mktemp("others"))


@pytest.fixture(scope="module")
def gappy(lake):
    return gappy_panel(lake)


@pytest.mark.parametrize("build", BUILDERS, ids=lambda build: build.__name__)
def test_a_planted_leak_into_the_panel_is_caught(build, lake, others):
    leaks = leaks_into_panel(build, lake, others, LATER)

    expected = Col.PROMO if build is plan_not_yet_made else PLANTED
    assert leaks
    assert {leak.place.rpartition(", ")[2] for leak in leaks} == {expected}
    assert "depends on what came later" in str(leaks[0])


def test_the_panel_of_the_product_gives_no_alarm(lake, others):
    assert leaks_into_panel(clean, lake, others, LATER) == []


@pytest.mark.parametrize("answer", [prepared_before_the_cut, tuned_where_judged])
def test_a_planted_leak_into_the_forecast_is_caught(answer, gappy):
    leaks = leaks_into_forecasts(answer, gappy, ORIGINS, seed=2)

    assert {leak.question for leak in leaks} == {Question.LEARNT}
    assert {leak.day for leak in leaks} == {grid_of(gappy).days[origin] for origin in ORIGINS}


def test_sentiment_of_a_model_trained_on_later_texts_is_refused(gappy):
    with pytest.raises(ModelError, match="learnt from texts up to"):
        leaks_into_forecasts(made, learnt_later(gappy), ORIGINS)


def test_what_nearly_copies_a_later_review_trains_no_sentiment_model(tmp_path):
    assert not near_copies_taught(tmp_path)


def test_forecasts_of_the_product_give_no_alarm(gappy):
    assert leaks_into_forecasts(made, gappy, ORIGINS) == []
