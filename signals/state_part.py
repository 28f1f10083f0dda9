"""What one of those who keep something in the database of the application keeps there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy import MetaData


@dataclass(frozen=True, slots=True)
class StatePart:
    """A part of the database: its tables, which change together.

    Parameters
    ----------
    name
        Who keeps something: ``conversations``, ``alerts``.
    tables
        Made where they are not there.
    version
        Of the tables. Those of an older one are made anew and filled from what was there; a
        database with a newer one is refused.
    """

    name: str
    tables: MetaData
    version: int = 1
