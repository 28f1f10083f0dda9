"""Who acts through commands and tools: whoever sits at the machine, or the holder of a token."""

from __future__ import annotations

from typing import TYPE_CHECKING

from signals import ConfigError
from ui.people.person import local_person
from ui.people.sql_people import KeyKind

if TYPE_CHECKING:
    from ui.people.person import Person
    from ui.people.sql_people import SqlPeople


def acting_person(people: SqlPeople, tenant: str, token: str | None) -> Person:
    """Return who acts.

    Parameters
    ----------
    token
        None: whoever can run a command here owns the files of the workspace, and may do everything.

    Raises
    ------
    ConfigError
        When nobody of the tenant holds this token.
    """
    if token is None:
        return local_person(tenant)
    person = people.holder(token, KeyKind.TOKEN)
    if person is None:
        raise ConfigError(
            f"GROUNDSWELL_TOKEN is no token of anybody in {tenant}, or it has ended; make one with "
            "groundswell users token NAME, or unset it to act as the owner of the workspace"
        )
    return person
