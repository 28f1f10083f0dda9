"""What people did about alerts: acknowledged, snoozed or resolved, by whom and when; nothing lost.

The lake says what was found; this says what became of it. Every change is a row of its own, the
newest one counts. Adapter of SQLAlchemy, with its tables in ``state_tables``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from sqlalchemy import func, insert, select, update

from signals import Col, DataError
from ui.alerting.rules import SEVERITY_STEP
from ui.alerting.state_tables import CHANGES, PART, SIGHTINGS
from ui.audit import Deed
from ui.audit.sql_audit import SqlAudit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import pandas as pd
    from sqlalchemy import Connection, Row

    from signals import StateDatabase

WIDEST_WINDOW: Final = timedelta(days=7)
"""So long after its last day an alert may be found again in the same texts."""

_ITSELF: Final = "groundswell"


class AlertStatus(StrEnum):
    """What became of an alert."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    SNOOZED = "snoozed"
    RESOLVED = "resolved"


@dataclass(frozen=True, slots=True)
class AlertState:
    """Where an alert stands, and who put it there.

    Parameters
    ----------
    at
        Moment of the change, with a zone.
    until
        When a snooze runs out; None for every other status.
    """

    alert_id: str
    status: AlertStatus
    by: str
    at: datetime
    until: datetime | None = None
    note: str = ""

    def as_of(self, now: datetime) -> AlertState:
        """Return the state at a moment: a snooze that has run out is open again."""
        if self.until is None or self.until > now:
            return self
        return AlertState(self.alert_id, AlertStatus.OPEN, _ITSELF, self.until, None, "snooze over")


