"""CSV, read strictly and in little memory. Runs in the reader's child process.

Every row knows the line it starts on. A row that cannot be read is reported by its lines and the
reading goes on after it; nothing is shifted, padded or guessed.
"""

from __future__ import annotations

import csv
import re
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from signals.errors import DataError
from signals.intake.csv_dialect import find_header, is_value
from signals.intake.text_files import NO_TEXT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signals.intake.csv_dialect import Dialect
    from signals.intake.text_files import BadLines, Lines

Row = tuple[int, list[str | None]]

_LONGEST_CELL: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Head:
    """The names of the columns of a CSV file.

    Parameters
    ----------
    names
        As they are written.
    line
        On which they start.
    above
        How many lines with something on them stand above.
    """

    names: list[str]
    line: int
    above: int


def read_csv_head(lines: Lines, sample: list[str], dialect: Dialect) -> Head:
    """Find the names of the columns, and read up to the first row below them.

    Parameters
    ----------
    lines
        Nothing of them has been read.
    sample
        The first of them.
    """
    starts, rows = _sample_rows(sample, dialect)
    if not any(any(row) for row in rows):
        raise DataError("it has no rows; a line of column names and rows below it are expected")
    place = find_header(rows)
    names, start = rows[place], starts[place]
    if any(map(is_value, names)):
        remark = next((p for p in range(place - 1, -1, -1) if sample[starts[p]].strip()), None)
        marked = [] if remark is None else _marked_names(sample[starts[remark]], dialect)
        if len(marked) == len(names):
            place, names, start = remark or 0, marked, starts[remark or 0]
    end = starts[place + 1] if place + 1 < len(starts) else len(sample)
    for _ in zip(range(end), lines, strict=False):
        lines.take()
    above = sum(bool(line.strip()) for line in sample[:start])
    return Head([name.removeprefix("\ufeff") for name in names], start + 1, above)


def _sample_rows(sample: list[str], dialect: Dialect) -> tuple[list[int], list[list[str]]]:
    """Read the rows of some lines, and on which of them each starts; remarks are blank rows."""
    starts, rows = [], []
    place = 0
    while place < len(sample):
        starts.append(place)
        used, row = 1, list[str]()
        if not dialect.is_comment(sample[place]):
            with suppress(csv.Error, StopIteration):
                reader = dialect.reader(sample[place:])
                row = next(reader)
                used = reader.line_num
            if used > 1 and place + used == len(sample):  # a quote that the sample does not close
                used, row = 1, next(dialect.reader(sample[place : place + 1]), [])
        rows.append(row)
        place += used
    return starts, rows


def _marked_names(line: str, dialect: Dialect) -> list[str]:
    """Read a remark as column names; some programs write ``#`` before them."""
    if not dialect.is_comment(line):
        return []
    names: list[str] = next(dialect.reader([line.lstrip("#/ ")]), [])
    return [] if any(map(is_value, names)) else names


def read_csv_rows(
    lines: Lines, dialect: Dialect, header: list[str], width: int, bad: BadLines
) -> Iterator[Row]:
    """Yield the rows that have ``width`` cells; the lines of all others go to ``bad``.

    Where a quote is not closed, the reading goes on at the line after it.

    Parameters
    ----------
    header
        Names as they are written; a line that repeats them is no row.
    """
    csv.field_size_limit(_LONGEST_CELL)
    reader = dialect.reader(lines, strict=True)
    while True:
        try:
            row = next(reader, None)
            taken = lines.take()
        except csv.Error as error:
            row, taken = [], lines.take(1)
            problem = f"quotes do not match ({error})"
        else:
            if row is None:
                return
            problem = _problem(row, header, width)
        problem = _remark(taken, dialect) or problem or _swallowed(row, taken, dialect)
        if problem:
            for number, text in taken:
                bad.add(number, NO_TEXT.sub("\ufffd", text), problem)
        elif row and (row[0] or any(row)):
            yield taken[0][0], [cell or None for cell in row[:width]]


def _remark(taken: list[tuple[int, str]], dialect: Dialect) -> str:
    """Say why lines are no row, whatever their cells; empty when they may be."""
    if dialect.is_comment(taken[0][1]):
        return "a remark, not a row"
    for _, text in taken:
        if "\0" in text or (not text.isascii() and NO_TEXT.search(text)):
            return "holds bytes that are no text in the encoding of the file"
    return ""


def _problem(row: list[str], header: list[str], width: int) -> str:
    """Say why cells are no row of the table; empty when they are."""
    if len(row) != width and (len(row) < width or any(row[width:])):
        return f"{len(row)} cells where the header has {width}" if any(row) else ""
    if row[0] == header[0] and row[:width] == header[:width]:
        return "the column names again"
    return ""


def _swallowed(row: list[str], taken: list[tuple[int, str]], dialect: Dialect) -> str:
    """Say so when a cell of several lines holds what looks like other rows of the table."""
    if len(taken) == 1:
        return ""
    for cell in row:
        for line in re.split(r"\r\n|\r|\n", cell)[1:]:
            cells = line.split(dialect.delimiter)
            if len(cells) == len(row) > 1 and any(map(is_value, cells)):
                return "a quoted cell goes on over whole rows, so quotes do not match"
    return ""
