"""CSV and JSON lines, read strictly and in little memory. Runs in the reader's child process.

Every row knows the line it starts on. A row that cannot be read is reported by its lines and the
reading goes on after it; nothing is shifted, padded or guessed.
"""

from __future__ import annotations

import codecs
import csv
import json
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from signals.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Row = tuple[int, list[str | None]]
JsonRow = dict[str, str | None]

_BOMS: Final = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"),
                (codecs.BOM_UTF16_BE, "utf-16"))  # fmt: skip
_SAMPLE_BYTES: Final = 1 << 20
_CHUNK_BYTES: Final = 1 << 20
_DELIMITERS: Final = ",;\t|"
_SAMPLE_LINES: Final = 50
_ENOUGH_CHINESE: Final = 0.6
_FOREIGN_WORD: Final = re.compile(r"[À-ÿ]{4,}")
_HALF: Final = re.compile("[\ud800-\udfff]")
_VALUE_LIKE: Final = re.compile(r"[+-]?[.,:/ -]*\d[\d.,:/ T-]*")


@dataclass(slots=True)
class BadLines:
    """Lines that hold no row, with what is wrong with them."""

    line: list[int] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    problem: list[str] = field(default_factory=list)

    def add(self, line: int, text: str, problem: str) -> None:
        self.line.append(line)
        self.text.append(text.strip()[:200])
        self.problem.append(problem)


class Lines:
    """Lines of a text file, each at most ``limit`` characters, kept until ``take``."""

    def __init__(self, path: Path, encoding: str, limit: int) -> None:
        self._stream = path.open(encoding=encoding, newline="")
        self._limit = limit
        self.number = 0
        self._held: list[str] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = "" if self._stream.closed else self._stream.readline(self._limit + 1)
        if not line:
            self._stream.close()
            raise StopIteration
        self.number += 1
        if len(line) > self._limit:
            self._stream.close()
            raise DataError(
                f"line {self.number} is longer than {self._limit:,} characters; "
                "a table of one row a line is expected"
            )
        self._held.append(line)
        return line

    def take(self) -> list[tuple[int, str]]:
        """Return the lines read since the last call, with their numbers."""
        first = self.number - len(self._held) + 1
        taken = list(enumerate(self._held, start=first))
        self._held = []
        return taken


def find_encoding(path: Path) -> str:
    """Find how a text file is encoded: UTF-8, UTF-16 with a mark, GB 18030 or Windows-1252.

    Raises
    ------
    DataError
        When the bytes are none of these, or would read as nonsense.
    """
    with path.open("rb") as stream:
        start = stream.read(_SAMPLE_BYTES)
    for mark, name in _BOMS:
        if start.startswith(mark):
            return name
    if b"\x00" in start:
        raise DataError("it holds zero bytes, so it is not a text file; CSV is expected")
    if _decodes(path, "utf-8"):
        return "utf-8"
    if _decodes(path, "gb18030") and _chinese_share(start) >= _ENOUGH_CHINESE:
        return "gb18030"
    if _decodes(path, "cp1252") and not _FOREIGN_WORD.search(start.decode("cp1252", "replace")):
        return "cp1252"
    raise DataError(
        "its encoding is none of UTF-8, UTF-16, GB 18030 and Windows-1252; "
        "save it as UTF-8 and ingest it again"
    )


def find_delimiter(path: Path, encoding: str, limit: int) -> str:
    """Find the delimiter under which the first lines have the most equal number of cells."""
    lines = Lines(path, encoding, limit)
    sample = [line for line, _ in zip(lines, range(_SAMPLE_LINES), strict=False)]

    def regularity(delimiter: str) -> tuple[float, int]:
        try:
            widths = Counter(len(row) for row in csv.reader(sample, delimiter=delimiter) if row)
        except csv.Error:
            return 0.0, 0
        width, count = widths.most_common(1)[0] if widths else (1, 0)
        return (count / sum(widths.values()) if width > 1 else 0.0), width

    return max(_DELIMITERS, key=regularity)


def read_csv_header(lines: Lines, delimiter: str) -> list[str]:
    """Read the names in the first line that is not blank, as they are written."""
    try:
        names = next((row for row in csv.reader(lines, delimiter=delimiter) if any(row)), None)
    except csv.Error as error:
        raise DataError(f"line {lines.number}: the header cannot be read: {error}") from error
    lines.take()
    if names is None:
        raise DataError("it has no rows; a line of column names and rows below it are expected")
    return names


def check_names(names: list[str], line: int = 1) -> list[str]:
    """Refuse a header that is none, or that names a column twice."""
    while names and not names[-1]:
        names = names[:-1]
    named = [name or f"column {place}" for place, name in enumerate(names, start=1)]
    doubled = sorted(name for name, count in Counter(named).items() if count > 1)
    if doubled:
        raise DataError(f"line {line} names the column(s) {doubled} more than once; rename them")
    if sum(bool(_VALUE_LIKE.fullmatch(name)) for name in named) > len(named) / 2 or not named:
        raise DataError(
            f"line {line} holds values ({', '.join(named[:4])[:80]}); column names are expected"
        )
    return named


def read_csv_rows(lines: Lines, delimiter: str, width: int, bad: BadLines) -> Iterator[Row]:
    """Yield the rows that have ``width`` cells; the lines of all others go to ``bad``."""
    csv.field_size_limit(_SAMPLE_BYTES)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        try:
            row = next(reader, None)
            problem = "" if row is None else _width_problem(row, width)
        except csv.Error as error:
            row, problem = [], f"quotes do not match ({error})"
        taken = lines.take()
        if problem:
            for number, text in taken:
                bad.add(number, text, problem)
        elif row:
            yield taken[0][0], [cell or None for cell in row[:width]]
        elif row is None:
            return


def read_json_rows(lines: Lines, bad: BadLines) -> Iterator[tuple[int, JsonRow, str]]:
    """Yield one object a line, its values as texts, and the line; other lines go to ``bad``."""
    for text in lines:
        [(number, _)] = lines.take()
        if number == 1 and text.lstrip("﻿ \t").startswith("["):
            raise DataError("it is one JSON array; JSON lines (one object a line) are expected")
        if not text.strip():
            continue
        try:
            value = json.loads(text)
        except (ValueError, RecursionError) as error:
            bad.add(number, text, f"not JSON ({str(error)[:60]})")
            continue
        if isinstance(value, dict):
            row = {_whole(name): _json_cell(cell) for name, cell in value.items()}
            yield number, row, text.strip().lstrip("\ufeff")
        else:
            bad.add(number, text, "not an object of names and values")


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as stream:
        try:
            while chunk := stream.read(_CHUNK_BYTES):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _chinese_share(sample: bytes) -> float:
    """Share of two-byte characters that are among the 3,755 common ones of GB 2312."""
    text = sample.decode("gb18030", "ignore")
    foreign = [character for character in text if ord(character) > 0x7F]
    common = sum(
        0xB0 <= code[0] <= 0xD7 and code[1] >= 0xA1
        for code in (character.encode("gb18030") for character in foreign)
        if len(code) == 2
    )
    return common / max(len(foreign), 1)


def _width_problem(row: list[str], width: int) -> str:
    if not row or len(row) == width or (len(row) > width and not any(row[width:])):
        return ""
    return f"{len(row)} cells where the header has {width}"


def _json_cell(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return _whole(value) if value else None
    return _whole(json.dumps(value, ensure_ascii=False))


def _whole(text: str) -> str:
    """Put U+FFFD for halves of a character, which JSON can write and nothing else can hold."""
    if not _HALF.search(text):
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
