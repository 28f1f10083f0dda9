"""``groundswell forecast what-if`` on a small real run."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pandas as pd
import pytest
import typer
from typer.testing import CliRunner

from forecasting import How, Lever, forecast_frame, latest_run
from signals import PRODUCTS, RUNS, SALES, Col, DataError, Lake, Measure, NotReady
from ui.asked_changes import read_change
from ui.commands.forecast import forecast
from ui.live import Live
from ui.pipeline import run_pipeline
from ui.settings import load_settings
from ui.views.supposed import Sliders, supposed
from ui.views.words import words_in
from ui.wiring import make_analyst

APP = typer.Typer()
APP.add_typer(forecast, name="forecast")
NOW = pd.Timestamp("2024-03-01", tz="UTC")
CAUSAL = ("because", "cause ", "causes", "leads to", "due to", "brings", "drives", "effect")


def _run(settings, *arguments):
    asked = ["forecast", "what-if", *arguments, "--home", str(settings.home)]
    return CliRunner().invoke(APP, asked)


@pytest.fixture(scope="module")
def priced_shop(tmp_path_factory):
    """A real run over 60 weeks of four products; the price of one of them never moved."""
    settings = load_settings(
        tmp_path_factory.mktemp("priced") / "shop",
        scorer="lexicon", encoder="hashing", experts="lightgbm", origins=2, horizon=3,
    )  # fmt: skip
    lake = Lake(settings.workspace.lake)
    names = {"A": "Tea", "B": "Coffee", "C": "Cup", "D": "Lid"}
    products = pd.DataFrame({Col.PRODUCT_ID: list(names), Col.NAME: list(names.values())})
    products[Col.CATEGORY] = ["Drinks", "Drinks", "Ware", "Ware"]
    with lake.batch() as batch:
        batch.add(PRODUCTS, products.assign(**{Col.AVAILABLE_AT: pd.Timestamp(0, tz="UTC")}))
        batch.add(SALES, _sales(names))
    run_pipeline(settings, now=NOW)
    return settings


def _sales(names):
    random = np.random.default_rng(2)
    days = pd.date_range("2023-01-02", periods=60, freq="7D")
    frames = []
    for product in names:
        price = np.where(random.random(60) < 0.3, 8.0, 10.0) if product != "D" else np.full(60, 4.0)
        price[-4:] = price.max()
        promo = np.where(random.random(60) < 0.2, 0.2, 0.0)
        mean = 80 * (price / price.max()) ** -1.5 * np.exp(2 * promo)
        frames.append(
            pd.DataFrame(
                {
                    Col.PRODUCT_ID: product,
                    Col.DAY: days,
                    Col.UNITS: random.poisson(mean).astype(float),
                    Col.PRICE: price,
                    Col.PROMO: promo,
                }
            )
        )
    sales = pd.concat(frames, ignore_index=True)
    return sales.assign(
        **{
            Col.STORE_ID: "web",
            Col.MEASURE: str(Measure.UNITS_SOLD),
            Col.AVAILABLE_AT: sales[Col.DAY].dt.tz_localize("UTC") + pd.Timedelta(days=1),
        }
    )


def test_it_tells_both_forecasts_the_range_seen_and_the_difference(priced_shop):
    result = _run(priced_shop, "Tea", "--promo", "20%")

    told = " ".join(result.stdout.split())
    assert result.exit_code == 0
    assert "promotion: 20 % instead of 0 %" in told
    assert "seen from 0 % to 20 % in its own history" in told
    assert "In the model," in told
    assert "by the same difference" in told
    assert "no proof of a cause" in told
    spoken = told.replace("no proof of a cause", "").lower()
    assert not [word for word in CAUSAL if word in spoken]


def test_json_holds_the_stored_forecast_and_sums_that_move_with_their_product(priced_shop):
    told = json.loads(_run(priced_shop, "Tea", "--promo", "20%", "--json").stdout)

    lake = Lake(priced_shop.workspace.lake)
    stored = forecast_frame(lake, told["run_id"], ["product:A"])
    middle = stored[stored[Col.LEVEL] == 0.5].sort_values(Col.STEP)[Col.UNITS]
    assert [period["before"]["0.5"] for period in told["periods"]] == pytest.approx(list(middle))
    assert told["total"]["difference"] > 0
    assert [one["series_id"] for one in told["sums"]] == ["category:Drinks", "total"]
    for one in told["sums"]:
        assert one["difference"] == pytest.approx(told["total"]["difference"])
    assert told["assumed"][0]["seen"]["in"] == "its own history"
    low, middle = (
        [period["after"][level] for period in told["periods"]] for level in ("0.1", "0.5")
    )
    assert sum(low) < told["total"]["after"]["0.1"] < sum(middle)  # not all weeks go wrong at once


def test_a_minus_sign_is_read_as_part_of_the_price_and_days_bound_the_change(priced_shop):
    asked = ["Tea", "--price", "-5%", "--from", "2024-03-04", "--to", "2024-03-10", "--json"]

    told = json.loads(_run(priced_shop, *asked).stdout)

    prices = [(one["was"], one["becomes"]) for one in told["assumed"][0]["periods"]]
    days = [one["day"] for one in told["periods"]]
    place = days.index("2024-03-04")
    assert prices[place][1] == pytest.approx(0.95 * prices[place][0])
    assert all(was == becomes for i, (was, becomes) in enumerate(prices) if i != place)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (["Tea", "--price", "-50%"], "price of this product has been between 8.00 and 10.00"),
        (["Lid", "--price", "2"], "4.00 throughout, too steady to learn from"),
        (["Tea", "--stock", "0.5"], "stock of this product has been 100 % throughout"),
        (["Tea", "--sentiment", "+0.2"], "no scored reviews or posts"),
        (["Tea", "--promo", "20%", "--from", "2030-01-01"], "give days within it"),
        (["Tea"], "nothing is to change"),
        (["Drinks", "--price", "9"], "give a share, such as -10%"),
    ],
)
def test_what_the_model_cannot_tell_is_refused_by_name(priced_shop, asked, said):
    result = _run(priced_shop, *asked)

    assert isinstance(result.exception, DataError)
    assert said in str(result.exception)


@pytest.mark.parametrize(
    ("lever", "text", "how", "amount"),
    [
        (Lever.PRICE, "−10 %", How.BY_SHARE, -0.1),
        (Lever.PRICE, "9.99", How.TO, 9.99),
        (Lever.PROMO, "20%", How.TO, 0.2),
        (Lever.PROMO, "on", How.USUAL, 0.0),
        (Lever.PROMO, "off", How.TO, 0.0),
        (Lever.SENTIMENT, "-0.2", How.BY, -0.2),
        (Lever.STOCK, "full", How.TO, 1.0),
        (Lever.STOCK, "80%", How.TO, 0.8),
    ],
)
def test_changes_are_read_as_people_type_them(lever, text, how, amount):
    change = read_change(lever, text)

    assert (change.how, change.amount) == (how, pytest.approx(amount))


@pytest.mark.parametrize(
    ("lever", "text"),
    [(Lever.PRICE, "10%"), (Lever.PRICE, "-3"), (Lever.PROMO, "much"), (Lever.SENTIMENT, "20%")],
)
def test_a_change_that_can_be_read_two_ways_or_none_says_what_is_expected(lever, text):
    with pytest.raises(DataError, match="expected"):
        read_change(lever, text)


def test_a_run_that_kept_no_data_or_no_models_says_what_to_do(small_shop, empty_home):
    kept_nothing = _run(small_shop.settings, "PulseBand", "--price", "-5%")
    never = _run(empty_home, "PulseBand", "--price", "-5%")

    assert isinstance(kept_nothing.exception, NotReady)
    assert "did not keep which data" in str(kept_nothing.exception)
    assert isinstance(never.exception, NotReady)
    assert "groundswell run" in str(never.exception)


def test_models_that_give_another_forecast_than_the_stored_one_are_refused(priced_shop, tmp_path):
    shop = priced_shop.model_copy(update={"home": tmp_path / "shop"})
    shutil.copytree(priced_shop.home, shop.home)
    lake = Lake(shop.workspace.lake)
    run = latest_run(lake)
    known = lake.read(RUNS, where={Col.RUN_ID: run.run_id})
    moved = {**run.config["panel"], "as_of": "2024-01-29T00:00:00+00:00"}
    later = {
        Col.CONFIG: json.dumps({**run.config, "panel": moved}),
        Col.RECORDED_AT: NOW + pd.Timedelta(days=1),
    }
    with lake.batch() as batch:
        batch.add(RUNS, known.tail(1).assign(**later))

    result = _run(shop, "Tea", "--promo", "20%")

    assert isinstance(result.exception, DataError)
    assert "does not come out again" in str(result.exception)


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("what if there is a discount of 20% on Tea?", "With a discount of 20% on Tea"),
        ("如果Tea打八折会怎样？", "如果Tea在未来3周"),
        ("e se Tea tiver 20% de desconto?", "Com desconto de 20% em Tea"),
    ],
)
def test_a_question_gets_the_figures_of_the_command(priced_shop, question, words):
    told = json.loads(_run(priced_shop, "Tea", "--promo", "20%", "--json").stdout)

    answer = make_analyst(priced_shop).ask(question)

    assert answer.text.startswith(words)
    assert answer.notices == ()
    facts = {fact.metric: fact.value for fact in answer.facts}
    assert facts["forecast"] == pytest.approx(told["total"]["before"]["0.5"])
    assert facts["scenario"] == pytest.approx(told["total"]["after"]["0.5"])
    assert facts["scenario_change"] == pytest.approx(told["total"]["difference"])


def test_the_range_of_all_periods_is_the_one_that_answers_give(priced_shop):
    told = json.loads(_run(priced_shop, "Tea", "--promo", "20%", "--json").stdout)

    answer = make_analyst(priced_shop).ask("forecast for Tea in the next 3 weeks")

    facts = {fact.metric: fact.value for fact in answer.facts}
    assert facts["low"] == pytest.approx(told["total"]["before"]["0.1"])
    assert facts["high"] == pytest.approx(told["total"]["before"]["0.9"])


@pytest.mark.parametrize(
    ("question", "words"),
    [
        (
            "what if the price of Tea falls by 10% with a discount of 20%?",
            "With −10% on the price and a discount of 20%, all for Tea in the next 3 weeks",
        ),
        ("如果Tea降价10%，并且打八折会怎样？", "有价格变动−10%和折扣20%，模型给出"),
        (
            "e se o preço de Tea cair 10% e houver 20% de desconto?",
            "Com variação de −10% no preço e desconto de 20%, tudo para Tea",
        ),
    ],
)
def test_several_changes_are_supposed_at_once(priced_shop, question, words):
    changes = ("--price", "-10%", "--promo", "20%")
    told = json.loads(_run(priced_shop, "Tea", *changes, "--json").stdout)

    answer = make_analyst(priced_shop).ask(question)

    assert words in answer.text
    assert answer.notices == ()
    facts = {fact.metric: fact.value for fact in answer.facts}
    assert facts["scenario"] == pytest.approx(told["total"]["after"]["0.5"])
    assert [f.value for f in answer.facts if f.metric == "assumed"] == pytest.approx([-0.1, 0.2])


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("what if the price of Tea falls by 90%?", "change by at least −20% and at most 0%"),
        ("如果Tea降价90%会怎样？", "变动最低−20%，最高0%"),
        ("e se o preço de Tea cair 90%?", "variar de no mínimo −20% a no máximo 0%"),
        ("what if Tea had a discount of 80%?", "discounts of at least 0% and at most 20%"),
    ],
)
def test_a_refused_change_names_the_range_that_was_seen(priced_shop, question, words):
    answer = make_analyst(priced_shop).ask(question)

    assert words in answer.text
    assert answer.notices == ()
    edges = {fact.metric: fact.value for fact in answer.facts}
    assert edges["seen_high"] - edges["seen_low"] == pytest.approx(0.2)


@pytest.mark.parametrize("code", ["en", "zh", "pt"])
def test_the_page_refuses_and_warns_in_the_language_of_the_reader(priced_shop, code):
    live, words = Live(priced_shop), words_in(code)

    refused = supposed(live, "product:A", Sliders(price=-90), words)
    still = supposed(live, "product:A", Sliders(sentiment=0.5), words)
    known = supposed(live, "product:A", Sliders(price=-10), words)

    assert words.say("why_not.between", low=words.number(8, 2), high=words.number(10, 2)) in refused
    assert words["why_not.unheard"] in still
    assert 'lang="en"' not in refused + still + known
