"""An uploaded file, brought into the lake."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from signals import (
    DataError,
    DateOrder,
    DecimalMark,
    given_column_map,
    guess_column_map,
    ingest,
    read_raw,
    recall_column_map,
    remember_column_map,
    table_feed,
    table_named,
)
from ui.audit import Deed
from ui.demo_shop import refuse_mixture
from ui.wiring import make_audit, make_lake_to_fill

if TYPE_CHECKING:
    from pathlib import Path

    from signals import ColumnMap, Progress, RawTable
    from ui.settings import Settings
    from ui.tasks.asked import IngestAsked


def ingest_file(
    settings: Settings, path: Path, asked: IngestAsked, progress: Progress
) -> dict[str, Any]:
    """Judge a file and store its good rows; the same file twice changes nothing.

    Raises
    ------
    DataError
        When the file cannot be read, its columns are guessed and that is not wanted, or too many
        rows are bad (``BatchRefused``, with the report).
    """
    lake = make_lake_to_fill(settings)
    refuse_mixture(lake, settings, asked.file)
    raw = read_raw(path)
    column_map = _columns(settings, raw, asked)
    with make_audit(settings).noting(Deed.INGEST, asked.file) as told:
        report = ingest(
            lake,
            [table_feed(raw, column_map, currency=asked.currency)],
            source=asked.file,
            now=pd.Timestamp.now("UTC"),
            progress=progress,
            max_quarantine_share=1.0 if asked.accept_partial else settings.max_quarantine_share,
        )
        told.append(f"batch {report.batch_id}")
    remember_column_map(settings.workspace.column_maps, list(raw.frame.columns), column_map)
    return {**report.to_dict(), "stored": True}


def _columns(settings: Settings, raw: RawTable, asked: IngestAsked) -> ColumnMap:
    wanted = table_named(asked.table) if asked.table else None
    header = list(raw.frame.columns)
    known = recall_column_map(settings.workspace.column_maps, header)
    is_known = known is not None and wanted in (None, known.table)
    guess = known if known is not None and is_known else guess_column_map(raw.frame, wanted)
    order = DateOrder(asked.date_order) if asked.date_order else None
    decimal = DecimalMark(asked.decimal) if asked.decimal else None
    found = given_column_map(guess, asked.map, order, decimal)
    found.check(header)
    if not (is_known or asked.map or asked.accept_guess):
        columns = ", ".join(f"{target}={source}" for target, source in found.columns.items())
        raise DataError(
            f"the columns of {asked.file} are guessed as {found.table.name}: {columns}; nothing "
            "was stored: send it again with accept_guess=true, or correct with map (and table)"
        )
    return found
