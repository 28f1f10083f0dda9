"""Which files of a watched folder were taken. Everything SQLAlchemy is in this file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from sqlalchemy import BigInteger, Column, DateTime, MetaData, String, Table, Text, insert, select
from sqlalchemy import update as change

from signals import StatePart

if TYPE_CHECKING:
    from signals import StateDatabase

_meta = MetaData()
_files = Table(
    "watched_files",
    _meta,
    Column("tenant", String(64), primary_key=True),
    Column("path", String(1024), primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("modified_ns", BigInteger, nullable=False),
    Column("refused", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
)
_PART: Final = StatePart("watched files", _meta, version=2)


@dataclass(frozen=True, slots=True)
class FileMark:
    """What tells one state of a file from another."""

    path: str
    size: int
    modified_ns: int


class WatchedFiles:
    """Files that a tenant took or refused, in a database."""

    def __init__(self, database: StateDatabase) -> None:
        self._database = database
        self._tenant = database.tenant
        self._ours = _files.c.tenant == database.tenant

    def known(self) -> set[FileMark]:
        """Return the files as they were when they were taken or refused."""
        query = select(_files.c.path, _files.c.size, _files.c.modified_ns).where(self._ours)
        with self._database.transaction(_PART) as connection:
            return {FileMark(*row) for row in connection.execute(query)}

    def settle(self, mark: FileMark, refused: str) -> None:
        """Keep that a file was taken, or why it was refused."""
        values = {
            "size": mark.size,
            "modified_ns": mark.modified_ns,
            "refused": refused,
            "at": datetime.now(UTC),
        }
        same = self._ours & (_files.c.path == mark.path)
        with self._database.transaction(_PART, alone=True) as connection:
            if not connection.execute(change(_files).where(same).values(values)).rowcount:
                new = insert(_files).values(tenant=self._tenant, path=mark.path, **values)
                connection.execute(new)
