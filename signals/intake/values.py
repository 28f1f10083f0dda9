"""Cells as people write them, to numbers, days, moments and truth values.

Every function takes a column of any type and returns the values with a mask of the cells that hold
something else. How a column writes its decimals and the order of its days and months is judged over
the whole column, never cell by cell.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from signals.clean import visible_text
from signals.intake.date_order import YEAR_LAST, DateOrder
from signals.intake.written_numbers import read_numbers

if TYPE_CHECKING:
    from collections.abc import Callable

    from signals.intake.written_numbers import DecimalMark

_EMPTY: Final = frozenset({"", "na", "n/a", "nan", "null", "none", "-", "--", "无", "#n/a", "nat"})
_YEAR_FIRST: Final = re.compile(r"(\d{4})(?:年|[-/.])(\d{1,2})(?:月|[-/.])(\d{1,2})日?")
_COMPACT: Final = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})")
_NAMED: Final = re.compile(
    r"(?:(\d{1,2})(?:\s+de)?[ -])?([A-Za-zç]{3,9})\.?"
    r"(?:[ -](?:de\s+)?(\d{1,2}))?,?[ -]+(?:de\s+)?(\d{4})"
)
_TIME: Final = re.compile(
    r"[T ]\s*(\d{1,2}):(\d{2})(?::(\d{2})(\.\d{1,9})?)?\s*(Z|UTC|[+-]\d{2}:?\d{2})?", re.IGNORECASE
)
_WEEKDAY: Final = re.compile(r"(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,? ", re.IGNORECASE)
_SERIAL: Final = re.compile(r"(\d{5})(?:\.\d+)?")
_SERIAL_ZERO: Final = pd.Timestamp("1899-12-30")  # of Excel, with its 29th of February 1900
_USUAL: Final = re.compile(
    r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2})?)?"
)
_EPOCH: Final = re.compile(r"\d{10}(?:\d{3})?(?:\.0)?")
_FIRST_YEAR, _LAST_YEAR = 1678, 2261  # what datetime64[ns] can hold
_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        ("jan", "feb fev", "mar", "apr abr", "may mai", "jun", "jul", "aug ago", "sep set",
         "oct out", "nov", "dec dez"), start=1)
    for name in names.split()
}  # fmt: skip
_TRUE: Final = frozenset({"true", "1", "1.0", "yes", "y", "t", "是", "有", "有货", "sim", "s"})
_FALSE: Final = frozenset({"false", "0", "0.0", "no", "n", "f", "否", "无货", "缺货", "não", "nao"})


Parsed = tuple["pd.Series[Any]", "pd.Series[bool]"]


def to_texts(values: pd.Series[Any]) -> Parsed:
    """Read texts; a whole number read as a float by a spreadsheet loses its ".0"."""
    if values.dtype.kind == "f":
        whole = (values % 1 == 0) & (values.abs() < 2**53)
        texts = values.astype(object).where(~whole, values.where(whole, 0).astype("int64"))
        return texts.where(values.notna()).map(str, na_action="ignore"), _none(values)
    return _each(values, lambda cell: visible_text(str(cell)) or None)


def to_numbers(
    values: pd.Series[Any], *, comma: bool | None = None, said: DecimalMark | None = None
) -> Parsed:
    """Read numbers: decimal point or comma, groups of thousands, currencies, units, per cent.

    Parameters
    ----------
    comma
        Whether other columns write decimals with a comma; None when they do not tell.
    said
        What somebody said of the file.
    """
    if is_number_column(values):
        return values.astype("float64"), _none(values)
    filled = [cell for cell in values.dropna().unique() if not _is_empty(cell)]
    read = read_numbers(filled, comma=comma, said=said)
    wrong = [cell for cell, number in read.items() if number is None]
    return values.astype(object).map(read).astype("float64"), values.isin(wrong)


def is_number_column(values: pd.Series[Any]) -> bool:
    """Tell whether the cells are numbers by their type, not texts that hold some."""
    return values.dtype.kind in "fiu" or isinstance(values.dtype, pd.Float64Dtype | pd.Int64Dtype)


def to_days(values: pd.Series[Any], order: DateOrder | None = None) -> Parsed:
    """Read days; a time of day is dropped, in the zone it is written in.

    A column of nothing but numbers such as 45413 holds days as Excel counts them.
    """
    if values.dtype.kind == "M":
        days = values.dt.tz_localize(None) if values.dt.tz is not None else values
        return _in_range(days.dt.normalize(), "datetime64[ns]")
    filled = [_text(cell) for cell in values.dropna().unique() if not _is_empty(cell)]
    serial = bool(filled) and all(_SERIAL.fullmatch(text) for text in filled)
    read = _serial_day if serial else partial(_day, order=order)
    days, wrong = _each(values, lambda cell: read(_text(cell)))
    return days.astype("datetime64[ns]"), wrong


def to_moments(values: pd.Series[Any], order: DateOrder | None = None) -> Parsed:
    """Read moments; without a zone they are UTC, a bare day is its midnight."""
    if values.dtype.kind == "M":
        moments = values if values.dt.tz is not None else values.dt.tz_localize("UTC")
        return _in_range(moments, "datetime64[ns, UTC]")
    texts = values.astype("string")
    usual = texts.str.fullmatch(_USUAL).fillna(value=False).astype(bool)
    moments = pd.to_datetime(texts.where(usual), format="ISO8601", utc=True, errors="coerce")
    unread = values.where(moments.isna())
    others, wrong = _each(unread, lambda cell: _moment(_text(cell), order))
    moments = moments.fillna(pd.to_datetime(others, utc=True))
    return moments.astype("datetime64[ns, UTC]"), wrong


def to_truths(values: pd.Series[Any]) -> Parsed:
    """Read yes and no in English, Chinese and Portuguese."""
    if values.dtype.kind == "b" or isinstance(values.dtype, pd.BooleanDtype):
        return values.astype("boolean"), _none(values)
    truths, wrong = _each(values, _truth)
    return truths.astype("boolean"), wrong


def _each(values: pd.Series[Any], read: Callable[[Any], Any]) -> Parsed:
    """Read each distinct cell once; ``read`` raises ValueError for what it cannot read."""
    known: dict[object, object] = {}
    wrong = set()
    for cell in values.dropna().unique():
        if _is_empty(cell):
            known[cell] = None
            continue
        try:
            known[cell] = read(cell)
        except ValueError:
            known[cell] = None
            wrong.add(cell)
    return values.astype(object).map(known), values.isin(wrong)


def _is_empty(cell: object) -> bool:
    return isinstance(cell, str) and cell.strip().lower() in _EMPTY


def _none(values: pd.Series[Any]) -> pd.Series[bool]:
    return pd.Series(data=False, index=values.index, dtype=bool)


def _text(cell: object) -> str:
    return visible_text(str(cell))


def _in_range(moments: pd.Series[Any], kind: str) -> Parsed:
    """Take moments to nanoseconds; those beyond the years 1678 to 2261 do not fit and are wrong."""
    outside = (moments.dt.year < _FIRST_YEAR) | (moments.dt.year > _LAST_YEAR)
    return moments.mask(outside).astype(pd.api.types.pandas_dtype(kind)), outside


def _serial_day(text: str) -> pd.Timestamp:
    return _SERIAL_ZERO + pd.Timedelta(days=int(text[:5]))


def _day(text: str, order: DateOrder | None) -> pd.Timestamp:
    day, rest = _leading_day(text, order)
    if rest and not _TIME.fullmatch(rest):
        raise ValueError(text)
    return day


def _moment(text: str, order: DateOrder | None) -> pd.Timestamp:
    if _EPOCH.fullmatch(text):
        number = float(text)
        return pd.Timestamp(int(number if number < 1e11 else number / 1000), unit="s", tz="UTC")
    day, rest = _leading_day(text, order)
    if not rest:
        return day.tz_localize("UTC")
    time = _TIME.fullmatch(rest)
    if not time:
        raise ValueError(text)
    hour, minute, second, fraction, zone = time.groups()
    written = f"{day:%Y-%m-%d}T{int(hour):02d}:{minute}:{second or '00'}{fraction or ''}"
    zone = "+00:00" if zone is None or zone.upper() in {"Z", "UTC"} else zone
    return pd.Timestamp(f"{written}{zone}").tz_convert("UTC")


def _leading_day(text: str, order: DateOrder | None) -> tuple[pd.Timestamp, str]:
    text = _WEEKDAY.sub("", text)
    for pattern in (_YEAR_FIRST, _COMPACT, YEAR_LAST, _NAMED):
        found = pattern.match(text)
        if found:
            year, month, day = _parts(found, pattern, order)
            if not _FIRST_YEAR <= year <= _LAST_YEAR:
                break
            return pd.Timestamp(year=year, month=month, day=day), text[found.end() :]
    raise ValueError(text)


def _parts(
    found: re.Match[str], pattern: re.Pattern[str], order: DateOrder | None
) -> tuple[int, int, int]:
    if pattern in (_YEAR_FIRST, _COMPACT):
        return int(found[1]), int(found[2]), int(found[3])
    if pattern is YEAR_LAST:
        first, second = int(found[1]), int(found[2])
        if order is DateOrder.MONTH_FIRST:
            first, second = second, first
        return int(found[3]), second, first
    day, month = found[1] or found[3], _MONTHS.get(found[2][:3].lower())
    if day is None or month is None:
        raise ValueError(found[0])
    return int(found[4]), month, int(day)


def _truth(cell: object) -> bool:
    text = _text(cell).lower()
    if text not in _TRUE | _FALSE:
        raise ValueError(text)
    return text in _TRUE
