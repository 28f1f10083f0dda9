"""The chart of a report stands for the numbers it was made from."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from agent import LANGUAGES
from signals import Col
from tests.ui.views.reader import Reader
from ui.exports.fan import fan_of
from ui.exports.files import Format, report_bytes
from ui.exports.order import report_of
from ui.live import Live
from ui.series import load_series


@pytest.fixture
def series(small_shop):
    live = Live(small_shop.settings)
    return load_series(live.lake, live.run(), live.catalogue()["category:Wearables"])


def _top(fan):
    """What the upper edge of the chart stands for, read from its last label."""
    share, label = fan.scale[-1]
    assert share == 1.0
    return float(label.replace(",", ""))


def test_each_point_lies_where_its_units_are_on_the_scale(series):
    fan = fan_of(series, "en", "")

    assert [y * _top(fan) for _, y in fan.history] == pytest.approx(list(series.history[Col.UNITS]))
    assert [y * _top(fan) for _, y in fan.expected[1:]] == pytest.approx(list(series.wide[0.5]))
    assert max(y for _, y in fan.band) <= 1.0
    assert fan.expected[0] == fan.history[-1]
    assert [x for x, _ in fan.history] == sorted(x for x, _ in fan.history)
    assert (fan.history[0][0], fan.expected[-1][0]) == (0.0, 1.0)


def test_a_series_that_never_sold_has_a_scale_too(series):
    nothing = replace(
        series,
        history=series.history.assign(**{Col.UNITS: 0.0}),
        forecast=series.forecast.assign(**{Col.UNITS: 0.0}),
    )

    fan = fan_of(nothing, "en", "")

    assert {y for _, y in (*fan.history, *fan.expected, *fan.band)} == {0.0}


def test_a_launch_has_a_chart_without_a_past(series):
    fan = fan_of(replace(series, history=series.history.head(0)), "en", "")

    assert fan.history == ()
    assert fan.expected[0][0] == 0.0


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_report_shows_the_chart_and_says_what_it_shows(small_shop, code):
    report = report_of(Live(small_shop.settings), "Wearables", None, code)

    page = report_bytes(report, Format.HTML).decode()
    last = pd.Timestamp(report.fan.days[-1][1]) if code == "en" else None

    assert page.count('class="gs-fan"') == 1
    assert report.fan.told in Reader(page).text
    assert "Wearables" in report.fan.told
    assert last is None or last.date() >= report.last_day
