"""What visitors think of answers is kept."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from signals import DataError, StateDatabase
from ui.feedback.ratings import Ratings

if TYPE_CHECKING:
    from pathlib import Path

_NOW = datetime(2025, 12, 28, tzinfo=UTC)


def test_ratings_are_counted_by_answer_and_survive_a_restart(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'state.db'}"
    first = StateDatabase(url)
    ratings = Ratings(first)
    for answer_id, helpful in (("a", True), ("a", True), ("a", False), ("b", False)):
        ratings.give(answer_id, helpful=helpful, at=_NOW)
    first.close()
    second = StateDatabase(url)

    again = Ratings(second)

    assert again.counts("a") == (2, 1)
    assert again.counts("b") == (0, 1)
    assert again.counts("c") == (0, 0)
    second.close()


@pytest.mark.parametrize("answer_id", ["", "x" * 65])
def test_what_is_no_answer_cannot_be_rated(tmp_path: Path, answer_id: str) -> None:
    database = StateDatabase(f"sqlite:///{tmp_path / 'state.db'}")

    with pytest.raises(DataError, match="is no id of an answer, which has 1 to 64 letters"):
        Ratings(database).give(answer_id, helpful=True, at=_NOW)
    database.close()
