"""The database of what the application itself remembers: SQLite in a file, or one a team shares.

Who keeps something there names its part and brings its tables; each part has a version of its own.
"""

from __future__ import annotations

import logging
import sqlite3
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

from signals.errors import ConfigError, DataError, MissingExtra

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Engine, MetaData
    from sqlalchemy.engine.interfaces import DBAPIConnection

logger = logging.getLogger(__name__)

_WAIT_S: Final = 10.0
_PARTS: Final = "groundswell_parts"
_LOCK: Final = 0x67726F756E64  # "ground"; any number that others who use the server do not take


class StateDatabase:
    """A database whose tables are made when they are first used.

    Several threads and processes may use one at once.

    Parameters
    ----------
    url
        As SQLAlchemy reads it: ``sqlite:///path/state.db``, ``postgresql+psycopg://...``.

    Raises
    ------
    ConfigError
        When the URL makes no sense.
    MissingExtra
        When the library of the database is not installed.
    """

    def __init__(self, url: str) -> None:
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
            Of these tables.

        Raises
        ------
        DataError
            When the database cannot be used, or its part was written by a newer version.
        """
        with self._told(part):
            self._make_ready(part, tables, version)
            with self._engine.begin() as connection:
                yield connection

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
            yield
        except SQLAlchemyError as error:
            raise DataError(
                f"the database of {part}, {self._engine.url!r}, cannot be used: "
                f"{getattr(error, 'orig', None) or error}"
            ) from error

    def _make_ready(self, part: str, tables: MetaData, version: int) -> None:
        from sqlalchemy.exc import SQLAlchemyError

        if part in self._ready:
            return
        try:
            found = _made(self._engine, part, tables, version)
        except SQLAlchemyError as error:  # a server without a lock: another made them just now
            logger.info("the tables of %s were not made: %s; looking again", part, error)
            found = _made(self._engine, part, tables, version)
        if found > version:
            raise DataError(
                f"the database of {part}, {self._engine.url!r}, has version {found} of its tables; "
                f"this Groundswell knows version {version}: install the newer Groundswell that "
                "wrote it, or name another database in GROUNDSWELL_DATABASE_URL"
            )
        self._ready.add(part)


def _made(engine: Engine, part: str, tables: MetaData, version: int) -> int:
    """Make the tables of a part where they are missing; return the version that is there."""
    from sqlalchemy import Column, Integer, MetaData, String, Table, func, insert, select

    meta = MetaData()
    parts = Table(
        _PARTS,
        meta,
        Column("part", String(64), primary_key=True),
        Column("version", Integer, nullable=False),
    )
    # one process makes the tables, the others wait for it
    with engine.execution_options(begin="BEGIN IMMEDIATE").begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
        meta.create_all(connection)
        found = connection.execute(select(parts.c.version).where(parts.c.part == part)).scalar()
        if found is None:
            tables.create_all(connection)
            connection.execute(insert(parts).values(part=part, version=version))
    return version if found is None else int(found)


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
