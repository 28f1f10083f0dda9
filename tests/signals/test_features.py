"""Panels hold what was known, add up, and never look ahead."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signals import (
    COVARIATES,
    DOCUMENTS,
    PLANNED_PRICE,
    PLANNED_PROMO,
    PRODUCTS,
    SALES,
    SCORES,
    Col,
    DriverGroup,
    Grain,
    Lake,
    Measure,
    NotReady,
    Scope,
    SeriesRules,
    build_panel,
    rebuild_panel,
    text_hash,
)
from signals.mood import COUNTED_DOCUMENTS

MEANT = "meant"
EVERYTHING = SeriesRules(min_units_per_period=0.0, min_periods=1)
MONDAY = pd.Timestamp("2025-03-03")
AS_OF = pd.Timestamp("2025-04-14", tz="UTC")


def utc(day: pd.Timestamp | str) -> pd.Timestamp:
    return pd.Timestamp(day).tz_localize("UTC")


def sales(
    product_id: str, days: pd.DatetimeIndex, units: list[float], price: float = 10.0, **more: object
) -> pd.DataFrame:
    columns = {
        Col.PRODUCT_ID: product_id, Col.STORE_ID: "s", Col.DAY: days, Col.UNITS: units,
        Col.PRICE: price, Col.PROMO: 0.0,
        Col.AVAILABLE_AT: (days + pd.Timedelta(days=1)).tz_localize("UTC"),
    }  # fmt: skip
    return pd.DataFrame(columns | more)


def documents(product_id: str, moments: list[str], **more: object) -> pd.DataFrame:
    when = pd.to_datetime(moments).tz_localize("UTC")
    ids = [f"{product_id}-{moment}-{place}" for place, moment in enumerate(moments)]
    columns = {
        Col.DOC_ID: ids, Col.KIND: "review", Col.PRODUCT_ID: product_id, Col.TEXT: ids,
        Col.TEXT_HASH: [text_hash(text) for text in ids], Col.EVENT_TIME: when,
        Col.AVAILABLE_AT: when,
    }  # fmt: skip
    return pd.DataFrame(columns | more)


def weekly_shop(folder: Path) -> Lake:
    """Two products, six weeks from 3 March 2025, sold on Mondays; one review a week of A."""
    lake = Lake(folder)
    mondays = pd.date_range(MONDAY, periods=6, freq="7D")
    said = documents("A", [f"{day.date()} 12:00" for day in mondays])
    with lake.batch() as batch:
        batch.add(SALES, sales("A", mondays, [10, 20, 30, 40, 50, 60]))
        batch.add(SALES, sales("A", pd.DatetimeIndex(["2025-03-04", "2025-04-13"]), [0, 0]))
        batch.add(SALES, sales("B", mondays[2:], [1, 0, 3, 4], price=4.0))
        batch.add(
            PRODUCTS,
            pd.DataFrame({
                Col.PRODUCT_ID: ["A", "B"], Col.CATEGORY: "tools",
                Col.AVAILABLE_AT: utc("2025-01-01"),
            }),
        )  # fmt: skip
        batch.add(DOCUMENTS, said)
        batch.add(SCORES, meant(said, [1, 1, 1, -1, -1, -1]))
    return lake


def meant(said: pd.DataFrame, polarity: list[int]) -> pd.DataFrame:
    value = np.array(polarity, dtype=float)
    return pd.DataFrame({
        Col.DOC_ID: said[Col.DOC_ID], Col.MODEL_ID: MEANT, Col.TEXT_HASH: said[Col.TEXT_HASH],
        Col.P_NEG: (value < 0).astype(float), Col.P_NEU: (value == 0).astype(float),
        Col.P_POS: (value > 0).astype(float), Col.POLARITY: value,
    })  # fmt: skip


def of(panel, series_id: str) -> pd.DataFrame:
    history = panel.history
    return history[history[Col.SERIES_ID] == series_id].set_index(Col.DAY)


def test_weeks_add_up_from_products_to_category_and_total(tmp_path):
    panel = build_panel(weekly_shop(tmp_path), as_of=AS_OF, horizon=2, rules=EVERYTHING)

    assert of(panel, "product:A")[Col.UNITS].tolist() == [10, 20, 30, 40, 50, 60]
    assert of(panel, "product:B")[Col.UNITS].tolist() == [1, 0, 3, 4]
    assert of(panel, "category:tools")[Col.UNITS].tolist() == [10, 20, 31, 40, 53, 64]
    assert of(panel, "total")[Col.UNITS].tolist() == [10, 20, 31, 40, 53, 64]
    assert of(panel, "total").index[0] == MONDAY
    assert panel.made_on == pd.Timestamp("2025-04-13")
    assert panel.measure is Measure.UNITS_SOLD


def test_a_week_that_is_not_over_is_left_out(tmp_path):
    lake = weekly_shop(tmp_path)

    complete = build_panel(lake, as_of=AS_OF, horizon=1, rules=EVERYTHING)
    day_before = build_panel(lake, as_of=AS_OF - pd.Timedelta(days=1), horizon=1, rules=EVERYTHING)

    assert of(complete, "total").index[-1] == pd.Timestamp("2025-04-07")
    assert of(day_before, "total").index[-1] == pd.Timestamp("2025-03-31")
    assert day_before.future[Col.DAY].unique() == [pd.Timestamp("2025-04-07")]


def test_prices_are_regular_ones_carried_through_promotions(tmp_path):
    lake = weekly_shop(tmp_path)
    monday = pd.DatetimeIndex(["2025-03-31"])
    cheap = sales("A", monday, [40], price=5.0, **{Col.PROMO: 0.5})
    cheap[Col.AVAILABLE_AT] = utc("2025-04-03")
    with lake.batch() as batch:
        batch.add(SALES, cheap)

    rows = of(build_panel(lake, as_of=AS_OF, horizon=1, rules=EVERYTHING), "product:A")

    assert rows[Col.PRICE].tolist() == [10.0] * 6
    assert rows[Col.PROMO].tolist() == [0, 0, 0, 0, 0.5, 0]


def test_plans_are_told_as_they_were_known(tmp_path):
    lake = weekly_shop(tmp_path)
    plan = pd.DataFrame({
        Col.NAME: [PLANNED_PROMO, PLANNED_PROMO, PLANNED_PRICE], Col.REGION: "A",
        Col.DAY: pd.Timestamp("2025-04-16"), Col.VINTAGE: pd.to_datetime(
            ["2025-03-01", "2025-04-15", "2025-03-01"]), Col.VALUE: [0.7, 0.0, 17.0],
        Col.AVAILABLE_AT: pd.to_datetime(["2025-03-01", "2025-04-15", "2025-03-01"], utc=True),
    })  # fmt: skip
    with lake.batch() as batch:
        batch.add(COVARIATES, plan)

    early = build_panel(lake, as_of=AS_OF, horizon=2, rules=EVERYTHING).future
    late = build_panel(lake, as_of=AS_OF + pd.Timedelta(days=2), horizon=2, rules=EVERYTHING).future

    ahead = early[early[Col.SERIES_ID] == "product:A"]
    assert ahead[Col.PROMO].tolist() == pytest.approx([0.1, 0.0])
    assert ahead[Col.PRICE].tolist() == pytest.approx([11.0, 10.0])
    category = early[early[Col.SERIES_ID] == "category:tools"]
    assert category[Col.PROMO].tolist() == pytest.approx([0.05, 0.0])
    assert (late[Col.PROMO] == 0).all()


def test_mood_is_shrunk_to_what_was_usual_and_falls_with_bad_reviews(tmp_path):
    panel = build_panel(
        weekly_shop(tmp_path), as_of=AS_OF, horizon=1, rules=EVERYTHING, model_id=MEANT
    )

    mood = of(panel, "product:A")["mood_now"]

    # first week: nothing was usual yet, so (1 + 2 * 0) / (1 + 2)
    assert mood.iloc[0] == pytest.approx(1 / 3)
    assert -1 < mood.iloc[3] < mood.iloc[2] <= 1
    assert (of(panel, "product:B")["talk_volume"] == 0).all()
    assert np.isfinite(panel.history[list(panel.past)]).all(axis=None)


def test_a_document_counts_in_the_period_it_became_available_in(tmp_path):
    lake = weekly_shop(tmp_path)
    late = documents("A", ["2025-03-05 08:00"], **{Col.DOC_ID: "late"})
    late[Col.AVAILABLE_AT] = utc("2025-04-09 08:00")
    with lake.batch() as batch:
        batch.add(DOCUMENTS, late)
        batch.add(SCORES, meant(late, [-1]))

    volume = of(
        build_panel(lake, as_of=AS_OF, horizon=1, rules=EVERYTHING, model_id=MEANT), "product:A"
    )["talk_volume"]

    assert np.expm1(volume).round(9).tolist() == [1, 1, 1, 1, 1, 2]


def test_a_restated_document_counts_with_the_score_of_what_it_said_then(tmp_path):
    lake = weekly_shop(tmp_path)
    before = documents("B", ["2025-04-02 08:00"], **{Col.DOC_ID: "b"})
    after = documents("B", ["2025-04-09 08:00"], **{Col.DOC_ID: "b"})
    with lake.batch() as batch:
        for said, polarity in ((before, 1), (after, -1)):
            batch.add(DOCUMENTS, said)
            batch.add(SCORES, meant(said, [polarity]))
    counted = COUNTED_DOCUMENTS.format(grain="week")
    query = f"{counted} SELECT polarity FROM counted WHERE product_id = 'B'"
    given = {"model_id": MEANT, "end": AS_OF.date()}

    early = lake.sql(query, as_of=utc("2025-04-08"), parameters=given)
    late = lake.sql(query, as_of=AS_OF, parameters=given)

    assert early[Col.POLARITY].tolist() == [1]
    assert late[Col.POLARITY].tolist() == [-1]


def test_one_author_and_one_text_cannot_move_a_product(tmp_path):
    lake = weekly_shop(tmp_path)
    moments = [f"2025-04-07 {hour:02d}:00" for hour in range(20)]
    loud = documents("B", moments, **{Col.AUTHOR: "loud"})
    copied = documents("A", moments, **{Col.TEXT_HASH: "same"})
    with lake.batch() as batch:
        for said in (loud, copied):
            batch.add(DOCUMENTS, said)
            batch.add(SCORES, meant(said, [-1] * 20))

    panel = build_panel(lake, as_of=AS_OF, horizon=1, rules=EVERYTHING, model_id=MEANT)

    heard = {
        name: float(np.expm1(of(panel, f"product:{name}")["talk_volume"].iloc[-1])) for name in "AB"
    }
    assert heard == {"A": pytest.approx(2), "B": pytest.approx(3)}


def test_documents_without_a_score_of_the_model_are_left_out(tmp_path):
    panel = build_panel(
        weekly_shop(tmp_path), as_of=AS_OF, horizon=1, rules=EVERYTHING, model_id="unknown"
    )

    assert panel.past == ()
    assert panel.groups[DriverGroup.SENTIMENT] == ()


def test_slow_and_young_products_are_counted_out_but_stay_in_the_sums(tmp_path):
    lake = weekly_shop(tmp_path)
    rules = SeriesRules(min_units_per_period=3.0, min_periods=3)

    panel = build_panel(lake, as_of=AS_OF, horizon=1, rules=rules)

    assert set(panel.history[Col.SERIES_ID]) == {"product:A", "category:tools", "total"}
    assert panel.left_out == {"sells less than 3 a period": 1}
    assert of(panel, "total")[Col.UNITS].iloc[-1] == 64


def test_rows_of_whole_weeks_count_on_any_weekday(tmp_path):
    lake = Lake(tmp_path)
    fridays = pd.date_range("2025-03-07", periods=4, freq="7D")
    with lake.batch() as batch:
        batch.add(SALES, sales("A", fridays, [1, 2, 3, 4]))

    panel = build_panel(lake, as_of=AS_OF, horizon=1, rules=EVERYTHING)

    assert of(panel, "total")[Col.UNITS].tolist() == [1, 2, 3, 4]
    assert of(panel, "total").index[0] == MONDAY
    assert panel.future[Col.DAY].iloc[0] == pd.Timestamp("2025-03-31")


def test_an_empty_lake_says_what_to_do(tmp_path):
    with pytest.raises(NotReady, match="groundswell ingest"):
        build_panel(Lake(tmp_path), as_of=AS_OF)


def test_less_than_one_week_of_sales_is_said_so(tmp_path):
    lake = Lake(tmp_path)
    with lake.batch() as batch:
        batch.add(SALES, sales("A", pd.date_range("2025-03-04", periods=2), [1, 1]))

    with pytest.raises(NotReady, match="do not fill one week"):
        build_panel(lake, as_of=AS_OF)


def test_review_counts_are_named_as_such(tmp_path):
    lake = Lake(tmp_path)
    days = pd.date_range(MONDAY, periods=14)
    with lake.batch() as batch:
        batch.add(SALES, sales("A", days, [1.0] * 14, **{Col.MEASURE: "review count"}))

    panel = build_panel(lake, as_of=AS_OF, horizon=1, rules=EVERYTHING)

    assert panel.measure is Measure.REVIEW_COUNT


@settings(max_examples=4, deadline=None)
@given(
    units=st.floats(0, 1e6),
    polarity=st.sampled_from([-1, 1]),
    hours=st.integers(1, 24 * 60),
)
def test_nothing_that_became_known_later_changes_a_panel(units, polarity, hours):
    later = AS_OF + pd.Timedelta(hours=hours)
    restated = sales("A", pd.date_range(MONDAY, periods=6, freq="7D"), [units] * 6)
    restated[Col.AVAILABLE_AT] = later
    more = sales("B", pd.date_range("2025-04-14", periods=7), [units] * 7)
    said = documents("A", ["2025-03-20 10:00"] * 9)
    said[Col.AVAILABLE_AT] = later
    plan = pd.DataFrame({
        Col.NAME: [PLANNED_PROMO], Col.REGION: "A", Col.DAY: pd.Timestamp("2025-04-16"),
        Col.VINTAGE: later.tz_localize(None).normalize(), Col.VALUE: 0.5, Col.AVAILABLE_AT: later,
    })  # fmt: skip
    moved = pd.DataFrame({Col.PRODUCT_ID: ["A"], Col.CATEGORY: "toys", Col.AVAILABLE_AT: later})

    with tempfile.TemporaryDirectory() as folder:
        lake = weekly_shop(Path(folder))
        before = build_panel(lake, as_of=AS_OF, horizon=3, rules=EVERYTHING, model_id=MEANT)
        with lake.batch() as batch:
            batch.add(SALES, pd.concat([restated, more]))
            batch.add(DOCUMENTS, said)
            batch.add(SCORES, meant(said, [polarity] * 9))
            batch.add(COVARIATES, plan)
            batch.add(PRODUCTS, moved)
        after = build_panel(lake, as_of=AS_OF, horizon=3, rules=EVERYTHING, model_id=MEANT)

    pd.testing.assert_frame_equal(before.history, after.history, check_exact=True)
    pd.testing.assert_frame_equal(before.future, after.future, check_exact=True)
    assert before.made_on == after.made_on


@pytest.fixture(scope="module")
def demo_panel(demo_lake, demo):
    as_of = utc(demo.last_day + pd.Timedelta(days=1))
    return build_panel(demo_lake, as_of=as_of, horizon=8, model_id=MEANT)


def test_earlier_rows_are_the_same_when_the_panel_is_made_later(demo_lake, demo_panel):
    """So a model trained on history saw at each period what it would have seen then."""
    as_of = utc("2025-06-02")

    early = build_panel(demo_lake, as_of=as_of, horizon=8, model_id=MEANT).history
    key = [Col.SERIES_ID, Col.DAY]
    both = early.merge(demo_panel.history, on=key, suffixes=("", "_later"))

    assert len(both) == len(early)
    for column in (*demo_panel.past, Col.UNITS, Col.PROMO):
        np.testing.assert_array_equal(both[column], both[f"{column}_later"])


def test_every_series_of_the_demo_is_whole_and_finite(demo_panel, demo):
    history, future = demo_panel.history, demo_panel.future

    steps = history.groupby(Col.SERIES_ID)[Col.DAY].diff().dropna()
    assert (steps == pd.Timedelta(days=7)).all()
    assert history[[*demo_panel.known, *demo_panel.past]].notna().all(axis=None)
    assert future[list(demo_panel.known)].notna().all(axis=None)
    assert {str(kind) for kind in history[[*demo_panel.known, *demo_panel.past]].dtypes} == {
        "float64"
    }
    assert len(future) == 8 * history[Col.SERIES_ID].nunique()
    by_scope = history.pivot_table(
        index=Col.DAY, columns=Col.SCOPE, values=Col.UNITS, aggfunc="sum"
    )
    for scope in (Scope.PRODUCT, Scope.CATEGORY):
        np.testing.assert_array_equal(by_scope[scope], by_scope[Scope.TOTAL])


def test_launches_begin_late_and_one_to_come_is_cold(demo_panel, demo):
    first = demo_panel.history.groupby(Col.SERIES_ID)[Col.DAY].min()

    for cause in demo.truth.causes:
        series = f"product:{cause.product_id}"
        if cause.launch_day is None:
            assert first[series] == demo.first_day
        elif cause.launch_day <= demo.last_day:
            assert first[series] == cause.launch_day
        else:
            assert demo_panel.cold == {series: cause.category}
            assert series not in first.index


def test_the_future_of_the_demo_knows_double_11_and_its_promotions(demo_panel):
    total = demo_panel.future[demo_panel.future[Col.SERIES_ID] == "total"].set_index(Col.DAY)

    assert total.loc["2025-11-03", "festival_double_11"] > 0.3
    assert total.loc["2025-11-03", Col.PROMO] > 3 * total.loc["2025-10-06", Col.PROMO]


def test_mood_of_the_panel_follows_the_mood_that_writers_had(demo_panel, demo):
    mood = demo.truth.mood
    together = []
    for cause in demo.truth.causes:
        if cause.lead_weeks > 0:
            seen = of(demo_panel, f"product:{cause.product_id}")["mood_lately"]
            together.append(np.corrcoef(seen, mood[cause.product_id].reindex(seen.index))[0, 1])

    assert np.mean(together) > 0.5


def test_days_are_a_grain_too(demo_lake, demo):
    as_of = utc(demo.last_day + pd.Timedelta(days=1))
    rules = SeriesRules(scopes=(Scope.TOTAL,))

    panel = build_panel(
        demo_lake, as_of=as_of, horizon=28, grain=Grain.DAY, model_id=MEANT, rules=rules
    )

    by_day = demo.sales.groupby(Col.DAY)[Col.UNITS].sum()
    assert panel.history.set_index(Col.DAY)[Col.UNITS].tolist() == by_day.tolist()
    assert len(panel.future) == 28
    assert "weekend" in panel.known


def test_a_panel_is_built_again_without_what_came_in_later_under_an_earlier_date(tmp_path):
    lake = weekly_shop(tmp_path)
    panel = build_panel(lake, as_of=AS_OF, horizon=2, rules=EVERYTHING, model_id=MEANT)
    late = sales("B", pd.DatetimeIndex([MONDAY]), [99], price=4.0)
    with lake.batch() as batch:
        batch.add(SALES, late)

    again = rebuild_panel(lake, json.loads(json.dumps(dict(panel.built_from))))

    pd.testing.assert_frame_equal(again.history, panel.history)
    pd.testing.assert_frame_equal(again.future, panel.future)
    now = build_panel(lake, as_of=AS_OF, horizon=2, rules=EVERYTHING)
    assert of(now, "product:B")[Col.UNITS].iloc[0] == 99


def test_a_panel_from_nowhere_cannot_be_built_again(tmp_path):
    with pytest.raises(NotReady, match="what it was built from"):
        rebuild_panel(Lake(tmp_path), {})
