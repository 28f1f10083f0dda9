"""A wave of complaints is heard within days; more talk alone is not one."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from signals import (
    ALERTS,
    DOCUMENTS,
    PRODUCTS,
    SCORES,
    AlertKind,
    Col,
    Lake,
    open_alerts,
    scan_alerts,
    text_hash,
)
from signals.aspects import aspects_of, main_aspect

MEANT = "meant"
FIRST = pd.Timestamp("2025-01-06")


def utc(day: pd.Timestamp | str) -> pd.Timestamp:
    return pd.Timestamp(day).tz_localize("UTC")


def complaint_of(demo):
    return max(demo.truth.complaints, key=lambda complaint: complaint.start)


def scan(lake: Lake, day: pd.Timestamp, days: int = 14) -> pd.DataFrame:
    """Complaints alone; the other kinds have tests of their own."""
    found = scan_alerts(lake, as_of=utc(day) + pd.Timedelta(days=1), model_id=MEANT, days=days)
    return found[found[Col.KIND] == AlertKind.NEGATIVE_SHARE].reset_index(drop=True)


def test_the_viral_complaint_is_found_within_three_days(demo_lake, demo):
    complaint = complaint_of(demo)

    found = scan(demo_lake, complaint.start + pd.Timedelta(days=2))

    assert found[Col.ENTITY].tolist() == [f"product:{complaint.product_id}"]
    assert found[Col.ASPECT].tolist() == [complaint.aspect]


def test_the_day_before_the_complaint_nothing_is_found(demo_lake, demo):
    assert scan(demo_lake, complaint_of(demo).start - pd.Timedelta(days=1)).empty


def test_an_alert_says_how_much_how_sure_and_in_whose_words(demo_lake, demo):
    complaint = complaint_of(demo)

    alert = scan(demo_lake, demo.last_day).iloc[0]

    name = demo.products.set_index(Col.PRODUCT_ID).loc[complaint.product_id, Col.NAME]
    texts = demo.documents.set_index(Col.DOC_ID)[Col.TEXT]
    quotes = json.loads(alert[Col.QUOTES])
    assert alert[Col.NAME] == name
    assert alert[Col.OBSERVED] > 0.7 > 0.3 > alert[Col.EXPECTED]
    assert alert[Col.P_VALUE] < 1e-4
    assert 40 <= alert[Col.SEVERITY] <= 100
    assert alert[Col.WINDOW_END] == demo.last_day
    assert abs(alert[Col.WINDOW_START] - complaint.start) <= pd.Timedelta(days=3)
    assert len({quote["lang"] for quote in quotes}) == 3
    for quote in quotes:
        assert quote["text"] == texts[quote["doc_id"]]
        assert complaint.aspect in aspects_of(quote["text"])


def test_promotions_bring_more_talk_and_raise_nothing(demo_lake, demo):
    """Double 11: a promotion in nearly all products, more reviews, the same share."""
    talk = demo.documents.groupby(demo.documents[Col.EVENT_TIME].dt.date).size()
    november = pd.to_datetime(talk.index).to_series().between("2024-11-01", "2024-11-11").to_numpy()

    found = scan(demo_lake, pd.Timestamp("2024-11-14"))

    assert talk[november].mean() > 1.4 * talk.mean()
    assert found.empty


def test_scanning_back_brings_waves_that_are_over_as_resolved_and_known_since_the_scan(
    demo_lake, demo
):
    old = min(demo.truth.complaints, key=lambda complaint: complaint.start)

    found = scan(demo_lake, demo.last_day, days=600)

    mine = found[found[Col.ENTITY] == f"product:{old.product_id}"]
    assert mine[Col.STATUS].tolist() == ["resolved"]
    assert mine[Col.WINDOW_END].iloc[0] < demo.last_day - pd.Timedelta(days=300)
    assert set(found[Col.AVAILABLE_AT]) == {utc(demo.last_day) + pd.Timedelta(days=1)}


def copy_of(lake: Lake, tmp_path) -> Lake:
    """The documents, scores and products of a lake in one that may be written."""
    copy = Lake(tmp_path)
    with copy.batch() as batch:
        for table in (DOCUMENTS, SCORES, PRODUCTS):
            batch.add(table, lake.read(table))
    return copy


def test_a_wave_keeps_its_name_from_scan_to_scan_and_is_resolved_once(demo_lake, demo, tmp_path):
    lake = copy_of(demo_lake, tmp_path)
    start = complaint_of(demo).start
    entity = f"product:{complaint_of(demo).product_id}"

    added = []
    for day in (start + pd.Timedelta(days=4), start + pd.Timedelta(days=4), demo.last_day):
        with lake.batch() as batch:
            added.append(batch.add(ALERTS, scan(lake, day)))
    later = demo.last_day + pd.Timedelta(days=30)
    with lake.batch() as batch:
        resolved = scan(lake, later)
        batch.add(ALERTS, resolved)

    rows = lake.read(ALERTS, where={Col.ENTITY: entity})
    assert added == [1, 0, 1]
    assert len(rows) == 1
    assert resolved[Col.STATUS].tolist() == ["resolved"]
    assert open_alerts(lake, utc(later)).empty
    assert open_alerts(lake, utc(demo.last_day) + pd.Timedelta(days=1))[Col.ENTITY].tolist() == [
        entity
    ]
    assert scan(lake, later).empty


def test_texts_that_came_later_change_no_earlier_scan(demo_lake, demo, tmp_path):
    lake = copy_of(demo_lake, tmp_path)
    day = pd.Timestamp("2025-06-01")
    product = demo.truth.causes[0].product_id
    said = pd.DataFrame({
        Col.DOC_ID: [f"late-{n}" for n in range(30)], Col.KIND: "review", Col.PRODUCT_ID: product,
        Col.LANG: "en", Col.TEXT: [f"The battery is awful, {n}" for n in range(30)],
        Col.EVENT_TIME: utc(day), Col.AVAILABLE_AT: utc("2025-06-05"),
    })  # fmt: skip
    bad = pd.DataFrame({
        Col.DOC_ID: said[Col.DOC_ID], Col.MODEL_ID: MEANT,
        Col.TEXT_HASH: said[Col.TEXT].map(text_hash),
        Col.P_NEG: 1.0, Col.P_NEU: 0.0, Col.P_POS: 0.0, Col.POLARITY: -1.0,
    })  # fmt: skip
    before = scan(lake, day)
    with lake.batch() as batch:
        batch.add(DOCUMENTS, said)
        batch.add(SCORES, bad)

    pd.testing.assert_frame_equal(scan(lake, day), before)
    assert f"product:{product}" in set(scan(lake, pd.Timestamp("2025-06-06"))[Col.ENTITY])


def test_one_author_cannot_raise_an_alert(demo_lake, demo, tmp_path):
    lake = copy_of(demo_lake, tmp_path)
    product = demo.truth.causes[0].product_id
    moments = pd.date_range("2025-06-02", periods=40, freq="3h", tz="UTC")
    said = pd.DataFrame({
        Col.DOC_ID: [f"angry-{n}" for n in range(40)], Col.KIND: "review",
        Col.PRODUCT_ID: product, Col.AUTHOR: "angry", Col.TEXT: [f"Awful {n}" for n in range(40)],
        Col.EVENT_TIME: moments, Col.AVAILABLE_AT: moments,
    })  # fmt: skip
    bad = pd.DataFrame({
        Col.DOC_ID: said[Col.DOC_ID], Col.MODEL_ID: MEANT,
        Col.TEXT_HASH: said[Col.TEXT].map(text_hash),
        Col.P_NEG: 1.0, Col.P_NEU: 0.0, Col.P_POS: 0.0, Col.POLARITY: -1.0,
    })  # fmt: skip
    with lake.batch() as batch:
        batch.add(DOCUMENTS, said)
        batch.add(SCORES, bad)

    found = scan(lake, pd.Timestamp("2025-06-08"))

    assert f"product:{product}" not in set(found[Col.ENTITY])


def test_an_empty_lake_has_no_alerts(tmp_path):
    lake = Lake(tmp_path)

    assert scan(lake, FIRST).empty
    assert open_alerts(lake, utc(FIRST)).empty
    assert list(scan(lake, FIRST).columns) == ALERTS.schema.names


@pytest.mark.parametrize(
    ("text", "aspect"),
    [
        ("The battery gets so hot that I burned my fingers.", "battery"),
        ("充电时电池鼓包了，吓死人。", "battery"),
        ("A bateria esquenta tanto que queimei a mão.", "battery"),
        ("The new batch smells of petrol.", "taste"),
        ("新批次有一股汽油味，闻着恶心，味道太臭。", "taste"),
        ("A entrega atrasou muito.", "delivery"),
        ("客服不理人，一直不退款。", "service"),
        ("It is fine.", None),
    ],
)
def test_a_text_is_about_what_its_words_name(text, aspect):
    assert main_aspect([text]) == aspect


def test_no_aspect_is_named_when_texts_agree_on_none():
    assert main_aspect(["The battery died.", *["Awful."] * 9]) is None
    assert main_aspect([]) is None
