"""Forecasts on the page: drawn, in numbers, with what was forecast before."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from signals import (
    ACCURACY,
    CONTRIBUTIONS,
    FORECASTS,
    PRODUCTS,
    REHEARSALS,
    RUNS,
    SALES,
    Col,
    Lake,
)
from tests.ui.views.reader import Reader
from ui.live import Live
from ui.views.figures import download
from ui.views.forecasts import forecasts, series_choices
from ui.views.overlays import Overlay
from ui.views.words import words_in

if TYPE_CHECKING:
    from pathlib import Path

    from tests.ui.conftest import Shop
    from ui.settings import Settings

EN = words_in("en")
RUN = "f00dfacecafe0001"


@pytest.fixture(scope="module")
def live(small_shop: Shop) -> Live:
    return Live(small_shop.settings)


@pytest.fixture
def with_history(empty_home: Settings, small_shop: Shop) -> Live:
    """The small shop after another run: two weeks earlier, with a backtest kept."""
    source, lake = Lake(small_shop.settings.workspace.lake), Lake(empty_home.workspace.lake)
    back = pd.Timedelta(weeks=2)
    older = {Col.RUN_ID: "01de", Col.MADE_ON: pd.Timestamp("2025-12-14")}
    rows = source.read(FORECASTS)
    with lake.batch() as batch:
        for table in (PRODUCTS, SALES, CONTRIBUTIONS, ACCURACY, FORECASTS, RUNS):
            batch.add(table, source.read(table))
        then = rows.assign(
            **older, **{Col.DAY: rows[Col.DAY] - back, Col.UNITS: rows[Col.UNITS] + 7}
        )
        batch.add(FORECASTS, then)
        runs = source.read(RUNS)
        batch.add(RUNS, runs.assign(**older, **{Col.RECORDED_AT: runs[Col.RECORDED_AT] - back}))
        rehearsed = {Col.MADE_ON: pd.Timestamp("2025-11-30"), Col.RUN_ID: RUN}
        kept = rows[rows[Col.LEVEL] == 0.5].assign(
            **rehearsed, **{Col.DAY: rows[Col.DAY] - 2 * back, Col.UNITS: rows[Col.UNITS] - 3}
        )
        batch.add(REHEARSALS, kept[REHEARSALS.schema.names])
    return Live(empty_home)


def _figures(html: str) -> list[dict]:
    return [json.loads(text) for text in Reader(html).values("data-figure")]


def _trace(figure: dict, name: str) -> dict:
    return next(trace for trace in figure["data"] if trace.get("name") == name)


def _values(axis: object) -> list[float]:
    if isinstance(axis, dict):  # Plotly packs arrays of numbers
        return np.frombuffer(base64.b64decode(axis["bdata"]), axis["dtype"]).tolist()
    return list(axis)


def test_forecasts_are_listed_from_the_whole_to_the_parts(live: Live) -> None:
    choices = series_choices(live, EN)

    assert [series for _, series in choices] == [
        "total", "category:Kitchen", "category:Wearables", "product:P3", "product:P1", "product:P2",
    ]  # fmt: skip
    assert ("PulseBand · Wearables", "product:P1") in choices
    assert series_choices(live, words_in("zh"))[0][0] == "整个店铺"


def test_a_forecast_comes_with_the_same_numbers_in_a_table(live: Live, small_shop: Shop) -> None:
    shown = forecasts(live, ["product:P1"], [], EN)

    fan = _figures(shown)[0]
    assert _values(_trace(fan, "expected")["y"])[1:] == [small_shop.weekly["product:P1"]] * 8
    text = Reader(shown).text
    assert text.count("400.0") >= 8
    assert "29 Dec 2025" in text


def test_several_series_are_shown_at_once_and_never_more_than_four(live: Live) -> None:
    every = [name for _, name in series_choices(live, EN)]

    shown = Reader(forecasts(live, every, [], EN))

    assert shown.tags.count("section") == 4


def test_a_figure_speaks_the_language_of_its_reader(live: Live) -> None:
    fan = _figures(forecasts(live, ["total"], [], words_in("pt")))[0]

    names = [trace.get("name") for trace in fan["data"]]
    assert "esperado" in names
    assert "realizado" in names
    assert "faixa de 80%" in names
    assert fan["layout"]["separators"] == ",."


def test_earlier_runs_and_the_backtest_are_laid_over_the_forecast(with_history: Live) -> None:
    shown = forecasts(with_history, ["product:P1"], list(Overlay), EN)

    fan = _figures(shown)[0]
    assert _values(_trace(fan, "run of 14 Dec 2025")["y"]) == [407.0] * 8
    assert _values(_trace(fan, "backtest, 30 Nov 2025")["y"]) == [397.0] * 8
    assert "Off by" in shown


def test_where_nothing_was_forecast_before_it_says_so(live: Live) -> None:
    shown = Reader(forecasts(live, ["product:P1"], list(Overlay), EN)).text

    assert "No earlier run forecast this" in shown
    assert "The backtest of this run kept no forecasts" in shown


def test_the_download_holds_every_number_with_all_its_digits(live: Live, tmp_path: Path) -> None:
    links = Reader(forecasts(live, ["product:P1"], [], EN)).values("href")
    (link,) = [each for each in links if each.startswith("data:text/csv;base64,")]
    file = tmp_path / "forecast.csv"
    file.write_bytes(base64.b64decode(link.removeprefix("data:text/csv;base64,")))

    found = pd.read_csv(file)

    stored = live.lake.read(FORECASTS, where={Col.SERIES_ID: "product:P1"})
    assert len(found) == len(stored) == 24
    assert sorted(found["units"]) == sorted(stored[Col.UNITS])


def test_a_spreadsheet_runs_nothing_from_a_download() -> None:
    frame = pd.DataFrame({"name": ['=HYPERLINK("http://attacker.example")', "Cup"], "n": [-1, 2]})

    (link,) = Reader(download(frame, "x.csv", "CSV")).values("href")

    text = base64.b64decode(link.partition(",")[2]).decode("utf-8-sig")
    assert "'=HYPERLINK" in text
    assert "-1" in text.splitlines()[1]


def test_the_page_says_how_accurate_it_was_and_that_text_did_not_help(live: Live) -> None:
    shown = forecasts(live, ["product:P1"], [], EN)

    assert "off by 11% of volume" in shown
    assert "79% of what happened lay inside" in shown
    assert "Text did not improve this forecast" in shown


def test_a_series_nobody_knows_shows_what_to_do(live: Live) -> None:
    assert "Choose a product" in forecasts(live, ["product:<img src=x>"], [], EN)


def test_a_product_name_is_never_markup(live: Live) -> None:
    reader = Reader(forecasts(live, ["product:P2"], [], EN))

    assert "灵动手环 <b>Pro</b>" in reader.text
    assert "b" not in reader.tags
