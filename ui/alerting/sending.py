"""Sends one message through Apprise, as a child process with limits.

Services answer what they like: without end, or more than memory holds. Nothing of that reaches
the process that watches. Adapter of Apprise.
"""

from __future__ import annotations

import json
import logging
import re
import resource
import sys
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from apprise import Apprise, AppriseAsset, LogCapture, NotifyFormat, NotifyType
from tenacity import Retrying, retry_if_result, stop_after_attempt, wait_exponential

if TYPE_CHECKING:
    from apprise import NotifyBase

TRIES: Final = 3
_MEMORY_BYTES: Final = 768 << 20
_LONGEST_WAIT_S: Final = 8.0
_LONGEST_REASON: Final = 200
_KEY_HEADER: Final = "Idempotency-Key"
_SECRET_LENGTH: Final = 6
_PARTS: Final = re.compile(r"[/:@?&=#]")  # of an address


def main() -> None:
    """Send what standard input holds; write the reason why that failed, or null."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    asked = json.loads(sys.stdin.read())
    try:
        reason = send(**asked)
    except MemoryError:
        reason = "it answered more than can be held"
    sys.stdout.write(json.dumps(reason))


def send(address: str, title: str, body: str, key: str, first_wait_s: float) -> str | None:
    """Send a message; a short failure is tried again at once.

    Returns
    -------
    str or None
        Why it failed, without anything secret; None when it did not.
    """
    attempts = Retrying(
        stop=stop_after_attempt(TRIES),
        wait=wait_exponential(first_wait_s, _LONGEST_WAIT_S),
        retry=retry_if_result(lambda reason: reason is not None),
        retry_error_callback=lambda state: state.outcome.result() if state.outcome else None,
    )
    return attempts(_send_once, address, title, body, key)


def plugin_of(address: str) -> NotifyBase | None:
    """Build what Apprise makes of an address, None where it cannot; it follows no redirects."""
    asset = AppriseAsset(async_mode=False, http_redirects=False)
    return Apprise.instantiate(address, asset=asset)


def _send_once(address: str, title: str, body: str, key: str) -> str | None:
    plugin = plugin_of(address)
    if plugin is None:
        return "its address cannot be used any more"
    headers = getattr(plugin, "headers", None)
    if isinstance(headers, dict):  # json://, xml:// and form:// let us say our own
        headers[_KEY_HEADER] = key
    with LogCapture(level=logging.WARNING) as log:
        sent = plugin.notify(
            title=title,
            body=f"{body}\nReference: {key}",
            notify_type=NotifyType.WARNING,
            body_format=NotifyFormat.TEXT,
        )
        told = log.getvalue()
    return None if sent else _reason(address, told)


def _reason(address: str, told: str) -> str:
    """Give the last line of what Apprise says, without anything that the address holds."""
    last = (told.strip().splitlines() or ["the service did not take it"])[-1]
    for part in _PARTS.split(f"{address}/{unquote(address)}"):
        if len(part) >= _SECRET_LENGTH:
            last = last.replace(part, "***")
    return last[:_LONGEST_REASON]


if __name__ == "__main__":
    main()
