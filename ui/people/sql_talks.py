"""Who began a conversation: nobody else goes on with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import insert, select

from signals import DataError
from ui.people.people_tables import PART, TALKS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from signals import StateDatabase


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose conversation it is to be.

    Parameters
    ----------
    user_id
        Empty where there is no login.
    """

    talks: SqlTalks
    user_id: str

    def of(self, conversation_ids: Iterable[str]) -> set[str]:
        """Choose those of some conversations that are theirs."""
        return self.talks.of(conversation_ids, self.user_id)


class SqlTalks:
    """Owners of conversations; one that nobody owns was begun where there is no login."""

    def __init__(self, database: StateDatabase) -> None:
        self._database = database

    def claim(self, conversation_id: str, user_id: str) -> None:
        """Write down who began a conversation."""
        with self._database.transaction(PART) as connection:
            connection.execute(
                insert(TALKS).values(conversation_id=conversation_id, user_id=user_id)
            )

    def check(self, conversation_id: str, user_id: str) -> None:
        """Refuse a conversation of somebody else.

        Raises
        ------
        DataError
            In the words of a conversation that is not there, so that ids cannot be tried out.
        """
        query = select(TALKS.c.user_id).where(TALKS.c.conversation_id == conversation_id)
        with self._database.transaction(PART) as connection:
            owner = connection.execute(query).scalar()
        if (owner or "") != user_id:
            raise DataError(
                f"there is no conversation {conversation_id!r}; leave it out to begin one"
            )

    def of(self, conversation_ids: Iterable[str], user_id: str) -> set[str]:
        """Choose those of some conversations that belong to a person."""
        ids = set(conversation_ids)
        query = select(TALKS).where(TALKS.c.conversation_id.in_(ids))
        with self._database.transaction(PART) as connection:
            owners = {row.conversation_id: row.user_id for row in connection.execute(query)}
        return {each for each in ids if owners.get(each, "") == user_id}
