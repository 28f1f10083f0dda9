"""Alerts on the page: what was seen, filters, what people did about them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.ui.views.reader import Reader
from ui.alerting.states import AlertStatus
from ui.live import Live
from ui.views import alerts
from ui.views.words import words_in

if TYPE_CHECKING:
    from tests.ui.conftest import Shop

EN = words_in("en")


@pytest.fixture(scope="module")
def live(small_shop: Shop) -> Live:
    return Live(small_shop.settings)


def _feed(live: Live, **wanted: object) -> str:
    return Reader(alerts.feed(live, alerts.Wanted(**wanted), None, EN)).text


def test_an_alert_shows_what_was_seen_what_is_usual_and_since_when(live: Live) -> None:
    text = Reader(alerts.detail(live, "a1", EN)).text

    for shown in ("PulseBand · battery", "46%", "17%", "83", "22 Dec 2025", "电池用两天就没电了"):
        assert shown in text
    assert "3,200 units sold expected in the next 8 weeks" in text  # the forecast it touches
    assert alerts.alert_title(live, EN) == "Alerts (1)"


def test_alerts_are_filtered(live: Live) -> None:
    assert alerts.category_choices(live, EN) == [("All categories (1)", ""), ("Wearables",) * 2]
    assert "PulseBand" in _feed(live, category="Wearables", kind="negative_share")
    for missing in ({"category": "Kitchen"}, {"kind": "positive_share"}, {"grave": True}):
        assert "No open alerts" in _feed(live, **missing)


def test_what_people_did_about_an_alert_is_shown_and_can_be_filtered(live: Live) -> None:
    alerts.change(live, "a1", AlertStatus.SNOOZED, "page")
    snoozed = _feed(live, status="snoozed")
    alerts.change(live, "a1", AlertStatus.ACKNOWLEDGED, "page")

    assert "snoozed until" in snoozed
    assert "No open alerts" in _feed(live, status="open")
    assert "acknowledged" in Reader(alerts.detail(live, "a1", EN)).text
    alerts.change(live, "a1", AlertStatus.OPEN, "page")
    assert "PulseBand" in _feed(live, status="open")


def test_a_hostile_review_is_shown_word_for_word_and_does_nothing(
    live: Live, small_shop: Shop
) -> None:
    reader = Reader(alerts.detail(live, "a1", EN))

    assert small_shop.hostile in reader.text
    assert not {"img", "style", "script"} & set(reader.tags)
    assert reader.values("src") + reader.values("href") == []


def test_an_alert_nobody_knows_shows_nothing(live: Live) -> None:
    assert alerts.detail(live, "<script>", EN) == ""
