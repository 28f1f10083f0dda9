"""Forecasts of a long table, written like the table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa

from signals.errors import DataError
from signals.intake.readers import RawRows
from signals.table_writers import open_table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from signals.long_table.cells import Floats
    from signals.long_table.panel import LongTable

POINT: Final = "point"
NOTE: Final = "note"
_PREFIX: Final = "q"


def level_column(level: float) -> str:
    """Name the column of a quantile level.

    Examples
    --------
    >>> level_column(0.1)
    'q0.1'
    """
    return f"{_PREFIX}{level:g}"


def check_written_names(names: Sequence[str], levels: Sequence[float], file: Path) -> None:
    """Refuse identifying columns that are called like the columns to be written.

    Raises
    ------
    DataError
        Naming them.
    """
    written = {POINT, NOTE, *map(level_column, levels)}
    doubled = sorted(written & set(names))
    if doubled:
        raise DataError(
            f"{file.name} has the column(s) {doubled}, which the forecast writes: rename them"
        )


def write_forecast(
    out: Path,
    table: LongTable,
    point: Floats,
    quantiles: Mapping[float, Floats],
    notes: Sequence[str],
) -> int:
    """Write one row a series and period ahead.

    Identifying columns and times have the types and the form of the file that was read; values have
    its unit.

    Parameters
    ----------
    point, quantiles
        The latter by level; shape (series, horizon).
    notes
        What there is to say of each series; empty where nothing.

    Returns
    -------
    int
        Rows written.
    """
    horizon, series = len(table.ahead), len(table.names)
    row, step = np.divmod(np.arange(series * horizon), horizon)
    keys: dict[str, pa.Array] = {
        name: table.ids.column(name).combine_chunks().take(pa.array(row))
        for name in table.ids.column_names
    }
    keys[table.time] = table.ahead.take(pa.array(step))
    schema = pa.schema([(name, column.type) for name, column in keys.items()])
    values: dict[str, Any] = {POINT: pa.array(point.ravel())}
    values |= {level_column(level): pa.array(found.ravel()) for level, found in quantiles.items()}
    values[NOTE] = pa.array(np.asarray(notes, dtype=object)[row], pa.string())
    added = pa.schema([(name, column.type) for name, column in values.items()])
    rows = RawRows(schema, len(row), pd.DataFrame(), dict(table.about), iter(()))
    with open_table(out, rows, added) as write:
        write(
            pa.RecordBatch.from_arrays(list(keys.values()), schema=schema),
            pa.RecordBatch.from_arrays(list(values.values()), schema=added),
        )
    return len(row)
