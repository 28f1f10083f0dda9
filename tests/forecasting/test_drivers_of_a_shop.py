"""From files to forecast: a user's own festival and the economy reach the trees."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from forecasting.contributions import players_of
from forecasting.experts.trees import Trees
from forecasting.grid import grid_of
from forecasting.inputs.drivers import design_of, known_columns
from forecasting.judging.backtest import EVERY_GROUP
from signals import (
    SALES,
    CalendarRules,
    Col,
    DriverGroup,
    Lake,
    Scope,
    SeriesRules,
    build_panel,
    read_festivals,
)

WEEKS = pd.date_range("2023-01-02", periods=100, freq="7D")
FAIRS = (10, 23, 37, 48, 62, 75, 88, 101)  # weeks, at no fixed distance
PRODUCTS = 12
RULES = SeriesRules(scopes=(Scope.PRODUCT,))


@pytest.fixture(scope="module")
def fair_shop(tmp_path_factory):
    """A shop that sells three times as much in the weeks of a fair, and the table of its fairs."""
    folder = tmp_path_factory.mktemp("fair")
    random = np.random.default_rng(5)
    fair = np.isin(np.arange(len(WEEKS)), FAIRS)
    frames = [
        pd.DataFrame({
            Col.PRODUCT_ID: f"p{product}", Col.STORE_ID: "s", Col.DAY: WEEKS,
            Col.UNITS: random.poisson((20 + 5 * product) * np.where(fair, 3.0, 1.0)).astype(float),
            Col.AVAILABLE_AT: (WEEKS + pd.Timedelta(days=1)).tz_localize("UTC"),
        })
        for product in range(PRODUCTS)
    ]  # fmt: skip
    lake = Lake(folder / "lake")
    with lake.batch() as batch:
        batch.add(SALES, pd.concat(frames))
    days = [WEEKS[0] + pd.Timedelta(days=7 * week + 2) for week in FAIRS]
    table = pd.DataFrame({
        Col.NAME: "fair", Col.DAY: [f"{day:%Y-%m-%d}" for day in days],
        Col.DAYS_BEFORE: 0, Col.DAYS_AFTER: 0,
    })  # fmt: skip
    table.to_csv(folder / "fairs.csv", index=False)
    return lake, folder / "fairs.csv"


def panel_of(lake, own=()):
    as_of = (WEEKS[-1] + pd.Timedelta(days=7)).tz_localize("UTC")
    return build_panel(
        lake, as_of=as_of, horizon=4, rules=replace(RULES, calendar=CalendarRules(("US",), own))
    )


def test_a_festival_of_the_users_own_moves_the_forecast_of_its_weeks(fair_shop):
    lake, table = fair_shop
    trees = Trees((0.5,), uses_text=False, rounds=60)

    def forecast(panel):
        return trees.fit(panel).predict(panel, present=EVERY_GROUP)[:, :, 0].sum(axis=0)

    told = forecast(panel_of(lake, read_festivals(table)))
    untold = forecast(panel_of(lake))

    assert told[1] > 2.0 * told[[0, 2, 3]].mean()  # the second week ahead holds a fair
    assert untold[1] < 1.3 * untold[[0, 2, 3]].mean()


def test_a_festival_the_history_never_saw_is_left_out(fair_shop, tmp_path):
    file = tmp_path / "first.csv"
    file.write_text("name,day\npremiere,2024-12-11\n", encoding="utf-8")

    panel = panel_of(fair_shop[0], read_festivals(file))

    assert "own_premiere" not in panel.known
    assert "own_premiere" not in panel.future
    varied = panel.history[[*panel.groups[DriverGroup.CALENDAR]]]
    assert (varied != varied.iloc[0]).any().all()


def test_economy_and_behaviour_reach_the_trees_at_the_origin_with_a_neutral_twin(panel):
    index = np.arange(len(panel.history))
    history = panel.history.assign(macro_prices=np.sin(index), views_now=np.cos(index))
    groups = {
        **panel.groups,
        DriverGroup.MACRO: ("macro_prices",),
        DriverGroup.BEHAVIOUR: ("views_now",),
    }
    past = (*panel.past, "macro_prices", "views_now")
    wide = replace(panel, history=history, groups=groups, past=past)

    design = design_of(wide, known_columns(wide), use_text=True)

    place = design.columns.index("macro_prices")
    assert design.groups[place] is DriverGroup.MACRO
    assert design.groups[design.columns.index("views_now")] is DriverGroup.BEHAVIOUR
    grid = grid_of(wide)
    seen = grid.column(history, "macro_prices", grid.days)
    np.testing.assert_array_equal(design.rows(60)[:, 0, place], seen[:, 60])
    assert (design.rows(60, neutral=True)[:, :, place] == 0).all()
    assert not [name for name in design.said_columns if "macro" in name or "views" in name]


def test_only_groups_with_columns_play(panel):
    groups = {**panel.groups, DriverGroup.MACRO: (), DriverGroup.SENTIMENT: ()}

    assert players_of(replace(panel, groups=groups, past=(), polarity=())) == (
        DriverGroup.HISTORY,
        DriverGroup.CALENDAR,
        DriverGroup.PRICE,
    )
