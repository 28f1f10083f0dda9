"""Units and money at risk: the forecast that an alert touches, times the rise of the share."""

from __future__ import annotations

import pandas as pd
import pytest

from forecasting import RISK_DAYS, with_risk
from signals import ALERTS, FORECASTS, PRODUCTS, RUNS, SALES, AlertKind, Col, Lake, Measure

MADE_ON = pd.Timestamp("2025-06-01")
KNOWN = (MADE_ON + pd.Timedelta(days=1)).tz_localize("UTC")
RUN = "R1"


def shop(folder, measure: Measure = Measure.UNITS_SOLD, currencies=("USD", "USD")) -> Lake:
    """Two kettles of one brand; each sells 10 a week at 20 and 30."""
    lake = Lake(folder)
    weeks = pd.date_range(MADE_ON + pd.Timedelta(days=1), periods=8, freq="7D")
    forecasts = pd.DataFrame(
        [
            (RUN, series, MADE_ON, day, step, level, units * level / 0.5, "blend")
            for series, units in (("product:K1", 10.0), ("category:kettles", 25.0))
            for step, day in enumerate(weeks, 1)
            for level in (0.1, 0.5, 0.9)
        ],
        columns=[Col.RUN_ID, Col.SERIES_ID, Col.MADE_ON, Col.DAY, Col.STEP, Col.LEVEL, Col.UNITS,
                 Col.MODEL],
    )  # fmt: skip
    sales = pd.DataFrame({
        Col.PRODUCT_ID: ["K1", "K2"], Col.STORE_ID: "all", Col.DAY: MADE_ON, Col.UNITS: 10.0,
        Col.PRICE: [20.0, 30.0], Col.CURRENCY: currencies, Col.AVAILABLE_AT: KNOWN,
    })  # fmt: skip
    with lake.batch() as batch:
        batch.add(PRODUCTS, pd.DataFrame({
            Col.PRODUCT_ID: ["K1", "K2"], Col.CATEGORY: "kettles", Col.BRAND: "Tidewood",
            Col.AVAILABLE_AT: KNOWN,
        }))  # fmt: skip
        batch.add(SALES, sales)
        batch.add(FORECASTS, forecasts)
        batch.add(RUNS, pd.DataFrame({
            Col.RUN_ID: [RUN], Col.MADE_ON: MADE_ON, Col.MEASURE: str(measure), Col.MODEL: "blend",
            Col.CONFIG: "{}", Col.RECORDED_AT: KNOWN,
        }))  # fmt: skip
    return lake


def alert(entity: str, kind: AlertKind = AlertKind.NEGATIVE_SHARE) -> pd.DataFrame:
    row = {Col.ALERT_ID: "A1", Col.KIND: str(kind), Col.ENTITY: entity, Col.OBSERVED: 0.5,
           Col.EXPECTED: 0.2}  # fmt: skip
    return pd.DataFrame([row], columns=ALERTS.schema.names)


def risk(lake: Lake, entity: str, kind: AlertKind = AlertKind.NEGATIVE_SHARE) -> pd.Series:
    return with_risk(lake, alert(entity, kind), RUN, KNOWN).iloc[0]


def test_a_product_risks_its_own_forecast_times_the_rise(tmp_path):
    found = risk(shop(tmp_path), "product:K1")

    weeks = RISK_DAYS // 7
    assert found[Col.SERIES_ID] == "product:K1"
    assert found[Col.RUN_ID] == RUN
    assert found[Col.UNITS_AT_RISK] == pytest.approx(10 * weeks * 0.3)
    assert found[Col.MONEY_AT_RISK] == pytest.approx(10 * weeks * 0.3 * 20)
    assert found[Col.CURRENCY] == "USD"


def test_a_category_is_valued_at_the_mean_price_of_what_it_sold(tmp_path):
    found = risk(shop(tmp_path), "category:kettles")

    assert found[Col.MONEY_AT_RISK] == pytest.approx(found[Col.UNITS_AT_RISK] * 25)


def test_a_product_without_a_series_touches_its_categorys(tmp_path):
    found = risk(shop(tmp_path), "product:K2")

    assert found[Col.SERIES_ID] == "category:kettles"
    assert pd.isna(found[Col.UNITS_AT_RISK])


def test_a_brand_adds_up_its_products(tmp_path):
    found = risk(shop(tmp_path), "brand:Tidewood")

    assert pd.isna(found[Col.SERIES_ID])
    assert found[Col.UNITS_AT_RISK] == pytest.approx(10 * 4 * 0.3)


@pytest.mark.parametrize("kind", [AlertKind.POSITIVE_SHARE, AlertKind.VOLUME])
def test_good_news_and_volumes_put_nothing_at_risk(tmp_path, kind):
    found = risk(shop(tmp_path), "product:K1", kind)

    assert found[Col.SERIES_ID] == "product:K1"
    assert pd.isna(found[Col.UNITS_AT_RISK])


def test_money_of_two_currencies_is_not_added_up(tmp_path):
    found = risk(shop(tmp_path, currencies=("USD", "BRL")), "category:kettles")

    assert found[Col.UNITS_AT_RISK] > 0
    assert pd.isna(found[Col.MONEY_AT_RISK])


def test_a_run_that_counts_reviews_tells_no_units(tmp_path):
    found = risk(shop(tmp_path, measure=Measure.REVIEW_COUNT), "product:K1")

    assert pd.isna(found[Col.UNITS_AT_RISK])


def test_what_is_at_risk_can_be_stored(tmp_path):
    lake = shop(tmp_path)
    rows = with_risk(lake, alert("product:K1"), RUN, KNOWN).assign(**{Col.AVAILABLE_AT: KNOWN})

    with lake.batch() as batch:
        batch.add(ALERTS, rows)

    assert lake.read(ALERTS)[Col.UNITS_AT_RISK].tolist() == pytest.approx([12.0])
