"""Excel workbooks, read strictly: values only. Runs in the reader's child process."""

from __future__ import annotations

import zipfile
from contextlib import suppress
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, Final

from signals.errors import DataError
from signals.intake.csv_dialect import SAMPLE_LINES, find_header
from signals.intake.text_files import check_names
from signals.intake.typed_cells import number_cell

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from signals.intake.text_files import BadLines

ABOVE: Final = "lines above the header"
UNREAD: Final = "sheets not read"
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
    sheet = book.worksheets[0]
    about |= {"format": "Excel", "sheet": sheet.title}
    unread = [other.title for other in book.worksheets[1:]]
    if unread:
        about[UNREAD] = ", ".join(unread)
    rows = ((number, list(row)) for number, row in enumerate(sheet.rows, start=1))
    filled = ((number, row) for number, row in rows if any(c.value is not None for c in row))
    first = list(islice(filled, SAMPLE_LINES))
    if not first:
        raise DataError(f"its first sheet, {sheet.title!r}, is empty")
    texts = [[str(_cell_text(cell.value) or "") for cell in row] for _, row in first]
    place = find_header(texts)
    header = [name.strip() for name in texts[place]]
    columns = check_names(header, first[place][0])
    if place:
        about[ABOVE] = place
    return columns, _excel_rows(chain(first[place + 1 :], filled), columns, header, bad)


def _excel_rows(
    rows: Iterable[tuple[int, list[Any]]], names: list[str], header: list[str], bad: BadLines
) -> Iterator[tuple[int, list[str | None]]]:
    for number, row in rows:
        cells = row[: len(names)]
        if [_cell_text(cell.value) or "" for cell in cells] == header[: len(names)]:
            bad.add(number, ", ".join(names), "the column names again")
            continue
        beyond = [cell for cell in row[len(names) :] if cell.value is not None]
        if beyond:
            width = f"{len(names) + len(beyond)} cells where the header has {len(names)}"
            bad.add(number, str(beyond[0].value), width)
            continue
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
    return number_cell(value) if isinstance(value, float) else str(value)
