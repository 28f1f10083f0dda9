"""How often passwords were tried of late, in a database that all processes share."""

from __future__ import annotations

import hashlib
import time
from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, insert, select, update

from ui.people.people_tables import ATTEMPTS, PART

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sqlalchemy import Connection

    from signals import StateDatabase

WINDOW_S: Final = 900.0
"""Seconds after the first attempt until all are forgotten."""
_OURS: Final = 16  # first digits of a subject's hash, which say whose it is
_DIGITS: Final = 64


class SqlAttempts:
    """Counts a tenant's attempts by subject: a name, an address, or both."""

    def __init__(self, database: StateDatabase, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._tenant = database.tenant
        self._mark = hashlib.sha256(database.tenant.encode()).hexdigest()[:_OURS]
        self._clock = clock

    def count(self, limits: Mapping[str, int]) -> float:
        """Count one more attempt for each subject, before the password is looked at.

        Parameters
        ----------
        limits
            Subject to the most attempts in a window, the narrowest first: an attempt that one of
            them stops is not held against those after it.

        Returns
        -------
        float
            Seconds until the next attempt is allowed; 0 when this one is.
        """
        now = self._clock()
        with self._database.transaction(PART, alone=True) as connection:
            for subject, limit in limits.items():
                count, since = self._one_more(connection, self._hash(subject), now)
                if count > limit:
                    return since + WINDOW_S - now
        return 0.0

    def forgive(self, own: Sequence[str], shared: Sequence[str]) -> None:
        """Forget what was counted before a right password.

        Parameters
        ----------
        own
            Subjects of which everything is forgotten.
        shared
            Subjects that others use too: only this attempt is taken back.
        """
        with self._database.transaction(PART, alone=True) as connection:
            ours = ATTEMPTS.c.subject.in_([self._hash(each) for each in own])
            connection.execute(delete(ATTEMPTS).where(ours))
            theirs = ATTEMPTS.c.subject.in_([self._hash(each) for each in shared])
            connection.execute(update(ATTEMPTS).where(theirs).values(tries=ATTEMPTS.c.tries - 1))

    def _hash(self, subject: str) -> str:
        digest = hashlib.sha256(f"{self._tenant} {subject}".encode()).hexdigest()
        return self._mark + digest[: _DIGITS - _OURS]

    def _one_more(self, connection: Connection, subject: str, now: float) -> tuple[int, float]:
        """Count, while nobody else of the tenant does; the rows of others are left alone.

        Two tenants that swept each other's rows could wait for each other for ever.
        """
        here = ATTEMPTS.c.subject == subject
        ours = ATTEMPTS.c.subject.startswith(self._mark)
        young = ATTEMPTS.c.since > now - WINDOW_S
        one_more = update(ATTEMPTS).where(here, young).values(tries=ATTEMPTS.c.tries + 1)
        if not connection.execute(one_more).rowcount:
            connection.execute(delete(ATTEMPTS).where(ours, ~young))
            connection.execute(insert(ATTEMPTS).values(subject=subject, tries=1, since=now))
        row = connection.execute(select(ATTEMPTS).where(here)).one()
        return int(row.tries), float(row.since)
