"""Conversations in a database: SQLite in a file of the workspace, or one that tenants share.

Everything SQLAlchemy is in this file. Statements are plain enough for any database it knows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd
from sqlalchemy import (
    Column,
    DateTime,
    Float,
    ForeignKeyConstraint,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from agent.memory.erased import erased, quotes_any
from agent.memory.record import Kept, Talk, pack, unpack
from signals import DataError, NotReady, StatePart

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import date, datetime

    from sqlalchemy import Connection, Row, Select

    from agent.answer import Answer
    from agent.memory.memory import Mine
    from signals import StateDatabase

_ID: Final = String(64)

_meta = MetaData()
_answers = Table(
    "answers",
    _meta,
    Column("tenant", _ID, primary_key=True),
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
    Column("tenant", _ID, nullable=False),
    Column("conversation_id", _ID, nullable=False, index=True),
    Column("answer_id", _ID, nullable=False, index=True),
    Column("asked_at", DateTime(timezone=True), nullable=False),
    Column("seconds", Float, nullable=False),
    ForeignKeyConstraint(["tenant", "answer_id"], ["answers.tenant", "answers.answer_id"]),
)
PART: Final = StatePart("conversations", _meta, version=2)
_SOME: Final = 100  # conversations looked through at once


class SqlMemory:
    """A ``Memory`` in a database: that of the database's tenant.

    Parameters
    ----------
    database
        Where the application keeps what it remembers.
    """

    def __init__(self, database: StateDatabase) -> None:
        self._database = database
        self._tenant = database.tenant
        self._ours = _turns.c.tenant == database.tenant

    def keep(self, kept: Kept) -> None:
        answer = kept.answer
        row = {
            "tenant": self._tenant,
            "answer_id": answer.answer_id,
            "question": answer.question.replace("\0", ""),  # PostgreSQL keeps none; the body does
            "run_id": answer.run_id,
            "as_of": answer.as_of,
            "code_version": kept.code_version,
            "body": pack(answer),
        }
        turn = {
            "tenant": self._tenant,
            "conversation_id": kept.conversation_id,
            "answer_id": answer.answer_id,
            "asked_at": kept.asked_at.to_pydatetime(),
            "seconds": kept.seconds,
        }
        with self._database.transaction(PART) as connection:
            _write(connection, row)
            connection.execute(insert(_turns).values(turn))

    def find(self, answer_id: str, mine: Mine | None = None) -> Kept:
        begins = _answers.c.answer_id.startswith(answer_id, autoescape=True)
        with self._database.transaction(PART) as connection:
            rows = connection.execute(self._joined().where(begins).order_by(_turns.c.turn)).all()
        if mine is not None:
            seen = mine({str(row.conversation_id) for row in rows})
            rows = [row for row in rows if row.conversation_id in seen]
        ids = sorted({str(row.answer_id) for row in rows})
        if len(ids) != 1:
            found = f"several answers begin with {answer_id!r}: {', '.join(ids[:5])}"
            raise DataError(
                f"{found if ids else f'no answer {answer_id!r} was kept'}; give the id that "
                "groundswell ask printed"
            )
        return _kept(rows[-1])

    def newest(self, mine: Mine | None = None) -> str:
        last = func.max(_turns.c.turn).label("last")
        query = select(_turns.c.conversation_id, last).where(self._ours)
        query = query.group_by(_turns.c.conversation_id).order_by(last.desc())
        with self._database.transaction(PART) as connection:
            for rows in connection.execute(query).partitions(_SOME):
                ids = [str(row.conversation_id) for row in rows]
                seen = set(ids) if mine is None else mine(ids)
                if found := next((each for each in ids if each in seen), None):
                    return found
        raise NotReady("no question was asked yet; run: groundswell ask QUESTION")

    def last(self, conversation_id: str) -> Kept:
        here = _turns.c.conversation_id == conversation_id
        query = self._joined().where(here).order_by(_turns.c.turn.desc()).limit(1)
        with self._database.transaction(PART) as connection:
            row = connection.execute(query).first()
        if row is None:
            raise _unknown(conversation_id)
        return _kept(row)

    def turns(self, conversation_id: str) -> list[Kept]:
        here = _turns.c.conversation_id == conversation_id
        with self._database.transaction(PART) as connection:
            rows = connection.execute(self._joined().where(here).order_by(_turns.c.turn)).all()
        if not rows:
            raise _unknown(conversation_id)
        return [_kept(row) for row in rows]

    def talks(self, conversation_ids: Sequence[str]) -> list[Talk]:
        of_these = _turns.c.conversation_id.in_(list(conversation_ids))
        begun = select(func.min(_turns.c.turn)).where(self._ours, of_these)
        first = begun.group_by(_turns.c.conversation_id)
        query = self._joined().where(_turns.c.turn.in_(first)).order_by(_turns.c.turn.desc())
        with self._database.transaction(PART) as connection:
            rows = connection.execute(query).all()
        return [Talk(row.conversation_id, row.question, _in_utc(row.asked_at)) for row in rows]

    def quoting(self, doc_ids: Collection[str]) -> int:
        with self._database.transaction(PART) as connection:
            return sum(1 for _ in self._quoting(connection, doc_ids))

    def erase(self, doc_ids: Collection[str], day: date) -> int:
        with self._database.transaction(PART, alone=True) as connection:
            found = list(self._quoting(connection, doc_ids))
            for answer_id, answer in found:
                same = _answers.c.answer_id == answer_id  # the id that was told stays
                ours = _answers.c.tenant == self._tenant
                body = pack(erased(answer, day))
                connection.execute(update(_answers).where(ours, same).values(body=body))
        return len(found)

    def close(self) -> None:
        """Let go of the database; it is opened again when it is used."""
        self._database.close()

    def _quoting(
        self, connection: Connection, doc_ids: Collection[str]
    ) -> Iterator[tuple[str, Answer]]:
        """Find the answers that cite a document."""
        ours = _answers.c.tenant == self._tenant
        query = select(_answers.c.answer_id, _answers.c.body).where(ours)
        for row in connection.execute(query).all():
            answer = unpack(row.body)
            if quotes_any(answer, doc_ids):
                yield str(row.answer_id), answer

    def _joined(self) -> Select[tuple[object, ...]]:
        same = (_turns.c.tenant == _answers.c.tenant) & (_turns.c.answer_id == _answers.c.answer_id)
        return select(_answers, _turns).join(_turns, same).where(self._ours)


def _write(connection: Connection, row: Mapping[str, str | None]) -> None:
    """Write an answer over what is kept of it; of two that write it first, one waits for the other.

    A savepoint and an error are understood by every database, an upsert by each in its own way.
    """
    same = [_answers.c[name] == row[name] for name in ("tenant", "answer_id")]
    written_again = update(_answers).where(*same).values(row)
    if connection.execute(written_again).rowcount:
        return
    try:
        with connection.begin_nested():
            connection.execute(insert(_answers).values(row))
    except IntegrityError:
        connection.execute(written_again)


def _unknown(conversation_id: str) -> DataError:
    return DataError(f"there is no conversation {conversation_id!r}; leave it out to begin one")


def _kept(row: Row[tuple[object, ...]]) -> Kept:
    moment = _in_utc(row.asked_at)
    return Kept(row.conversation_id, unpack(row.body), moment, row.seconds, row.code_version)


def _in_utc(moment: datetime) -> pd.Timestamp:
    read = pd.Timestamp(moment)
    return read.tz_localize("UTC") if read.tzinfo is None else read.tz_convert("UTC")
