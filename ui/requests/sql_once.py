"""Writes that are done once however often they are sent.

References
----------
IETF draft *The Idempotency-Key HTTP Header Field*: the same key with the same content gives the
first answer again, with another content it is refused, and while the first is being done it waits.
"""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Column, Float, Integer, MetaData, String, Table, Text, delete, insert, select
from sqlalchemy import update as change
from starlette.exceptions import HTTPException

from signals import StatePart
from ui.requests.problem import FieldError
from ui.told_ids import tells_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from sqlalchemy import Connection

    from signals import StateDatabase

_HEADER: Final = "header.Idempotency-Key"
_KEPT_S: Final = 86_400.0
_UNDER_WAY_S: Final = 600.0  # after which a write that gave no answer may be sent again
_UNDER_WAY: Final = 0
_ID: Final = String(64)

_META: Final = MetaData()
_WRITES: Final = Table(
    "writes",
    _META,
    Column("tenant", _ID, primary_key=True),
    Column("user_id", _ID, primary_key=True),
    Column("key", String(255), primary_key=True),
    Column("content", _ID, nullable=False),
    Column("status", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Column("made_at", Float, nullable=False, index=True),
)
_PART: Final = StatePart("writes", _META, version=2)


class SqlOnce:
    """Answers of a tenant's writes, by person and key, for a day.

    Parameters
    ----------
    clock
        Gives seconds since 1970, UTC.
    """

    def __init__(self, database: StateDatabase, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock

    def begin(self, user_id: str, key: str, content: str) -> tuple[int, dict[str, Any]] | None:
        """Begin a write.

        Parameters
        ----------
        content
            Hash of all that is asked for.

        Returns
        -------
        tuple or None
            Status and body of the answer that was given before; None when this is the first time.

        Raises
        ------
        HTTPException
            409 while the first is being done, 422 when the key was used for another content.
        """
        now, here = self._clock(), self._here(user_id, key)
        old = _WRITES.c.made_at < now - _KEPT_S
        given_up = (_WRITES.c.status == _UNDER_WAY) & (_WRITES.c.made_at < now - _UNDER_WAY_S)
        with self._database.transaction(_PART, alone=True) as connection:
            ours = _WRITES.c.tenant == self._database.tenant  # no tenant waits for another
            connection.execute(delete(_WRITES).where(ours, old | given_up))
            row = connection.execute(select(_WRITES).where(*here)).first()
            if row is None:
                values = {
                    "tenant": self._database.tenant, "user_id": user_id, "key": key,
                    "content": content, "status": _UNDER_WAY, "body": "", "made_at": now,
                }  # fmt: skip
                connection.execute(insert(_WRITES).values(values))
                return None
        if row.content != content:
            told = f"the Idempotency-Key {key!r} was used for another request; take a new one"
            raise FieldError(_HEADER, told)
        if row.status == _UNDER_WAY:
            told = f"the request with the Idempotency-Key {key!r} is being done; ask again soon"
            raise HTTPException(409, told, {"Retry-After": "1"})
        return int(row.status), json.loads(row.body)

    def end(self, user_id: str, key: str, status: int, body: Mapping[str, Any]) -> None:
        """Keep the answer of a write."""
        text = json.dumps(dict(body), ensure_ascii=False)
        answered = change(_WRITES).where(*self._here(user_id, key)).values(status=status, body=text)
        with self._database.transaction(_PART) as connection:
            connection.execute(answered)

    def forget(self, user_id: str, key: str) -> None:
        """Let a write that failed be sent again."""
        with self._database.transaction(_PART) as connection:
            connection.execute(delete(_WRITES).where(*self._here(user_id, key)))

    def telling(self, told: Collection[str]) -> int:
        """Count the kept answers that tell one of these ids or texts."""
        with self._database.transaction(_PART) as connection:
            return len(self._telling(connection, told))

    def erase(self, told: Collection[str]) -> int:
        """Remove the kept answers that tell one of these; the same write is done anew then."""
        with self._database.transaction(_PART, alone=True) as connection:
            found = self._telling(connection, told)
            for user_id, key in found:
                connection.execute(delete(_WRITES).where(*self._here(user_id, key)))
        return len(found)

    def _here(self, user_id: str, key: str) -> tuple[Any, ...]:
        ours = _WRITES.c.tenant == self._database.tenant
        return ours, _WRITES.c.user_id == user_id, _WRITES.c.key == key

    def _telling(self, connection: Connection, told: Collection[str]) -> list[tuple[str, str]]:
        ours = _WRITES.c.tenant == self._database.tenant
        query = select(_WRITES.c.user_id, _WRITES.c.key, _WRITES.c.body).where(ours)
        rows = connection.execute(query).all()
        return [(row.user_id, row.key) for row in rows if tells_of(row.body, told)]
