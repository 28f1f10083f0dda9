"""A person, and the one function that says what they may do."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from signals import DataError

_NAME: Final = re.compile(r"[\w.@+-]{1,64}")


class Role(StrEnum):
    """What kind of work somebody does here."""

    VIEWER = "viewer"
    ANALYST = "analyst"
    ADMIN = "admin"


class Action(StrEnum):
    """What can be done: by the page, REST, tools and commands alike."""

    READ = "read"
    ASK = "ask"
    INGEST = "ingest"
    RUN = "run"
    SETTLE = "settle alerts"
    MANAGE = "manage the work of others"


_MAY: Final = {
    Role.VIEWER: {Action.READ, Action.ASK},
    Role.ANALYST: {Action.READ, Action.ASK, Action.INGEST, Action.RUN, Action.SETTLE},
    Role.ADMIN: set(Action),
}


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is logged in.

    Parameters
    ----------
    user_id
        Never given to anybody else; empty for whoever sits at a machine without login.
    tenant
        The shop they belong to, where several share a database.
    """

    user_id: str
    name: str
    role: Role
    tenant: str


def may(person: Person | None, action: Action) -> bool:
    """Tell whether a person may do something; nobody may do nothing."""
    return person is not None and action in _MAY[person.role]


def refusal(person: Person, action: Action) -> str:
    """Say that somebody may not do something, and who could change it."""
    return (
        f"{person.name} is a {person.role} and may not {action}; who looks after this machine can "
        f"change that: groundswell users role {person.name} analyst"
    )


def check(person: Person, action: Action) -> None:
    """Refuse what somebody may not do.

    Raises
    ------
    DataError
        That says who could change it.
    """
    if not may(person, action):
        raise DataError(refusal(person, action))


def local_person(tenant: str) -> Person:
    """Return whoever sits at this machine, where there is no login: they may do everything."""
    return Person("", "", Role.ADMIN, tenant)


def plain_name(name: str) -> str:
    """Write a user name in the one way it is kept.

    Raises
    ------
    DataError
        For a name with spaces or other signs, or none at all.
    """
    plain = unicodedata.normalize("NFKC", name).strip().casefold()
    if not _NAME.fullmatch(plain):
        raise DataError(
            f"{name!r} cannot be a user name; take 1 to 64 letters, digits or any of . _ @ + -"
        )
    return plain
