"""Coming in: right and wrong passwords, many of them, and how long an answer takes."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from statistics import median
from typing import TYPE_CHECKING

import pytest

from signals import DataError
from ui.audit.sql_audit import SqlAudit
from ui.people import Role
from ui.people.login import TRIES, Login, Refused
from ui.people.passwords import Passwords
from ui.people.sql_attempts import WINDOW_S, SqlAttempts
from ui.people.sql_people import SqlPeople

if TYPE_CHECKING:
    from signals import StateDatabase
    from tests.ui.conftest import Clock

PASSWORD = "correct horse battery"
HERE, ELSEWHERE = "192.0.2.7", "198.51.100.9"


@pytest.fixture(scope="module")
def passwords() -> Passwords:
    return Passwords()


@pytest.fixture
def login(database: StateDatabase, clock: Clock, passwords: Passwords) -> Login:
    people = SqlPeople(database, clock)
    people.add("ann", Role.VIEWER, passwords.hashed("ann", PASSWORD))
    audit = SqlAudit(database, clock)
    return Login(people, SqlAttempts(database, clock), passwords, audit)


def test_the_right_password_lets_in(login: Login) -> None:
    found = login.enter("Ann", PASSWORD, HERE)

    assert not isinstance(found, Refused)
    assert found.name == "ann"


@pytest.mark.parametrize("name", ["ann", "nobody", "no name at all", ""])
def test_a_wrong_password_and_an_unknown_name_look_alike(login: Login, name: str) -> None:
    assert login.enter(name, "wrong", HERE) == Refused()


def test_two_hundred_wrong_passwords_at_once_are_looked_at_five_times(
    login: Login, clock: Clock
) -> None:
    with ThreadPoolExecutor(8) as crowd:
        answers = list(crowd.map(lambda n: login.enter("ann", f"guess {n}", HERE), range(200)))

    assert sum(answer == Refused() for answer in answers) == TRIES
    assert all(isinstance(answer, Refused) for answer in answers)
    assert isinstance(login.enter("ann", PASSWORD, HERE), Refused), "the right one too, from there"
    clock.now += WINDOW_S + 1
    assert not isinstance(login.enter("ann", PASSWORD, HERE), Refused)


def test_who_is_tried_out_from_elsewhere_can_still_come_in(login: Login) -> None:
    for guess in range(TRIES + 1):
        login.enter("ann", f"guess {guess}", ELSEWHERE)

    assert not isinstance(login.enter("ann", PASSWORD, HERE), Refused)


def test_nobody_is_locked_out_everywhere_by_a_flood_from_one_address(login: Login) -> None:
    for guess in range(200):
        login.enter("ann", f"guess {guess}", ELSEWHERE)

    assert not isinstance(login.enter("ann", PASSWORD, HERE), Refused)
    assert login.enter("a colleague", "mistyped", ELSEWHERE) == Refused(wait_s=0.0)


def test_an_address_that_tries_many_names_is_locked(login: Login, passwords: Passwords) -> None:
    waits = [login.enter(f"name{n}", "x", "2001:db8::1").wait_s for n in range(51)]  # type: ignore[union-attr]

    assert not any(waits[:50])
    assert waits[50] > 0
    neighbour = login.enter("ann", PASSWORD, "2001:db8::ffff:2")  # the same household
    assert isinstance(neighbour, Refused)


def test_right_passwords_never_lock_an_office_out(login: Login) -> None:
    assert not any(isinstance(login.enter("ann", PASSWORD, HERE), Refused) for _ in range(55))


def test_the_clock_tells_nobody_which_names_there_are(
    database: StateDatabase, passwords: Passwords
) -> None:
    people = SqlPeople(database)
    people.add("ann", Role.VIEWER, passwords.hashed("ann", PASSWORD))
    login = Login(people, SqlAttempts(database), passwords, SqlAudit(database))
    spent: dict[str, list[float]] = {"ann": [], "nobody": []}
    for turn in range(TRIES):
        for name, seconds in spent.items():
            began = time.process_time()
            login.enter(name, "wrong", f"192.0.2.{turn}")
            seconds.append(time.process_time() - began)

    known, unknown = (median(seconds) for seconds in spent.values())
    assert known == pytest.approx(unknown, rel=0.5)


@pytest.mark.parametrize(
    ("password", "told"),
    [
        ("short", "5 characters; take 12 to 256"),
        ("x" * 257, "257 characters"),
        ("my name is Ann", "holds the user name"),
    ],
)
def test_a_weak_password_is_refused(passwords: Passwords, password: str, told: str) -> None:
    with pytest.raises(DataError, match=told):
        passwords.hashed("ann", password)


def test_a_password_is_the_same_however_its_letters_are_put_together(
    passwords: Passwords,
) -> None:
    stored = passwords.hashed("ann", "quatro cafés à noite")

    assert passwords.fits("quatro cafe\u0301s a\u0300 noite", stored)
    assert stored.startswith("$argon2id$")
