"""The database of what the application itself remembers: SQLite in a file, or one a team shares.

Who keeps something there names its part and brings its tables; each part has a version of its own.
Several tenants may share a database: a column ``tenant`` says whose each row is.
"""

from __future__ import annotations

import logging
import os
import sqlite3
import tempfile
from contextlib import closing, contextmanager, nullcontext, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from signals.disk import flush, writing
from signals.errors import ConfigError, DataError, MissingExtra
from signals.state_sums import add_sum_function, check_sums, keep_sums

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlalchemy import Connection, Engine, MetaData
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
        except (ArgumentError, ValueError):
            raise ConfigError(
                "the database URL cannot be read; expected one like "
                "postgresql+psycopg://user:password@host/name, in GROUNDSWELL_DATABASE_URL"
            ) from None  # the error quotes the URL
        except ModuleNotFoundError as error:
            raise MissingExtra(str(error.name), "postgres") from error
        if self._engine.dialect.name == "sqlite":
            event.listen(self._engine, "connect", _use_wal)
            event.listen(self._engine, "begin", _begin)
        self.tenant = tenant
        self._ready: set[str] = set()
        self._file = _file_of(self._engine)

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
        with self._told(part):
            self._make_ready(part, tables, version)
            with self._engine.begin() as connection:
                before = _changes(connection)
                yield connection
                wrote = _changes(connection) != before
            if wrote and self._file:
                _fold(self._engine)

    def prepare(self, part: str, tables: MetaData, *, version: int = 1) -> None:
        """Make the tables of a part if they are not there, for a transaction of another part.

        Raises
        ------
        DataError
            As ``transaction`` does.
        """
        with self._told(part):
            self._make_ready(part, tables, version)

    def close(self) -> None:
        """Let go of the database; it is opened again when it is used."""
        self._engine.dispose()

    @contextmanager
    def _told(self, part: str) -> Iterator[None]:
        from sqlalchemy.exc import SQLAlchemyError

        try:
            with writing(self._file) if self._file else nullcontext():
                yield
        except SQLAlchemyError as error:
            raise DataError(
                f"the database of {part}, {self._engine.url!r}, cannot be used: "
                f"{getattr(error, 'orig', None) or error}"
            ) from error

    def scrub(self) -> None:
        """Overwrite what was deleted; only SQLite keeps it in free pages and in its log.

        PostgreSQL reuses the room by itself; ``VACUUM FULL`` there empties it at once.

        Raises
        ------
        DataError
            When another process is writing for so long that this one gives up.
        """
        if self._engine.dialect.name != "sqlite":
            return
        handle = self._engine.raw_connection()
        try:
            handle.cursor().execute("VACUUM")
            handle.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except sqlite3.OperationalError as error:
            raise DataError(
                f"{self._engine.url!r} is in use ({error}), so what was erased from it is not yet "
                "overwritten: stop groundswell serve and run the command again"
            ) from error
        finally:
            handle.close()

    def _make_ready(self, part: str, tables: MetaData, version: int) -> None:
        from sqlalchemy.exc import SQLAlchemyError

        if part in self._ready:
            return
        if self._file:
            _begin_file(self._file)
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
        if self._file:
            self._check(part, tables)
        self._ready.add(part)

    def _check(self, part: str, tables: MetaData) -> None:
        try:
            with self._engine.begin() as connection:
                check_sums(connection, tables.sorted_tables)
        except DataError as error:
            raise DataError(
                f"{self._file}, the database of {part}, cannot be used: {error}; put the file back "
                "from a backup, or move it away to begin anew"
            ) from error

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
            if connection.dialect.name == "sqlite" and (found is None or found <= version):
                keep_sums(connection, tables.sorted_tables)
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


def _file_of(engine: Engine) -> Path | None:
    """Give the file of a SQLite database; None where it has none."""
    name = engine.url.database if engine.dialect.name == "sqlite" else None
    return Path(name) if name and name != ":memory:" else None


def _begin_file(file: Path) -> None:
    """Make the file so that it is never there empty: an empty one was cut.

    Raises
    ------
    DataError
        When it is empty.
    """
    if not file.parent.is_dir():
        return  # SQLite tells
    if file.exists():
        if not file.stat().st_size:
            raise DataError(
                f"{file} is empty: it was cut, or its disk was full; put it back from a backup, or "
                "delete it to begin anew"
            )
        return
    handle, name = tempfile.mkstemp(prefix=f".{file.name}.", suffix=".draft", dir=file.parent)
    os.close(handle)
    try:
        with closing(sqlite3.connect(name)) as connection:
            connection.execute("PRAGMA journal_mode=WAL")  # writes the first page
        with suppress(FileExistsError):  # another process began it just now
            os.link(name, file)
        flush(file.parent)
    finally:
        Path(name).unlink(missing_ok=True)


def _changes(connection: Connection) -> int:
    """Count what a connection has written; only SQLite tells."""
    return int(getattr(connection.connection.driver_connection, "total_changes", 0))


def _fold(engine: Engine) -> None:
    """Fold the write-ahead log into the file unless others read: in the log a bit can flip unseen.

    SQLite takes a damaged log for one that a death cut short, and forgets what was in it.
    """
    with engine.connect() as connection:
        driver = connection.connection.driver_connection
        if driver is None:
            return
        driver.execute("PRAGMA busy_timeout=0")
        try:
            driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        except sqlite3.OperationalError as error:
            logger.debug("the log is folded in later: %s", error)
        finally:
            driver.execute(f"PRAGMA busy_timeout={int(_WAIT_S * 1000)}")


def _patience(url: str) -> dict[str, float]:
    return {"timeout": _WAIT_S} if url.startswith("sqlite") else {}


def _use_wal(connection: DBAPIConnection, _record: object) -> None:
    """Let readers go on while one process writes."""
    connection.isolation_level = None  # else the driver commits before each CREATE TABLE
    add_sum_function(connection)
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys=ON")
    with suppress(sqlite3.OperationalError):  # in use just now: the file keeps its mode till then
        cursor.execute("PRAGMA journal_mode=WAL")
    cursor.close()


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get("begin", "BEGIN"))
