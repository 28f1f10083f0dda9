"""A SQLite database in a file of its own: never there empty, its log folded in, nothing left over.

In the write-ahead log a bit can flip unseen: SQLite takes a damaged log for one that a death cut
short, and forgets what was in it. So what is written does not stay there.
"""

from __future__ import annotations

import logging
import os
import sqlite3
import tempfile
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from signals.disk import flush
from signals.errors import DataError
from signals.state_sums import add_sum_function

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine
    from sqlalchemy.engine.interfaces import DBAPIConnection

logger = logging.getLogger(__name__)

WAIT_S: Final = 10.0
"""Seconds to wait for another process that writes."""
_BEGIN: Final = "begin"
ALONE: Final = {_BEGIN: "BEGIN IMMEDIATE"}
"""Option of a connection whose transactions let nobody else write from their beginning on."""


def file_of(engine: Engine) -> Path | None:
    """Give the file of a SQLite database; None where it has none."""
    name = engine.url.database if engine.dialect.name == "sqlite" else None
    return Path(name) if name and name != ":memory:" else None


def begin_file(file: Path) -> None:
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


def set_up(engine: Engine) -> None:
    """Let readers go on while one process writes, and say ourselves when a transaction begins."""
    from sqlalchemy import event

    event.listen(engine, "connect", _use_wal)
    event.listen(engine, "begin", _begin)


def changes(connection: Connection) -> int:
    """Count what a connection has written; only SQLite tells."""
    return int(getattr(connection.connection.driver_connection, "total_changes", 0))


def fold(engine: Engine) -> bool:
    """Fold the write-ahead log into the file; False while others read or write there."""
    with engine.connect() as connection:
        driver = connection.connection.driver_connection
        if driver is None:
            return False
        driver.execute("PRAGMA busy_timeout=0")
        try:
            is_busy, *_ = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        except sqlite3.OperationalError as error:
            logger.debug("the log is folded in later: %s", error)
            return False
        finally:
            driver.execute(f"PRAGMA busy_timeout={int(WAIT_S * 1000)}")
        return not is_busy


def scrub(engine: Engine) -> None:
    """Overwrite what was deleted, in free pages and in the log.

    Raises
    ------
    DataError
        When another process is writing for so long that this one gives up.
    """
    handle = engine.raw_connection()
    try:
        handle.cursor().execute("VACUUM")
        handle.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.OperationalError as error:
        raise DataError(
            f"{engine.url!r} is in use ({error}), so what was erased from it is not yet "
            "overwritten: stop groundswell serve and run the command again"
        ) from error
    finally:
        handle.close()


def _use_wal(connection: DBAPIConnection, _record: object) -> None:
    connection.isolation_level = None  # else the driver commits before each CREATE TABLE
    add_sum_function(connection)
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys=ON")
    with suppress(sqlite3.OperationalError):  # in use just now: the file keeps its mode till then
        cursor.execute("PRAGMA journal_mode=WAL")
    cursor.close()


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get(_BEGIN, "BEGIN"))
