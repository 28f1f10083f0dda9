"""People of a shop, and a clock that is turned by hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from signals import StateDatabase

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@dataclass
class Clock:
    """Seconds since 1970 that pass when a test says so."""

    now: float = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def database(tmp_path: Path) -> Iterator[StateDatabase]:
    opened = StateDatabase(f"sqlite:///{tmp_path / 'state.db'}")
    yield opened
    opened.close()
