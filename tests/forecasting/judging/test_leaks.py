"""Twelve ways in which the future gets into a forecast, planted one by one; each is caught."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pytest

from forecasting.experts.naive import RecentMean
from forecasting.experts.trees import Trees
from forecasting.grid import cut, grid_of, horizon_of
from forecasting.judging.backtest import EVERY_GROUP
from forecasting.judging.leaks import (
    Question,
    leaks_into_forecasts,
    leaks_into_panel,
    other_futures,
)
from forecasting.preparation.prepare import Preparation, prepare
from signals import (
    COVARIATES,
    DOCUMENTS,
    PLANNED_PROMO,
    PRODUCTS,
    SALES,
    SCORES,
    Col,
    DriverGroup,
    Lake,
    ModelError,
    SeriesRules,
    build_panel,
    labelled_frame,
    silent,
    text_hash,
)
from signals.tuning.labelled_set import Part

LEVELS = (0.1, 0.5, 0.9)
MEANT = "meant"
PRODUCTS_SOLD = ("A", "B", "C")
FIRST, WEEKS, HORIZON = pd.Timestamp("2025-01-06"), 40, 3
WEEK = pd.Timedelta(days=7)
RULES = SeriesRules(min_units_per_period=0.0, min_periods=1)
MOMENTS = [pd.Timestamp(FIRST + count * WEEK, tz="UTC") for count in (28, 33)]
LATER = pd.Timestamp(FIRST + WEEKS * WEEK, tz="UTC")
ORIGINS = (24, 30)


def known_next_day(days) -> pd.Series:
    return (pd.DatetimeIndex(days) + pd.Timedelta(days=1)).tz_localize("UTC")


@pytest.fixture(scope="module")
def lake(tmp_path_factory) -> Lake:
    """A shop of three products, in which much becomes known late or is told anew.

    Some reviews come weeks after they were written, a statistic is revised three times, units are
    restated, promotions are planned days before they begin.
    """
    random = np.random.default_rng(5)
    days = pd.date_range(FIRST, periods=7 * WEEKS)
    index = pd.MultiIndex.from_product([PRODUCTS_SOLD, days], names=[Col.PRODUCT_ID, Col.DAY])
    sales = index.to_frame(index=False)
    sales[Col.UNITS] = random.poisson(12, len(sales)).astype(float)
    sales = sales.assign(**{Col.STORE_ID: "s", Col.PRICE: 9.0, Col.PROMO: 0.0})
    sales[Col.AVAILABLE_AT] = known_next_day(sales[Col.DAY])
    again = sales.sample(40, random_state=1)
    again = again.assign(**{Col.UNITS: again[Col.UNITS] * 3.0})
    again[Col.AVAILABLE_AT] += pd.Timedelta(days=25)
    shelf = pd.DataFrame({
        Col.PRODUCT_ID: PRODUCTS_SOLD, Col.CATEGORY: ["tools", "tools", "toys"],
        Col.AVAILABLE_AT: pd.Timestamp("2024-12-01", tz="UTC"),
    })  # fmt: skip
    said = reviews(days, random)
    lake = Lake(tmp_path_factory.mktemp("leaky") / "lake")
    with lake.batch() as batch:
        batch.add(SALES, pd.concat([sales, again]))
        batch.add(PRODUCTS, shelf)
        batch.add(DOCUMENTS, said)
        batch.add(SCORES, scores(said, random))
        batch.add(COVARIATES, pd.concat([statistics(days), promotions(days)]))
    return lake


@pytest.fixture(scope="module")
def others(lake, tmp_path_factory):
    return other_futures(lake, MOMENTS, tmp_path_factory.mktemp("others"))


def reviews(days, random) -> pd.DataFrame:
    written = pd.DatetimeIndex(random.choice(days, 500)).tz_localize("UTC")
    late = np.where(random.random(500) < 0.5, random.integers(8, 40, 500), 0)
    texts = [f"said {number}" for number in range(500)]
    return pd.DataFrame({
        Col.DOC_ID: [f"d{number}" for number in range(500)], Col.KIND: "review",
        Col.PRODUCT_ID: random.choice(PRODUCTS_SOLD, 500), Col.TEXT: texts,
        Col.TEXT_HASH: [text_hash(text) for text in texts], Col.EVENT_TIME: written,
        Col.AVAILABLE_AT: written + pd.to_timedelta(late, unit="D"),
    })  # fmt: skip


def scores(said, random) -> pd.DataFrame:
    positive = random.random(len(said))
    return pd.DataFrame({
        Col.DOC_ID: said[Col.DOC_ID], Col.MODEL_ID: MEANT, Col.TEXT_HASH: said[Col.TEXT_HASH],
        Col.P_NEG: 1 - positive, Col.P_NEU: 0.0, Col.P_POS: positive,
        Col.POLARITY: 2 * positive - 1,
    })  # fmt: skip


def statistics(days) -> pd.DataFrame:
    months = pd.date_range(days[0], days[-1], freq="MS")
    told = [
        pd.DataFrame({
            Col.NAME: "confidence", Col.REGION: "all", Col.DAY: months,
            Col.VINTAGE: months + pd.Timedelta(days=after),
            Col.VALUE: np.sin(np.arange(len(months)) * (1 + after)) * after,
            Col.AVAILABLE_AT: (months + pd.Timedelta(days=after)).tz_localize("UTC"),
        })
        for after in (20, 50, 80)
    ]  # fmt: skip
    return pd.concat(told)


def promotions(days) -> pd.DataFrame:
    planned = days[10::6]
    return pd.DataFrame({
        Col.NAME: PLANNED_PROMO, Col.REGION: np.resize(PRODUCTS_SOLD, len(planned)),
        Col.DAY: planned, Col.VINTAGE: planned - pd.Timedelta(days=4), Col.VALUE: 0.3,
        Col.AVAILABLE_AT: (planned - pd.Timedelta(days=4)).tz_localize("UTC"),
    })  # fmt: skip


def clean(lake, as_of):
    return build_panel(lake, as_of=as_of, horizon=HORIZON, model_id=MEANT, rules=RULES)


def with_column(panel, values):
    """Add a past-only column made from the history of a panel."""
    history = panel.history.assign(planted=np.asarray(values, dtype=float))
    behaviour = (*panel.groups[DriverGroup.BEHAVIOUR], "planted")
    groups = {**panel.groups, DriverGroup.BEHAVIOUR: behaviour}
    return replace(panel, history=history, groups=groups, past=(*panel.past, "planted"))


def by_series(panel, what):
    return panel.history.groupby(Col.SERIES_ID)[Col.UNITS].transform(what)


def of_products(panel, weekly):
    """Spread values by product and first day of a week over the rows of a panel; 0 for none."""
    keys = zip(
        panel.history[Col.SERIES_ID].str.removeprefix("product:"), panel.history[Col.DAY],
        strict=True,
    )  # fmt: skip
    return [float(weekly.get(key, 0.0)) for key in keys]


# 1
def centred_rolling(lake, as_of):
    panel = clean(lake, as_of)
    smooth = by_series(panel, lambda units: units.rolling(5, center=True, min_periods=1).mean())
    return with_column(panel, smooth)


# 2
def filled_backwards(lake, as_of):
    panel = clean(lake, as_of)
    rare = panel.history[Col.UNITS].where(panel.history[Col.DAY].dt.day <= 7)
    return with_column(panel, rare.groupby(panel.history[Col.SERIES_ID]).bfill().fillna(0.0))


# 3
def scaled_by_everything(lake, as_of):
    panel = clean(lake, as_of)
    return with_column(panel, by_series(panel, lambda u: (u - u.mean()) / u.std()))


# 4
def encoded_by_targets(lake, as_of):
    panel = clean(lake, as_of)
    return with_column(panel, panel.history.groupby(Col.CATEGORY)[Col.UNITS].transform("mean"))


# 5
def dated_by_event(lake, as_of):
    panel = clean(lake, as_of)
    said = lake.sql(
        "SELECT d.product_id, date_trunc('week', event_time)::DATE AS day, avg(polarity) AS mood "
        "FROM documents d JOIN scores USING (doc_id, text_hash) GROUP BY ALL",
        as_of=as_of,
    )
    mood = said.set_index([Col.PRODUCT_ID, Col.DAY])["mood"].to_dict()
    return with_column(panel, of_products(panel, mood))


# 6
def revised_statistic(lake, as_of):
    panel = clean(lake, as_of)
    rows = lake.sql("SELECT * FROM covariates WHERE name = 'confidence'", as_of=as_of)
    newest = rows.sort_values(Col.VINTAGE).drop_duplicates(Col.DAY, keep="last")
    by_month = newest.set_index(newest[Col.DAY].dt.to_period("M"))[Col.VALUE]
    months = panel.history[Col.DAY].dt.to_period("M")
    return with_column(panel, months.map(by_month).astype(float).fillna(0.0))


# 7
def plan_not_yet_made(lake, as_of):
    panel = clean(lake, as_of)
    plans = lake.read(COVARIATES, where={Col.NAME: PLANNED_PROMO})
    week = plans[Col.DAY] - pd.to_timedelta(plans[Col.DAY].dt.dayofweek, unit="D")
    depth = plans.groupby(["product:" + plans[Col.REGION], week])[Col.VALUE].max()
    keys = pd.MultiIndex.from_frame(panel.future[[Col.SERIES_ID, Col.DAY]])
    known = depth.reindex(keys).fillna(0.0).to_numpy()
    return replace(panel, future=panel.future.assign(**{Col.PROMO: known}))


# 8
def labelled_right(lake, as_of):
    """Count a week under the label of the week before, as a resample with the wrong side does."""
    panel = clean(lake, as_of)
    said = lake.read(DOCUMENTS, as_of=as_of)
    days = said[Col.AVAILABLE_AT].dt.tz_localize(None).dt.normalize()
    ends = days - pd.to_timedelta(days.dt.dayofweek, unit="D") - WEEK
    return with_column(panel, of_products(panel, said.groupby([Col.PRODUCT_ID, ends]).size()))


# 9
def last_row_kept(lake, as_of):
    panel = clean(lake, as_of)
    rows = lake.sql("SELECT * FROM stored_sales ORDER BY available_at")
    rows = rows.drop_duplicates([Col.PRODUCT_ID, Col.STORE_ID, Col.DAY], keep="last")
    week = rows[Col.DAY] - pd.to_timedelta(rows[Col.DAY].dt.dayofweek, unit="D")
    units = rows.groupby([Col.PRODUCT_ID, week])[Col.UNITS].sum().to_dict()
    return with_column(panel, of_products(panel, units))


BUILDERS = [
    centred_rolling, filled_backwards, scaled_by_everything, encoded_by_targets, dated_by_event,
    revised_statistic, plan_not_yet_made, labelled_right, last_row_kept,
]  # fmt: skip


@pytest.mark.parametrize("build", BUILDERS, ids=lambda build: build.__name__)
def test_a_planted_leak_into_the_panel_is_caught(build, lake, others):
    leaks = leaks_into_panel(build, lake, others, LATER)

    expected = Col.PROMO if build is plan_not_yet_made else "planted"
    assert leaks
    assert {leak.place.rpartition(", ")[2] for leak in leaks} == {expected}
    assert "depends on what came later" in str(leaks[0])


def test_the_panel_of_the_product_gives_no_alarm(lake, others):
    assert leaks_into_panel(clean, lake, others, LATER) == []


def made(panel, origin, *, expert=None):
    """Forecast at an origin as the backtest does."""
    past = prepare(cut(panel, origin, horizon_of(panel)), Preparation())
    expert = expert or Trees(LEVELS, rounds=5)
    return {"units": expert.fit(past, progress=silent).predict(past, present=EVERY_GROUP)}


def prepared_before_the_cut(panel, origin):
    """Leak 2 where the backtest could have it: gaps filled by what followed them."""
    return made(prepare(panel, Preparation()), origin, expert=RecentMean(LEVELS))


@dataclass(frozen=True)
class TunedMean:
    """Leak 11: the window of a mean, chosen where the forecast is judged."""

    whole: object

    def fit(self, panel, *, progress):
        grid = grid_of(self.whole)
        origin, units = len(grid_of(panel).days) - 1, grid.units
        after = units[:, origin + 1 : origin + 1 + HORIZON].mean(axis=1)
        misses = [
            np.abs(units[:, origin + 1 - window : origin + 1].mean(axis=1) - after).sum()
            for window in range(1, 15)
        ]
        return Window(int(np.argmin(misses)) + 1)


@dataclass(frozen=True)
class Window:
    periods: int

    def predict(self, panel, *, present):
        mean = grid_of(panel).units[:, -self.periods :].mean(axis=1)
        return np.repeat(mean[:, None, None], HORIZON, axis=1) * np.ones(3)


def tuned_where_judged(panel, origin):
    return made(panel, origin, expert=TunedMean(panel))


@pytest.fixture(scope="module")
def gappy(lake):
    """The panel of the last day; product A was not reported around both origins."""
    panel = clean(lake, LATER)
    days = grid_of(panel).days
    gone = panel.history[Col.DAY].isin([days[origin] for origin in ORIGINS])
    gone &= panel.history[Col.SERIES_ID] == "product:A"
    units = panel.history[Col.UNITS].mask(gone)
    gaps = panel.history[Col.GAP].mask(gone, "no report")
    return replace(panel, history=panel.history.assign(**{Col.UNITS: units, Col.GAP: gaps}))


@pytest.mark.parametrize("answer", [prepared_before_the_cut, tuned_where_judged])
def test_a_planted_leak_into_the_forecast_is_caught(answer, gappy):
    leaks = leaks_into_forecasts(answer, gappy, ORIGINS, seed=2)

    assert {leak.question for leak in leaks} == {Question.LEARNT}
    assert {leak.day for leak in leaks} == {grid_of(gappy).days[origin] for origin in ORIGINS}


# 10
def test_sentiment_of_a_model_trained_on_later_texts_is_refused(gappy):
    learnt = replace(gappy, text_cut_off=gappy.made_on)

    with pytest.raises(ModelError, match="learnt from texts up to"):
        leaks_into_forecasts(made, learnt, ORIGINS)


# 12
def test_what_nearly_copies_a_later_review_trains_no_sentiment_model(tmp_path):
    text = "The strap of this watch broke after two weeks and nobody answers, order {}"
    texts = [text.format(1000 + number) for number in range(400)]
    others = [f"{word} is fine and arrived in good time" for word in ("It", "This", "Mine")]
    rows = pd.DataFrame({"said": texts + others, "stars": ["1"] * 400 + ["5"] * 3})
    rows.to_csv(tmp_path / "own.csv", index=False)

    labelled = labelled_frame(tmp_path / "own.csv", "said", "stars", lang="en")

    judged, taught = (set(labelled.part(part)[Col.TEXT]) for part in (Part.TEST, Part.TRAIN))
    assert any("strap" in text for text in judged)
    assert not any("strap" in text for text in taught)


def test_forecasts_of_the_product_give_no_alarm(gappy):
    assert leaks_into_forecasts(made, gappy, ORIGINS) == []
