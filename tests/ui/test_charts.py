"""Figures: what they show adds up, and everyone can read them."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

from signals import Col
from ui.charts import Ink, fan_chart, sentiment_line, waterfall

LIGHT, DARK = "#ffffff", "#0b0f19"


def _history(weeks: int = 6) -> pd.DataFrame:
    days = pd.date_range("2025-01-06", periods=weeks, freq="7D")
    return pd.DataFrame({Col.DAY: days, Col.UNITS: np.arange(weeks) + 10.0})


def _forecast(levels: tuple[float, ...], weeks: int = 3) -> pd.DataFrame:
    days = pd.date_range("2025-02-17", periods=weeks, freq="7D")
    rows = [(day, level, 20.0 + 10 * level) for day in days for level in levels]
    return pd.DataFrame(rows, columns=[Col.DAY, Col.LEVEL, Col.UNITS])


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return float(np.dot(linear, [0.2126, 0.7152, 0.0722]))


def _contrast(one: str, other: str) -> float:
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("ink", list(Ink))
@pytest.mark.parametrize("page", [LIGHT, DARK])
def test_every_colour_stands_out_on_the_light_and_the_dark_page(ink: Ink, page: str) -> None:
    assert _contrast(ink.value, page) >= 3.0


def test_up_and_down_differ_for_readers_without_red_or_green() -> None:
    up, down = (int(ink.value[5:7], 16) for ink in (Ink.UP, Ink.DOWN))

    assert abs(up - down) > 150  # they differ in blue, which red-green blindness leaves alone


def test_the_fan_shows_the_middle_forecast_and_its_interval_in_words() -> None:
    figure = fan_chart(_history(), _forecast((0.1, 0.5, 0.9)), "units sold a week")

    names = {trace.name: trace for trace in figure.data}
    assert set(names) == {"10% level", "80% interval", "expected", "actual"}
    assert list(names["expected"].y)[1:] == [25.0, 25.0, 25.0]
    assert list(names["10% level"].y)[1:] == [21.0, 21.0, 21.0]
    assert figure.layout.annotations[0].text == "units sold a week"


def test_the_fan_begins_where_the_actual_line_ends() -> None:
    figure = fan_chart(_history(), _forecast((0.1, 0.5, 0.9)), "units")

    lines = {trace.name: trace for trace in figure.data}
    assert lines["expected"].x[0] == lines["actual"].x[-1]
    assert lines["expected"].y[0] == lines["actual"].y[-1]


def test_five_levels_give_two_bands_the_wide_one_below() -> None:
    figure = fan_chart(_history(), _forecast((0.05, 0.25, 0.5, 0.75, 0.95)), "units")

    bands = [trace.name for trace in figure.data if trace.fill == "tonexty"]
    assert bands == ["90% interval", "50% interval"]


def test_a_launch_without_history_still_gets_its_fan() -> None:
    figure = fan_chart(_history(0), _forecast((0.1, 0.5, 0.9)), "units")

    assert [trace.name for trace in figure.data] == ["10% level", "80% interval", "expected"]


def test_the_waterfall_shows_each_part_signed_and_ends_at_the_forecast() -> None:
    steps = [("baseline", 1000.0), ("calendar", 50.0), ("sentiment", -30.0)]

    bars = waterfall(steps, 1020.0, "how it adds up").data[0]

    assert list(bars.text) == ["1,000", "+50", "−30", "1,020"]
    assert list(bars.measure) == ["absolute", "relative", "relative", "total"]
    assert sum(value for _, value in steps) == bars.x[-1]


def test_small_parts_of_a_large_baseline_stay_visible() -> None:
    figure = waterfall([("baseline", 1e6), ("calendar", 500.0)], 1_000_500.0, "sum")

    low, high = figure.layout.xaxis.range
    assert 500.0 / (high - low) > 0.01
    assert low < 1e6 < 1_000_500.0 < high


def test_sentiment_is_drawn_on_its_whole_scale() -> None:
    days = pd.DataFrame(
        {
            Col.DAY: pd.date_range("2025-01-06", periods=2, freq="7D"),
            Col.POLARITY: [0.2, -0.4],
            Col.DOCUMENTS: [12, 30],
        },
    )

    figure = sentiment_line(days)

    assert list(figure.layout.yaxis.range) == [-1.05, 1.05]
    assert list(figure.data[0].y) == [12, 30]


def test_figures_have_no_background_of_their_own() -> None:
    figure = fan_chart(_history(), _forecast((0.1, 0.5, 0.9)), "units")

    assert re.fullmatch(r"rgba\(.*,\s*0\)", figure.layout.paper_bgcolor)
    assert re.fullmatch(r"rgba\(.*,\s*0\)", figure.layout.plot_bgcolor)
