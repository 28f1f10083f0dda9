"""A conversation is its owner's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from signals import DataError
from ui.people.sql_talks import SqlTalks

if TYPE_CHECKING:
    from signals import StateDatabase


def test_only_who_began_a_conversation_goes_on_with_it(database: StateDatabase) -> None:
    talks = SqlTalks(database)
    talks.claim("c1", "ann")

    talks.check("c1", "ann")
    for other in ("bob", ""):
        with pytest.raises(DataError, match="there is no conversation 'c1'"):
            talks.check("c1", other)


def test_what_was_begun_without_login_belongs_to_the_machine(database: StateDatabase) -> None:
    talks = SqlTalks(database)

    talks.check("c0", "")
    with pytest.raises(DataError, match="there is no conversation 'c0'"):
        talks.check("c0", "ann")
