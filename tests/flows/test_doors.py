"""One question gives equal facts at every door: page, command, REST, tools, report."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import sys
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from fastapi.testclient import TestClient
from openpyxl import load_workbook
from typer.testing import CliRunner

from agent import LANGUAGES
from tests.ui.conftest import small_shop  # noqa: F401 - the tiny shop
from ui import page
from ui.app import create_app
from ui.cli import app
from ui.exports.order import report_of
from ui.exports.tables import report_csv, report_workbook
from ui.live import Live

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from agent import Answer
    from ui.exports.report import Report

mcp = pytest.importorskip("mcp", reason="needs the extra mcp")
WEEK = date(2025, 12, 29)
_FIELDS = (
    "fact_id",
    "metric",
    "part",
    "first_day",
    "last_day",
    "value",
    "unit",
    "source",
    "formula",
)

Facts = list[tuple[Any, ...]]


@pytest.fixture(scope="module", params=LANGUAGES)
def report(request, small_shop) -> Report:  # noqa: F811
    return report_of(Live(small_shop.settings), "Wearables", WEEK, request.param)


@pytest.fixture(scope="module")
def asked(report) -> Answer:
    """The forecast of the report, whose question is put to every door."""
    return report.answers[0]


@pytest.fixture(scope="module")
def expected(asked) -> Facts:
    return facts_of(fact.to_dict() for fact in asked.facts)


def facts_of(told: Iterable[Mapping[str, Any]]) -> Facts:
    """Take what makes a fact out of its JSON values, in the order of the answer."""
    spread = (
        {**fact, **dict(zip(("first_day", "last_day"), fact.get("period", ()), strict=False))}
        for fact in told
    )
    return [tuple(fact[name] for name in _FIELDS) for fact in spread]


def test_the_page_gives_the_facts_of_the_report(small_shop, asked, expected):  # noqa: F811
    turn = page.ask(Live(small_shop.settings), asked.question)

    assert turn.answer.answer_id == asked.answer_id
    assert facts_of(fact.to_dict() for fact in turn.answer.facts) == expected
    assert len(expected) > 15


def test_the_command_gives_them(small_shop, asked, expected, monkeypatch):  # noqa: F811
    monkeypatch.setenv("GROUNDSWELL_ENCODER", "hashing")
    monkeypatch.setenv("GROUNDSWELL_SCORER", "lexicon")
    home = str(small_shop.settings.home)

    result = CliRunner().invoke(app, ["ask", asked.question, "--json", "--home", home])

    told = json.loads(result.stdout)
    assert told["answer_id"] == asked.answer_id
    assert facts_of(told["facts"]) == expected


def test_rest_gives_them(small_shop, asked, expected):  # noqa: F811
    async def build():
        return create_app(small_shop.settings)

    client = TestClient(asyncio.run(build()), base_url="http://127.0.0.1:7860")
    told = client.post("/api/v1/ask", json={"question": asked.question}).json()

    assert told["answer_id"] == asked.answer_id
    assert facts_of(told["facts"]) == expected


async def test_the_tools_give_them(small_shop, asked, expected):  # noqa: F811
    started = mcp.StdioServerParameters(
        command=sys.executable,
        args=["-m", "ui", "mcp", "--home", str(small_shop.settings.home)],
        env={
            "GROUNDSWELL_ENCODER": "hashing",
            "GROUNDSWELL_SCORER": "lexicon",
            "PYTHONPATH": ":".join(filter(None, sys.path)),
        },
    )
    async with mcp.Client(started) as client:
        told = await client.call_tool("ask", {"question": asked.question})

    assert told.structured_content["answer_id"] == asked.answer_id
    assert facts_of(told.structured_content["facts"]) == expected


def test_the_workbook_gives_them(report, asked, expected):
    sheet = load_workbook(io.BytesIO(report_workbook(report))).worksheets[1]

    rows = sheet.iter_rows(min_row=2, values_only=True)
    assert exported(rows, asked.answer_id) == expected


def test_the_csv_file_gives_them(report, asked, expected):
    rows = csv.reader(io.StringIO(report_csv(report).decode("utf-8-sig")))

    assert exported((row for row in rows if len(row) == 11), asked.answer_id) == expected


def exported(rows: Iterable[Any], answer_id: str) -> Facts:
    """Read facts back out of rows, as their answer had them."""
    found = []
    for answer, fact_id, _, metric, part, first, last, value, unit, source, formula in rows:
        if answer == answer_id:
            days = (str(first)[:10], str(last)[:10])
            words = (unit, source, formula.removeprefix("'"))
            found.append((fact_id, metric, part or "", *days, float(value), *words))
    return found
