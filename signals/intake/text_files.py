"""Text files line by line, in little memory. Runs in the reader's child process."""

from __future__ import annotations

import csv
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Self

from signals.errors import DataError
from signals.intake.csv_dialect import is_value
from signals.intake.text_encoding import UNREAD_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MOST_COLUMNS: Final = 4_096
"""Columns of a table; more are a matrix, or meant to keep whoever looks at them busy."""

NO_TEXT: Final = re.compile("[\x00\ud800-\udfff]")
"""What a line holds where the bytes of the file are no text."""

_MOST_BAD: Final = 200_000
_MOST_LINES: Final = 1_000  # of one row; a quote that is open for longer was never closed


@dataclass(slots=True)
class BadLines:
    """Lines that hold no row, with what is wrong with them."""

    line: list[int] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    problem: list[str] = field(default_factory=list)

    def add(self, line: int, text: str, problem: str) -> None:
        if len(self.line) == _MOST_BAD:
            raise DataError(
                f"more than {_MOST_BAD:,} of its lines hold no row, the last is line {line}: "
                f"{problem}; a table of one row a line is expected"
            )
        self.line.append(line)
        self.text.append(text.strip()[:200])
        self.problem.append(problem)


class Lines:
    """Lines of a text file, each at most ``limit`` characters, kept until ``take``."""

    def __init__(self, path: Path, encoding: str, limit: int) -> None:
        errors = UNREAD_BYTES if encoding.startswith("utf-8") else "strict"
        self._stream = path.open(encoding=encoding, errors=errors, newline="")
        self._limit = limit
        self.number = 0
        self._held: list[str] = []
        self._again: list[str] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if len(self._held) == _MOST_LINES:
            raise csv.Error("a quote is not closed")
        line = self._again.pop() if self._again else self._read()
        if not line:
            raise StopIteration
        self.number += 1
        self._held.append(line)
        return line

    def _read(self) -> str:
        line = "" if self._stream.closed else self._stream.readline(self._limit + 1)
        if not line:
            self._stream.close()
        if len(line) > self._limit:
            self._stream.close()
            raise DataError(
                f"line {self.number + 1} is longer than {self._limit:,} characters; "
                "a table of one row a line is expected"
            )
        return line

    def take(self, most: int = _MOST_LINES) -> list[tuple[int, str]]:
        """Return the lines read since the last call, with their numbers.

        Lines beyond the first ``most`` are read once more.
        """
        if len(self._held) == 1:
            [line], self._held = self._held, []
            return [(self.number, line)]
        first = self.number - len(self._held) + 1
        taken = list(enumerate(self._held[:most], start=first))
        back = self._held[most:]
        self._again += reversed(back)
        self.number -= len(back)
        self._held = []
        return taken


def check_names(names: list[str], line: int = 1) -> list[str]:
    """Refuse a header that is none, or that names a column twice."""
    while names and not names[-1]:
        names = names[:-1]
    named = [name or f"column {place}" for place, name in enumerate(names, start=1)]
    doubled = sorted(name for name, count in Counter(named).items() if count > 1)
    if doubled:
        raise DataError(f"line {line} names the column(s) {doubled} more than once; rename them")
    if sum(map(is_value, named)) > len(named) / 2 or not named:
        raise DataError(
            f"line {line} holds values ({', '.join(named[:4])[:80]}); column names are expected"
        )
    if len(named) > MOST_COLUMNS:
        raise DataError(f"it has {len(named):,} columns; at most {MOST_COLUMNS:,} are read")
    return named
