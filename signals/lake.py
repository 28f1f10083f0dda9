"""The lake: Delta tables that remember what was known when.

Reading goes through DuckDB on the Arrow dataset of one table version, so filters and columns are
pushed down to the files. Writing is in ``signals.batch``.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from pyarrow.parquet import ParquetFile

from signals.arrow import to_frame
from signals.batch import ABSENT, Batch, write_batch
from signals.disk import identity_of
from signals.engine import Query, answer, find_version
from signals.lake_files import files_of, table_damage
from signals.lake_queries import conditions_of, known_by, names_of, newest_of, where_all
from signals.snapshot import SNAPSHOT, read_snapshots, read_whole_snapshot
from signals.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    import pandas as pd
    import pyarrow as pa

    from signals.disk import Identity
    from signals.sealing import Keyring
    from signals.tables import Table

_ROWS = 4_096
_PAGES = 1 << 20


class Lake:
    """Tables of one workspace.

    Parameters
    ----------
    root
        Folder with one Delta table a folder; need not exist yet.
    versions
        Table versions to read, as ``versions()`` gave them earlier; None reads the newest.
    keyring
        Seals documents as they come in, beside the cleaned ones; None drops what was masked.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from signals.tables import SCORES
    >>> lake = Lake(Path(tempfile.mkdtemp()))
    >>> len(lake.read(SCORES))
    0
    """

    def __init__(
        self,
        root: Path,
        versions: Mapping[str, int] | None = None,
        keyring: Keyring | None = None,
    ) -> None:
        self.root = root
        self.keyring = keyring
        self._versions = dict(versions) if versions is not None else None

    def versions(self) -> dict[str, int]:
        """Return the version of each table that this lake reads; give it to ``Lake`` to replay.

        While files of the newest snapshot are damaged, it reads the newest one that is whole.
        """
        if self._versions is not None:
            return dict(self._versions)
        return read_whole_snapshot(self.root)

    def mark(self) -> Identity | None:
        """Give what changes with every write and costs next to nothing; None for a new lake."""
        try:
            return identity_of(self.root / SNAPSHOT)
        except FileNotFoundError:
            return None

    def at(self, versions: Mapping[str, int]) -> Lake:
        """Return this lake as it was at some versions, for reading."""
        return Lake(self.root, versions)

    def lost(self) -> list[str]:
        """List the tables of which the version that this lake reads is gone or damaged.

        Versions go when a table is vacuumed or its folder is restored from elsewhere.
        """
        return [
            name
            for name, version in sorted(self.versions().items())
            if table_damage(self.root, name, version)
        ]

    def damaged(self) -> list[str]:
        """Name the damaged files of the newest snapshot, those of every table."""
        newest = read_snapshots(self.root)[-1]
        return [each for name in sorted(newest) for each in self._damage(name, newest[name])]

    def mend(self) -> dict[str, int]:
        """Take each damaged table back to the newest version that is whole.

        What was brought in since is to be brought in again, what was computed to be run again.

        Returns
        -------
        dict
            By its name, the version that each damaged table was taken back to; -1 where none was
            whole and the table is empty now.

        Raises
        ------
        DataError
            When the log of a table is damaged too.
        """
        mended = {}
        snapshots = read_snapshots(self.root)
        with self.batch() as batch:
            for name, version in snapshots[-1].items():
                if not self._damage(name, version):
                    continue
                earlier = {each[name] for each in snapshots if name in each}
                whole = [each for each in earlier if not self._damage(name, each)]
                table = next(table for table in TABLES if table.name == name)
                batch.restore(table, max(whole, default=ABSENT))
                mended[name] = max(whole, default=ABSENT)
        return mended

    def _damage(self, name: str, version: int) -> list[str]:
        return table_damage(self.root, name, version)

    @contextlib.contextmanager
    def batch(self, *, wait_s: float = 600.0) -> Iterator[Batch]:
        """Add rows to tables so that all become visible together, or none when the block raises.

        Parameters
        ----------
        wait_s
            Seconds to wait for another writer before giving up with a ``DataError``.
        """
        if self._versions is not None:
            raise ValueError("this lake reads an earlier snapshot; write through Lake(root)")
        with write_batch(self.root, wait_s=wait_s) as batch:
            yield batch

    def read(
        self,
        table: Table,
        *,
        as_of: pd.Timestamp | None = None,
        where: Mapping[str, object] | None = None,
        columns: Sequence[str] | None = None,
    ) -> pd.DataFrame:
        """Read a table in the order of its key.

        Parameters
        ----------
        as_of
            A moment with a zone: only rows known by then count. None means everything.
        where
            Column to value, or to a list of values any of which will do. Judged on what was known
            as of the moment, so an outdated version of a row never matches.
        columns
            Columns to return; None means all.

        Returns
        -------
        pd.DataFrame
            For tables with ``available_at`` the newest version of each key. Days are naive
            ``datetime64[ns]``, moments ``datetime64[ns, UTC]``. Empty, with the same types, when
            nothing was stored.
        """
        wanted = list(columns) if columns is not None else table.schema.names
        unknown = {*wanted, *(where or {})} - set(table.schema.names)
        if unknown:
            raise ValueError(
                f"table {table.name!r} has no column(s) {sorted(unknown)}; "
                f"it has {table.schema.names}"
            )
        parameters: dict[str, object] = {}
        early, late = conditions_of(table, where or {}, parameters)
        query = newest_of(table, [*early, *known_by(table, as_of, parameters)])
        ordered = f"{where_all(late)} ORDER BY {names_of(table.key)}"
        query = f"SELECT {names_of(wanted)} FROM ({query}){ordered}"
        return to_frame(self._answer([table], query, None, parameters))

    def sql(
        self,
        query: str,
        *,
        as_of: pd.Timestamp | None = None,
        parameters: Mapping[str, object] | None = None,
    ) -> pd.DataFrame:
        """Run one SELECT of DuckDB's SQL over the tables as they were known at a moment.

        Tables go by their names (``sales``, ``documents``); ``$name`` in the query is filled from
        ``parameters``. The query can reach nothing but the lake: no files, no network.
        """
        return to_frame(self.arrow(query, as_of=as_of, parameters=parameters))

    def arrow(
        self,
        query: str,
        *,
        as_of: pd.Timestamp | None = None,
        parameters: Mapping[str, object] | None = None,
    ) -> pa.Table:
        """Do as ``sql`` does, but give an Arrow table, in which many texts need little memory.

        ``stored_documents`` and the like hold every version of a row.
        """
        used = [table for table in TABLES if table.name in query]
        return self._answer(used, query, as_of, dict(parameters or {}))

    def scan(self, table: Table, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """Walk through all stored rows, every version, a few at a time, as they lie in the files.

        However large the table, only some pages of one file are held.
        """
        versions = self.versions()
        if table.name in versions:
            for file in files_of(self.root, table.name, versions[table.name]):
                with ParquetFile(file, buffer_size=_PAGES) as rows:
                    yield from rows.iter_batches(_ROWS, columns=list(columns))

    def _answer(
        self,
        tables: Sequence[Table],
        query: str,
        as_of: pd.Timestamp | None,
        parameters: Mapping[str, object],
    ) -> pa.Table:
        """Run a query over ``stored_NAME`` of each table and a view NAME of what was known."""
        versions = self.versions()
        for table in tables:
            if table.name in versions:
                files_of(self.root, table.name, versions[table.name])
        views = {table: newest_of(table, known_by(table, as_of, None)) for table in tables}
        sources = {
            table: find_version(self.root, table, versions[table.name])
            for table in tables
            if table.name in versions
        }
        return answer(Query(query, tuple(views.items()), tuple(sources.items())), parameters)
