"""``groundswell forecast`` shows what was forecast, in words and as JSON."""

from __future__ import annotations

import json

import pytest
import typer
from typer.testing import CliRunner

from signals import DataError, NotReady
from ui.commands.forecast import forecast

APP = typer.Typer()
APP.add_typer(forecast, name="forecast")


def _run(settings, *arguments):
    return CliRunner().invoke(APP, ["forecast", "--home", str(settings.home), *arguments])


def test_the_overview_has_the_shop_first_and_fits_eighty_columns(small_shop):
    told = _run(small_shop.settings, "--limit", "3").stdout

    lines = [line for line in told.splitlines() if line.strip()]
    assert "units sold a week, forecast on 2025-12-28" in lines[0]
    assert next(i for i, line in enumerate(lines) if "whole shop" in line) < next(
        i for i, line in enumerate(lines) if "Kitchen" in line
    )
    assert "1,680 to 2,520" in told
    assert "3 more; see them with --limit 6" in told
    assert max(map(len, lines)) <= 82


def test_json_of_one_series_holds_every_level_of_every_week(small_shop):
    told = json.loads(_run(small_shop.settings, "PulseBand", "--json").stdout)

    assert told["series_id"] == "product:P1"
    assert told["model"] == "lightgbm 0.7 + autoets 0.3"
    assert len(told["forecast"]) == 8
    assert told["forecast"][0] == {
        "day": "2025-12-29",
        "levels": {"0.1": 320.0, "0.5": 400.0, "0.9": 480.0},
    }
    assert told["history"][-1]["day"] == "2025-12-22"


def test_json_of_all_series_counts_what_it_leaves_out(small_shop):
    told = json.loads(_run(small_shop.settings, "--limit", "2", "--json").stdout)

    assert told["count"] == 6
    assert [series["series_id"] for series in told["series"]] == ["total", "category:Kitchen"]


@pytest.mark.parametrize("name", ["product:P1", "pulseband", "PulsBand"])
def test_a_series_is_found_by_id_name_and_misspelt_name(small_shop, name):
    told = _run(small_shop.settings, name).stdout

    assert "PulseBand" in told
    assert "3,200 units sold expected in the next 8 weeks" in told
    assert "WAPE" in told


def test_names_are_never_read_as_markup(small_shop):
    assert "<b>Pro</b>" in _run(small_shop.settings, "product:P2").stdout


def test_an_unknown_name_is_an_error_that_says_so(small_shop):
    result = _run(small_shop.settings, "zeppelin")

    assert isinstance(result.exception, DataError)
    assert "'zeppelin'" in str(result.exception)


def test_before_the_first_run_it_says_what_to_do(empty_home):
    result = _run(empty_home)

    assert isinstance(result.exception, NotReady)
    assert "groundswell run" in str(result.exception)
