"""Every kind of alert in a small shop: what it is about, told once, and in whose words."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from signals import (
    ALERTS,
    DOCUMENTS,
    PRODUCTS,
    SALES,
    SCORES,
    AlertKind,
    Col,
    Confusion,
    Lake,
    open_alerts,
    scan_alerts,
    text_hash,
)

MODEL = "meant"
FIRST = pd.Timestamp("2025-01-06")
LAST = FIRST + pd.Timedelta(days=125)
WAVE = pd.date_range(LAST - pd.Timedelta(days=5), LAST)
SHELF = pd.DataFrame({
    Col.PRODUCT_ID: ["K1", "K2", "L1", "L2"],
    Col.NAME: ["Tidewood Kettle", "Fernway Kettle", "Tidewood Lamp", "Fernway Lamp"],
    Col.BRAND: ["Tidewood", "Fernway", "Tidewood", "Fernway"],
    Col.CATEGORY: ["kettles", "kettles", "lamps", "lamps"],
    Col.AVAILABLE_AT: FIRST.tz_localize("UTC"),
})  # fmt: skip


class Shop:
    """Texts of a small shop, to which a test adds what it needs."""

    def __init__(self, a_day: float = 6.0) -> None:
        rng = np.random.default_rng(5)
        self.rows: list[tuple] = []
        for product in SHELF[Col.PRODUCT_ID]:
            for day in pd.date_range(FIRST, LAST):
                for _ in range(rng.poisson(a_day)):
                    self.say(product, day, -1 if rng.random() < 0.15 else 1)

    def say(self, product, day, polarity, text="Nothing to add", aspect=None, times=1):
        for _ in range(times):
            number = len(self.rows)
            aspects = [{Col.ASPECT: aspect, Col.POLARITY: float(polarity)}] if aspect else []
            self.rows.append((f"D{number}", product, day, polarity, f"{text} {number}", aspects))

    def lake(self, folder, start: int = 0) -> Lake:
        lake = Lake(folder)
        self.add(lake, start)
        with lake.batch() as batch:
            batch.add(PRODUCTS, SHELF)
        return lake

    def add(self, lake: Lake, start: int = 0) -> None:
        rows = self.rows[start:]
        ids, products, days, polarity, texts, aspects = map(list, zip(*rows, strict=True))
        moment = pd.DatetimeIndex(days).tz_localize("UTC") + pd.Timedelta(hours=9)
        documents = pd.DataFrame({
            Col.DOC_ID: ids, Col.KIND: "review", Col.PRODUCT_ID: products, Col.LANG: "en",
            Col.TEXT: texts, Col.EVENT_TIME: moment, Col.AVAILABLE_AT: moment,
        })  # fmt: skip
        signs = np.array(polarity)
        with lake.batch() as batch:
            batch.add(DOCUMENTS, documents)
            stored = documents[Col.TEXT].map(text_hash)
            batch.add(SCORES, pd.DataFrame({
                Col.DOC_ID: ids, Col.MODEL_ID: MODEL, Col.TEXT_HASH: stored,
                Col.P_NEG: (signs < 0) * 1.0, Col.P_NEU: (signs == 0) * 1.0,
                Col.P_POS: (signs > 0) * 1.0, Col.POLARITY: signs * 1.0, Col.ASPECTS: aspects,
            }))  # fmt: skip


def scan(lake: Lake, day: pd.Timestamp = LAST, **options) -> pd.DataFrame:
    as_of = (day + pd.Timedelta(days=1)).tz_localize("UTC")
    return scan_alerts(lake, as_of=as_of, model_id=MODEL, **options)


def told(found: pd.DataFrame) -> list[tuple[str, str]]:
    return list(zip(found[Col.KIND], found[Col.ENTITY], strict=True))


def test_a_quiet_shop_has_no_alerts(tmp_path):
    assert scan(Shop().lake(tmp_path)).empty


def test_complaints_of_a_product_are_told_once_though_volume_brand_and_category_rise(tmp_path):
    shop = Shop()
    for day in WAVE:
        shop.say("K1", day, -1, "The lid leaks", "quality", times=9)

    found = scan(shop.lake(tmp_path))

    assert told(found) == [(AlertKind.NEGATIVE_SHARE, "product:K1")]
    assert found[Col.FINGERPRINT].tolist() == ["negative_share|product:K1|"]
    assert found[Col.EWMA].iloc[0] > 3
    assert found[Col.WINDOW_START].iloc[0] >= WAVE[0] - pd.Timedelta(days=2)


def test_an_aspect_first_named_in_a_wave_is_not_told_again_of_its_brand(tmp_path):
    shop = Shop()
    for day in WAVE:
        shop.say("K1", day, -1, "The lid leaks", "quality", times=9)
        shop.say("K1", day, -1, "It smells", "other", times=3)

    assert told(scan(shop.lake(tmp_path))) == [(AlertKind.NEGATIVE_SHARE, "product:K1")]


def test_an_aspect_is_heard_that_the_whole_hides(tmp_path):
    shop = Shop(8.0)
    for day in pd.date_range(FIRST, LAST):
        polarity = -1 if day in WAVE else 1
        for product in ("K1", "K2", "L1", "L2"):
            shop.say(product, day, polarity if product == "L1" else 1, "Came by post", "delivery",
                     times=2)  # fmt: skip
        shop.say("L1", day, 1 if day in WAVE else -1, "The shade", "look", times=2)

    found = scan(shop.lake(tmp_path))

    delivery = found[found[Col.ASPECT] == "delivery"]
    assert told(delivery) == [(AlertKind.NEGATIVE_SHARE, "product:L1")]
    assert delivery[Col.OBSERVED].iloc[0] > 0.7 > delivery[Col.EXPECTED].iloc[0]
    quotes = json.loads(delivery[Col.QUOTES].iloc[0])
    assert len(quotes) == 3
    assert all("post" in quote["text"] for quote in quotes)


def test_a_brand_is_told_when_its_products_are_too_thin_to_be(tmp_path):
    shop = Shop(0.7)
    for day in WAVE:
        for product in ("K2", "L2"):
            shop.say(product, day, -1, "Stopped working")

    found = scan(shop.lake(tmp_path))

    assert ("negative_share", "brand:Fernway") in told(found)
    assert "brand:Tidewood" not in set(found[Col.ENTITY])


def test_praise_is_told_as_praise(tmp_path):
    shop = Shop()
    for day in pd.date_range(FIRST, LAST):
        shop.say("K1", day, 1 if day in WAVE else -1, "What a kettle", times=6)

    found = scan(shop.lake(tmp_path))

    assert (AlertKind.POSITIVE_SHARE, "product:K1") in told(found)
    praise = found[found[Col.KIND] == AlertKind.POSITIVE_SHARE].iloc[0]
    assert praise[Col.OBSERVED] > praise[Col.EXPECTED]


def test_more_texts_than_usual_are_told_unless_a_promotion_brings_them(tmp_path):
    shop = Shop()
    for day in WAVE:
        for number in range(24):
            shop.say("L2", day, -1 if number % 7 == 0 else 1)
    lake = shop.lake(tmp_path)

    without = scan(lake)
    sold = pd.date_range(FIRST, LAST)
    with lake.batch() as batch:
        batch.add(SALES, pd.DataFrame({
            Col.PRODUCT_ID: "L2", Col.STORE_ID: "all", Col.DAY: sold, Col.UNITS: 1.0,
            Col.PROMO: np.where(sold.isin(WAVE), 0.2, 0.0),
            Col.AVAILABLE_AT: sold.tz_localize("UTC") + pd.Timedelta(days=1),
        }))  # fmt: skip

    assert told(without) == [(AlertKind.VOLUME, "product:L2")]
    assert without[Col.OBSERVED].iloc[0] > 2 * without[Col.EXPECTED].iloc[0]
    assert scan(lake).empty


def test_texts_that_name_another_brand_are_told_with_the_brand(tmp_path):
    shop = Shop()
    for day in WAVE:
        shop.say("K1", day, 1, "I went back to my Fernway", times=3)

    found = scan(shop.lake(tmp_path))

    rivals = found[found[Col.KIND] == AlertKind.RIVAL_SHARE]
    assert rivals[Col.ENTITY].tolist() == ["product:K1"]
    assert rivals[Col.RIVAL].tolist() == ["Fernway"]
    assert "Fernway" in json.loads(rivals[Col.QUOTES].iloc[0])[0]["text"]


def test_reruns_overlapping_windows_and_late_texts_never_tell_a_wave_twice(tmp_path):
    shop = Shop()
    for day in WAVE:
        shop.say("K1", day, -1, "The lid leaks", times=9)
    known = len(shop.rows)
    lake = shop.lake(tmp_path)
    ids = []
    for day in (*WAVE[2:], LAST):
        found = scan(lake, day)
        with lake.batch() as batch:
            batch.add(ALERTS, found)
        ids += found[Col.ALERT_ID].tolist()
    shop.say("K1", WAVE[0] - pd.Timedelta(days=1), -1, "Late: the lid leaks", times=12)
    shop.add(lake, known)

    late = scan(lake)
    with lake.batch() as batch:
        batch.add(ALERTS, late)

    assert len({*ids, *late[Col.ALERT_ID]}) == 1
    assert len(open_alerts(lake, (LAST + pd.Timedelta(days=1)).tz_localize("UTC"))) == 1


def test_shares_are_put_right_for_what_the_model_misreads(tmp_path):
    shop = Shop()
    for day in WAVE:
        shop.say("K1", day, -1, times=9)
    confusion = Confusion.of([[80, 10, 10], [5, 20, 5], [10, 0, 90]])

    alert = scan(shop.lake(tmp_path), confusion=confusion).iloc[0]

    power = 0.8 - 15 / 130
    wrong = 15 / 130
    assert alert[Col.CORRECTED_SHARE] == pytest.approx((alert[Col.OBSERVED] - wrong) / power)
    assert alert[Col.CORRECTED_EXPECTED] == pytest.approx(
        max((alert[Col.EXPECTED] - wrong) / power, 0)
    )


def test_open_alerts_of_one_kind_leave_the_others_out(tmp_path):
    shop = Shop()
    for day in WAVE:
        shop.say("K1", day, -1, "The lid leaks", times=9)
    lake = shop.lake(tmp_path)
    with lake.batch() as batch:
        batch.add(ALERTS, scan(lake))
    now = (LAST + pd.Timedelta(days=1)).tz_localize("UTC")

    assert len(open_alerts(lake, now, AlertKind.NEGATIVE_SHARE)) == 1
    assert open_alerts(lake, now, AlertKind.VOLUME).empty
