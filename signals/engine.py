"""DuckDB, started once in a process, and what was asked of it of late.

Starting it takes five times as long as a query, and a question of one person asks ten of them, most
of which the next person's question asks again. A version of a table never changes, so an answer
stays right; what is kept is bounded in bytes.
"""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import duckdb

from signals.batch import stored_rows
from signals.errors import DataError
from signals.lake_lists import LOG

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyarrow as pa

    from signals.tables import Table

MOST_BYTES: Final = 64 * 1024 * 1024
"""Of answers that are kept, and of small tables."""
_SMALL_FILES: Final = 2 * 1024 * 1024
"""Of a table that is held rather than read again at every query."""


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a table.

    Parameters
    ----------
    written
        Nanoseconds since 1970: a table that was thrown away and written anew has another moment.
    """

    root: Path
    name: str
    number: int
    written: int


@dataclass(frozen=True, slots=True)
class Query:
    """One SELECT and what it reads.

    Parameters
    ----------
    views
        Each table and the query that its name stands for.
    sources
        What is stored of each table; one that is missing is empty.
    """

    text: str
    views: tuple[tuple[Table, str], ...]
    sources: tuple[tuple[Table, Version], ...]


def find_version(root: Path, table: Table, number: int) -> Version:
    """Find one version of a table."""
    commit = root / table.name / LOG / f"{number:020d}.json"
    return Version(root, table.name, number, commit.stat().st_mtime_ns if commit.exists() else 0)


def answer(query: Query, parameters: Mapping[str, object]) -> pa.Table:
    """Run a query that can reach no file and no network.

    Raises
    ------
    DataError
        When it cannot be run.
    """
    stored = tuple(version for _, version in query.sources)
    views = tuple((table.name, view) for table, view in query.views)
    key = (query.text, views, stored, repr(sorted(parameters.items())))
    known = _KEPT.get(key)
    if known is None:
        known = _run(query, parameters)
        _KEPT.put(key, known)
    return known


def _run(query: Query, parameters: Mapping[str, object]) -> pa.Table:
    sources = dict(query.sources)
    with _engine(os.getpid()).cursor() as connection:  # what it registers, no other cursor sees
        for table, view in query.views:
            found = sources.get(table)
            rows = table.schema.empty_table() if found is None else _rows(table, found)
            connection.register(f"stored_{table.name}", rows)
            connection.execute(f'CREATE TEMP VIEW "{table.name}" AS {view}')
        try:
            relation = connection.sql(query.text, params=dict(parameters))
        except duckdb.Error as error:
            raise DataError(f"the query cannot be run: {error}") from error
        if relation is None:
            raise DataError("the query gives no rows; it should be one SELECT")
        return relation.to_arrow_table()


class _Kept:
    """Tables by key, those used last, up to some bytes; safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tables: OrderedDict[object, pa.Table] = OrderedDict()
        self._bytes = 0

    def get(self, key: object) -> pa.Table | None:
        with self._lock:
            if key not in self._tables:
                return None
            self._tables.move_to_end(key)
            return self._tables[key]

    def put(self, key: object, rows: pa.Table) -> None:
        if rows.nbytes > MOST_BYTES / 8:  # whole tables are read once, by a run
            return
        with self._lock:
            if key in self._tables:
                return
            self._tables[key] = rows
            self._bytes += rows.nbytes
            while self._bytes > MOST_BYTES:
                self._bytes -= self._tables.popitem(last=False)[1].nbytes


_KEPT: Final = _Kept()
_SMALL: Final = _Kept()


@lru_cache(maxsize=1)
def _engine(_process: int) -> duckdb.DuckDBPyConnection:
    """Start DuckDB; a forked process starts its own."""
    connection = duckdb.connect(config={"threads": 2})
    connection.execute("SET GLOBAL TimeZone = 'UTC'")
    connection.execute("SET python_enable_replacements = false")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection


def _rows(table: Table, version: Version) -> Any:  # noqa: ANN401 - pyarrow is untyped
    """Open what is stored of a table; a small one is read whole, once."""
    key = (table.name, version)
    held = _SMALL.get(key)
    if held is not None:
        return held
    found = _dataset(table, version)
    if sum(Path(file).stat().st_size for file in getattr(found, "files", ())) > _SMALL_FILES:
        return found
    held = found.to_table()
    _SMALL.put(key, held)
    return held


@lru_cache(maxsize=64)
def _dataset(table: Table, version: Version) -> Any:  # noqa: ANN401 - pyarrow is untyped
    return stored_rows(version.root, table, version.number)
