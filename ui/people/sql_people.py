"""People in a database, and the keys they hold: sessions of browsers, tokens of programs."""

from __future__ import annotations

import hashlib
import secrets
import time
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, insert, select, update

from signals import DataError
from ui.audit import Deed
from ui.audit.sql_audit import SqlAudit
from ui.people.people_tables import KEYS, PART, PEOPLE
from ui.people.person import Person, Role, plain_name

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import ColumnElement, Row

    from signals import StateDatabase

_ID_BYTES, _SECRET_BYTES = 8, 32


class KeyKind(StrEnum):
    """What a key is for; one of a kind never opens the other's door."""

    SESSION = "session"
    TOKEN = "token"  # noqa: S105 - the name of a kind


@dataclass(frozen=True, slots=True)
class Listed:
    """A person as they are listed.

    Parameters
    ----------
    made_at
        Seconds since 1970, UTC.
    tokens
        That are still good.
    """

    person: Person
    made_at: float
    tokens: int


class SqlPeople:
    """The people of one tenant; what changes is in the audit log too.

    Parameters
    ----------
    clock
        Gives seconds since 1970, UTC.
    """

    def __init__(self, database: StateDatabase, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._tenant = database.tenant
        self._clock = clock
        self._audit = SqlAudit(database, clock)

    def is_empty(self) -> bool:
        """Tell whether nobody was added yet."""
        query = select(func.count()).where(PEOPLE.c.tenant == self._tenant)
        with self._database.transaction(PART) as connection:
            return not connection.execute(query).scalar()

    def all(self) -> list[Listed]:
        """List everybody by name."""
        good = (KEYS.c.user_id == PEOPLE.c.user_id) & (KEYS.c.expires_at > self._clock())
        tokens = select(func.count()).where(good, KEYS.c.kind == KeyKind.TOKEN).scalar_subquery()
        query = (
            select(PEOPLE, tokens.label("tokens"))
            .where(PEOPLE.c.tenant == self._tenant)
            .order_by(PEOPLE.c.name)
        )
        with self._database.transaction(PART) as connection:
            rows = connection.execute(query).all()
        return [Listed(_person(row), row.made_at, row.tokens) for row in rows]

    def add(self, name: str, role: Role, password: str) -> Person:
        """Add somebody.

        Parameters
        ----------
        password
            As ``Passwords.hashed`` gave it.

        Raises
        ------
        DataError
            When the name is taken.
        """
        person = Person(secrets.token_hex(_ID_BYTES), plain_name(name), role, self._tenant)
        with self._audit.changing(PART, Deed.ADD_USER, person.name, str(role)) as connection:
            if connection.execute(select(PEOPLE).where(*self._is(person.name))).first():
                raise DataError(
                    f"there is a user {person.name} already; see groundswell users list, or give "
                    f"a new password: groundswell users password {person.name}"
                )
            connection.execute(
                insert(PEOPLE).values(
                    user_id=person.user_id,
                    tenant=person.tenant,
                    name=person.name,
                    role=str(role),
                    password=password,
                    made_at=self._clock(),
                )
            )
        return person

    def remove(self, name: str) -> None:
        """Remove somebody with all of their keys; what they asked is kept."""
        person = self._named(name)
        with self._audit.changing(PART, Deed.REMOVE_USER, person.name) as connection:
            connection.execute(delete(KEYS).where(KEYS.c.user_id == person.user_id))
            connection.execute(delete(PEOPLE).where(PEOPLE.c.user_id == person.user_id))

    def change(self, name: str, *, role: Role | None = None, password: str | None = None) -> None:
        """Give somebody another role or password; all of their keys end."""
        person = self._named(name)
        new = {"role": role and str(role), "password": password}
        values = {key: value for key, value in new.items() if value is not None}
        told = f"role {role}" if password is None else "password"
        with self._audit.changing(PART, Deed.CHANGE_USER, person.name, told) as connection:
            connection.execute(delete(KEYS).where(KEYS.c.user_id == person.user_id))
            here = PEOPLE.c.user_id == person.user_id
            connection.execute(update(PEOPLE).where(here).values(values))

    def credentials(self, name: str) -> tuple[Person, str] | None:
        """Return somebody and what is stored of their password; None for an unknown name."""
        with self._database.transaction(PART) as connection:
            row = connection.execute(select(PEOPLE).where(*self._is(name))).first()
        return None if row is None else (_person(row), str(row.password))

    def give_key(self, name: str, kind: KeyKind, seconds: float) -> str:
        """Make a key that opens the door for some seconds; it is told once and never stored."""
        secret, now = secrets.token_urlsafe(_SECRET_BYTES), self._clock()
        person = self._named(name)
        is_session = kind is KeyKind.SESSION
        deed, who = (Deed.LOGIN, person.name) if is_session else (Deed.TOKEN, None)
        told = f"for {seconds / 3600:.0f} h"
        with self._audit.changing(PART, deed, person.name, told, who=who) as connection:
            connection.execute(delete(KEYS).where(KEYS.c.expires_at <= now))
            connection.execute(
                insert(KEYS).values(
                    hash=_hash(secret),
                    user_id=person.user_id,
                    kind=str(kind),
                    expires_at=now + seconds,
                )
            )
        return secret

    def holder(self, secret: str, kind: KeyKind) -> Person | None:
        """Return whom a key belongs to; None when it is unknown, ended or another tenant's."""
        query = (
            select(PEOPLE)
            .join(KEYS, KEYS.c.user_id == PEOPLE.c.user_id)
            .where(
                KEYS.c.hash == _hash(secret),
                KEYS.c.kind == str(kind),
                KEYS.c.expires_at > self._clock(),
                PEOPLE.c.tenant == self._tenant,
            )
        )
        with self._database.transaction(PART) as connection:
            row = connection.execute(query).first()
        return None if row is None else _person(row)

    def end_key(self, secret: str) -> None:
        """Make a key open nothing any more."""
        with self._audit.changing(PART, Deed.LOGOUT, "session") as connection:
            connection.execute(delete(KEYS).where(KEYS.c.hash == _hash(secret)))

    def _named(self, name: str) -> Person:
        found = self.credentials(plain_name(name))
        if found is None:
            raise DataError(
                f"there is no user {name!r}; see groundswell users list, or add one: "
                f"groundswell users add {name}"
            )
        return found[0]

    def _is(self, name: str) -> tuple[ColumnElement[bool], ...]:
        return PEOPLE.c.tenant == self._tenant, PEOPLE.c.name == name


def _person(row: Row[tuple[object, ...]]) -> Person:
    return Person(row.user_id, row.name, Role(row.role), row.tenant)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
