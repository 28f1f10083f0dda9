"""One file, one table: a file read through its column map becomes a feed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pyarrow as pa

from signals.errors import DataError
from signals.frames import Col
from signals.intake.date_order import find_date_order
from signals.intake.excel_files import ABOVE, UNREAD
from signals.intake.feeds import Feed
from signals.intake.readers import read_raw

if TYPE_CHECKING:
    from pathlib import Path

    from signals.intake.column_map import ColumnMap
    from signals.intake.readers import RawTable


def read_table(path: Path, column_map: ColumnMap) -> list[Feed]:
    """Read a file whose columns are known."""
    return [table_feed(read_raw(path), column_map)]


def table_feed(
    raw: RawTable,
    column_map: ColumnMap,
    *,
    available_at: pd.Timestamp | None = None,
    currency: str | None = None,
) -> Feed:
    """Rename the columns of a file to those of its table.

    Parameters
    ----------
    available_at
        Moment at which the rows became known, for files that correct earlier ones. None lets each
        row have its own.
    currency
        Currency of the prices, for files that do not say.

    Raises
    ------
    DataError
        When a required column is missing, a named one is not there, or days may be read two ways.
    """
    column_map.check(list(raw.frame.columns))
    table = column_map.table
    frame = pd.DataFrame(
        {target: raw.frame[source] for target, source in column_map.columns.items()}
    )
    dated = [
        target
        for target in column_map.columns
        if pa.types.is_temporal(table.schema.field(target).type) and frame[target].dtype.kind != "M"
    ]
    order = column_map.date_order
    if order is None and dated:
        cells = pd.concat([frame[target] for target in dated], ignore_index=True)
        order = find_date_order(cells, ", ".join(column_map.columns[target] for target in dated))
    if available_at is not None:
        frame[Col.AVAILABLE_AT] = available_at
    if currency is not None:
        if Col.CURRENCY not in table.schema.names:
            raise DataError(f"{table.name} has no currency; leave --currency out")
        frame[Col.CURRENCY] = currency
    return Feed(
        table,
        frame,
        raw.file,
        lines=list(raw.lines),
        bad_lines=raw.bad_lines,
        date_order=order,
        decimal=column_map.decimal,
        left_out=_left_out(raw),
    )


def _left_out(raw: RawTable) -> dict[str, int]:
    """Count what the reader passed over: lines above the header, sheets after the first."""
    found: dict[str, int] = {}
    if raw.about.get(ABOVE):
        found[ABOVE] = int(raw.about[ABOVE])
    if raw.about.get(UNREAD):
        found[f"{UNREAD}: {raw.about[UNREAD]}"] = 1
    return found
