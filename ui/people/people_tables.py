"""Tables of people, of the keys they hold, of wrong passwords, and of who owns a conversation.

Moments are seconds since 1970, UTC. Secrets are stored as SHA-256 only: they are random and long,
so no slower hash is needed.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, Float, ForeignKey, Integer, MetaData, String, Table, UniqueConstraint

from signals import StatePart

_ID: Final = String(64)

_META: Final = MetaData()
PEOPLE: Final = Table(
    "people",
    _META,
    Column("user_id", _ID, primary_key=True),
    Column("tenant", _ID, nullable=False),
    Column("name", _ID, nullable=False),
    Column("role", _ID, nullable=False),
    Column("password", String(255), nullable=False),
    Column("made_at", Float, nullable=False),
    UniqueConstraint("tenant", "name"),
)
KEYS: Final = Table(
    "people_keys",
    _META,
    Column("hash", _ID, primary_key=True),
    Column("user_id", _ID, ForeignKey("people.user_id", ondelete="CASCADE"), index=True),
    Column("kind", _ID, nullable=False),
    Column("expires_at", Float, nullable=False, index=True),
)
ATTEMPTS: Final = Table(
    "people_attempts",
    _META,
    Column("subject", _ID, primary_key=True),
    Column("tries", Integer, nullable=False),
    Column("since", Float, nullable=False),
)
TALKS: Final = Table(
    "people_talks",
    _META,
    Column("conversation_id", _ID, primary_key=True),
    Column("user_id", _ID, nullable=False, index=True),
)
PART: Final = StatePart("people", _META)
