"""The proof that nothing told depends on what came later, small; and that it can fail."""

from __future__ import annotations

import pandas as pd
import pytest
from proofs.no_future import CUTS, Futures, ask_all, open_shop
from proofs.size import Size
from proofs.small_shop import END
from proofs.told import QUESTIONS, ShopThen, tell_alerts, tell_answers

from forecasting import latest_run, run_as_of
from signals import PRODUCTS, Lake
from ui.alerting.look import scan_with_risk
from ui.wiring import make_analyst, make_scorer


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    return open_shop(tmp_path_factory.mktemp("told") / "shop", Size.SMALL)


def test_nothing_told_as_of_a_day_depends_on_what_came_later(shop, tmp_path):
    figures = list(ask_all(shop, tmp_path, Size.SMALL))

    assert not [figure for figure in figures if figure.falls_short]
    assert any("forecasts and explanations" in figure.name for figure in figures)


def test_a_table_read_without_its_moment_is_counted(shop, tmp_path):
    def tell_all_products(then):
        return {"products": str(then.lake.read(PRODUCTS))}

    tally = Futures(shop, tmp_path / "other", CUTS[-1:]).ask({"leaky": tell_all_products}, 1)

    assert tally.differ == {"leaky": 1}
    assert list(tally.places) == ["leaky: products"]


def test_what_ifs_are_asked_of_the_model_that_was_there(shop, tmp_path):
    [what_if] = [place for place, (asked, *_) in enumerate(QUESTIONS) if "What if" in asked]
    copy = Futures(shop, tmp_path / "other", [END])._copy(CUTS[-1])

    told, again = (tell_answers(ShopThen(each, CUTS[-1], what_if)) for each in (shop, copy))

    assert told == again
    assert any(
        "range of the price seen" in answer or "scenario" in answer for answer in told.values()
    )


def test_alerts_of_an_earlier_day_are_weighed_by_the_run_of_that_day(shop):
    lake, cut = Lake(shop.workspace.lake), CUTS[-1]
    before = run_as_of(lake, (cut - pd.Timedelta(days=1)).tz_localize(None))

    found = scan_with_risk(lake, make_scorer(shop), cut)

    assert len(tell_alerts(ShopThen(shop, cut))) > 2
    assert set(found["run_id"]) == {before.run_id}
    assert before.run_id != latest_run(lake).run_id


def test_the_model_that_scored_for_a_run_speaks_for_it_whatever_scored_later(shop, tmp_path):
    copy = Futures(shop, tmp_path / "other", [END])._copy(CUTS[-1])

    then = make_analyst(copy).as_of((CUTS[-1] - pd.Timedelta(days=1)).date())

    assert then.ask("help").trace.models["sentiment"] == "lexicon-2"
