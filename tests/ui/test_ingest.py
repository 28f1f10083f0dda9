"""``groundswell ingest`` and ``groundswell quality`` as a user types them."""

from __future__ import annotations

import json

import pytest
import typer
from typer.testing import CliRunner

from signals import DataError, NotReady
from ui.commands.ingest import ingest
from ui.commands.quality import quality

ROWS = "".join(f"k{n};{n % 28 + 1:02d}/05/2024;3;9,90\n" for n in range(40))


@pytest.fixture
def run(tmp_path):
    app = typer.Typer()
    app.command()(ingest)
    app.command()(quality)

    def invoke(*arguments: object):
        command = [*map(str, arguments), "--home", str(tmp_path / "home")]
        return CliRunner().invoke(app, command)

    return invoke


@pytest.fixture
def shop(tmp_path):
    file = tmp_path / "shop.csv"
    file.write_text(f"sku;data;qtde;preço\n{ROWS}bad;31/05/2024;x;1\n", encoding="utf-8")
    return file


def test_a_guessed_map_is_shown_and_must_be_confirmed(run, shop):
    refused = run("ingest", shop)

    assert isinstance(refused.exception, DataError)
    assert "units=qtde" in str(refused.exception)
    assert "--yes" in str(refused.exception)


def test_a_confirmed_map_is_remembered(run, shop):
    first = run("ingest", shop, "--yes", "--currency", "BRL")
    second = run("ingest", shop, "--json", "--currency", "BRL")

    assert first.exit_code == second.exit_code == 0
    assert "groundswell run" in first.stdout
    report = json.loads(second.stdout)
    assert report["stored"]
    assert report["tables"][0]["already_known"] == 40


def test_quality_names_the_rows_that_were_set_aside(run, shop):
    run("ingest", shop, "--yes")

    shown = run("quality")
    report = json.loads(run("quality", "--json").stdout)

    assert "wrong type" in shown.stdout
    [problem] = report["problems"]
    assert (problem["file"], problem["line"], problem["value"]) == ("shop.csv", 42, "x")
    assert report["tables"][0]["rows_in"] == 41


def test_a_file_with_many_bad_rows_is_refused_with_its_report(run, tmp_path):
    file = tmp_path / "s.csv"
    file.write_text("sku,date,qty\na,2024-05-01,1\nb,2024-05-01,-1\n", encoding="utf-8")

    refused = run("ingest", file, "--yes", "--json")
    kept = run("ingest", file, "--yes", "--accept-partial", "--json")

    assert refused.exception.exit_code == 2
    assert json.loads(refused.stdout)["stored"] is False
    assert json.loads(kept.stdout)["tables"][0]["kept"] == 1


def test_columns_can_be_said_instead_of_guessed(run, tmp_path):
    file = tmp_path / "s.csv"
    file.write_text("a,b,c\nk,01/02/2024,3\n", encoding="utf-8")
    said = ("--table", "sales", "--map", "product_id=a", "--map", "day=b", "--map", "units=c")

    unsure = run("ingest", file, *said)
    done = run("ingest", file, *said, "--date-order", "day-first", "--json")

    assert "--date-order" in str(unsure.exception)
    assert json.loads(done.stdout)["tables"][0]["kept"] == 1


def test_who_says_what_stands_before_decimals_gets_thousands(run, tmp_path):
    file = tmp_path / "s.csv"
    file.write_text("sku;date;qty\nP1;2024-05-01;1.234\nP1;2024-05-02;12\n", encoding="utf-8")

    unsure = run("ingest", file, "--yes")
    wrong = run("ingest", file, "--yes", "--decimal", "dot")
    done = run("ingest", file, "--yes", "--decimal", "comma", "--json")
    again = run("ingest", file, "--json")

    assert unsure.exit_code == 1
    assert "--decimal" in unsure.output + str(unsure.exception)
    assert "--decimal is 'dot'; it should be one of ['point', 'comma']" in str(wrong.exception)
    assert json.loads(done.stdout)["tables"][0]["kept"] == 2
    assert json.loads(again.stdout)["tables"][0]["quarantined"] == 0  # the answer is remembered


def test_markup_in_a_file_is_printed_as_it_is(run, tmp_path):
    file = tmp_path / "s.csv"
    rows = "".join(f"k{n},2024-05-01,3\n" for n in range(60))
    file.write_text(f"sku,date,qty\n{rows}x,2024-05-01,[red]9[/blue]\n", encoding="utf-8")

    shown = run("ingest", file, "--yes")

    assert shown.exit_code == 0
    assert "[red]9[/blue]" in shown.stdout


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["nothing.csv"], "does not exist"),
        (["olist"], "groundswell ingest olist FOLDER"),
        (["olist", "/nowhere"], "does not exist"),
        (["m5", "."], "no layout 'm5'"),
        (["olist", ".", "--map", "units=x"], "are for single files"),
    ],
)
def test_what_cannot_be_done_says_what_to_do(run, arguments, problem):
    assert problem in str(run("ingest", *arguments).exception)


def test_quality_before_any_ingest_says_what_to_run(run, shop):
    assert isinstance(run("quality").exception, NotReady)
    run("ingest", shop, "--yes")
    assert "there is no batch 'zz'" in str(run("quality", "--batch", "zz").exception)
