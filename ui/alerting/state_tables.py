"""Tables of what people did about alerts: every change, and how each alert was last seen.

Part of the adapter of SQLAlchemy in ``states``.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, Date, DateTime, Float, Integer, MetaData, String, Table, Text

from signals import StatePart

_ID: Final = String(64)

_META = MetaData()
CHANGES = Table(
    "alert_changes",
    _META,
    Column("change", Integer, primary_key=True, autoincrement=True),
    Column("tenant", _ID, nullable=False),
    Column("alert_id", _ID, nullable=False, index=True),
    Column("status", _ID, nullable=False),
    Column("changed_by", String(255), nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False),
    Column("until", DateTime(timezone=True)),
    Column("note", Text, nullable=False),
    Column("severity", Float),
    Column("last_day", Date),
)
SIGHTINGS = Table(
    "alert_sightings",
    _META,
    Column("tenant", _ID, primary_key=True),
    Column("alert_id", _ID, primary_key=True),
    Column("severity", Float, nullable=False),
    Column("last_day", Date, nullable=False),
)
PART: Final = StatePart("alerts", _META, version=2)
