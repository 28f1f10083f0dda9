"""Fixtures for every test."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def shared_data() -> Callable[[str], Path]:
    """Find a folder of real data, or skip the test where it is absent."""
    given = os.environ.get("GROUNDSWELL_SHARED_DATA")
    root = Path(given) if given else ROOT.parent / "shared" / "data"

    def find(name: str) -> Path:
        folder = root / name
        if not folder.exists():
            pytest.skip(f"real data {name!r} is not at {root} (set GROUNDSWELL_SHARED_DATA)")
        return folder

    return find
