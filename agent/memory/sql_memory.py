"""Conversations in a database: SQLite in a file of the workspace, or one a team shares.

Everything SQLAlchemy is in this file. Statements are plain enough for any database it knows.
"""

from __future__ import annotations

import logging
import sqlite3
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

import pandas as pd
from sqlalchemy import (
    Column,
    DateTime,
    Float,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    create_engine,
    event,
    func,
    insert,
    inspect,
    select,
    update,
)
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from agent.memory.record import Kept, pack, unpack
from signals import ConfigError, DataError, MissingExtra, NotReady

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Engine, Row, Select
    from sqlalchemy.engine.interfaces import DBAPIConnection

logger = logging.getLogger(__name__)

VERSION: Final = 1
"""Of the tables below; a database of a newer one is refused."""
_WAIT_S: Final = 10.0
_ID: Final = String(64)

_meta = MetaData()
_about = Table(
    "groundswell_state", _meta, Column("version", Integer, primary_key=True, autoincrement=False)
)
_answers = Table(
    "answers",
    _meta,
    Column("answer_id", _ID, primary_key=True),
    Column("question", Text, nullable=False),
    Column("run_id", _ID),
    Column("as_of", _ID, nullable=False),
    Column("code_version", _ID, nullable=False),
    Column("body", Text, nullable=False),
)
_turns = Table(
    "turns",
    _meta,
    Column("turn", Integer, primary_key=True, autoincrement=True),
    Column("conversation_id", _ID, nullable=False, index=True),
    Column("answer_id", _ID, ForeignKey("answers.answer_id"), nullable=False, index=True),
    Column("asked_at", DateTime(timezone=True), nullable=False),
    Column("seconds", Float, nullable=False),
)


class SqlMemory:
    """A ``Memory`` in a database; opened, and its tables made, when it is first used.

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
        try:
            self._engine = create_engine(url, connect_args=_patience(url))
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
        self._is_open = False

    def keep(self, kept: Kept) -> None:
        answer = kept.answer
        row = {
            "answer_id": answer.answer_id,
            "question": answer.question,
            "run_id": answer.run_id,
            "as_of": answer.as_of,
            "code_version": kept.code_version,
            "body": pack(answer),
        }
        turn = {
            "conversation_id": kept.conversation_id,
            "answer_id": answer.answer_id,
            "asked_at": kept.asked_at.to_pydatetime(),
            "seconds": kept.seconds,
        }
        with self._transaction() as connection:
            same = _answers.c.answer_id == answer.answer_id
            if not connection.execute(update(_answers).where(same).values(row)).rowcount:
                connection.execute(insert(_answers).values(row))
            connection.execute(insert(_turns).values(turn))

    def find(self, answer_id: str) -> Kept:
        begins = _answers.c.answer_id.startswith(answer_id, autoescape=True)
        with self._transaction() as connection:
            rows = connection.execute(_joined().where(begins).order_by(_turns.c.turn)).all()
        ids = sorted({str(row.answer_id) for row in rows})
        if len(ids) != 1:
            found = f"several answers begin with {answer_id!r}: {', '.join(ids[:5])}"
            raise DataError(
                f"{found if ids else f'no answer {answer_id!r} was kept'}; give the id that "
                "groundswell ask printed"
            )
        return _kept(rows[-1])

    def newest(self) -> str:
        query = select(_turns.c.conversation_id).order_by(_turns.c.turn.desc()).limit(1)
        with self._transaction() as connection:
            found = connection.execute(query).scalar()
        if found is None:
            raise NotReady("no question was asked yet; run: groundswell ask QUESTION")
        return str(found)

    def last(self, conversation_id: str) -> Kept:
        here = _turns.c.conversation_id == conversation_id
        query = _joined().where(here).order_by(_turns.c.turn.desc()).limit(1)
        with self._transaction() as connection:
            row = connection.execute(query).first()
        if row is None:
            raise DataError(
                f"there is no conversation {conversation_id!r}; leave it out to begin one"
            )
        return _kept(row)

    def close(self) -> None:
        """Let go of the database; it is opened again when it is used."""
        self._engine.dispose()

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        """Give a connection whose writes are kept together or not at all.

        Raises
        ------
        DataError
            When the database cannot be used, or was written by a newer version.
        """
        try:
            if not self._is_open:
                _prepare(self._engine)
                self._is_open = True
            with self._engine.begin() as connection:
                yield connection
        except SQLAlchemyError as error:
            raise DataError(
                f"the database of conversations, {self._engine.url!r}, cannot be used: "
                f"{getattr(error, 'orig', None) or error}"
            ) from error


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


def _prepare(engine: Engine) -> None:
    try:  # one process makes the tables, the others wait for it
        with engine.execution_options(begin="BEGIN IMMEDIATE").begin() as connection:
            if not inspect(connection).has_table(_about.name):
                _meta.create_all(connection)
                connection.execute(insert(_about).values(version=VERSION))
    except SQLAlchemyError as error:  # where a server has no such lock
        logger.info("the tables of conversations were not made: %s", error)
    with engine.begin() as connection:
        found = connection.execute(select(func.max(_about.c.version))).scalar() or 0
    if found > VERSION:
        raise DataError(
            f"the database of conversations, {engine.url!r}, has version {found} of its tables; "
            f"this Groundswell knows version {VERSION}: install the newer Groundswell that wrote "
            "it, or name another database in GROUNDSWELL_DATABASE_URL"
        )


def _joined() -> Select[tuple[object, ...]]:
    return select(_answers, _turns).join(_turns, _turns.c.answer_id == _answers.c.answer_id)


def _kept(row: Row[tuple[object, ...]]) -> Kept:
    asked_at = pd.Timestamp(row.asked_at)
    zoned = asked_at.tz_localize("UTC") if asked_at.tzinfo is None else asked_at.tz_convert("UTC")
    return Kept(row.conversation_id, unpack(row.body), zoned, row.seconds, row.code_version)
