"""The database of what the application itself remembers: SQLite in a file, or one a team shares.

Who keeps something there names its part and brings its tables; each part has a version of its own.
Several tenants may share a database: a column ``tenant`` says whose each row is.
"""

from __future__ import annotations

import logging
import sqlite3
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

from signals.errors import ConfigError, DataError, MissingExtra

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlalchemy import Connection, MetaData
    from sqlalchemy.engine.interfaces import DBAPIConnection

logger = logging.getLogger(__name__)

_WAIT_S: Final = 10.0
_PARTS: Final = "groundswell_parts"
MAIN: Final = "main"
"""The tenant where nobody names one."""
_LOCK: Final = 0x67726F756E64  # "ground"; any number that others who use the server do not take


class StateDatabase:
    """A database whose tables are made when they are first used.

    Several threads and processes may use one at once.

    Parameters
    ----------
    url
        As SQLAlchemy reads it: ``sqlite:///path/state.db``, ``postgresql+psycopg://...``.
    tenant
        Whose rows those who keep something there read and write.

    Raises
    ------
    ConfigError
        When the URL makes no sense.
    MissingExtra
        When the library of the database is not installed.
    """

    def __init__(self, url: str, tenant: str = MAIN) -> None:
        from sqlalchemy import create_engine, event
        from sqlalchemy.exc import ArgumentError

        try:
            self._engine = create_engine(url, connect_args=_patience(url), pool_pre_ping=True)
        except ArgumentError as error:
            raise ConfigError(
                "the database URL cannot be read; expected one like "
                "postgresql+psycopg://user:password@host/name, in GROUNDSWELL_DATABASE_URL"
            ) from error
        except ModuleNotFoundError as error:
            raise MissingExtra(str(error.name), "postgres") from error
        if self._engine.dialect.name == "sqlite":
            event.listen(self._engine, "connect", _use_wal)
            event.listen(self._engine, "begin", _begin)
        self.tenant = tenant
        self._ready: set[str] = set()

    @contextmanager
    def transaction(self, part: str, tables: MetaData, *, version: int = 1) -> Iterator[Connection]:
        """Give a connection whose writes are kept together or not at all.

        Parameters
        ----------
        part
            Who asks: ``conversations``, ``alerts``.
        tables
            Of this part; made if they are not there.
        version
            Of these tables. Tables of an older one are made anew and filled from those that were
            there; their rows become this tenant's.

        Raises
        ------
        DataError
            When the database cannot be used, or its part was written by a newer version.
        """
        from sqlalchemy.exc import SQLAlchemyError

        try:
            if part not in self._ready:
                self._prepare(part, tables, version)
                self._ready.add(part)
            with self._engine.begin() as connection:
                yield connection
        except SQLAlchemyError as error:
            raise DataError(
                f"the database of {part}, {self._engine.url!r}, cannot be used: "
                f"{getattr(error, 'orig', None) or error}"
            ) from error

    def close(self) -> None:
        """Let go of the database; it is opened again when it is used."""
        self._engine.dispose()

    def _prepare(self, part: str, tables: MetaData, version: int) -> None:
        from sqlalchemy.exc import SQLAlchemyError

        try:
            found = self._made(part, tables, version)
        except SQLAlchemyError as error:  # a server without a lock: another made them just now
            logger.info("the tables of %s were not made: %s; looking again", part, error)
            found = self._made(part, tables, version)
        if found > version:
            raise DataError(
                f"the database of {part}, {self._engine.url!r}, has version {found} of its tables; "
                f"this Groundswell knows version {version}: install the newer Groundswell that "
                "wrote it, or name another database in GROUNDSWELL_DATABASE_URL"
            )

    def _made(self, part: str, tables: MetaData, version: int) -> int:
        """Make the tables of a part where they are missing or old; return what version is there."""
        from sqlalchemy import (
            Column,
            Integer,
            MetaData,
            String,
            Table,
            func,
            insert,
            select,
            update,
        )

        meta = MetaData()
        parts = Table(
            _PARTS,
            meta,
            Column("part", String(64), primary_key=True),
            Column("version", Integer, nullable=False),
        )
        here = parts.c.part == part
        # one process makes the tables, the others wait for it
        with self._engine.execution_options(begin="BEGIN IMMEDIATE").begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
            meta.create_all(connection)
            found = connection.execute(select(parts.c.version).where(here)).scalar()
            if found is None:
                tables.create_all(connection)
                connection.execute(insert(parts).values(part=part, version=version))
            elif found < version:
                _rebuild(connection, tables, {"tenant": self.tenant})
                connection.execute(update(parts).where(here).values(version=version))
                logger.info("the tables of %s were brought to version %d", part, version)
        return version if found is None else max(int(found), version)


def _rebuild(connection: Connection, tables: MetaData, added: Mapping[str, str]) -> None:
    """Make tables anew and fill them from those of the same names; ``added`` are new columns.

    Numbers that the database gives out are given anew, in the same order.
    """
    from sqlalchemy import MetaData, Table, insert, inspect, literal, select, text

    look, old = inspect(connection), MetaData()
    quoted = connection.dialect.identifier_preparer.quote
    known = [table for table in tables.sorted_tables if look.has_table(table.name)]
    for table in reversed(known):
        for index in look.get_indexes(table.name):
            if not index.get("duplicates_constraint"):
                connection.execute(text(f"DROP INDEX {quoted(str(index['name']))}"))
        renamed = f"{quoted(table.name)} RENAME TO {quoted(f'{table.name}_before')}"
        connection.execute(text(f"ALTER TABLE {renamed}"))
    tables.create_all(connection)
    for table in known:
        before = Table(f"{table.name}_before", old, autoload_with=connection)
        numbered = table.autoincrement_column
        kept = [c for c in table.columns if c.name in before.c and c is not numbered]
        new = [c for c in table.columns if c.name in added and c.name not in before.c]
        rows = select(*(before.c[c.name] for c in kept), *(literal(added[c.name]) for c in new))
        ordered = rows.order_by(*before.primary_key.columns)
        connection.execute(insert(table).from_select([*kept, *new], ordered))
    for table in reversed(known):
        old.tables[f"{table.name}_before"].drop(connection)


def _patience(url: str) -> dict[str, float]:
    return {"timeout": _WAIT_S} if url.startswith("sqlite") else {}


def _use_wal(connection: DBAPIConnection, _record: object) -> None:
    """Let readers go on while one process writes."""
    connection.isolation_level = None  # else the driver commits before each CREATE TABLE
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys=ON")
    with suppress(sqlite3.OperationalError):  # in use just now: the file keeps its mode till then
        cursor.execute("PRAGMA journal_mode=WAL")
    cursor.close()


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get("begin", "BEGIN"))
