"""People and their keys, in a real database."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from signals import DataError
from ui.people import Role
from ui.people.sql_people import KeyKind, SqlPeople

if TYPE_CHECKING:
    from signals import StateDatabase
    from tests.ui.conftest import Clock


@pytest.fixture
def people(database: StateDatabase, clock: Clock) -> SqlPeople:
    return SqlPeople(database, clock)


def test_somebody_is_added_listed_and_removed(people: SqlPeople) -> None:
    assert people.is_empty()
    ann = people.add("Ann", Role.ANALYST, "hash")

    assert [(each.person, each.tokens) for each in people.all()] == [(ann, 0)]
    assert people.credentials("ann") == (ann, "hash")
    people.remove("ann")
    assert people.is_empty()


def test_a_name_is_taken_once(people: SqlPeople) -> None:
    people.add("ann", Role.VIEWER, "hash")

    with pytest.raises(DataError, match=r"a user ann already.*users password ann"):
        people.add("ANN", Role.ADMIN, "hash")


def test_who_is_not_there_cannot_be_changed(people: SqlPeople) -> None:
    with pytest.raises(DataError, match=r"no user 'bob'.*users add bob"):
        people.remove("bob")


def test_a_key_opens_until_it_ends(people: SqlPeople, clock: Clock) -> None:
    ann = people.add("ann", Role.VIEWER, "hash")
    secret = people.give_key("ann", KeyKind.SESSION, 60)

    assert people.holder(secret, KeyKind.SESSION) == ann
    assert people.holder(secret, KeyKind.TOKEN) is None
    assert people.holder("guess", KeyKind.SESSION) is None
    clock.now += 61
    assert people.holder(secret, KeyKind.SESSION) is None


def test_logging_out_ends_one_key(people: SqlPeople) -> None:
    ann = people.add("ann", Role.VIEWER, "hash")
    here, there = (people.give_key("ann", KeyKind.SESSION, 60) for _ in range(2))

    people.end_key(here)

    assert people.holder(here, KeyKind.SESSION) is None
    assert people.holder(there, KeyKind.SESSION) == ann


@pytest.mark.parametrize("change", [{"password": "other"}, {"role": Role.ADMIN}])
def test_another_password_or_role_ends_every_key(
    people: SqlPeople, change: dict[str, object]
) -> None:
    people.add("ann", Role.VIEWER, "hash")
    keys = {kind: people.give_key("ann", kind, 60) for kind in KeyKind}

    people.change("ann", **change)  # type: ignore[arg-type]

    assert not any(people.holder(secret, kind) for kind, secret in keys.items())


def test_a_removed_person_holds_no_key(people: SqlPeople) -> None:
    people.add("ann", Role.VIEWER, "hash")
    secret = people.give_key("ann", KeyKind.TOKEN, 60)

    people.remove("ann")

    assert people.holder(secret, KeyKind.TOKEN) is None


def test_tenants_of_one_database_know_nothing_of_each_other(
    other_tenant: StateDatabase, people: SqlPeople
) -> None:
    people.add("ann", Role.ADMIN, "hash")
    secret = people.give_key("ann", KeyKind.TOKEN, 60)
    others = SqlPeople(other_tenant)

    assert others.is_empty()
    assert others.credentials("ann") is None
    assert others.holder(secret, KeyKind.TOKEN) is None


def test_no_secret_lies_in_the_database(people: SqlPeople, database: StateDatabase) -> None:
    people.add("ann", Role.VIEWER, "hash")
    secret = people.give_key("ann", KeyKind.TOKEN, 60)
    database.close()

    files = list(__import__("pathlib").Path(str(database._engine.url.database)).parent.iterdir())

    assert not any(secret.encode() in file.read_bytes() for file in files)
