"""Writing to the lake: one writer at a time, all tables of a batch or none.

``snapshot.json`` maps every table to the Delta version that readers see. A batch appends to the
Delta tables first and moves the snapshot last, by an atomic rename. A writer that dies in between
leaves tables ahead of the snapshot; the next writer rolls them back before it starts.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import logging
import os
import shutil
import time
import urllib.parse
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.dataset
from deltalake import DeltaTable, write_deltalake
from deltalake.exceptions import DeltaError

from signals.arrow import to_arrow
from signals.errors import DataError
from signals.frames import Col

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    import pandas as pd

    from signals.frames import Table

SNAPSHOT: Final = "snapshot.json"
_LOCK: Final = "writer.lock"
_ROW: Final = "row"
_MANY_FILES: Final = 32
_TARGET_BYTES: Final = 64 * 1024 * 1024
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

    def add(self, table: Table, frame: pd.DataFrame | pa.Table) -> int:
        """Add the rows whose key the table does not hold yet.

        With ``available_at`` where the table has it, so a restatement is a new row. A row that is
        there already stays as it is, and of rows with one key the first in ``frame`` is taken.

        Parameters
        ----------
        frame
            Any subset of the table's columns that holds its key; the others become null.

        Returns
        -------
        int
            Rows that were new.
        """
        rows = to_arrow(table, frame)
        new = rows.take(self._unknown(table, rows))
        count: int = new.num_rows
        if count:
            self._append(table, new)
        return count

    def contradictions(self, table: Table, frame: pd.DataFrame | pa.Table) -> Contradictions:
        """Find rows that share a key (with ``available_at``) but not their values."""
        rows = to_arrow(table, frame)
        key, columns = _list(row_key(table)), _list(table.schema.names)
        incoming = rows.append_column(_ROW, pa.array(np.arange(rows.num_rows)))
        other = " OR ".join(f'i."{n}" IS DISTINCT FROM s."{n}"' for n in table.schema.names)
        within = (
            f"SELECT {_ROW} FROM incoming SEMI JOIN (SELECT {key} FROM incoming "  # noqa: S608
            f"GROUP BY {key} HAVING count(DISTINCT hash({columns})) > 1) USING ({key})"
        )
        against = f"SELECT i.{_ROW} FROM incoming i JOIN stored s USING ({key}) WHERE {other}"  # noqa: S608
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
        return open_table(self._root, table.name, self.versions[table.name]).to_pyarrow_dataset()

    def _unknown(self, table: Table, rows: pa.Table) -> pa.Array:
        key = row_key(table)
        incoming = rows.select(key).append_column(_ROW, pa.array(np.arange(rows.num_rows)))
        columns = _list(key)
        query = f"SELECT min({_ROW}) AS {_ROW} FROM incoming GROUP BY {columns}"  # noqa: S608
        with duckdb.connect(config={"threads": 2}) as connection:
            connection.register("incoming", incoming)
            if table.name in self.versions:
                connection.register("stored", self._stored(table))
                query = (
                    f"SELECT {_ROW} FROM (SELECT {columns}, min({_ROW}) AS {_ROW} "  # noqa: S608
                    f"FROM incoming GROUP BY {columns}) ANTI JOIN stored USING ({columns})"
                )
            found = connection.sql(f"{query} ORDER BY {_ROW}").to_arrow_table()
        return found[_ROW].combine_chunks()

    def _append(self, table: Table, rows: pa.Table) -> None:
        folder = self._root / table.name
        write_deltalake(folder, rows, mode="append", configuration=_KEEP_HISTORY)
        stored = DeltaTable(folder)
        if len(stored.file_uris()) > _MANY_FILES:
            stored.optimize.compact(target_size=_TARGET_BYTES, max_concurrent_tasks=2)
        self.versions[table.name] = stored.version()


@contextlib.contextmanager
def write_batch(root: Path, *, wait_s: float) -> Iterator[Batch]:
    """Hold the writer's lock and yield a batch that is kept whole or not at all."""
    root.mkdir(parents=True, exist_ok=True)
    with _lock(root / _LOCK, wait_s):
        before = _roll_back(root, read_snapshot(root), logging.WARNING)
        batch = Batch(root, before)
        try:
            yield batch
        except BaseException:
            _roll_back(root, before, logging.DEBUG)
            raise
        if batch.versions != before:
            _flush_tables(root, before, batch.versions)
            _write_snapshot(root, batch.versions)


def read_snapshot(root: Path) -> dict[str, int]:
    """Read which version of each table is visible; empty for a new lake."""
    try:
        content = json.loads((root / SNAPSHOT).read_text(encoding="utf-8"))
        return {str(name): int(version) for name, version in content.items()}
    except FileNotFoundError:
        return {}
    except (ValueError, AttributeError, TypeError) as error:
        raise DataError(
            f"{root / SNAPSHOT} is damaged ({error}); it should map table names to versions: "
            "restore it from a backup or ingest again into a new --home"
        ) from error


def open_table(root: Path, name: str, version: int) -> DeltaTable:
    """Open one version of a table."""
    try:
        return DeltaTable(root / name, version=version)
    except (DeltaError, OSError) as error:
        raise DataError(
            f"version {version} of table {name!r} in {root} cannot be opened: {error}"
        ) from error


def row_key(table: Table) -> list[str]:
    """Columns that identify a row of the table."""
    return [*table.key, *([Col.AVAILABLE_AT] if table.has_history else [])]


def _list(columns: list[str]) -> str:
    return ", ".join(f'"{name}"' for name in columns)


@contextlib.contextmanager
def _lock(file: Path, wait_s: float) -> Iterator[None]:
    handle = os.open(file, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        deadline = time.monotonic() + wait_s
        while not _locked(handle):
            if time.monotonic() > deadline:
                raise DataError(
                    f"another writer has held {file} for {wait_s:.0f} s; "
                    "wait until it ends, then run the command again"
                )
            time.sleep(0.05)
        yield
    finally:
        os.close(handle)


def _locked(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _roll_back(root: Path, versions: Mapping[str, int], level: int) -> dict[str, int]:
    """Undo what a batch wrote that was not kept; return the versions to go on from."""
    now = dict(versions)
    for folder in sorted(path for path in root.iterdir() if path.is_dir()):
        if folder.name not in versions:
            logger.log(level, "table %s was never finished; it is removed", folder.name)
            shutil.rmtree(folder)
            continue
        stored = DeltaTable(folder)
        if stored.version() > versions[folder.name]:
            logger.log(level, "table %s is ahead of the snapshot; rolled back", folder.name)
            stored.restore(versions[folder.name])
            now[folder.name] = stored.version()
    if now != dict(versions):
        _write_snapshot(root, now)
    return now


def _write_snapshot(root: Path, versions: Mapping[str, int]) -> None:
    draft = root / f"{SNAPSHOT}.draft"
    draft.write_text(json.dumps(versions, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    _flush(draft)
    draft.replace(root / SNAPSHOT)
    _flush(root)


def _flush_tables(root: Path, before: Mapping[str, int], after: Mapping[str, int]) -> None:
    """Force what the batch wrote to disk, so that the snapshot never points at less."""
    for name, version in after.items():
        log = root / name / "_delta_log"
        for number in range(before.get(name, -1) + 1, version + 1):
            commit = log / f"{number:020d}.json"
            for line in commit.read_text(encoding="utf-8").splitlines():
                added = json.loads(line).get("add")
                if added:
                    _flush(root / name / urllib.parse.unquote(added["path"]))
            _flush(commit)
        _flush(log)


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
