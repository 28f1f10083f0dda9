"""A lake of its own for each test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from signals import Lake

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path / "lake")
