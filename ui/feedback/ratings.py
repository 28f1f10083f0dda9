"""What visitors thought of answers, beside the conversations.

Everything SQLAlchemy is in this file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    Integer,
    MetaData,
    String,
    Table,
    func,
    insert,
    select,
)

from signals import DataError, StatePart

if TYPE_CHECKING:
    from datetime import datetime

    from signals import StateDatabase

_LONGEST_ID: Final = 64

_meta = MetaData()
_ratings = Table(
    "ratings",
    _meta,
    Column("rating", Integer, primary_key=True, autoincrement=True),
    Column("tenant", String(_LONGEST_ID), nullable=False),
    Column("answer_id", String(_LONGEST_ID), nullable=False, index=True),
    Column("helpful", Boolean, nullable=False),
    Column("given_at", DateTime(timezone=True), nullable=False),
)
_PART: Final = StatePart("ratings", _meta, version=2)


class Ratings:
    """Ratings of a tenant's answers in a database; each is a row of its own.

    Parameters
    ----------
    database
        Where the application keeps what it remembers.
    """

    def __init__(self, database: StateDatabase) -> None:
        self._database = database

    def give(self, answer_id: str, *, helpful: bool, at: datetime) -> None:
        """Keep what somebody thought of an answer.

        Parameters
        ----------
        at
            Moment, with a zone.

        Raises
        ------
        DataError
            When the id is none, or the database cannot be used.
        """
        if not 0 < len(answer_id) <= _LONGEST_ID:
            raise DataError(
                f"{answer_id[:80]!r} is no id of an answer, which has 1 to {_LONGEST_ID} letters; "
                "give the one that groundswell ask prints"
            )
        whose = {"tenant": self._database.tenant, "answer_id": answer_id}
        row = {**whose, "helpful": helpful, "given_at": at}
        with self._database.transaction(_PART) as connection:
            connection.execute(insert(_ratings).values(row))

    def counts(self, answer_id: str) -> tuple[int, int]:
        """Count how often an answer was found helpful, and how often not."""
        query = (
            select(_ratings.c.helpful, func.count())
            .where(_ratings.c.tenant == self._database.tenant, _ratings.c.answer_id == answer_id)
            .group_by(_ratings.c.helpful)
        )
        with self._database.transaction(_PART) as connection:
            found = {bool(helpful): int(count) for helpful, count in connection.execute(query)}
        return found.get(True, 0), found.get(False, 0)
