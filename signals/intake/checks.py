"""Named rules that rows must meet, and what is accepted instead."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from signals.frames import Col
from signals.tables import (
    BEHAVIOUR,
    COVARIATES,
    DOCUMENTS,
    PRODUCTS,
    SALES,
    DocumentKind,
    Measure,
    Table,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LONGEST_TEXT: Final = 20_000
LONGEST_NAME: Final = 1_000
_TOTAL: Final = re.compile(
    r"(?:grand[ -]?|sub[ -]?)?totals?(?: geral)?\s*:?|(?:grand |sub-?)total\b.*"
    r"|total (?:for|of|de)\b.*|sum:?|soma:?|合计.*|总计.*|小计.*|总和",
    re.IGNORECASE,
)
_EARLIEST: Final = pd.Timestamp("1970-01-01")
# The latest zone is 14 hours ahead of UTC: until then a day may have begun somewhere.
_AHEAD: Final = pd.Timedelta(hours=14)


class Rule(StrEnum):
    """Every reason to keep a row out, or to say something about it."""

    UNREADABLE_LINE = "unreadable line"
    REQUIRED_MISSING = "required value missing"
    WRONG_TYPE = "wrong type"
    UNREADABLE_DAY = "unreadable day"
    NOT_FINITE = "not a finite number"
    NEGATIVE = "negative count"
    PRICE_NOT_POSITIVE = "price not positive"
    PROMO_OUT_OF_RANGE = "promo out of range"
    STARS_OUT_OF_RANGE = "stars out of range"
    IN_FUTURE = "in the future"
    BEFORE_1970 = "before 1970"
    KNOWN_TOO_EARLY = "known before it happened"
    EMPTY_TEXT = "empty text"
    TEXT_TOO_LONG = "text too long"
    UNKNOWN_WORD = "unknown word"
    DUPLICATE_KEY = "same key, different values"
    CONFLICTS_WITH_LAKE = "differs from what is stored"
    TOTAL = "a total, not a sale"
    REVENUE_MISMATCH = "revenue is not units times price"
    UNKNOWN_PRODUCT = "product not in the product list"


ACCEPTED: Final = {
    Rule.UNREADABLE_LINE: "as many cells as the header, quotes that match, values for formulas",
    Rule.REQUIRED_MISSING: "a value in every row",
    Rule.WRONG_TYPE: "a number such as 12.5, or yes/no where asked (1.234 a thousand? --decimal)",
    Rule.UNREADABLE_DAY: "a day such as 2024-05-01, 01/05/2024 or 2024年5月1日",
    Rule.NOT_FINITE: "a finite number",
    Rule.NEGATIVE: "0 or more; returns go into a file of their own",
    Rule.PRICE_NOT_POSITIVE: "a price above 0, or empty when unknown",
    Rule.PROMO_OUT_OF_RANGE: "a share of the price from 0 to 1, or per cent with the sign %",
    Rule.STARS_OUT_OF_RANGE: "1 to 5, or empty",
    Rule.IN_FUTURE: "a day that has begun; plans are covariates, vintage is when they were made",
    Rule.BEFORE_1970: "1970-01-01 or later",
    Rule.KNOWN_TOO_EARLY: "available_at at or after the day or moment itself",
    Rule.EMPTY_TEXT: "a text with at least one visible character",
    Rule.TEXT_TOO_LONG: f"at most {LONGEST_TEXT:,} characters, {LONGEST_NAME:,} for names and ids",
    Rule.UNKNOWN_WORD: "one of the words this column may hold",
    Rule.DUPLICATE_KEY: "one row a key: add lines of one product, store and day up first",
    Rule.CONFLICTS_WITH_LAKE: "the stored value, or --available-at DATE to record a restatement",
    Rule.TOTAL: "rows of single products and stores; totals are added up here",
    Rule.REVENUE_MISMATCH: "revenue = units x price within 1 %; the row is kept as it is",
    Rule.UNKNOWN_PRODUCT: "an id from the products table; the row is kept as it is",
}
WARNINGS: Final = frozenset({Rule.REVENUE_MISMATCH, Rule.UNKNOWN_PRODUCT})
"""Rules that keep the row and only say something about it."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Rows of a frame that break one rule in one column.

    Parameters
    ----------
    mask
        True for each row that breaks it, in the frame's order.
    """

    rule: Rule
    column: str
    mask: pd.Series[bool]


def check_rows(table: Table, rows: pd.DataFrame, now: pd.Timestamp) -> list[Finding]:
    """Hold typed and cleaned rows against every rule of their table.

    Parameters
    ----------
    rows
        All columns of ``table`` with the types ``Lake.read`` gives.
    now
        What counts as the future comes after it.

    Returns
    -------
    list[Finding]
        Findings with at least one row.
    """
    found = [*_check_all(table, rows), *_OF_TABLE[table.name](rows, now)]
    return [finding for finding in found if finding.mask.any()]


def _check_all(table: Table, rows: pd.DataFrame) -> Iterator[Finding]:
    for name in table.schema.names:
        values = rows[name]
        if values.dtype.kind == "f":
            yield Finding(Rule.NOT_FINITE, name, pd.Series(np.isinf(values), index=rows.index))
        elif values.dtype == object and name != Col.TEXT:
            yield Finding(Rule.TEXT_TOO_LONG, name, values.str.len() > LONGEST_NAME)
        elif values.dtype.kind == "M" and name != Col.AVAILABLE_AT:
            earliest = _EARLIEST.tz_localize(getattr(values.dtype, "tz", None))
            yield Finding(Rule.BEFORE_1970, name, values < earliest)


def _check_sales(rows: pd.DataFrame, now: pd.Timestamp) -> Iterator[Finding]:
    units, price, revenue = rows[Col.UNITS], rows[Col.PRICE], rows[Col.REVENUE]
    yield Finding(Rule.NEGATIVE, Col.UNITS, units < 0)
    yield Finding(Rule.PRICE_NOT_POSITIVE, Col.PRICE, price <= 0)
    yield Finding(Rule.PROMO_OUT_OF_RANGE, Col.PROMO, _outside(rows[Col.PROMO], 0, 1))
    yield Finding(Rule.NEGATIVE, Col.REVENUE, revenue < 0)
    apart = (revenue - units * price).abs() > (0.01 * revenue.abs()).clip(lower=0.02)
    yield Finding(Rule.REVENUE_MISMATCH, Col.REVENUE, apart)
    yield _one_of(rows, Col.MEASURE, Measure)
    yield _total(rows, Col.PRODUCT_ID)
    yield _total(rows, Col.STORE_ID)
    yield from _check_day(rows, now)


def _check_behaviour(rows: pd.DataFrame, now: pd.Timestamp) -> Iterator[Finding]:
    for name in (Col.VIEWS, Col.CARTS, Col.PURCHASES):
        yield Finding(Rule.NEGATIVE, name, rows[name] < 0)
    yield _total(rows, Col.PRODUCT_ID)
    yield from _check_day(rows, now)


def _check_day(rows: pd.DataFrame, now: pd.Timestamp) -> Iterator[Finding]:
    day = rows[Col.DAY]
    yield Finding(Rule.IN_FUTURE, Col.DAY, day > (now + _AHEAD).tz_localize(None))
    early = rows[Col.AVAILABLE_AT] < day.dt.tz_localize("UTC")
    yield Finding(Rule.KNOWN_TOO_EARLY, Col.AVAILABLE_AT, early)


def _check_documents(rows: pd.DataFrame, now: pd.Timestamp) -> Iterator[Finding]:
    length = rows[Col.TEXT].str.len()
    yield Finding(Rule.EMPTY_TEXT, Col.TEXT, length == 0)
    yield Finding(Rule.TEXT_TOO_LONG, Col.TEXT, length > LONGEST_TEXT)
    yield Finding(Rule.STARS_OUT_OF_RANGE, Col.STARS, _outside(rows[Col.STARS], 1, 5))
    yield Finding(Rule.IN_FUTURE, Col.EVENT_TIME, rows[Col.EVENT_TIME] > now + _AHEAD)
    early = rows[Col.AVAILABLE_AT] < rows[Col.EVENT_TIME]
    yield Finding(Rule.KNOWN_TOO_EARLY, Col.AVAILABLE_AT, early)
    yield _one_of(rows, Col.KIND, DocumentKind)


def _check_covariates(rows: pd.DataFrame, now: pd.Timestamp) -> Iterator[Finding]:
    """Days may lie ahead (plans do); the vintage may not."""
    vintage = rows[Col.VINTAGE]
    yield Finding(Rule.IN_FUTURE, Col.VINTAGE, vintage > (now + _AHEAD).tz_localize(None))
    early = rows[Col.AVAILABLE_AT] < vintage.dt.tz_localize("UTC")
    yield Finding(Rule.KNOWN_TOO_EARLY, Col.AVAILABLE_AT, early)


def _check_products(rows: pd.DataFrame, now: pd.Timestamp) -> Iterator[Finding]:  # noqa: ARG001
    yield from ()


def _outside(values: pd.Series[Any], low: float, high: float) -> pd.Series[bool]:
    return (values < low) | (values > high)


def _total(rows: pd.DataFrame, column: str) -> Finding:
    totals = [text for text in rows[column].dropna().unique() if _TOTAL.fullmatch(str(text))]
    return Finding(Rule.TOTAL, column, rows[column].isin(totals))


def _one_of(rows: pd.DataFrame, column: str, words: type[StrEnum]) -> Finding:
    return Finding(Rule.UNKNOWN_WORD, column, ~rows[column].isin([word.value for word in words]))


_OF_TABLE: Final[dict[str, Callable[[pd.DataFrame, pd.Timestamp], Iterator[Finding]]]] = {
    SALES.name: _check_sales,
    PRODUCTS.name: _check_products,
    DOCUMENTS.name: _check_documents,
    COVARIATES.name: _check_covariates,
    BEHAVIOUR.name: _check_behaviour,
}
