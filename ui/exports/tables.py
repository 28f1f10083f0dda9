"""A report as rows: a workbook of three sheets, or one CSV file."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Final

from ui.exports.inert import inert
from ui.exports.rows import rows_of
from ui.exports.words import made_of, title_of, words_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from openpyxl.worksheet.worksheet import Worksheet

    from ui.exports.report import Report
    from ui.exports.rows import Cell, Rows

_WIDEST: Final = 70
_MARGIN: Final = 2


def report_csv(report: Report) -> bytes:
    """Write what a report says, its facts and its quotes below each other, each with its head.

    UTF-8 with a mark, by which spreadsheets know it; numbers to their last digit.
    """
    text = io.StringIO()
    lines = csv.writer(text)
    for table in rows_of(report):
        lines.writerows([_text(cell) for cell in row] for row in _lines(table, report))
        lines.writerow([])
    return text.getvalue().encode("utf-8-sig")


def report_workbook(report: Report) -> bytes:
    """Write a workbook: what the report says, its facts as numbers, its quotes."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.worksheets[0])
    for table in rows_of(report):
        sheet = book.create_sheet(words_of(report.language)[table.key])
        for row in _lines(table, report):
            _append(sheet, row)
        _lay_out(sheet, head=len(_above(table, report)) + 1)
    known = datetime.combine(date.fromisoformat(report.answers[0].as_of[:10]), time())
    book.properties.created = book.properties.modified = known
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _append(sheet: Worksheet, row: Sequence[Cell]) -> None:
    """Add a row; numbers keep the last digit, which openpyxl by itself rounds off."""
    sheet.append([cell if isinstance(cell, date) else _text(cell) or None for cell in row])
    for written, cell in zip(sheet[sheet.max_row], row, strict=False):
        if isinstance(cell, float):
            written.data_type = "n"


def _lines(table: Rows, report: Report) -> Iterator[Sequence[Cell]]:
    """Give the lines of a table: what stands above it, its head, its rows."""
    words = words_of(report.language)
    yield from _above(table, report)
    yield [words[name] for name in table.head]
    yield from table.cells


def _above(table: Rows, report: Report) -> list[tuple[str]]:
    return [(title_of(report),), (made_of(report),)] if table.key == "report" else []


def _lay_out(sheet: Worksheet, head: int) -> None:
    """Make columns as wide as their texts, and keep the head in sight."""
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    for cell in sheet[head]:
        cell.font = Font(bold=True)
    sheet.freeze_panes = f"A{head + 1}"
    for place, column in enumerate(sheet.iter_cols(min_row=head), start=1):
        longest = max(len(str(cell.value or "")) for cell in column)
        width = min(longest, _WIDEST) + _MARGIN
        sheet.column_dimensions[get_column_letter(place)].width = width
        for cell in column:
            cell.alignment = Alignment(wrap_text=longest > _WIDEST, vertical="top")


def _text(cell: Cell) -> str:
    match cell:
        case None:
            return ""
        case str():
            return inert(cell)
        case float():
            return repr(cell)
        case date():
            return cell.isoformat()
