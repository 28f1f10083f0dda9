"""Tables of the audit log: its entries, and where it ends.

Part of the adapter of SQLAlchemy in ``sql_audit``.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, Integer, MetaData, String, Table, Text

from signals import StatePart

_ID: Final = String(64)

_META: Final = MetaData()
ENTRIES: Final = Table(
    "audit_entries",
    _META,
    Column("tenant", _ID, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", _ID, nullable=False),
    Column("who", Text, nullable=False),
    Column("door", _ID, nullable=False),
    Column("deed", _ID, nullable=False),
    Column("what", Text, nullable=False),
    Column("told", Text, nullable=False),
    Column("before", _ID, nullable=False),
    Column("hash", _ID, nullable=False),
)
HEADS: Final = Table(
    "audit_heads",
    _META,
    Column("tenant", _ID, primary_key=True),
    Column("length", Integer, nullable=False),
    Column("hash", _ID, nullable=False),
)
PART: Final = StatePart("audit", _META)
