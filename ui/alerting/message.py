"""What is told of alerts: one message an alert, or the summary of a day."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from signals import Col
from ui.alert_words import amount, at_risk, what_stands_out
from ui.alerting.rules import step_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

_QUOTES: Final = 3
_LONGEST_QUOTE: Final = 300
_CALLS_ALL: Final = re.compile(r"@(?=everyone|here|channel|all\b)|<(?=[!@])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Message:
    """What a target is told.

    Parameters
    ----------
    about
        Id of the alert, or the day of a summary.
    occasion
        Since when the alert is open anew; the same step is told once an occasion.
    step
        Of the severity.
    """

    about: str
    subject: str
    body: str
    occasion: str = ""
    step: int = 0


def alert_message(alert: Mapping[str, Any], occasion: str = "") -> Message:
    """Write the message of one alert, a row of the table ``alerts``; quotes word for word."""
    aspect = f", {alert[Col.ASPECT]}" if alert[Col.ASPECT] else ""
    kind, risk = what_stands_out(alert), at_risk(alert)
    observed, expected = (amount(alert, name) for name in (Col.OBSERVED, Col.EXPECTED))
    lines = [
        f"{observed} {kind}, usually {expected}; {alert[Col.DOCUMENTS]} texts from "
        f"{alert[Col.WINDOW_START]:%Y-%m-%d} to {alert[Col.WINDOW_END]:%Y-%m-%d}.",
        f"Severity {alert[Col.SEVERITY]:.0f} of 100."
        + (f" At risk in 28 days: {risk}." if risk else ""),
        *(_quote(quote) for quote in json.loads(alert[Col.QUOTES] or "[]")[:_QUOTES]),
        f"Take it: groundswell alerts ack {alert[Col.ALERT_ID]}",
    ]
    return Message(
        about=alert[Col.ALERT_ID],
        subject=f"{alert[Col.NAME]}{aspect}: {observed} {kind}, usually {expected}",
        body="\n".join(lines),
        occasion=occasion,
        step=step_of(alert[Col.SEVERITY]),
    )


def digest_message(alerts: Sequence[Mapping[str, Any]], day: date) -> Message:
    """Write the summary of a day, a line an alert, each with its ``status``."""
    count = "1 alert" if len(alerts) == 1 else f"{len(alerts)} alerts"
    return Message(f"{day}", f"Groundswell, {day}: {count}", "\n".join(map(_line, alerts)))


def _line(alert: Mapping[str, Any]) -> str:
    return f"[{alert[Col.STATUS]}] {alert[Col.SEVERITY]:.0f} {alert_message(alert).subject}"


def _quote(quote: Mapping[str, str]) -> str:
    """Quote a review so that nobody in a channel is called by what it says."""
    text = _CALLS_ALL.sub(lambda sign: f"{sign[0]}\u200b", quote[Col.TEXT][:_LONGEST_QUOTE])
    return f"“{text}” ({quote[Col.LANG]}, {quote[Col.DAY]})"
