"""The cells of a long table, read as times, numbers and categories."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa

from signals.errors import DataError
from signals.intake.readers import open_rows
from signals.long_table.cells import check_targets, numbers_of, numbers_or_codes, polarity_of
from signals.long_table.periods import SERIES, TARGET
from signals.long_table.times import read_times
from signals.table_writers import as_texts

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from signals.long_table.columns import TableColumns, TableRules
    from signals.long_table.times import Moments, Numbers, TimeStyle
    from signals.progress import Progress
    from signals.sentiment.scoring import Scorer

POLARITY: Final = "#polarity"
"""Column of what the texts say."""
_BETWEEN: Final = " / "  # the parts of a name of a series
_KEPT: Final = ("encoding", "delimiter")
_SHOWN: Final = 3
_MIDNIGHT: Final = " 00:00:00"  # of days that a column of moments holds


@dataclass(frozen=True, slots=True)
class TableCells:
    """A long table, its cells read.

    Parameters
    ----------
    rows
        A row a row of the file: the number of its series, its target (NaN where there is none),
        its drivers under their names in the file, and what its text says.
    times
        Of each row; ``written`` are the same as the file has them.
    names, ids
        Of the series in the order in which they appear: for people, and as the file has them.
    categories
        Texts by driver that holds texts and no numbers; its cells are places among them.
    below
        Rows whose target was below 0 in the file.
    about
        Encoding and delimiter of the file.
    """

    rows: pd.DataFrame
    times: Moments | Numbers
    written: list[str | None]
    style: TimeStyle
    names: list[str]
    ids: pa.Table
    categories: Mapping[str, list[str]]
    below: int
    about: Mapping[str, Any]


def read_cells(
    file: Path,
    columns: TableColumns,
    rules: TableRules,
    scorer: Scorer | None,
    progress: Progress,
) -> TableCells:
    """Read the columns of a table that are used.

    Raises
    ------
    DataError
        When the file cannot be read, lacks a column, or a cell is not what its column holds.
    """
    table, about = _read(file, columns)
    series, ids, names = _series(table, columns)
    times, style = read_times(table.column(columns.time), columns.time, rules.date_order)
    written = numbers_of(table, columns.target)
    targets = check_targets(written, series, rules.negatives, names, columns.target)
    cells: dict[str, Any] = {SERIES: series, TARGET: targets}
    categories: dict[str, list[str]] = {}
    for name in (*columns.known, *columns.static):
        cells[name], texts = numbers_or_codes(table, name)
        if texts:
            categories[name] = texts
            absent = np.isnan(cells[name]) & (name in columns.known)
            cells[name] = np.where(absent, -1.0, cells[name])
    cells |= {name: numbers_of(table, name) for name in columns.past}
    if columns.text is not None and scorer is not None:
        cells[POLARITY] = polarity_of(table, columns.text, scorer, progress)
    return TableCells(
        rows=pd.DataFrame(cells),
        times=times,
        written=[text and text.removesuffix(_MIDNIGHT) for text in _texts(table, columns.time)],
        style=style,
        names=names,
        ids=ids,
        categories=categories,
        below=int((written < 0).sum()),
        about=about,
    )


def _read(file: Path, columns: TableColumns) -> tuple[pa.Table, dict[str, Any]]:
    with open_rows(file) as found:
        columns.check(found.schema.names, file.name)
        if not found.bad_lines.empty:
            bad = found.bad_lines.head(_SHOWN)
            shown = "; ".join(
                f"line {a}: {b}" for a, b in zip(bad["line"], bad["problem"], strict=True)
            )
            raise DataError(
                f"{file.name} has {len(found.bad_lines):,} line(s) that hold no row ({shown}); "
                "mend them or take them out"
            )
        wanted = list(columns.used)
        schema = pa.schema([found.schema.field(name) for name in wanted])
        batches = [batch.select(wanted) for batch in found.batches]
        table = pa.Table.from_batches(batches, schema).combine_chunks()
        about: dict[str, Any] = {key: found.about[key] for key in _KEPT if key in found.about}
    if not table.num_rows:
        raise DataError(f"{file.name} has no rows below its header; at least two are expected")
    return table, about


def _texts(table: pa.Table, name: str) -> list[str | None]:
    column = table.column(name)
    if pa.types.is_timestamp(column.type):
        column = column.cast(pa.timestamp("s", column.type.tz), safe=False)
    return as_texts(column.combine_chunks())


def _series(table: pa.Table, columns: TableColumns) -> tuple[Numbers, pa.Table, list[str]]:
    """Give series numbers in the order in which they appear.

    Returns
    -------
    tuple
        Number of each row; the identifying columns and the name of each series.
    """
    parts = []
    for name in columns.ids:
        texts = as_texts(table.column(name).combine_chunks())
        if None in texts:
            raise DataError(
                f"column {name!r} names no series in row {texts.index(None) + 1}; each needs one"
            )
        parts.append(texts)
    if not parts:
        return np.zeros(table.num_rows, np.int64), table.select([]).slice(0, 1), [columns.target]
    keys = pd.MultiIndex.from_arrays(parts)
    numbers, distinct = pd.factorize(keys)
    _, first = np.unique(numbers, return_index=True)
    names = [_BETWEEN.join(key) for key in distinct]
    return numbers.astype(np.int64), table.select(list(columns.ids)).take(pa.array(first)), names
