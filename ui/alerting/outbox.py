"""The log of what was told to whom, which also keeps two processes from telling it twice.

A message is claimed before it is sent and marked after. A process that dies in between leaves a
claim that runs out; the message is then sent again under the same key. So each message arrives at
least once, and a receiver that heeds the key sees it exactly once. Everything SQLAlchemy is in this
file.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import (
    Column,
    DateTime,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    func,
    insert,
    select,
    update,
)

from signals import StatePart

if TYPE_CHECKING:
    from sqlalchemy import Row

    from signals import StateDatabase
    from ui.alerting.message import Message

CLAIM: Final = timedelta(minutes=5)
"""After this a claim of a process that never came back is over; no sending takes as long."""

LONGEST_BACKOFF: Final = timedelta(hours=1)
_FIRST_BACKOFF: Final = timedelta(minutes=1)
_ID: Final = String(64)

_meta = MetaData()
_deliveries = Table(
    "alert_deliveries",
    _meta,
    Column("tenant", _ID, primary_key=True),
    Column("key", _ID, primary_key=True),
    Column("target_id", _ID, nullable=False, index=True),
    Column("about", _ID, nullable=False),
    Column("occasion", _ID, nullable=False),
    Column("step", Integer, nullable=False),
    Column("subject", Text, nullable=False),
    Column("status", _ID, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("not_before", DateTime(timezone=True), nullable=False),
    Column("reason", Text, nullable=False),
)
_PART: Final = StatePart("alert deliveries", _meta, version=2)


class DeliveryStatus(StrEnum):
    """How far a message is."""

    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message for one target, as it is logged.

    Parameters
    ----------
    at
        Moment of the last attempt.
    reason
        Why it failed; empty when it did not.
    """

    key: str
    target_id: str
    about: str
    subject: str
    status: DeliveryStatus
    attempts: int
    at: datetime
    reason: str


class Outbox:
    """The delivery log of a tenant in a database."""

    def __init__(self, database: StateDatabase) -> None:
        self._database = database
        self._tenant = database.tenant
        self._ours = _deliveries.c.tenant == database.tenant

    def told_step(self, target_id: str, about: str, occasion: str) -> int | None:
        """Return the highest step of an alert that a target was told; None when it was not."""
        query = select(func.max(_deliveries.c.step)).where(
            self._ours,
            _deliveries.c.target_id == target_id,
            _deliveries.c.about == about,
            _deliveries.c.occasion == occasion,
            _deliveries.c.status == DeliveryStatus.SENT,
        )
        with self._database.transaction(_PART) as connection:
            found = connection.execute(query).scalar()
        return None if found is None else int(found)

    def sent_since(self, target_id: str, moment: datetime) -> int:
        """Count the messages a target was sent since a moment."""
        query = select(func.count()).where(
            self._ours,
            _deliveries.c.target_id == target_id,
            _deliveries.c.status == DeliveryStatus.SENT,
            _deliveries.c.at > moment,
        )
        with self._database.transaction(_PART) as connection:
            return int(connection.execute(query).scalar() or 0)

    def claim(self, key: str, target_id: str, message: Message, now: datetime) -> bool:
        """Take a message to send it; False when it was sent, or it is not its time."""
        taken = {
            "status": str(DeliveryStatus.SENDING),
            "attempts": _deliveries.c.attempts + 1,
            "at": now,
            "not_before": now + CLAIM,
        }
        same = self._ours & (_deliveries.c.key == key)
        due = (_deliveries.c.not_before <= now) & (_deliveries.c.status != DeliveryStatus.SENT)
        first = {
            "tenant": self._tenant,
            "key": key,
            "target_id": target_id,
            "about": message.about,
            "occasion": message.occasion,
            "step": message.step,
            "subject": message.subject,
            "reason": "",
            **taken,
            "attempts": 1,
        }
        with self._database.transaction(_PART, alone=True) as connection:
            if connection.execute(update(_deliveries).where(same, due).values(taken)).rowcount:
                return True
            if connection.execute(select(_deliveries.c.key).where(same)).first():
                return False  # sent, being sent, or waiting for its next try
            connection.execute(insert(_deliveries).values(first))
        return True

    def settle(self, key: str, now: datetime, reason: str | None) -> None:
        """Mark a claimed message as sent, or with the reason why not and when to try again."""
        same = self._ours & (_deliveries.c.key == key)
        status = DeliveryStatus.SENT if reason is None else DeliveryStatus.FAILED
        values: dict[str, Any] = {"status": str(status), "at": now, "reason": reason or ""}
        with self._database.transaction(_PART, alone=True) as connection:
            attempts = connection.execute(select(_deliveries.c.attempts).where(same)).scalar() or 1
            backoff = min(_FIRST_BACKOFF * 2 ** (min(attempts, 10) - 1), LONGEST_BACKOFF)
            values["not_before"] = now + backoff
            connection.execute(update(_deliveries).where(same).values(values))

    def log(self, limit: int) -> list[Delivery]:
        """Return the newest deliveries, the newest first."""
        newest = (_deliveries.c.at.desc(), _deliveries.c.key)
        query = select(_deliveries).where(self._ours).order_by(*newest)
        with self._database.transaction(_PART) as connection:
            return [_delivery(row) for row in connection.execute(query.limit(limit))]


def _delivery(row: Row[tuple[object, ...]]) -> Delivery:
    at = row.at.replace(tzinfo=UTC) if row.at.tzinfo is None else row.at
    status = DeliveryStatus(row.status)
    return Delivery(
        row.key, row.target_id, row.about, row.subject, status, row.attempts, at, row.reason
    )
