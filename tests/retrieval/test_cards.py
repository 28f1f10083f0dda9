"""Cards say what the lake's tables hold, and carry what filters need."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from retrieval import (
    Filters,
    HashingEncoder,
    PassageKind,
    alert_cards,
    build_index,
    lake_passages,
    product_cards,
    revision_cards,
    run_cards,
)
from signals import (
    ACCURACY,
    ALERTS,
    CONTRIBUTIONS,
    DOCUMENTS,
    FORECASTS,
    PRODUCTS,
    RUNS,
    SALES,
    DataError,
    Lake,
)

AS_OF = pd.Timestamp("2025-03-03", tz="UTC")
WEEKS = pd.to_datetime(["2025-03-03", "2025-03-10"])


@pytest.fixture
def make_lake(tmp_path):
    def make(measure: str = "units sold") -> Lake:
        lake = Lake(tmp_path / "lake")
        with lake.batch() as batch:
            for table, frame in frames(measure).items():
                batch.add(table, frame)
        return lake

    return make


def frames(measure: str) -> dict:
    series = "product:P1"
    levels = (0.1, 0.5, 0.9)
    quantiles = {0.1: [90.0, 95.5], 0.5: [100.0, 1100.25], 0.9: [110.0, 2000.0]}
    return {
        PRODUCTS: pd.DataFrame({
            "product_id": ["P1"],
            "name": ["Trail Shoe"],
            "category": ["Shoes"],
            "available_at": pd.to_datetime(["2025-01-01"], utc=True),
        }),
        RUNS: pd.DataFrame({
            "run_id": ["r1"],
            "made_on": pd.to_datetime(["2025-03-02"]),
            "measure": [measure],
            "config": ["{}"],
            "recorded_at": pd.to_datetime(["2025-03-03"], utc=True),
        }),
        FORECASTS: pd.DataFrame([
            {"run_id": "r1", "series_id": series, "day": WEEKS[i], "step": i + 1, "level": level,
             "units": quantiles[level][i]}
            for i in range(2) for level in levels
        ]),
        CONTRIBUTIONS: pd.DataFrame([
            {"run_id": "r1", "series_id": series, "day": day, "step": 1, "level": level,
             "group": group, "units": units}
            for day in WEEKS for level in levels
            for group, units in (("baseline", 500.0), ("sentiment", -20.5), ("calendar", 120.625))
        ]),
        ACCURACY: pd.DataFrame([
            {"run_id": "r1", "series_id": series_id, "expert": expert, "variant": variant,
             "step": step, "metric": metric, "value": value}
            for series_id, expert, variant, step, metric, value in [
                (series, "blend", "reconciled", 0, "wape", 0.234),
                (series, "blend", "reconciled", 0, "coverage_80", 0.81),
                (series, "blend", "uncalibrated", 0, "wape", 0.9),
                ("scope:product", "blend", "reconciled", 0, "wape", 0.5),
                ("all", "blend", "reconciled", 1, "wape", 0.7),
                ("all", "blend", "reconciled", 0, "wape", 0.333),
            ]
        ]),
        ALERTS: pd.DataFrame({
            "alert_id": ["a1", "a2"],
            "kind": "negative_share",
            "entity": ["product:P1", "category:Shoes"],
            "aspect": ["quality", "all"],
            "window_start": pd.to_datetime(["2025-02-20", "2025-02-20"]),
            "window_end": pd.to_datetime(["2025-02-26", "2025-02-26"]),
            "observed": [0.42, 0.3],
            "expected": [0.18, 0.1],
            "documents": [1035, 12],
            "available_at": pd.to_datetime(["2025-02-27", "2025-04-01"], utc=True),
        }),
        DOCUMENTS: pd.DataFrame({
            "doc_id": ["D1"],
            "kind": ["review"],
            "product_id": ["P1"],
            "text": ["The sole came off after a week."],
            "event_time": pd.to_datetime(["2025-02-20"], utc=True),
            "available_at": pd.to_datetime(["2025-02-20"], utc=True),
        }),
    }  # fmt: skip


def only(passages, kind, product_id="P1"):
    [card] = [p for p in passages if p.kind is kind and p.product_id == product_id]
    return card


def test_a_forecast_card_gives_sum_periods_and_range(make_lake):
    card = only(run_cards(make_lake(), run_id="r1", as_of=AS_OF), PassageKind.FORECAST)

    assert "made on 2025-03-02 for Trail Shoe (P1)" in card.text
    assert "2 periods from 2025-03-03 add up to 1,200.2 units sold" in card.text
    assert "2025-03-10 1,100.2 (95.5 to 2,000.0)" in card.text
    assert "from the 10% to the 90% quantile" in card.text


def test_a_card_can_be_known_when_the_run_saw_its_last_day(make_lake):
    card = only(run_cards(make_lake(), run_id="r1", as_of=AS_OF), PassageKind.FORECAST)

    assert card.passage_id == "forecast:r1:product:P1"
    assert card.available_at == AS_OF
    assert card.day == pd.Timestamp("2025-03-02")
    assert card.category == "Shoes"
    assert (card.start, card.end) == (0, len(card.text))


def test_parts_of_a_contribution_card_add_up(make_lake):
    card = only(run_cards(make_lake(), run_id="r1", as_of=AS_OF), PassageKind.CONTRIBUTION)

    assert "over 2 periods: baseline 1,000.0; calendar +241.2; sentiment -41.0" in card.text
    assert "together 1,200.2" in card.text


def test_an_accuracy_card_reports_the_published_forecast(make_lake):
    cards = run_cards(make_lake(), run_id="r1", as_of=AS_OF)

    card = only(cards, PassageKind.ACCURACY)
    whole = only(cards, PassageKind.ACCURACY, product_id=None)

    assert "off by 23.4% of the units sold on average" in card.text
    assert "81.0% of what happened lay inside" in card.text
    assert "for all products together" in whole.text
    assert "33.3%" in whole.text


def test_reviews_that_stand_in_for_sales_are_named_so(make_lake):
    cards = list(run_cards(make_lake("review count"), run_id="r1", as_of=AS_OF))

    assert all("review count (standing in for sales)" in card.text for card in cards)


def test_an_alert_card_gives_observed_and_usual_share(make_lake):
    [card] = alert_cards(make_lake(), as_of=AS_OF)

    assert card.text.startswith("Alert for Trail Shoe (P1), quality: from 2025-02-20 to 2025-02-26")
    assert "42.0% of 1,035 documents were negative, where 18.0% is usual" in card.text
    assert card.day == pd.Timestamp("2025-02-26")


def test_alerts_of_a_category_carry_it(make_lake):
    later = pd.Timestamp("2025-05-01", tz="UTC")

    [card] = [p for p in alert_cards(make_lake(), as_of=later) if p.source_id == "a2"]

    assert card.text.startswith("Alert for the category Shoes: from")
    assert (card.product_id, card.category) == (None, "Shoes")


def test_a_run_that_is_not_there_is_named(make_lake):
    with pytest.raises(DataError, match="no run 'r9'"):
        run_cards(make_lake(), run_id="r9", as_of=AS_OF)


def test_documents_and_cards_are_found_by_one_search(make_lake, tmp_path):
    passages = lake_passages(make_lake(), run_id="r1", as_of=AS_OF, model_id=None)

    retriever = build_index(passages, HashingEncoder(), tmp_path / "index")

    assert {p.kind for p in passages} == {
        PassageKind.REVIEW, PassageKind.FORECAST, PassageKind.CONTRIBUTION, PassageKind.ACCURACY,
        PassageKind.ALERT, PassageKind.PRODUCT,
    }  # fmt: skip
    forecast = retriever.search("forecast of Trail Shoe", filters=Filters(product_ids=("P1",)))
    assert PassageKind.FORECAST in {hit.passage.kind for hit in forecast[:4]}
    assert retriever.search("the sole came off")[0].passage.source_id == "D1"


def test_a_product_card_says_what_it_is_since_when_and_its_last_price(make_lake):
    lake = make_lake()
    with lake.batch() as batch:
        batch.add(PRODUCTS, pd.DataFrame({
            "product_id": ["P2"], "name": ["Oak Stool"], "category": ["Chairs"],
            "brand": ["Oakmere"], "attributes": ['{"colour": "red"}'],
            "launch_day": pd.to_datetime(["2025-02-01"]),
            "available_at": pd.to_datetime(["2025-01-05"], utc=True),
        }))  # fmt: skip
        batch.add(SALES, pd.DataFrame({
            "product_id": ["P2", "P2"], "store_id": "s", "units": [1.0, 1.0],
            "day": pd.to_datetime(["2025-02-02", "2025-02-03"]), "price": [19.9, 17.5],
            "currency": "BRL", "measure": "units sold",
            "available_at": pd.to_datetime(["2025-02-03", "2025-02-04"], utc=True),
        }))  # fmt: skip

    card = only(product_cards(lake, as_of=AS_OF), PassageKind.PRODUCT, product_id="P2")

    assert card.text == (
        "Product Oak Stool (P2); category: Chairs; brand: Oakmere; colour: red; launched on "
        "2025-02-01; last price 17.50 BRL on 2025-02-03."
    )
    assert (card.passage_id, card.category) == ("product:P2", "Chairs")
    assert card.day == pd.Timestamp("2025-02-01")
    assert card.available_at == pd.Timestamp("2025-02-04", tz="UTC")


def test_a_price_of_later_is_not_in_a_card_of_earlier(make_lake):
    lake = make_lake()
    with lake.batch() as batch:
        batch.add(SALES, pd.DataFrame({
            "product_id": ["P1"], "store_id": "s", "units": [1.0], "price": [9.0],
            "day": pd.to_datetime(["2025-04-02"]), "measure": "units sold",
            "available_at": pd.to_datetime(["2025-04-03"], utc=True),
        }))  # fmt: skip

    card = only(product_cards(lake, as_of=AS_OF), PassageKind.PRODUCT)

    assert card.text == "Product Trail Shoe (P1); category: Shoes."


def test_a_revision_card_sets_two_runs_side_by_side_for_the_days_of_both(make_lake):
    lake = make_lake()
    before = pd.to_datetime(["2025-02-24", "2025-03-03"])
    with lake.batch() as batch:
        batch.add(RUNS, pd.DataFrame({
            "run_id": ["r0"], "made_on": pd.to_datetime(["2025-02-23"]), "measure": "units sold",
            "config": ["{}"], "recorded_at": pd.to_datetime(["2025-02-24"], utc=True),
        }))  # fmt: skip
        batch.add(FORECASTS, pd.DataFrame([
            {"run_id": "r0", "series_id": "product:P1", "day": day, "step": step, "level": 0.5,
             "units": 80.0} for step, day in enumerate(before, start=1)
        ]))  # fmt: skip

    card = only(revision_cards(lake, run_id="r1", as_of=AS_OF), PassageKind.REVISION)

    assert "the medians of the 1 periods from 2025-03-03 to 2025-03-03 add up to 100.0" in card.text
    assert "to 80.0 in the run made on 2025-02-23: a change of +20.0, +25.0%" in card.text
    assert card.passage_id == "revision:r1:product:P1"


def test_without_a_run_before_there_is_no_revision_card(make_lake):
    assert len(revision_cards(make_lake(), run_id="r1", as_of=AS_OF)) == 0


def test_ids_of_passages_stay_when_all_is_read_anew(make_lake):
    lake = make_lake()

    ids = [
        [p.passage_id for p in lake_passages(lake, run_id="r1", as_of=AS_OF, model_id=None)]
        for _ in range(2)
    ]

    assert ids[0] == ids[1]
    assert len(set(ids[0])) == len(ids[0])


def test_nobody_finds_the_passages_of_another_tenant(make_lake, tmp_path):
    lake = make_lake()
    own = lake_passages(lake, run_id="r1", as_of=AS_OF, model_id=None)
    theirs = [
        replace(p, passage_id=f"b/{p.passage_id}", tenant="b", text=f"{p.text} Ours.") for p in own
    ]

    retriever = build_index([*own, *theirs], HashingEncoder(), tmp_path / "index")

    for tenant in ("own", "b"):
        hits = retriever.search("forecast of Trail Shoe", filters=Filters(tenant=tenant), k=50)
        assert {hit.passage.tenant for hit in hits} == {tenant}
    assert retriever.search("Trail Shoe", filters=Filters(tenant="c")) == []
    assert retriever.count() == len(own)
    assert retriever.passage("b/D1") is None
    assert retriever.passage("b/D1", tenant="b").text.endswith("Ours.")


def test_an_alert_card_of_a_volume_counts_texts_a_day(make_lake):
    lake = make_lake()
    row = lake.read(ALERTS).iloc[:1].assign(
        alert_id="a3", kind="volume", entity="brand:Tidewood", observed=30.0, expected=6.0
    )  # fmt: skip
    with lake.batch() as batch:
        batch.add(ALERTS, row)

    [card] = [p for p in alert_cards(lake, as_of=AS_OF) if p.source_id == "a3"]

    assert "the brand Tidewood" in card.text
    assert "30.0 documents a day were written, where 6.0 is usual" in card.text
