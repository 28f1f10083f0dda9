"""``groundswell forecast backtest``: a report of numbers that agree, and nothing from elsewhere."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser

import pytest
import typer
from typer.testing import CliRunner

from signals import DataError
from ui.backtest_page import backtest_html
from ui.commands.forecast import forecast

APP = typer.Typer()
APP.add_typer(forecast, name="forecast")
QUICK = ("--experts", "last four periods", "--origins", "3", "--horizon", "4")


def _run(settings, *options):
    command = ["forecast", "backtest", "--home", str(settings.home), *options]
    environment = {"GROUNDSWELL_SCORER": "lexicon", "GROUNDSWELL_ENCODER": "hashing"}
    return CliRunner().invoke(APP, command, env=environment)


class Page(HTMLParser):
    """What a browser would fetch, and the cells of all tables."""

    def __init__(self, text):
        super().__init__()
        self.fetched, self.cells, self._cell = [], [], False
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.fetched += [value for name, value in attrs if name in {"src", "href"}]
        self._cell = tag in {"td", "th"}
        if self._cell:
            self.cells.append("")

    def handle_data(self, data):
        if self._cell:
            self.cells[-1] += data


@pytest.fixture(scope="module")
def report(small_shop, tmp_path_factory):
    folder = tmp_path_factory.mktemp("report")
    done = _run(small_shop.settings, *QUICK, "--every", "4", "--out", str(folder))
    assert done.exit_code == 0, done.output
    told = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    return done.output, told, (folder / "report.html").read_text(encoding="utf-8")


def test_it_says_in_words_how_the_forecast_did_and_where_the_report_is(report):
    output, told, _ = report

    assert "Products: off by" in output
    assert "the best single expert in hindsight" in output
    assert "seasonal naive" in output
    assert "the backtest says nothing about text" in output
    assert "report.html" in output
    assert told["origins"] == ["2025-10-05", "2025-11-02", "2025-11-30"]


def test_every_forecaster_has_every_metric_in_every_segment(report):
    _, told, _ = report

    segments = {(score["kind"], score["segment"]) for score in told["scores"]}
    everyone = {(score["expert"], score["variant"]) for score in told["scores"]}
    assert len(told["scores"]) == len(segments) * len(everyone)
    assert {kind for kind, _ in segments} >= {
        "scope", "category", "demand class", "volume", "length of history", "step"
    }  # fmt: skip
    assert {"mae", "rmse", "r2", "mape", "wape", "mase", "wql", "coverage_80"} <= set(
        told["scores"][0]
    )
    assert {score["role"] for score in told["scores"]} == {"forecast", "blend", "expert", "peer"}


def test_the_page_shows_the_numbers_of_the_json(report):
    _, told, page = report

    cells = Page(page).cells
    published = [s for s in told["scores"] if s["role"] == "forecast" and s["kind"] == "scope"]
    assert len(published) == 3
    for score in published:
        assert f"{score['wape']:.1%}" in cells
        assert f"{score['wql']:.3f}" in cells
    for fan in told["fans"]:
        for row in fan["ahead"]:
            assert f"{row['levels']['0.5']:,.1f}" in cells


def test_the_page_loads_nothing_and_follows_light_and_dark(report):
    _, _, page = report

    assert Page(page).fetched == []
    assert "default-src &#39;none&#39;" in page
    assert "prefers-color-scheme: dark" in page


def test_names_from_the_data_are_text_and_never_markup(report):
    _, told, page = report

    names = [fan["name"] for fan in told["fans"]]
    assert "灵动手环 <b>Pro</b>" in names
    assert "灵动手环 &lt;b&gt;Pro&lt;/b&gt;" in page
    assert "<b>Pro</b>" not in page


def test_the_plots_have_a_table_each(report):
    _, told, page = report

    drawn = re.findall(r'<div id="([\w-]+)" class="plotly-graph-div"', page)
    assert drawn == [
        "error-by-step", "share-by-level", "coverage-by-segment",
        *(f"fan-{number}" for number in range(len(told["fans"]))),
    ]  # fmt: skip
    assert page.count('<div class="gs-two">') == len(drawn)


def test_json_is_what_the_file_holds(small_shop, tmp_path):
    done = _run(small_shop.settings, *QUICK, "--out", str(tmp_path), "--json")

    told = json.loads(done.stdout)
    assert told == json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert backtest_html(told) == (tmp_path / "report.html").read_text(encoding="utf-8")


def test_a_history_without_an_origin_is_refused_and_writes_nothing(small_shop, tmp_path):
    done = _run(small_shop.settings, *QUICK[:2], "--horizon", "30", "--out", str(tmp_path / "r"))

    assert isinstance(done.exception, DataError)
    assert "an origin with 30 periods after it needs 90" in str(done.exception)
    assert not (tmp_path / "r").exists()
