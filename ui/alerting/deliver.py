"""Open alerts to their targets: each once a target and severity step, at least once for sure."""

from __future__ import annotations

import hashlib
import logging
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from signals import Col
from ui.alerting.message import Message, alert_message, digest_message
from ui.alerting.states import AlertStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pandas as pd

    from ui.alerting.outbox import Outbox
    from ui.alerting.rules import AlertRules
    from ui.alerting.states import AlertState, AlertStates
    from ui.alerting.targets import Target

_HOUR: Final = timedelta(hours=1)
_UNSET: Final = ""
_KEY_CHARACTERS: Final = 24

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Told:
    """What a delivery did.

    Parameters
    ----------
    quiet
        Whether it is a quiet hour; all that is due waits for its end.
    waiting
        Messages over the limit an hour; they go first at the next chance.
    reasons
        Target to why a message for it failed; it is tried again later.
    """

    sent: int = 0
    failed: int = 0
    waiting: int = 0
    quiet: bool = False
    reasons: dict[str, str] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Give what JSON can hold."""
        return asdict(self)


class Messenger:
    """Tells targets about alerts.

    Parameters
    ----------
    clock
        Gives the moment, with a zone.
    """

    def __init__(
        self,
        targets: Sequence[Target],
        outbox: Outbox,
        rules: AlertRules,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._targets = targets
        self._outbox = outbox
        self._rules = rules
        self._clock = clock

    def tell(self, alerts: pd.DataFrame, states: AlertStates) -> Told:
        """Tell every target what it has not been told.

        Parameters
        ----------
        alerts
            Open alerts, rows of the table ``alerts``.
        states
            What people did about them; only those that nobody took, snoozed or resolved are told.
        """
        now, told = self._clock(), Told()
        if self._rules.is_quiet(now):
            told.quiet = True
            return told
        known = states.states(alerts[Col.ALERT_ID])
        rows: list[dict[str, Any]] = [
            {
                **{str(name): value for name, value in row.items()},
                Col.STATUS: _status(known.get(row[Col.ALERT_ID])),
            }
            for row in alerts.sort_values(Col.SEVERITY, ascending=False).to_dict("records")
        ]
        due = [
            alert_message(row, _occasion(known.get(row[Col.ALERT_ID])))
            for row in rows
            if row[Col.STATUS] == AlertStatus.OPEN
            and row[Col.SEVERITY] >= self._rules.least_severity
        ]
        day = self._rules.digest_day(now)
        rows = [row for row in rows if row[Col.STATUS] != AlertStatus.RESOLVED]
        if day is not None and rows:
            due.insert(0, digest_message(rows, day))
        for target in self._targets:
            new = [message for message in due if self._is_new(target, message)]
            self._send_all(target, new, told)
        logger.info("alerts told: %s", told)
        return told

    def test(self) -> dict[str, str | None]:
        """Send every target a message that says it is a test; return why it failed, by target."""
        message = Message("test", "Groundswell: a test", "If you read this, alerts reach you.")
        moment = self._clock().isoformat()
        return {
            target.target_id: target.send(message, _key(target, message, moment))
            for target in self._targets
        }

    def _is_new(self, target: Target, message: Message) -> bool:
        told = self._outbox.told_step(target.target_id, message.about, message.occasion)
        return told is None or message.step > told

    def _send_all(self, target: Target, messages: Sequence[Message], told: Told) -> None:
        """Send messages in their order, until the target fails or has had enough for an hour."""
        hour_ago = self._clock() - _HOUR
        left = self._rules.per_hour - self._outbox.sent_since(target.target_id, hour_ago)
        for number, message in enumerate(messages):
            if left <= 0 or target.target_id in told.reasons:
                told.waiting += len(messages) - number
                return
            key = _key(target, message)
            if not self._outbox.claim(key, target.target_id, message, self._clock()):
                continue
            reason = target.send(message, key)
            self._outbox.settle(key, self._clock(), reason)
            if reason is None:
                told.sent += 1
                left -= 1
            else:
                told.failed += 1
                told.reasons[target.target_id] = reason
                logger.warning("%s was not told of %s: %s", target.target_id, message.about, reason)


def _status(state: AlertState | None) -> AlertStatus:
    return AlertStatus.OPEN if state is None else state.status


def _occasion(state: AlertState | None) -> str:
    """Tell apart the times an alert was opened, so that one opened again is told again."""
    return _UNSET if state is None else state.at.isoformat()


def _key(target: Target, message: Message, moment: str = _UNSET) -> str:
    """Name a message for a target: the same message again has the same name."""
    parts = (target.target_id, message.about, message.occasion, str(message.step), moment)
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:_KEY_CHARACTERS]
