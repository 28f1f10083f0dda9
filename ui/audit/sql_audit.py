"""The audit log in the database of the application.

What changes in that database is written down in the same transaction: neither is kept without the
other. What happens in the lake is written down when it has ended.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from signals import GroundswellError
from ui.audit.actor import actor
from ui.audit.audit_tables import ENTRIES, HEADS, PART
from ui.audit.entry import NOTHING, Deed, Entry, Head, Verdict, faults
from ui.plain_text import visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Connection

    from signals import StateDatabase, StatePart

_LONGEST: Final = 500
_NAMES: Final = tuple(Entry.__dataclass_fields__)


class SqlAudit:
    """The log of one tenant; several threads and processes may write to it at once.

    Parameters
    ----------
    clock
        Gives seconds since 1970, UTC.
    """

    def __init__(self, database: StateDatabase, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._tenant = database.tenant
        self._clock = clock

    def note(self, deed: Deed, what: str, told: str = "", *, who: str | None = None) -> None:
        """Write down what was done.

        Parameters
        ----------
        who
            None: who acts now.
        """
        with self._database.transaction(PART) as connection:
            self.write(connection, deed, what, told, who=who)

    @contextmanager
    def noting(self, deed: Deed, what: str) -> Iterator[list[str]]:
        """Write down what is done inside, with how it ended, when it has.

        Yields
        ------
        list
            Takes what is worth telling of it.
        """
        told: list[str] = []
        try:
            yield told
        except GroundswellError as error:
            self.note(deed, what, ", ".join([*told, f"refused: {type(error).__name__}"]))
            raise
        except BaseException as error:
            self.note(deed, what, ", ".join([*told, f"broke off: {type(error).__name__}"]))
            raise
        self.note(deed, what, ", ".join(told))

    @contextmanager
    def with_changes(self, part: StatePart) -> Iterator[Connection]:
        """Open a transaction of another part of this database, in which ``write`` works too."""
        self._database.prepare(PART)
        with self._database.transaction(part) as connection:
            yield connection

    @contextmanager
    def changing(
        self, part: StatePart, deed: Deed, what: str, told: str = "", *, who: str | None = None
    ) -> Iterator[Connection]:
        """Open a transaction of another part, in which a deed has just been written down."""
        with self.with_changes(part) as connection:
            self.write(connection, deed, what, told, who=who)
            yield connection

    def write(
        self,
        connection: Connection,
        deed: Deed,
        what: str,
        told: str = "",
        *,
        who: str | None = None,
    ) -> None:
        """Write an entry in a transaction that is open already, best as the first thing in it."""
        head = self._next(connection)
        acts = actor()
        entry = Entry(
            number=head.count,
            tenant=self._tenant,
            at=datetime.fromtimestamp(self._clock(), UTC).isoformat(timespec="microseconds"),
            who=visible(acts.name if who is None else who),
            door=str(acts.door),
            deed=str(deed),
            what=visible(what[:_LONGEST]),
            told=visible(told[:_LONGEST]),
            before=head.hash,
        )
        entry = replace(entry, hash=entry.sealed())
        connection.execute(insert(ENTRIES).values(asdict(entry)))
        ours = HEADS.c.tenant == self._tenant
        connection.execute(update(HEADS).where(ours).values(hash=entry.hash))

    def entries(self, limit: int | None = None) -> list[Entry]:
        """Read the log, the oldest first.

        Parameters
        ----------
        limit
            Only so many of the newest; None reads all.
        """
        with self._database.transaction(PART) as connection:
            return self._read(connection, limit)

    def verify(self, noted: Head | None = None) -> Verdict:
        """Check the whole log, as it stands at one moment.

        Parameters
        ----------
        noted
            A head that was written down elsewhere.
        """
        query = select(HEADS).where(HEADS.c.tenant == self._tenant)
        with self._database.moment(PART) as connection:
            row = connection.execute(query).first()
            entries = self._read(connection, None)
        return faults(entries, None if row is None else Head(row.length, row.hash), noted)

    def _read(self, connection: Connection, limit: int | None) -> list[Entry]:
        query = select(ENTRIES).where(ENTRIES.c.tenant == self._tenant)
        query = query.order_by(ENTRIES.c.number.desc()).limit(limit)
        rows = connection.execute(query).all()
        return [Entry(**{name: getattr(row, name) for name in _NAMES}) for row in reversed(rows)]

    def _next(self, connection: Connection) -> Head:
        """Count one more; whoever comes after waits until this transaction is over."""
        ours = HEADS.c.tenant == self._tenant
        one_more = update(HEADS).where(ours).values(length=HEADS.c.length + 1)
        if not connection.execute(one_more).rowcount:
            first = insert(HEADS).values(tenant=self._tenant, length=0, hash=NOTHING)
            try:
                with connection.begin_nested():
                    connection.execute(first)
            except IntegrityError:  # another process was the first just now
                pass
            connection.execute(one_more)
        row = connection.execute(select(HEADS).where(ours)).one()
        return Head(int(row.length), str(row.hash))