class AlertStates:
    """The states of a tenant's alerts in a database; several processes may use one at once.

    Parameters
    ----------
    database
        Where the application keeps what it remembers.
    clock
        Gives the moment, with a zone.
    """

    def __init__(
        self,
        database: StateDatabase,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._database = database
        self._tenant = database.tenant
        self._clock = clock
        self._audit = SqlAudit(database, lambda: clock().timestamp())

    def change(
        self, alert_id: str, status: str, *, by: str, until: datetime | None = None, note: str = ""
    ) -> AlertState:
        """Put an alert into a state.

        Parameters
        ----------
        status
            open, acknowledged, snoozed or resolved.
        until
            When a snooze runs out, with a zone; None for every other status.

        Raises
        ------
        DataError
            For another status, a snooze without an end in the future, or nobody who asks for it.
        """
        state = AlertState(alert_id, _status(status), by.strip(), self._clock(), until, note)
        _check(state)
        told = f"{status} by {state.by}"
        with self._audit.changing(PART, Deed.SETTLE, alert_id, told) as connection:
            _write(connection, self._tenant, state)
        return state

    def states(self, alert_ids: Iterable[str]) -> dict[str, AlertState]:
        """Return where alerts stand now; one that nobody has touched is left out, it is open."""
        wanted = sorted(set(alert_ids))
        with self._database.transaction(PART) as connection:
            rows = _newest(connection, self._tenant, wanted)
        now = self._clock()
        return {name: _state(row).as_of(now) for name, row in rows.items()}

    def history(self, alert_id: str) -> list[AlertState]:
        """Return every change of an alert, the oldest first."""
        here = (CHANGES.c.tenant == self._tenant) & (CHANGES.c.alert_id == alert_id)
        query = select(CHANGES).where(here).order_by(CHANGES.c.change)
        with self._database.transaction(PART) as connection:
            return [_state(row) for row in connection.execute(query)]

    def notice(self, found: pd.DataFrame) -> list[AlertState]:
        """Take note of the alerts that a scan found open; resolved ones that rise again open again.

        An alert rises again when it has become a step more severe since it was resolved, or when
        it stands out on days of which none was in the windows that it had stood out in.

        Parameters
        ----------
        found
            Columns ``alert_id``, ``severity``, ``window_end``; a row an alert.

        Returns
        -------
        list[AlertState]
            Of those that are open again.
        """
        seen = {
            str(row[Col.ALERT_ID]): _Sighting(row[Col.SEVERITY], row[Col.WINDOW_END].date())
            for row in found.to_dict("records")
        }
        with self._database.transaction(PART, alone=True) as connection:
            for name, sighting in seen.items():
                _note(connection, (self._tenant, name), sighting)
            reopened = [
                AlertState(name, AlertStatus.OPEN, _ITSELF, self._clock(), None, reason)
                for name, row in _newest(connection, self._tenant, sorted(seen)).items()
                if (reason := _rises(connection, row, seen[name]))
            ]
            for state in reopened:
                _write(connection, self._tenant, state)
        return reopened


@dataclass(frozen=True, slots=True)
class _Sighting:
    severity: float
    last_day: date


def _status(name: str) -> AlertStatus:
    if name not in set(AlertStatus):
        raise DataError(f"{name!r} is no state of an alert; choose from {[*map(str, AlertStatus)]}")
    return AlertStatus(name)


def _check(state: AlertState) -> None:
    if not state.by:
        raise DataError(f"nobody is named who makes alert {state.alert_id} {state.status}")
    if (state.status == AlertStatus.SNOOZED) != (state.until is not None):
        raise DataError(
            f"alert {state.alert_id} is to be {state.status}, until {state.until}; "
            "a snooze, and nothing else, has an end"
        )
    if state.until is None:
        return
    if state.until.tzinfo is None:
        raise ValueError(f"until carries a time zone; got {state.until}")
    if state.until <= state.at:
        raise DataError(f"a snooze until {state.until:%Y-%m-%d %H:%M} is over; give a later moment")


def _newest(
    connection: Connection, tenant: str, alert_ids: list[str]
) -> dict[str, Row[tuple[object, ...]]]:
    """Read the last change of each alert that has one."""
    last = (
        select(func.max(CHANGES.c.change))
        .where(CHANGES.c.tenant == tenant, CHANGES.c.alert_id.in_(alert_ids))
        .group_by(CHANGES.c.alert_id)
    )
    rows = connection.execute(select(CHANGES).where(CHANGES.c.change.in_(last)))
    return {row.alert_id: row for row in rows}


def _write(connection: Connection, tenant: str, state: AlertState) -> None:
    """Add a change, beside how the alert looked when it was last seen."""
    same = (SIGHTINGS.c.tenant == tenant) & (SIGHTINGS.c.alert_id == state.alert_id)
    connection.execute(
        insert(CHANGES).values(
            tenant=tenant,
            alert_id=state.alert_id,
            status=str(state.status),
            changed_by=state.by,
            changed_at=_utc(state.at),
            until=None if state.until is None else _utc(state.until),
            note=state.note,
            severity=select(SIGHTINGS.c.severity).where(same).scalar_subquery(),
            last_day=select(SIGHTINGS.c.last_day).where(same).scalar_subquery(),
        )
    )


def _rises(connection: Connection, row: Row[tuple[object, ...]], now: _Sighting) -> str:
    """Say why a resolved alert is open again; empty when it is not."""
    if row.status != AlertStatus.RESOLVED:
        return ""
    if row.severity is None:  # it was resolved before a scan was noted: that is what it looked like
        connection.execute(
            update(CHANGES)
            .where(CHANGES.c.change == row.change)
            .values(severity=now.severity, last_day=now.last_day)
        )
        return ""
    if now.severity >= row.severity + SEVERITY_STEP:
        return f"severity rose from {row.severity:.0f} to {now.severity:.0f}"
    if now.last_day >= row.last_day + WIDEST_WINDOW:
        return f"it stands out again on {now.last_day}"
    return ""


def _note(connection: Connection, whose: tuple[str, str], sighting: _Sighting) -> None:
    tenant, alert_id = whose
    values = {"severity": sighting.severity, "last_day": sighting.last_day}
    same = (SIGHTINGS.c.tenant == tenant) & (SIGHTINGS.c.alert_id == alert_id)
    if not connection.execute(update(SIGHTINGS).where(same).values(values)).rowcount:
        new = insert(SIGHTINGS).values(tenant=tenant, alert_id=alert_id, **values)
        connection.execute(new)


def _state(row: Row[tuple[object, ...]]) -> AlertState:
    until = None if row.until is None else _utc(row.until)
    status = AlertStatus(row.status)
    return AlertState(row.alert_id, status, row.changed_by, _utc(row.changed_at), until, row.note)


def _utc(moment: datetime) -> datetime:
    """Give a moment in UTC; SQLite forgets the zone."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
