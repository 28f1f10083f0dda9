"""How a CSV file is written: its delimiter, its quotes, where its names are.

Judged over the first lines together. Runs in the reader's child process.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

SAMPLE_LINES: Final = 100
_DELIMITERS: Final = ",;\t|^~"
_COMMENTS: Final = ("#", "//")
_TOLD: Final = re.compile(r"sep=(.)\s*", re.IGNORECASE)  # written by Excel, read by nobody else
_VALUE_LIKE: Final = re.compile(r"[+-]?[.,:/ -]*\d[\d.,:/ T-]*")
_FARTHEST: Final = 20  # lines below a likely header in which a better one is looked for


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a CSV file writes its rows.

    Parameters
    ----------
    escape
        What stands before a quote inside quotes; None doubles the quote.
    spaced
        Whether there may be spaces between a delimiter and a quote.
    comments
        What lines begin with that are no rows.
    """

    delimiter: str = ","
    quote: str = '"'
    escape: str | None = None
    spaced: bool = False
    comments: tuple[str, ...] = _COMMENTS

    def reader(self, lines: Iterable[str], *, strict: bool = False) -> Any:  # noqa: ANN401 - csv._reader
        """Read rows of cells."""
        return csv.reader(
            lines,
            delimiter=self.delimiter,
            quotechar=self.quote,
            doublequote=self.escape is None,
            escapechar=self.escape,
            skipinitialspace=self.spaced,
            strict=strict,
        )

    def is_comment(self, line: str) -> bool:
        """Tell whether a line is a remark of a person or program, not a row."""
        return line.startswith(self.comments)


def find_dialect(sample: Sequence[str]) -> Dialect:
    r"""Find the dialect under which most of the first lines have the same number of cells.

    Examples
    --------
    >>> find_dialect(["'sku';'price'\n", "'a';'1,5'\n", "'b';'2,5'\n"]).quote
    "'"
    """
    lines = [line.removeprefix("\ufeff") for line in sample]
    told = _TOLD.fullmatch(lines[0]) if lines else None
    filled = [line for line in lines if line.strip()]
    comments = tuple(
        mark for mark in _COMMENTS if 2 * sum(x.startswith(mark) for x in filled) < len(filled)
    )
    rows = [line for line in filled if not line.startswith(comments)] if comments else filled
    quote = max("\"'", key=lambda mark: _quoted(rows, mark))
    delimiter = told[1] if told else max(_DELIMITERS, key=lambda d: _regularity(rows, d, quote))
    mark = re.escape(delimiter)
    text = "".join(rows)
    escaped = re.search(rf"[^\\{mark}\s]\\{quote}(?!\s*(?:{mark}|[\r\n]|$))", text)
    spaced = re.search(rf"{mark} +{quote}", text)
    return Dialect(delimiter, quote, "\\" if escaped else None, bool(spaced), comments)


def find_header(rows: Sequence[Sequence[str]]) -> int:
    """Find the row that names the columns, below titles and remarks.

    It is the first that fills more than half of the usual width. If that one is narrow or holds
    values, a wide row of mere names below it is taken instead, unless a full row would be passed
    over: what may be data is never left out.

    Parameters
    ----------
    rows
        The first rows of the file; blank ones are empty.

    Returns
    -------
    int
        Place of the header; 0 when no row fills half of the width.
    """
    widths = Counter(len(_bare(row)) for row in rows if _filled(row))
    if not widths:
        return 0
    width = max(widths, key=lambda w: (widths[w] * (w > 1), w))
    likely = [place for place, row in enumerate(rows) if 2 * _filled(row) > width]
    if not likely:
        return 0
    first = likely[0]
    for place in range(first, min(len(rows), first + _FARTHEST)):
        row = _bare(rows[place])
        if len(row) >= width and not any(_VALUE_LIKE.fullmatch(cell.strip()) for cell in row):
            return place
        if _filled(row) >= width:
            return first
    return first


def is_value(text: str) -> bool:
    """Tell whether a cell holds a number or a day rather than a name."""
    return bool(_VALUE_LIKE.fullmatch(text.strip()))


def _quoted(lines: Sequence[str], quote: str) -> int:
    """Count the cells that a mark stands around."""
    around = re.compile(
        rf"(?:^|[{_DELIMITERS}])\s*{quote}[^{quote}]*{quote}(?=\s*(?:[{_DELIMITERS}]|$))"
    )
    return sum(len(around.findall(line)) for line in lines)


def _regularity(lines: Sequence[str], delimiter: str, quote: str) -> float:
    """Say how well a delimiter cuts lines into equal numbers of cells, 0 to 1."""
    dialect = Dialect(delimiter, quote)
    widths: Counter[int] = Counter()
    for line in lines:
        try:
            widths.update(len(row) for row in dialect.reader([line]))
        except csv.Error:
            continue
    best = max(widths, key=lambda width: (widths[width], width), default=1)
    share = widths[best] / max(len(lines), 1)
    return share * share * (1 - 1 / max(best, 1))


def _bare(row: Sequence[str]) -> Sequence[str]:
    """Leave the empty cells at the end out."""
    last = next((place for place in range(len(row), 0, -1) if row[place - 1].strip()), 0)
    return row[:last]


def _filled(row: Sequence[str]) -> int:
    return sum(bool(cell.strip()) for cell in row)
