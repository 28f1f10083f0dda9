"""Whether a column writes the day or the month first: told by the column, or by the user."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from signals.clean import visible_text
from signals.errors import DataError

if TYPE_CHECKING:
    import pandas as pd

YEAR_LAST: Final = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})")
_MONTHS_A_YEAR: Final = 12
_STRAY: Final = 0.05  # share of cells in the other order that are taken for slips


class DateOrder(StrEnum):
    """Whether 3/4/2024 is the third of April or the fourth of March."""

    DAY_FIRST = "day-first"
    MONTH_FIRST = "month-first"


def find_date_order(values: pd.Series[Any], column: str) -> DateOrder | None:
    """Find the order of day and month in a column.

    Returns
    -------
    DateOrder | None
        None when no cell depends on it.

    Raises
    ------
    DataError
        When the cells may be read both ways, or contradict each other by more than a few slips.
    """
    if values.dtype.kind == "M":
        return None
    texts = values.dropna().astype(str)
    plain = texts.map({text: visible_text(text).removeprefix("'") for text in texts.unique()})
    found = plain.astype(str).str.extract(YEAR_LAST).dropna()
    first, second = found[0].astype(int), found[1].astype(int)
    day_first = int(((first > _MONTHS_A_YEAR) & (second <= _MONTHS_A_YEAR)).sum())
    month_first = int(((second > _MONTHS_A_YEAR) & (first <= _MONTHS_A_YEAR)).sum())
    if min(day_first, month_first) > _STRAY * (day_first + month_first):
        raise DataError(
            f"column {column!r} writes some days day first and some month first; "
            "write all as YYYY-MM-DD"
        )
    if day_first or month_first:
        return DateOrder.DAY_FIRST if day_first > month_first else DateOrder.MONTH_FIRST
    unsure = found[(first != second) & (first <= _MONTHS_A_YEAR) & (second <= _MONTHS_A_YEAR)]
    if len(unsure):
        example = values[unsure.index[0]]
        raise DataError(
            f"{str(example)!r} in column {column!r} may be day or month first, and no other cell "
            "tells; say which (--date-order): day-first or month-first"
        )
    return None
