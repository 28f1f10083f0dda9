"""``groundswell sentiment show`` tells what people say, in words and as JSON."""

from __future__ import annotations

import json

import pytest
import typer
from typer.testing import CliRunner

from signals import DataError, NotReady
from ui.commands.sentiment_show import show

APP = typer.Typer()
APP.command()(show)


def _run(home, *arguments):
    return CliRunner().invoke(APP, ["--home", str(home), *arguments], env={"COLUMNS": "80"})


def test_it_fits_eighty_columns_and_says_what_to_do_next(small_shop):
    told = _run(small_shop.settings.home, "Café Torrado", "--weeks", "2").stdout

    assert "texts from 2025-12-15 to 2025-12-28" in told
    assert "Polarity by week" in told
    assert "2025-12-22" in told
    assert 'groundswell explain "Café Torrado"' in told
    assert max(map(len, told.splitlines())) <= 80


def test_texts_are_shown_as_they_are_never_as_markup(small_shop):
    told = _run(small_shop.settings.home, "P1").stdout

    assert "电池用两天就没电了，太失望了。" in told
    assert "<b>Pro</b>" in _run(small_shop.settings.home, "product:P2").stdout


def test_json_holds_the_same_figures(small_shop):
    told = json.loads(_run(small_shop.settings.home, "product:P1", "--json").stdout)

    assert told["name"] == "PulseBand"
    assert told["now"]["documents"] == 3
    assert told["now"]["negative"] + told["now"]["neutral"] + told["now"]["positive"] == 3
    assert len(told["weeks"]) == 8
    assert {quote["doc_id"] for quote in told["negative_quotes"]} <= {"d0", "d1"}


@pytest.mark.parametrize("name", ["P1", "pulseband", "PulsBand"])
def test_a_product_is_found_by_id_name_and_misspelt_name(small_shop, name):
    assert "PulseBand" in _run(small_shop.settings.home, name).stdout


def test_a_category_sums_its_products(small_shop):
    told = json.loads(_run(small_shop.settings.home, "Kitchen", "--json").stdout)

    assert told["now"]["documents"] == 3


def test_a_silent_product_is_said_to_be_silent(small_shop):
    told = _run(small_shop.settings.home, "product:P2", "--weeks", "1").stdout

    assert "Nobody wrote about it from 2025-12-22 to 2025-12-28" in told
    assert "--weeks 4" in told


def test_an_unknown_product_is_an_error_that_says_so(small_shop):
    result = _run(small_shop.settings.home, "zeppelin")

    assert isinstance(result.exception, DataError)
    assert "'zeppelin'" in str(result.exception)


def test_a_name_too_far_off_is_answered_with_the_nearest(small_shop):
    result = _run(small_shop.settings.home, "PullBands")

    assert isinstance(result.exception, DataError)
    assert "near: 'PulseBand'" in str(result.exception)


def test_before_the_first_run_it_says_what_to_do(empty_home):
    result = _run(empty_home.home, "PulseBand")

    assert isinstance(result.exception, NotReady)
    assert "groundswell run" in str(result.exception)


@pytest.mark.model
def test_the_demo_shop_has_topics_in_the_words_of_its_customers(demo_home):
    told = json.loads(_run(demo_home, "EL-1006", "--weeks", "26", "--json").stdout)

    assert told["now"]["documents"] > 50
    assert len(told["topics"]) >= 1
    assert all(topic["keywords"] for topic in told["topics"])
    assert told["negative_quotes"]
