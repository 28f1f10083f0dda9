"""``groundswell forecast diff`` finds why a stored forecast changed."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pandas as pd
import pytest
import typer
from typer.testing import CliRunner

from agent import Analyst, Desk
from forecasting import ForecastSettings, RevisionSource, latest_run, run_forecast, save_run
from signals import (
    COVARIATES,
    PLANNED_PROMO,
    PRODUCTS,
    RUNS,
    SALES,
    Col,
    DataError,
    Lake,
    NotReady,
    SeriesRules,
    build_panel,
)
from ui.commands.forecast import forecast
from ui.settings import load_settings

APP = typer.Typer()
APP.add_typer(forecast, name="forecast")
ACTUALS, RESTATED, DRIVERS, MODEL = RevisionSource
WEEKS = pd.date_range("2024-01-01", periods=61, freq="7D")
DAY = pd.Timedelta(days=1)
KNOWN_FIRST = (WEEKS[-2] + 7 * DAY).tz_localize("UTC")
LATE = WEEKS[-6]
QUICK = {"origins": 2, "trees": 20, "experts": ("lightgbm",)}


def sales(weeks, seed):
    """Five products; a promotion doubles what is sold."""
    random = np.random.default_rng(seed)
    frames = []
    for number in range(5):
        promo = np.where(random.random(len(weeks)) < 0.25, 0.3, 0.0)
        units = random.poisson((40 + 10 * number) * (1 + promo / 0.3)).astype(float)
        columns = {
            Col.PRODUCT_ID: f"P{number}", Col.STORE_ID: "s", Col.DAY: weeks, Col.UNITS: units,
            Col.PRICE: 10.0, Col.PROMO: promo,
            Col.AVAILABLE_AT: (weeks + 7 * DAY).tz_localize("UTC"),
        }  # fmt: skip
        frames.append(pd.DataFrame(columns))
    return pd.concat(frames, ignore_index=True)


def promotion(known):
    days = pd.date_range(WEEKS[-1] + 7 * DAY, periods=14)
    return pd.DataFrame({
        Col.NAME: PLANNED_PROMO, Col.REGION: "P1", Col.DAY: days, Col.VINTAGE: days[0],
        Col.VALUE: 0.3, Col.AVAILABLE_AT: known,
    })  # fmt: skip


def store_run(settings, as_of, **wanted):
    lake = Lake(settings.workspace.lake)
    panel = build_panel(lake, as_of=as_of, horizon=4, rules=SeriesRules(min_periods=8))
    run = run_forecast(panel, ForecastSettings(**{**QUICK, **wanted}))
    save_run(run, lake, settings.workspace.models, now=as_of)
    return run.run_id


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """Three runs: a promotion is planned before the second; before the third all things happen."""
    settings = load_settings(tmp_path_factory.mktemp("diff"), scorer="lexicon", encoder="hashing")
    lake = Lake(settings.workspace.lake)
    names = [f"P{number}" for number in range(5)]
    products = pd.DataFrame({
        Col.PRODUCT_ID: names, Col.NAME: [f"Kettle {name}" for name in names],
        Col.CATEGORY: ["Hot", "Hot", "Cold", "Cold", "Cold"],
        Col.AVAILABLE_AT: pd.Timestamp("2023-12-01", tz="UTC"),
    })  # fmt: skip
    sold = sales(WEEKS, seed=5)
    late = sold[Col.PRODUCT_ID].eq("P3") & sold[Col.DAY].eq(LATE)
    first = sold[~late & sold[Col.DAY].lt(WEEKS[-1])]
    with lake.batch() as batch:
        batch.add(PRODUCTS, products)
        batch.add(SALES, first)
    runs = [store_run(settings, KNOWN_FIRST)]
    with lake.batch() as batch:
        batch.add(COVARIATES, promotion(KNOWN_FIRST + DAY / 2))
    runs.append(store_run(settings, KNOWN_FIRST + DAY))
    wrong = first[first[Col.PRODUCT_ID].eq("P2") & first[Col.DAY].ge(WEEKS[-5])]
    corrected = wrong.assign(
        **{Col.UNITS: wrong[Col.UNITS] / 4, Col.AVAILABLE_AT: KNOWN_FIRST + 3 * DAY}
    )
    with lake.batch() as batch:
        batch.add(SALES, pd.concat([sold[sold[Col.DAY].eq(WEEKS[-1])], corrected, sold[late]]))
    runs.append(store_run(settings, KNOWN_FIRST + 7 * DAY, seed=2))
    return settings, runs


def invoke(settings, *arguments):
    return CliRunner().invoke(APP, ["forecast", "diff", "--home", str(settings.home), *arguments])


def asked(settings, *arguments):
    result = invoke(settings, *arguments, "--json")
    assert result.exception is None, result.exception
    return json.loads(result.stdout)


def test_a_promotion_planned_between_two_runs_is_found(shop):
    settings, (first, second, _) = shop

    told = asked(settings, "Kettle P1", "--from", first, "--to", second)

    (series,) = told["series"]
    assert series["series_id"] == "product:P1"
    for level, after in series["after"].items():
        change = after - series["before"][level]
        assert series["parts"][DRIVERS][level] / change >= 0.95
    assert series["after"]["0.5"] > series["before"]["0.5"]
    assert series["replanned"][0][Col.AFTER] == pytest.approx(0.3)
    assert told["drift"] < 1e-9


def test_four_causes_at_once_sum_to_the_change_and_the_restatement_is_named(shop):
    settings, (_, second, third) = shop

    told = asked(settings, "--limit", "9")

    assert (told["from"]["run_id"], told["to"]["run_id"]) == (second, third)
    assert told["series"][0]["series_id"] == "total"
    assert len(told["series"]) == told["count"] == 8
    for series in told["series"]:
        for period in series["periods"]:
            for level, after in period["after"].items():
                parts = sum(part[level] for part in period["parts"].values())
                assert period["before"][level] + parts == pytest.approx(after, abs=1e-6)
    assert set(told["series"][0]["parts"]) == set(RevisionSource)
    assert len(told["series"][0]["periods"]) == 3
    restated = {(row[Col.SERIES_ID], row[Col.DAY][:10]) for row in told["series"][0]["restated"]}
    assert ("product:P2", f"{WEEKS[-3]:%Y-%m-%d}") in restated
    assert told["drift"] < 1e-9


@pytest.mark.parametrize(
    ("question", "words"),
    [
        (
            "what changed in the forecast for Kettle P2 in the next 3 weeks?",
            "that change consists of",
        ),
        ("Kettle P2未来三周的预测有什么变化？", "该项变化由以下部分组成"),
        ("o que mudou na previsão para Kettle P2 nas próximas 3 semanas?", "essa variação reúne"),
        (
            "a detailed report on the forecast for Kettle P2 in the next 3 weeks",
            "that change consists of",
        ),
    ],
)
def test_a_question_gets_the_causes_of_the_command_as_facts_that_sum(shop, question, words):
    settings, _ = shop
    (series,) = asked(settings, "Kettle P2")["series"]

    lake = Lake(settings.workspace.lake)
    desk = Desk(lake, run=latest_run(lake), models=settings.workspace.models)
    answer = Analyst(desk).ask(question)

    assert words in answer.text
    assert answer.notices == ()
    facts = {fact.fact_id: fact for fact in answer.facts}
    parts = {f.part: f for f in answer.facts if f.metric == "revision_part"}
    assert {name: f.value for name, f in parts.items()} == pytest.approx(
        {name: levels["0.5"] for name, levels in series["parts"].items()}
    )
    change, whole = [f for f in answer.facts if f.metric == "revision"]
    assert whole.formula == "= " + " + ".join(f.fact_id for f in parts.values())
    assert whole.value == pytest.approx(change.value)
    new, old = change.formula.removeprefix("= ").split(" - ")
    assert facts[new].value - facts[old].value == pytest.approx(change.value)


def test_rows_that_came_late_under_an_early_date_are_restated_data(shop):
    settings, _ = shop

    (series,) = asked(settings, "Kettle P3")["series"]

    assert {row[Col.DAY][:10] for row in series["restated"]} == {f"{LATE:%Y-%m-%d}"}
    (units,) = (row for row in series["restated"] if row[Col.COLUMN] == Col.UNITS)
    assert units[Col.BEFORE] == 0.0
    assert units[Col.AFTER] > 0


def test_people_read_the_causes_largest_first_and_what_was_restated(shop):
    settings, (_, second, third) = shop

    told = invoke(settings, "Kettle P2").stdout

    assert "Kettle P2:" in told
    assert f"Run {second} of" in told
    assert f"beside run {third} of" in told
    assert "Restated: Kettle P2, units, week from" in told
    assert "Newly known: Kettle P2, units, week from" in told
    lines = told.splitlines()
    barred = [line.strip().split("  ")[0] for line in lines if "█" in line]
    assert set(barred) <= {*map(str, RevisionSource)}
    bars = [line.count("█") for line in lines if "█" in line]
    assert bars == sorted(bars, reverse=True)
    assert bars[0] == 20


def test_the_overview_lists_what_changed_most(shop):
    settings, _ = shop

    told = invoke(settings, "--limit", "2").stdout

    assert "What changed most" in told
    assert "whole shop" in told.lower()
    assert max(map(len, told.splitlines())) <= 130


def test_a_run_against_itself_has_nothing_to_compare(shop):
    settings, (first, *_) = shop

    result = invoke(settings, "--from", first, "--to", first[:10])

    assert isinstance(result.exception, DataError)
    assert f"both ids name run {first}" in str(result.exception)


def test_an_unknown_run_is_an_error_that_names_the_known_ones(shop):
    settings, (first, *_) = shop

    result = invoke(settings, "--from", "zz")

    assert isinstance(result.exception, DataError)
    assert "no run begins with 'zz'; the newest are" in str(result.exception)
    assert first in str(result.exception)


def test_the_older_run_has_to_come_first(shop):
    settings, (first, _, third) = shop

    result = invoke(settings, "--from", third, "--to", first)

    assert isinstance(result.exception, DataError)
    assert "give the older one as --from" in str(result.exception)


def test_a_run_whose_models_are_gone_is_not_guessed_at(shop, tmp_path):
    settings, (first, second, _) = shop
    shutil.copytree(settings.home, tmp_path / "copy")
    copy = load_settings(tmp_path / "copy")
    shutil.rmtree(copy.workspace.models / "v0001")

    result = invoke(copy, "--from", first, "--to", second)

    assert isinstance(result.exception, NotReady)
    assert f"models of run {first}" in str(result.exception)
    assert "compare newer runs" in str(result.exception)


def test_a_run_whose_data_are_gone_is_not_guessed_at(shop, tmp_path):
    settings, (first, second, _) = shop
    shutil.copytree(settings.home, tmp_path / "copy")
    copy = load_settings(tmp_path / "copy")
    for file in (copy.workspace.lake / SALES.name).glob("*.parquet"):
        file.unlink()

    result = invoke(copy, "--from", first, "--to", second)

    assert isinstance(result.exception, DataError)
    assert f"data of run {first} cannot be read as they were" in str(result.exception)


def test_a_run_of_an_earlier_release_says_what_to_do(shop, tmp_path):
    settings, (*_, third) = shop
    shutil.copytree(settings.home, tmp_path / "copy")
    lake = Lake(tmp_path / "copy" / "lake")
    known = lake.read(RUNS, where={Col.RUN_ID: third})
    with lake.batch() as batch:
        batch.add(
            RUNS,
            known.assign(**{
                Col.RUN_ID: "before", Col.CONFIG: "{}", Col.RECORDED_AT: KNOWN_FIRST - DAY,
            }),
        )  # fmt: skip

    result = invoke(load_settings(tmp_path / "copy"), "--from", "before", "--to", third)

    assert isinstance(result.exception, NotReady)
    assert "does not say what data it read" in str(result.exception)


def test_with_one_run_there_is_nothing_to_compare(small_shop):
    result = invoke(small_shop.settings)

    assert isinstance(result.exception, NotReady)
    assert "groundswell run" in str(result.exception)
