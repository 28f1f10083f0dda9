"""``groundswell run`` with --update, and ``groundswell forecast tune``, on a small real shop."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
import typer
from typer.testing import CliRunner

from forecasting import all_runs, latest_run
from signals import PRODUCTS, SALES, Col, ConfigError, Lake, Measure, NotReady
from ui.commands.forecast import forecast
from ui.commands.run import run
from ui.settings import load_settings
from ui.wiring import make_analyst

APP = typer.Typer()
APP.command()(run)
APP.add_typer(forecast, name="forecast")
DAYS = pd.date_range("2023-01-02", periods=60, freq="7D")


def _call(home, *arguments):
    return CliRunner().invoke(APP, [*arguments, "--home", str(home), "--json"])


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """Sixty weeks of three products, of which a first run saw fifty-six."""
    home = tmp_path_factory.mktemp("shop")
    (home / "settings.toml").write_text(
        'scorer = "lexicon"\nencoder = "hashing"\nexperts = "lightgbm"\norigins = 2\nhorizon = 3\n'
    )
    lake = Lake(load_settings(home).workspace.lake)
    random = np.random.default_rng(2)
    sales = pd.concat(
        [
            pd.DataFrame(
                {
                    Col.PRODUCT_ID: product,
                    Col.STORE_ID: "s",
                    Col.DAY: DAYS,
                    Col.UNITS: random.poisson(60, len(DAYS)).astype(float),
                    Col.PRICE: 5.0,
                    Col.PROMO: 0.0,
                    Col.MEASURE: str(Measure.UNITS_SOLD),
                    Col.AVAILABLE_AT: (DAYS + pd.Timedelta(days=1)).tz_localize("UTC"),
                }
            )
            for product in ("A", "B", "C")
        ]
    )
    products = pd.DataFrame({Col.PRODUCT_ID: ["A", "B", "C"], Col.NAME: ["Tea", "Cup", "Lid"]})
    with lake.batch() as batch:
        batch.add(
            PRODUCTS,
            products.assign(**{Col.CATEGORY: "Ware", Col.AVAILABLE_AT: pd.Timestamp(0, tz="UTC")}),
        )
        batch.add(SALES, sales)
    first = _call(home, "run", "--as-of", f"{DAYS[56]:%Y-%m-%d}")
    assert first.exit_code == 0, first.output
    return home


def test_an_update_takes_the_new_weeks_in_and_a_repeated_one_changes_nothing(home):
    lake = Lake(load_settings(home).workspace.lake)
    before = latest_run(lake)

    told = json.loads(_call(home, "run", "--update").stdout)
    again = json.loads(_call(home, "run", "--update").stdout)

    after = latest_run(lake)
    assert after.made_on > before.made_on
    assert after.config["updated"]["from"] == before.run_id
    assert told["run_id"] == again["run_id"] == after.run_id
    assert len(all_runs(lake)) == 2
    assert not load_settings(home).workspace.unfinished.exists()


def test_an_update_to_an_earlier_day_is_refused(home):
    done = _call(home, "run", "--update", "--as-of", f"{DAYS[40]:%Y-%m-%d}")

    assert isinstance(done.exception, ConfigError)
    assert "must not know" in str(done.exception)


def test_a_run_that_looks_back_leaves_answers_with_the_run_that_knew_most(home):
    settings = load_settings(home)
    before = make_analyst(settings).ask("How much tea will we sell?")

    told = json.loads(_call(home, "run", "--as-of", f"{DAYS[50]:%Y-%m-%d}").stdout)
    after = make_analyst(settings).ask("How much tea will we sell?")

    assert told["run_id"] != before.run_id
    assert f"Answers go on from run {before.run_id}" in told["notes"][0]
    assert after.answer_id == before.answer_id
    assert after.trace.searched == before.trace.searched
    past = make_analyst(settings).ask(f"as of {told['made_on']}, how much tea will we sell?")
    assert past.run_id == told["run_id"]


def test_an_update_before_the_first_run_says_what_to_do(home, tmp_path):
    (tmp_path / "settings.toml").write_text((home / "settings.toml").read_text())
    lake = Lake(load_settings(tmp_path).workspace.lake)
    with lake.batch() as batch:
        batch.add(SALES, Lake(load_settings(home).workspace.lake).read(SALES))

    done = _call(tmp_path, "run", "--update")

    assert isinstance(done.exception, NotReady)
    assert "groundswell run" in str(done.exception)


def test_tuning_tells_what_it_found_and_keeps_only_what_is_better(home):
    told = json.loads(_call(home, "forecast", "tune", "--minutes", "0.01").stdout)

    assert [entry["family"] for entry in told] == ["trees"]
    assert told[0]["tried"] >= 1
    assert load_settings(home).workspace.tuned.exists() is told[0]["better"]
    words = (
        CliRunner()
        .invoke(APP, ["forecast", "tune", "--minutes", "0.01", "--home", str(home)])
        .stdout
    )
    assert "which the search did not see" in words
