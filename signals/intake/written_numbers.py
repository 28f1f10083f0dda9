"""Numbers as people write them in the cells of a file.

How decimals are written is judged over whole columns, never cell by cell, and what may be read in
two ways is not read.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from signals.clean import visible_text

if TYPE_CHECKING:
    from collections.abc import Iterable


class DecimalMark(StrEnum):
    """Whether 1.234 is a bit more than one or over a thousand."""

    POINT = "point"
    COMMA = "comma"


_CURRENCIES: Final = {
    mark: code
    for code, marks in (
        ("brl", "R$ BRL"), ("usd", "US$ $ USD"), ("eur", "€ EUR"), ("gbp", "£ GBP"),
        ("cny", "¥ ￥ 元 CNY RMB"), ("jpy", "円 JPY"), ("chf", "CHF"), ("inr", "₹ INR"),
    )
    for mark in marks.lower().split()
}  # fmt: skip
_PIECES: Final = (
    "pcs", "pc", "pieces", "piece", "units", "unit", "un", "und", "unid", "unidades", "ea",
    "件", "个", "只", "台",
)  # fmt: skip
_LONGEST: Final = 400  # the largest numbers there are, with every digit
_BEFORE: Final = "|".join(re.escape(mark) for mark in _CURRENCIES)
_AFTER: Final = "|".join(re.escape(mark) for mark in (*_CURRENCIES, *_PIECES))
_MARKED: Final = re.compile(
    rf"(?P<sign>[+-]?)(?:(?P<before>{_BEFORE})\s?)?(?P<number>[+-]?[\d.,'’ ]*\d[.,]*"
    rf"(?:e[+-]?\d+)?)(?:\s?(?P<after>{_AFTER})\.?)?(?P<behind>-?)",
    re.IGNORECASE,
)
_PLAIN: Final = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?")
_COMMA_GROUPS: Final = re.compile(r"[+-]?[1-9]\d{0,2}(?:,\d{3})+(?:\.\d*)?")
_POINT_GROUPS: Final = re.compile(r"[+-]?[1-9]\d{0,2}(?:\.\d{3})+(?:,\d*)?")
_MARK_GROUPS: Final = re.compile(r"[+-]?[1-9]\d{0,2}(?:(?: \d{3})+|(?:['’]\d{3})+)(?:[.,]\d*)?")
_SURE: Final = {
    mark: re.compile(
        rf"[+-]?(?:\d*{mark}(?:\d{{1,2}}|\d{{4,}})|(?:0\d*|\d{{4,}}|){mark}\d+"
        rf"|[1-9]\d{{0,2}}(?:{group}\d{{3}})+{mark}\d*|[1-9]\d{{0,2}}(?:{group}\d{{3}}){{2,}})"
    )
    for mark, group in ((r"\.", ","), (",", r"\."))
}
_WHOLE: Final = re.compile(r"[+-]?\d+")
_SPECIAL: Final = {"inf": np.inf, "+inf": np.inf, "-inf": -np.inf, "infinity": np.inf}


def writes_decimal_comma(cells: Iterable[Any]) -> bool | None:
    """Tell from cells that can be read in one way only; None when there are none.

    Examples
    --------
    >>> writes_decimal_comma(["1.234", "9,90"]), writes_decimal_comma(["1.234", "12"])
    (True, None)
    """
    bare = [_parts(number_text(cell))[0] for cell in cells]
    point = sum(bool(_SURE[r"\."].fullmatch(text)) for text in bare)
    comma = sum(bool(_SURE[","].fullmatch(text)) for text in bare)
    return comma > point if point or comma else None


def read_numbers(
    cells: Iterable[Any], *, comma: bool | None, said: DecimalMark | None = None
) -> dict[Any, float | None]:
    """Read the distinct cells of a column.

    Parameters
    ----------
    comma
        Whether other columns of the file write decimals with a comma; None when they do not tell.
        The column's own cells come first.
    said
        What somebody said of the file; it counts for each cell that can be read in two ways.

    Returns
    -------
    dict
        Number of each cell; None where it is none, may be two numbers, or is in another currency or
        unit than the most.
    """
    texts = {cell: number_text(cell) for cell in cells}
    own = writes_decimal_comma(texts.values())
    if said is not None:
        comma = said is DecimalMark.COMMA
    elif own is not None:
        comma = own
    parts = {cell: _parts(text) for cell, text in texts.items()}
    marks = Counter(mark for _, mark in parts.values() if mark)
    usual = marks.most_common(1)[0][0] if marks else ""
    # 1.234 among 12 and 345: whoever writes decimals would have written some other than three
    unsure = comma is None and any(_WHOLE.fullmatch(bare) for bare, _ in parts.values())
    read: dict[Any, float | None] = {}
    for cell, (bare, mark) in parts.items():
        doubtful = unsure and _POINT_GROUPS.fullmatch(bare)
        by_itself = writes_decimal_comma([bare]) if said is not None else None
        by = bool(comma) if by_itself is None else by_itself
        read[cell] = None if doubtful or mark not in {"", usual} else _number(bare, comma=by)
    return read


def number_text(cell: object) -> str:
    """Give a cell in plain characters; empty when it is too long, or holds raised figures.

    Raised and circled figures are notes beside a number, and would be read as its digits.
    """
    text = str(cell)
    if len(text) > _LONGEST:
        return ""
    if not text.isascii():
        if any(unicodedata.category(character) == "No" for character in text):
            return ""
        text = text.replace("，", ",").replace("−", "-")
    return visible_text(text)


def _parts(text: str) -> tuple[str, str]:
    """Take a number out of its currency, unit and sign: ``("-12.5", "eur")``."""
    bare = text.removeprefix("'").strip()
    below = bare.startswith("(") and bare.endswith(")")
    found = _MARKED.fullmatch(bare[1:-1].strip() if below else bare.removesuffix("%").strip())
    if found is None:
        return bare, ""
    number = found["number"].strip()
    before, after = ((found[part] or "").lower() for part in ("before", "after"))
    if before and after:
        return bare, ""
    mark = _CURRENCIES.get(before or after, "pieces" if after else "")
    if below or found["behind"]:
        number = f"-{number}"
    return f"{found['sign']}{number}{'%' * bare.endswith('%')}", mark


def _number(bare: str, *, comma: bool) -> float | None:
    if bare.lower() in _SPECIAL:
        return _SPECIAL[bare.lower()]
    share = bare.endswith("%")
    text = bare.removesuffix("%")
    if _MARK_GROUPS.fullmatch(text):
        text = re.sub(r"[ '’]", "", text)
    if comma:
        if "." in text and not _POINT_GROUPS.fullmatch(text):
            return None
        text = text.replace(".", "").replace(",", ".")
    elif "," in text:
        if not _COMMA_GROUPS.fullmatch(text):
            return None
        text = text.replace(",", "")
    return float(text) / (100 if share else 1) if _PLAIN.fullmatch(text) else None
