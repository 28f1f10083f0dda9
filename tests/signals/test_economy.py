"""Covariates and behaviour are read as they were known at each period, never as they are today."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from signals import (
    BEHAVIOUR,
    COVARIATES,
    PRODUCTS,
    SALES,
    Col,
    DriverGroup,
    Grain,
    Lake,
    Measure,
    SeriesRules,
    build_panel,
)
from signals.demand import Span
from signals.economy import economy_columns, read_economy

EVERYTHING = SeriesRules(min_units_per_period=0.0, min_periods=1)
WEEKS = pd.date_range("2025-01-06", periods=16, freq="7D")
AS_OF = (WEEKS[-1] + pd.Timedelta(days=7)).tz_localize("UTC")
SPAN = Span(AS_OF, Grain.WEEK, Measure.UNITS_SOLD, WEEKS[-1], WEEKS, WEEKS[-1:])


def covariate(name: str, day: str, published: str, value: float, region: str = "all"):
    return pd.DataFrame({
        Col.NAME: [name], Col.REGION: region, Col.DAY: pd.Timestamp(day),
        Col.VINTAGE: pd.Timestamp(published), Col.VALUE: value,
        Col.AVAILABLE_AT: pd.Timestamp(published, tz="UTC"),
    })  # fmt: skip


def behaviour(product: str, weeks: pd.DatetimeIndex, views: list[float], known: int = 1):
    days = weeks + pd.Timedelta(days=2)
    return pd.DataFrame({
        Col.PRODUCT_ID: product, Col.DAY: days, Col.VIEWS: views,
        Col.CARTS: np.array(views) / 10, Col.PURCHASES: np.array(views) / 20,
        Col.AVAILABLE_AT: (days + pd.Timedelta(days=known)).tz_localize("UTC"),
    })  # fmt: skip


def shop(folder: Path) -> Lake:
    """A and B sell every Monday; prices are published a month late, A is looked at."""
    lake = Lake(folder)
    sold = pd.concat([
        pd.DataFrame({
            Col.PRODUCT_ID: product, Col.STORE_ID: "s", Col.DAY: WEEKS, Col.UNITS: 10.0,
            Col.AVAILABLE_AT: (WEEKS + pd.Timedelta(days=1)).tz_localize("UTC"),
        })
        for product in "AB"
    ])  # fmt: skip
    shelf = pd.DataFrame({
        Col.PRODUCT_ID: ["A", "B"], Col.CATEGORY: "tools",
        Col.AVAILABLE_AT: pd.Timestamp("2025-01-01", tz="UTC"),
    })  # fmt: skip
    with lake.batch() as batch:
        batch.add(SALES, sold)
        batch.add(PRODUCTS, shelf)
        batch.add(COVARIATES, covariate("prices", "2025-01-01", "2025-02-03", 100.0))
        batch.add(COVARIATES, covariate("prices", "2025-02-01", "2025-03-03", 104.0))
        batch.add(COVARIATES, covariate("mood: all", "2025-01-01", "2025-02-03", 1.0, "BR"))
        batch.add(COVARIATES, covariate("mood: all", "2025-02-01", "2025-03-03", 2.0, "BR"))
        batch.add(COVARIATES, covariate("search", "2025-02-01", "2025-02-03", 7.0, "A"))
        batch.add(BEHAVIOUR, behaviour("A", WEEKS, [100.0] * 15 + [200.0]))
    return lake


def known_prices(lake: Lake) -> pd.Series:
    known = read_economy(lake, SPAN)
    return known[known[Col.NAME] == "prices"].set_index(Col.DAY)[Col.VALUE]


def test_a_period_sees_a_figure_only_once_it_was_published(tmp_path):
    known = known_prices(shop(tmp_path))

    # published on Monday 3 February: known by the end of the week before it
    assert known.index[0] == pd.Timestamp("2025-01-27")
    assert known[:"2025-02-23"].unique().tolist() == [100.0]
    assert known["2025-02-24":].unique().tolist() == [104.0]


def test_a_restated_figure_is_the_old_one_until_the_restatement(tmp_path):
    lake = shop(tmp_path)
    with lake.batch() as batch:
        batch.add(COVARIATES, covariate("prices", "2025-02-01", "2025-04-02", 90.0))

    known = known_prices(lake)

    assert known["2025-03-24"] == 104.0
    assert known["2025-03-31"] == 90.0


def test_columns_say_how_far_from_usual_and_are_finite(tmp_path):
    columns = economy_columns(read_economy(shop(tmp_path), SPAN), SPAN)

    assert list(columns) == ["macro_mood_all_br", "macro_prices"]
    assert (columns[:"2025-02-17"] == 0).all(axis=None)
    assert (columns.loc["2025-02-24"] > 1).all()
    assert np.isfinite(columns).all(axis=None)


def test_they_join_the_panel_as_past_only_columns_of_their_groups(tmp_path):
    panel = build_panel(shop(tmp_path), as_of=AS_OF, horizon=2, rules=EVERYTHING)

    assert panel.groups[DriverGroup.MACRO] == ("macro_mood_all_br", "macro_prices")
    assert "views_now" in panel.groups[DriverGroup.BEHAVIOUR]
    assert set(panel.past) == {
        *panel.groups[DriverGroup.MACRO], *panel.groups[DriverGroup.BEHAVIOUR]
    }  # fmt: skip
    assert not set(panel.past) & set(panel.future.columns)
    assert panel.history[list(panel.past)].notna().all(axis=None)


def test_behaviour_is_compared_with_what_was_usual_for_the_series(tmp_path):
    history = build_panel(shop(tmp_path), as_of=AS_OF, horizon=1, rules=EVERYTHING).history
    views = history.pivot_table(index=Col.DAY, columns=Col.SERIES_ID, values="views_now")

    assert views["product:A"].iloc[-1] == pytest.approx(np.log(201 / 101))
    assert (views["product:A"].iloc[:-1] == 0).all()
    assert (views["product:B"] == 0).all()
    assert views["total"].iloc[-1] == views["product:A"].iloc[-1]


def test_a_panel_without_covariates_and_behaviour_has_no_such_columns(tmp_path):
    lake = Lake(tmp_path)
    with lake.batch() as batch:
        batch.add(SALES, shop(tmp_path / "other").read(SALES))

    panel = build_panel(lake, as_of=AS_OF, horizon=1, rules=EVERYTHING)

    assert panel.past == ()
    assert not panel.groups[DriverGroup.MACRO]
    assert not panel.groups[DriverGroup.BEHAVIOUR]


@settings(max_examples=2, deadline=None)
@example(value=0.0, week=5, late=8)  # the week was not over when the panel was made
@given(value=st.floats(-1e6, 1e6), week=st.integers(0, 15), late=st.integers(0, 13))
def test_what_is_published_later_never_changes_what_earlier_periods_saw(value, week, late):
    """Neither a panel made before, nor the rows of earlier periods in a panel made after."""
    published = WEEKS[late] + pd.Timedelta(days=9)
    told = str(published.date())
    with tempfile.TemporaryDirectory() as folder:
        lake = shop(Path(folder))
        before = build_panel(lake, as_of=AS_OF, horizon=1, rules=EVERYTHING).history
        then = published.tz_localize("UTC") - pd.Timedelta(seconds=1)
        early = build_panel(lake, as_of=then, horizon=1, rules=EVERYTHING)
        with lake.batch() as batch:
            batch.add(COVARIATES, covariate("prices", str(WEEKS[week].date()), told, value))
            restated = behaviour("A", WEEKS[[week]], [abs(value)])
            batch.add(BEHAVIOUR, restated.assign(**{
                Col.AVAILABLE_AT: max(published, WEEKS[week] + pd.Timedelta(days=9)).tz_localize(
                    "UTC")
            }))  # fmt: skip
        after = build_panel(lake, as_of=AS_OF, horizon=1, rules=EVERYTHING).history
        again = build_panel(lake, as_of=then, horizon=1, rules=EVERYTHING)

    pd.testing.assert_frame_equal(again.history, early.history, check_exact=True)
    seen = before[Col.DAY] + pd.Timedelta(days=7) < published
    columns = ["macro_prices", "views_now", "conversion_now"]
    pd.testing.assert_frame_equal(before.loc[seen, columns], after.loc[seen, columns])
