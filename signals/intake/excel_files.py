"""Excel workbooks, read strictly: values only. Runs in the reader's child process."""

from __future__ import annotations

import zipfile
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from signals.errors import DataError
from signals.intake.text_files import check_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from signals.intake.text_files import BadLines

_UNPACKED_BYTES: Final = 512 * 1024 * 1024


def read_excel(
    path: Path, bad: BadLines, about: dict[str, Any]
) -> tuple[list[str], Iterator[tuple[int, list[str | None]]]]:
    """Read the first sheet: the names of its columns, and its rows with their numbers.

    Raises
    ------
    DataError
        When the file is no workbook, holds macros or unpacks to too much.
    """
    from openpyxl import load_workbook

    with zipfile.ZipFile(path) as packed:
        names = packed.namelist()
        if sum(entry.file_size for entry in packed.infolist()) > _UNPACKED_BYTES:
            raise DataError("it unpacks to more than 512 MiB; save it as CSV")
    if "xl/workbook.xml" not in names:
        raise DataError("it is a zip archive; unpack it and give the table inside")
    if "xl/vbaProject.bin" in names:
        raise DataError("it is an Excel workbook with macros; save it as .xlsx without them")
    book = load_workbook(path, read_only=True, keep_links=False)
    about |= {"format": "Excel", "sheet": book.sheetnames[0]}
    rows = ((number, list(row)) for number, row in enumerate(book.worksheets[0].rows, start=1))
    filled = ((number, row) for number, row in rows if any(c.value is not None for c in row))
    number, header = next(filled, (0, []))
    if not header:
        raise DataError(f"its first sheet, {book.sheetnames[0]!r}, is empty")
    columns = check_names([str(cell.value or "").strip() for cell in header], number)
    return columns, _excel_rows(filled, columns, bad)


def _excel_rows(
    rows: Iterable[tuple[int, list[Any]]], names: list[str], bad: BadLines
) -> Iterator[tuple[int, list[str | None]]]:
    for number, row in rows:
        cells = row[: len(names)]
        formula = next((place for place, cell in enumerate(cells) if cell.data_type == "f"), None)
        if formula is not None:
            text, name = str(cells[formula].value), names[formula]
            bad.add(number, text, f"a formula in column {name!r}; paste its value instead")
            continue
        texts = [_cell_text(cell.value) for cell in cells]
        yield number, texts + [None] * (len(names) - len(texts))


def _cell_text(value: object) -> str | None:
    if value is None:
        return None
    with suppress(AttributeError):
        return value.isoformat()  # type: ignore[attr-defined,no-any-return]
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
