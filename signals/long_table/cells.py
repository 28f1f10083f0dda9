"""Columns of a long table as numbers: targets, drivers, categories, and what texts say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa

from signals.errors import DataError
from signals.intake.values import to_numbers
from signals.long_table.columns import Negatives
from signals.sentiment.text_scores import TextReader
from signals.table_writers import as_texts

if TYPE_CHECKING:
    import numpy.typing as npt

    from signals.long_table.times import Numbers
    from signals.progress import Progress
    from signals.sentiment.scoring import Scorer

Floats = np.ndarray[Any, np.dtype[np.float64]]

_LARGEST: Final = 1e15  # units above which sums are no longer exact
_AT_ONCE: Final = 2_000
_SHOWN: Final = 3


def numbers_of(table: pa.Table, name: str) -> Floats:
    """Read a column of numbers, NaN where it is empty.

    Raises
    ------
    DataError
        When a cell is no number, naming the first rows.
    """
    numbers, wrong = _parsed(table, name)
    if wrong.any():
        raise DataError(_not_numbers(table, name, wrong))
    return numbers


def numbers_or_codes(table: pa.Table, name: str) -> tuple[Floats, list[str]]:
    """Read numbers, or the places of texts among all distinct ones.

    Returns
    -------
    tuple
        Shape (rows,), NaN where empty; and the texts that the places stand for, none for numbers.

    Raises
    ------
    DataError
        When most cells are numbers and some are not.
    """
    numbers, wrong = _parsed(table, name)
    if not wrong.any():
        return numbers, []
    if wrong.sum() < np.isfinite(numbers).sum():
        raise DataError(_not_numbers(table, name, wrong))
    texts = pd.Series(as_texts(table.column(name).combine_chunks()), dtype=object)
    codes, found = pd.factorize(texts, sort=True)
    return np.where(codes < 0, np.nan, codes.astype(np.float64)), [str(text) for text in found]


def check_targets(
    values: Floats, series: Numbers, rule: Negatives, names: list[str], column: str
) -> Floats:
    """Refuse what cannot be forecast, or change it as the rule says.

    Raises
    ------
    DataError
        For infinite values, values beyond 1e15, and values below 0 unless the rule takes them.
    """
    too_large = np.abs(values) > _LARGEST
    if too_large.any():
        row = int(np.flatnonzero(too_large)[0])
        raise DataError(
            f"column {column!r} holds {values[row]:g} in row {row + 1} (series "
            f"{names[series[row]]!r}); at most {_LARGEST:g} is taken: count in millions"
        )
    below = values < 0
    if below.any() and rule is Negatives.ERROR:
        row = int(np.flatnonzero(below)[0])
        raise DataError(
            f"column {column!r} is below 0 in {int(below.sum()):,} row(s), first {values[row]:g} "
            f"in row {row + 1} (series {names[series[row]]!r}). Take returns for no sales: "
            "--negatives zero; or forecast values of either sign: --negatives keep"
        )
    return np.where(below, 0.0, values) if rule is Negatives.ZERO else values


def polarity_of(table: pa.Table, name: str, scorer: Scorer, progress: Progress) -> Floats:
    """Score a column of texts: polarity in [-1, 1], NaN where there is nothing to read."""
    reader = TextReader(scorer)
    texts = as_texts(table.column(name).combine_chunks())
    found: list[float] = []
    for start in range(0, len(texts), _AT_ONCE):
        scores = reader.read(texts[start : start + _AT_ONCE])
        found += [np.nan if score.polarity is None else score.polarity for score in scores]
        progress("scoring texts", len(found), len(texts))
    return np.asarray(found, dtype=np.float64)


def _parsed(table: pa.Table, name: str) -> tuple[Floats, npt.NDArray[np.bool_]]:
    column = table.column(name)
    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    column = column.cast(kind)
    if pa.types.is_boolean(kind) or pa.types.is_integer(kind) or pa.types.is_floating(kind):
        numbers = column.cast(pa.float64()).to_pandas().to_numpy(dtype=np.float64)
        return numbers, np.zeros(len(numbers), dtype=bool)
    if pa.types.is_decimal(kind):
        return column.cast(pa.float64()).to_pandas().to_numpy(np.float64), np.zeros(
            len(column), bool
        )
    cells = pd.Series(as_texts(column.combine_chunks()), dtype=object)
    parsed, wrong = to_numbers(cells)
    return parsed.to_numpy(dtype=np.float64), wrong.to_numpy(dtype=bool)


def _not_numbers(table: pa.Table, name: str, wrong: npt.NDArray[np.bool_]) -> str:
    rows = np.flatnonzero(wrong)
    column = table.column(name)
    shown = ", ".join(f"{str(column[int(r)])!r} in row {r + 1}" for r in rows[:_SHOWN])
    return (
        f"column {name!r} holds {len(rows):,} cell(s) that are no numbers ({shown}); "
        "numbers are expected: mend them or leave them empty"
    )
