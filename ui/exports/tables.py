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
    from openpyxl.worksheet.worksheet import Worksheet

    from ui.exports.report import Report
    from ui.exports.rows import Cell, Rows

_WIDEST: Final = 70
_MARGIN: Final = 2


def report_csv(report: Report) -> bytes:
    """Write what a report says, its facts and its quotes below each other, each with its head.

    UTF-8 with a mark, by which spreadsheets know it; numbers to their last digit.
    """
    words = words_of(report.language)
    text = io.StringIO()
    lines = csv.writer(text)
    lines.writerows([[inert(title_of(report))], [inert(made_of(report))]])
    for table in rows_of(report):
        lines.writerows([[], [words[name] for name in table.head]])
        lines.writerows([_text(cell) for cell in row] for row in table.cells)
    return text.getvalue().encode("utf-8-sig")


def report_workbook(report: Report) -> bytes:
    """Write a workbook: what the report says, its facts as numbers, its quotes."""
    from openpyxl import Workbook

    words = words_of(report.language)
    book = Workbook()
    book.remove(book.worksheets[0])
    for table in rows_of(report):
        sheet = book.create_sheet(words[table.key])
        _fill(sheet, table, [words[name] for name in table.head])
    about = book.worksheets[0]
    about.insert_rows(1, 2)
    about["A1"], about["A2"] = inert(title_of(report)), inert(made_of(report))
    made = datetime.combine(date.fromisoformat(report.answers[0].as_of[:10]), time())
    book.properties.created = book.properties.modified = made
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _fill(sheet: Worksheet, table: Rows, head: list[str]) -> None:
    """Write a table; a text is stored as one, whatever it begins with."""
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    sheet.append(head)
    for row in table.cells:
        sheet.append([inert(cell) if isinstance(cell, str) else cell for cell in row])
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for place, column in enumerate(sheet.iter_cols(), start=1):
        longest = max(len(str(cell.value or "")) for cell in column)
        letter = get_column_letter(place)
        sheet.column_dimensions[letter].width = min(longest, _WIDEST) + _MARGIN
        for cell in column:
            cell.alignment = Alignment(wrap_text=longest > _WIDEST, vertical="top")
    sheet.freeze_panes = "A2"


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
        case _:
            return str(cell)
