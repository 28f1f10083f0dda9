"""A workbook and a CSV file hold the facts to the last digit, and nothing that runs."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from ui.exports.inert import inert
from ui.exports.tables import report_csv, report_workbook


def read_csv(report):
    return list(csv.reader(io.StringIO(report_csv(report).decode("utf-8-sig"))))


def sheets_of(report):
    return load_workbook(io.BytesIO(report_workbook(report))).worksheets


def test_the_workbook_holds_every_fact_as_a_number(report):
    _, facts, _ = sheets_of(report)

    head, *rows = facts.iter_rows(values_only=True)
    place = head.index("Value")
    assert [row[place] for row in rows] == [f.value for a in report.answers for f in a.facts]


def test_the_csv_file_holds_every_fact_to_the_last_digit(report):
    rows = read_csv(report)

    place = next(row for row in rows if "Formula" in row).index("Value")
    facts = {
        (answer.answer_id, fact.fact_id): fact for answer in report.answers for fact in answer.facts
    }
    found = {tuple(row[:2]): float(row[place]) for row in rows if tuple(row[:2]) in facts}
    assert found == {key: fact.value for key, fact in facts.items()}


def test_quotes_stand_with_day_stars_and_passage(report):
    *_, quotes = sheets_of(report)

    head, *rows = quotes.iter_rows(values_only=True)
    assert head == ("Answer", "Quote", "Whole text", "Day", "Kind", "Stars", "Passage")
    assert {row[-1] for row in rows} >= {"d0", "d1"}


def test_no_cell_of_a_workbook_is_a_formula_or_a_link(hostile_report):
    cells = [
        cell for sheet in sheets_of(hostile_report) for row in sheet.iter_rows() for cell in row
    ]

    assert not [cell for cell in cells if cell.data_type == "f" or cell.hyperlink]
    assert not [cell for cell in cells if str(cell.value).startswith("=")]
    assert any("'=HYPERLINK(\"http://attacker.example" in str(cell.value) for cell in cells)


def test_no_cell_of_a_csv_file_begins_like_a_formula(hostile_report):
    cells = [cell for row in read_csv(hostile_report) for cell in row if cell]

    texts = [cell for cell in cells if not is_number(cell)]
    assert not [text for text in texts if text.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))]
    assert any(text.startswith("'=HYPERLINK(") for text in texts)


def is_number(text):
    try:
        float(text)
    except ValueError:
        return False
    return True


def test_the_same_report_gives_the_same_csv(report):
    assert report_csv(report) == report_csv(report)


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@A1", "\t=1", "\r=1", "\n=1", "＝1", "  =1", "\ufeff=1"]
)
def test_what_could_be_taken_for_a_formula_gets_an_apostrophe(text):
    assert inert(text) == "'" + text


def test_what_a_workbook_cannot_hold_is_replaced():
    assert inert("a\x00b\x1f") == "a\ufffdb\ufffd"


@given(st.text(max_size=20))
def test_no_text_begins_with_what_a_spreadsheet_runs(text):
    assert not inert(text).startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
