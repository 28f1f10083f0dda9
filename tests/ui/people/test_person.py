"""What each role may do, and how names are written."""

from __future__ import annotations

import pytest

from signals import DataError
from ui.people import Action, Person, Role, local_person, may
from ui.people.person import plain_name


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        (Role.VIEWER, {Action.READ, Action.ASK}),
        (Role.ANALYST, {Action.READ, Action.ASK, Action.INGEST, Action.RUN, Action.SETTLE}),
        (Role.ADMIN, set(Action)),
    ],
)
def test_each_role_may_do_its_work_and_no_more(role: Role, allowed: set[Action]) -> None:
    person = Person("1", "ann", role, "main")

    assert {action for action in Action if may(person, action)} == allowed


def test_nobody_may_do_nothing() -> None:
    assert not any(may(None, action) for action in Action)


def test_whoever_sits_at_the_machine_may_do_everything() -> None:
    assert all(may(local_person("main"), action) for action in Action)


def test_a_name_is_kept_in_one_way() -> None:
    assert plain_name(" Ann.Lee@Shop ") == "ann.lee@shop"
    assert plain_name("王芳") == "王芳"


@pytest.mark.parametrize("name", ["", "a b", "<b>", "x" * 65, "a/b"])
def test_what_is_no_name_is_refused(name: str) -> None:
    with pytest.raises(DataError, match="cannot be a user name; take 1 to 64 letters"):
        plain_name(name)
