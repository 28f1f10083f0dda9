"""What is said of a run whose outcomes are known by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest

from forecasting import Reason, watch_run
from forecasting.watching.freshness import freshness_of
from signals import FORECASTS, RUNS, Col, Lake, NotReady
from tests.forecasting.watching.conftest import LEARNT_WEEKS, foretold, run_row, week

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def moment(weeks: int) -> pd.Timestamp:
    return week(weeks).tz_localize("UTC")


def test_a_fresh_run_has_nothing_to_answer_for(shop: Callable[..., Lake]) -> None:
    found = watch_run(shop(LEARNT_WEEKS), moment(LEARNT_WEEKS))

    assert (found.since, found.series, found.moved, found.inputs) == (0, 0, (), ())
    assert found.covered is None
    assert found.reasons == ()


def test_forecasts_that_hold_are_left_alone(shop: Callable[..., Lake]) -> None:
    found = watch_run(shop(LEARNT_WEEKS + 4), moment(LEARNT_WEEKS + 4))

    assert (found.since, found.series, found.moved) == (4, 5, ())
    assert found.covered is not None
    assert (found.covered.inside, found.covered.points, found.covered.periods) == (1.0, 20, 4)
    assert found.covered.nominal == pytest.approx(0.8)
    assert found.covered.is_off, "intervals so wide that all lies inside promise too little"
    assert found.reasons == (Reason.COVERAGE,)


def test_a_rise_is_told_with_its_size_and_its_beginning(shop: Callable[..., Lake]) -> None:
    found = watch_run(shop(LEARNT_WEEKS + 6, rise=1.5), moment(LEARNT_WEEKS + 6))

    moved = {each.series_id: each for each in found.moved}
    assert set(moved) == {"product:P1"}  # 50 % of P1 is 8 % of all: within the interval
    assert moved["product:P1"].ratio == pytest.approx(1.5)
    assert moved["product:P1"].began == week(LEARNT_WEEKS)
    assert moved["product:P1"].seen == week(LEARNT_WEEKS + 4)  # 2.5 a week, beyond 10
    assert moved["product:P1"].is_new
    assert Reason.SERIES in found.reasons
    assert Reason.SHOP not in found.reasons
    assert Reason.OVER in found.reasons


def test_what_was_seen_before_the_models_learnt_is_no_reason(shop: Callable[..., Lake]) -> None:
    weeks = LEARNT_WEEKS + 6
    lake = shop(weeks, rise=1.5)
    with lake.batch() as batch:
        batch.add(FORECASTS, foretold("run-b", weeks))
        batch.add(RUNS, run_row("run-b", weeks))

    found = watch_run(lake, moment(weeks))

    assert [each.is_new for each in found.moved] == [False]
    assert not {Reason.SERIES, Reason.SHOP} & {*found.reasons}


def test_an_update_is_no_learning(shop: Callable[..., Lake]) -> None:
    weeks = LEARNT_WEEKS + 6
    lake = shop(weeks, rise=1.5)
    chosen_on = f"{week(LEARNT_WEEKS) - pd.Timedelta(days=1):%Y-%m-%d}"
    with lake.batch() as batch:
        batch.add(FORECASTS, foretold("run-b", weeks))
        updated = {"from": "run-a", "chosen_on": chosen_on}
        batch.add(RUNS, run_row("run-b", weeks, updated=updated))

    assert [each.is_new for each in watch_run(lake, moment(weeks)).moved] == [True]


def test_of_several_forecasts_of_a_week_the_last_one_counts(shop: Callable[..., Lake]) -> None:
    lake = shop(LEARNT_WEEKS + 6, rise=1.0)
    with lake.batch() as batch:
        batch.add(FORECASTS, foretold("run-b", LEARNT_WEEKS + 2, times=0.5))
        batch.add(RUNS, run_row("run-b", LEARNT_WEEKS + 2))

    covered = watch_run(lake, moment(LEARNT_WEEKS + 6)).covered

    assert covered is not None
    assert covered.inside == pytest.approx(2 / 6)


def test_an_input_that_moved_is_told(shop: Callable[..., Lake]) -> None:
    lake = shop(LEARNT_WEEKS + 4)
    found = watch_run(lake, moment(LEARNT_WEEKS + 4))

    assert {each.name for each in found.inputs} == {Col.PRICE, Col.PROMO}
    assert not any(each.has_moved for each in found.inputs)


def test_a_run_that_does_not_say_what_it_was_made_from_cannot_be_watched(
    shop: Callable[..., Lake],
) -> None:
    lake = shop(LEARNT_WEEKS, panel={})

    with pytest.raises(NotReady, match="does not say what it was made from"):
        watch_run(lake, moment(LEARNT_WEEKS))


def test_nothing_to_watch_says_so(tmp_path: Path) -> None:
    with pytest.raises(NotReady, match="nothing has been forecast yet"):
        watch_run(Lake(tmp_path / "lake"), moment(0))
    assert freshness_of(Lake(tmp_path / "lake"), moment(0)) == []
