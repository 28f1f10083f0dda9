"""JSON lines, read strictly and in little memory. Runs in the reader's child process."""

from __future__ import annotations

import json
import math
import re
from typing import TYPE_CHECKING, Any, Final

from signals.errors import DataError
from signals.intake.text_files import NO_TEXT
from signals.intake.typed_cells import number_cell

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signals.intake.text_files import BadLines, Lines

JsonRow = dict[str, str | None]

_HALF: Final = re.compile("[\ud800-\udfff]")


def read_json_rows(lines: Lines, bad: BadLines) -> Iterator[tuple[int, JsonRow, str]]:
    """Yield one object a line, its values as texts, and the line; other lines go to ``bad``."""
    for text in lines:
        [(number, _)] = lines.take()
        if number == 1 and text.lstrip("﻿ \t").startswith("["):
            raise DataError("it is one JSON array; JSON lines (one object a line) are expected")
        if not text.strip():
            continue
        try:
            if NO_TEXT.search(text):
                bad.add(number, NO_TEXT.sub("\ufffd", text), "holds bytes that are no text")
                continue
            value = json.loads(text, object_pairs_hook=_object)
        except (ValueError, RecursionError) as error:
            bad.add(number, text, f"not JSON ({str(error)[:60]})")
            continue
        if isinstance(value, dict):
            row = {_whole(name): _json_cell(cell) for name, cell in value.items()}
            yield number, row, text.strip().lstrip("\ufeff")
        else:
            bad.add(number, text, "not an object of names and values")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("it gives a name twice")
    return found


def _json_cell(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return _whole(value) if value else None
    if isinstance(value, float) and math.isfinite(value):
        return number_cell(value)
    return _whole(json.dumps(value, ensure_ascii=False))


def _whole(text: str) -> str:
    """Put U+FFFD for halves of a character, which JSON can write and nothing else can hold."""
    if not _HALF.search(text):
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
