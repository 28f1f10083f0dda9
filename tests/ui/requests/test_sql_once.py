"""A write sent again is done once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from starlette.exceptions import HTTPException

from signals import StateDatabase
from ui.requests.sql_once import SqlOnce

if TYPE_CHECKING:
    from pathlib import Path

DAY_S = 86_400.0


def test_the_first_answer_is_given_again_for_a_day(tmp_path: Path) -> None:
    now = [1_800_000_000.0]
    database = StateDatabase(f"sqlite:///{tmp_path / 'state.db'}")
    once = SqlOnce(database, lambda: now[0])

    assert once.begin("ann", "k", "content") is None
    with pytest.raises(HTTPException, match="is being done; ask again soon"):
        once.begin("ann", "k", "content")
    once.end("ann", "k", 202, {"job_id": "j"})
    assert once.begin("ann", "k", "content") == (202, {"job_id": "j"})
    assert once.begin("bob", "k", "content") is None, "keys are a person's own"
    with pytest.raises(HTTPException, match="was used for another request"):
        once.begin("ann", "k", "other")
    now[0] += DAY_S + 1
    assert once.begin("ann", "k", "other") is None
    database.close()


def test_a_write_that_failed_can_be_sent_again(tmp_path: Path) -> None:
    database = StateDatabase(f"sqlite:///{tmp_path / 'state.db'}")
    once = SqlOnce(database)
    once.begin("ann", "k", "content")

    once.forget("ann", "k")

    assert once.begin("ann", "k", "content") is None
    database.close()
