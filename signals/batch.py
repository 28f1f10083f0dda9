"""Writing to the lake: one writer at a time, all tables of a batch or none.

``snapshot.json`` maps every table to the Delta version that readers see. A batch appends to the
Delta tables first and moves the snapshot last, by an atomic rename. A writer that dies in between
leaves tables ahead of the snapshot; the next writer rolls them back before it starts. No writer
reads, compacts or restores files that are damaged: that would make the damage look whole.
"""

from __future__ import annotations

import contextlib
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.dataset
from deltalake import WriterProperties, write_deltalake
from deltalake.exceptions import DeltaError

from signals.arrow import to_arrow
from signals.disk import lock, writing
from signals.errors import GroundswellError
from signals.frames import Col
from signals.lake_files import files_of, names_in
from signals.lake_lists import check_log, list_files, log_trusted
from signals.snapshot import (
    LOCK,
    begin_snapshots,
    flush_tables,
    open_table,
    roll_back,
    write_snapshot,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    import pandas as pd
    from deltalake import DeltaTable

    from signals.tables import Table

ABSENT: Final = -1
"""Version of a table that was never written."""

_ROW: Final = "row"
_MANY_FILES: Final = 32
_TARGET_BYTES: Final = 24 * 1024 * 1024
"""Of a compacted file; of one of 64 MB, 300 MB more are held while it is written."""
_SMALL_BYTES: Final = _TARGET_BYTES // 2
_ROWS_AT_ONCE: Final = 4_096
"""Rows of a compacted file that are held until they are written: of vectors, 6 MB."""
_PARQUET: Final = pyarrow.dataset.ParquetFileFormat(
    default_fragment_scan_options=pyarrow.dataset.ParquetFragmentScanOptions(pre_buffer=True)
)
# Earlier snapshots stay readable: Delta would else drop log entries after 30 days.
_KEEP_HISTORY: Final = {
    "delta.logRetentionDuration": "interval 36500 days",
    "delta.enableExpiredLogCleanup": "false",
}

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Contradictions:
    """Positions of rows in a frame whose key stands for two different rows.

    Parameters
    ----------
    within
        The other row is in the same frame.
    against
        The other row is in the lake.
    """

    within: np.ndarray[Any, np.dtype[np.int64]]
    against: np.ndarray[Any, np.dtype[np.int64]]


class Batch:
    """Rows that become visible together. Made by ``Lake.batch()``."""

    def __init__(self, root: Path, versions: Mapping[str, int]) -> None:
        self._root = root
        self.versions = dict(versions)

    def add(
        self, table: Table, frame: pd.DataFrame | pa.Table, *, compared_with: int | None = None
    ) -> int:
        """Add the rows whose key the table does not hold yet.

        With ``available_at`` where the table has it, so a restatement is a new row. A row that is
        there already stays as it is, and of rows with one key the first in ``frame`` is taken.

        Parameters
        ----------
        frame
            Any subset of the table's columns that holds its key; the others become null.
        compared_with
            Version of the table that holds none of these keys, as the caller knows, who has no
            key twice either. While it is the newest, nothing is compared, so that adding piece
            by piece does not read the table again for each piece.

        Returns
        -------
        int
            Rows that were new.
        """
        new = to_arrow(table, frame)
        if compared_with is None or self.versions.get(table.name, ABSENT) != compared_with:
            new = new.take(self._unknown(table, new))
        count: int = new.num_rows
        if count:
            self._append(table, new)
        return count

    def restore(self, table: Table, version: int) -> None:
        """Make a table what it was at an earlier version; ``ABSENT`` empties it.

        The versions between stay readable.
        """
        folder = self._root / table.name
        with log_trusted(folder):
            stored = open_table(self._root, table.name)
            check_log(folder, stored)
            if version == ABSENT:
                stored.delete()
            else:
                files_of(self._root, table.name, version)
                stored.restore(version)
            like = None if version == ABSENT else version
            list_files(folder, stored, self.versions[table.name], like)
        self.versions[table.name] = stored.version()

    def remove(self, table: Table, column: str, text: str) -> None:
        """Take out the rows whose column holds a text; earlier versions of the table keep them."""
        if table.name in self.versions:
            files_of(self._root, table.name, self.versions[table.name])
            quoted = text.replace("'", "''")
            with log_trusted(self._root / table.name):
                stored = open_table(self._root, table.name)
                check_log(self._root / table.name, stored)
                stored.delete(f"{column} = '{quoted}'")
                self._wrote(table, stored)

    def contradictions(self, table: Table, frame: pd.DataFrame | pa.Table) -> Contradictions:
        """Find rows that share a key (with ``available_at``) but not their values."""
        rows = to_arrow(table, frame)
        key, columns = _list(row_key(table)), _list(table.schema.names)
        incoming = rows.append_column(_ROW, pa.array(np.arange(rows.num_rows)))
        other = " OR ".join(f'i."{n}" IS DISTINCT FROM s."{n}"' for n in table.schema.names)
        within = (
            f"SELECT {_ROW} FROM incoming SEMI JOIN (SELECT {key} FROM incoming "
            f"GROUP BY {key} HAVING count(DISTINCT hash({columns})) > 1) USING ({key})"
        )
        against = f"SELECT i.{_ROW} FROM incoming i JOIN stored s USING ({key}) WHERE {other}"
        with duckdb.connect(config={"threads": 2}) as connection:
            connection.register("incoming", incoming)
            connection.register("stored", self._stored(table))
            return Contradictions(
                *(
                    connection.sql(query).to_arrow_table()[_ROW].to_numpy()
                    for query in (within, against)
                )
            )

    def _stored(self, table: Table) -> pa.Table | pyarrow.dataset.Dataset:
        if table.name not in self.versions:
            return table.schema.empty_table()
        return stored_rows(self._root, table, self.versions[table.name])

    def _unknown(self, table: Table, rows: pa.Table) -> pa.Array:
        key = row_key(table)
        incoming = rows.select(key).append_column(_ROW, pa.array(np.arange(rows.num_rows)))
        columns = _list(key)
        query = f"SELECT min({_ROW}) AS {_ROW} FROM incoming GROUP BY {columns}"
        with duckdb.connect(config={"threads": 2}) as connection:
            connection.register("incoming", incoming)
            if table.name in self.versions:
                connection.register("stored", self._stored(table))
                query = (
                    f"SELECT {_ROW} FROM (SELECT {columns}, min({_ROW}) AS {_ROW} "
                    f"FROM incoming GROUP BY {columns}) ANTI JOIN stored USING ({columns})"
                )
            found = connection.sql(f"{query} ORDER BY {_ROW}").to_arrow_table()
        return found[_ROW].combine_chunks()

    def _append(self, table: Table, rows: pa.Table) -> None:
        folder = self._root / table.name
        with log_trusted(folder):
            if table.name in self.versions:
                check_log(folder, open_table(self._root, table.name))
            # a table of an earlier release gains the columns it lacks, empty in its rows
            write_deltalake(
                folder, rows, mode="append", schema_mode="merge", configuration=_KEEP_HISTORY
            )
            stored = open_table(self._root, table.name)
            self._wrote(table, stored)
            sizes = [(folder / name).stat().st_size for name in names_in(stored)]
            if sum(size < _SMALL_BYTES for size in sizes) > _MANY_FILES:
                files_of(self._root, table.name, stored.version())
                stored.optimize.compact(
                    target_size=_TARGET_BYTES,
                    max_concurrent_tasks=1,
                    writer_properties=WriterProperties(max_row_group_size=_ROWS_AT_ONCE),
                )
                self._wrote(table, stored)

    def _wrote(self, table: Table, stored: DeltaTable) -> None:
        """Go on from the version that was just written."""
        list_files(self._root / table.name, stored, self.versions.get(table.name))
        self.versions[table.name] = stored.version()


@contextlib.contextmanager
def write_batch(root: Path, *, wait_s: float) -> Iterator[Batch]:
    """Hold the writer's lock and yield a batch that is kept whole or not at all."""
    with writing(root):
        root.mkdir(parents=True, exist_ok=True)
        with lock(root / LOCK, wait_s):
            before = roll_back(root, begin_snapshots(root), logging.WARNING)
            batch = Batch(root, before)
            try:
                yield batch
                if batch.versions != before:
                    flush_tables(root, before, batch.versions)
                    write_snapshot(root, batch.versions)
            except BaseException:
                _undo(root, before)
                raise


def _undo(root: Path, before: Mapping[str, int]) -> None:
    """Roll a failed batch back; where that fails too, as on a full disk, the next writer does."""
    try:
        roll_back(root, before, logging.DEBUG)
    except (GroundswellError, OSError, DeltaError) as error:
        logger.warning("what the batch wrote is undone by the next writer: %s", error)


def stored_rows(root: Path, table: Table, version: int) -> pyarrow.dataset.Dataset:
    """Open a version of a table whose files are whole.

    Raises
    ------
    DataError
        When they are not.
    """
    files = [str(file) for file in files_of(root, table.name, version)]
    if not files:
        return pyarrow.dataset.dataset(table.schema.empty_table())
    return pyarrow.dataset.dataset(files, schema=table.schema, format=_PARQUET)


def row_key(table: Table) -> list[str]:
    """Columns that identify a row of the table."""
    return [*table.key, *([Col.AVAILABLE_AT] if table.has_history else [])]


def _list(columns: list[str]) -> str:
    return ", ".join(f'"{name}"' for name in columns)
