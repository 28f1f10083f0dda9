"""The database of what the application itself remembers: SQLite in a file, or one a team shares.

Who keeps something there brings a ``StatePart``. Several tenants may share a database: a column
``tenant`` says whose each row is.
"""

from __future__ import annotations

import logging
import threading
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Final

from signals.disk import writing
from signals.errors import ConfigError, DataError, MissingExtra
from signals.state_file import ALONE, WAIT_S, begin_file, changes, file_of, fold, scrub, set_up
from signals.state_sums import check_sums
from signals.state_versions import bring_tables, wait_for_turn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from signals.state_part import StatePart

logger = logging.getLogger(__name__)

MAIN: Final = "main"
"""The tenant where nobody names one."""


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
        from sqlalchemy import create_engine
        from sqlalchemy.exc import ArgumentError

        patience = {"timeout": WAIT_S} if url.startswith("sqlite") else {}
        try:
            self._engine = create_engine(url, connect_args=patience, pool_pre_ping=True)
        except (ArgumentError, ValueError):
            raise ConfigError(
                "the database URL cannot be read; expected one like "
                "postgresql+psycopg://user:password@host/name, in GROUNDSWELL_DATABASE_URL"
            ) from None  # the error quotes the URL
        except ModuleNotFoundError as error:
            raise MissingExtra(str(error.name), "postgres") from error
        if self._engine.dialect.name == "sqlite":
            set_up(self._engine)
        self._alone = self._engine.execution_options(**ALONE)
        self._still = self._engine  # SQLite shows a transaction one moment by itself
        if self._engine.dialect.name == "postgresql":
            self._still = self._engine.execution_options(isolation_level="REPEATABLE READ")
        self.tenant = tenant
        self._ready: set[str] = set()
        self._file = file_of(self._engine)
        self._counting = threading.Lock()
        self._open = 0
        self._unfolded = False

    @contextmanager
    def transaction(self, part: StatePart, *, alone: bool = False) -> Iterator[Connection]:
        """Give a connection whose writes are kept together or not at all.

        Parameters
        ----------
        alone
            Whether no other transaction of the part that asks for the same may run meanwhile, for
            those that read first and write what follows from it.

        Raises
        ------
        DataError
            When the database cannot be used, or its part was written by a newer version.
        """
        with self._told(part):
            self._make_ready(part)
            with self._folded(), (self._alone if alone else self._engine).begin() as connection:
                if alone:
                    wait_for_turn(connection, f"{part.name} of {self.tenant}")
                before = changes(connection)
                yield connection
                if changes(connection) != before:
                    self._unfolded = True

    @contextmanager
    def moment(self, part: StatePart) -> Iterator[Connection]:
        """Give a connection for several reads that all see the database as it is at one moment.

        Raises
        ------
        DataError
            As ``transaction`` does.
        """
        with self._told(part):
            self._make_ready(part)
            with self._folded(), self._still.begin() as connection:
                yield connection

    def prepare(self, part: StatePart) -> None:
        """Make the tables of a part if they are not there, for a transaction of another part.

        Raises
        ------
        DataError
            As ``transaction`` does.
        """
        with self._told(part):
            self._make_ready(part)

    def close(self) -> None:
        """Let go of the database; it is opened again when it is used."""
        self._engine.dispose()

    def scrub(self) -> None:
        """Overwrite what was deleted; only SQLite keeps it in free pages and in its log.

        PostgreSQL reuses the room by itself; ``VACUUM FULL`` there empties it at once.

        Raises
        ------
        DataError
            When another process is writing for so long that this one gives up.
        """
        if self._engine.dialect.name == "sqlite":
            scrub(self._engine)

    @contextmanager
    def _folded(self) -> Iterator[None]:
        """Leave no log of a file behind; of many transactions at once the last sees to it."""
        with self._counting:
            self._open += 1
        try:
            yield
        finally:
            with self._counting:
                self._open -= 1
                is_last = not self._open
        if is_last and self._unfolded and self._file:
            self._unfolded = False
            if not fold(self._engine):
                self._unfolded = True

    @contextmanager
    def _told(self, part: StatePart) -> Iterator[None]:
        from sqlalchemy.exc import SQLAlchemyError

        try:
            with writing(self._file) if self._file else nullcontext():
                yield
        except (SQLAlchemyError, UnicodeDecodeError) as error:  # SQLite quotes damaged names
            raise DataError(
                f"the database of {part.name}, {self._engine.url!r}, cannot be used: "
                f"{getattr(error, 'orig', None) or error}"
            ) from error

    def _make_ready(self, part: StatePart) -> None:
        from sqlalchemy.exc import SQLAlchemyError

        if part.name in self._ready:
            return
        if self._file:
            begin_file(self._file)
        try:
            found = self._brought(part)
        except SQLAlchemyError as error:  # a server without a lock: another made them just now
            logger.info("the tables of %s were not made: %s; looking again", part.name, error)
            found = self._brought(part)
        if found > part.version:
            raise DataError(
                f"the database of {part.name}, {self._engine.url!r}, has version {found} of its "
                f"tables; this Groundswell knows version {part.version}: install the newer "
                "Groundswell that wrote it, or name another database in GROUNDSWELL_DATABASE_URL"
            )
        if self._file:
            self._check(part)
        self._ready.add(part.name)

    def _brought(self, part: StatePart) -> int:
        with self._alone.begin() as connection:  # one makes the tables, the others wait for it
            return bring_tables(connection, part, self.tenant)

    def _check(self, part: StatePart) -> None:
        try:
            with self._engine.begin() as connection:
                check_sums(connection, part.tables.sorted_tables)
        except DataError as error:
            raise DataError(
                f"{self._file}, the database of {part.name}, cannot be used: {error}; put the file "
                "back from a backup, or move it away to begin anew"
            ) from error
