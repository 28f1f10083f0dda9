"""Where messages go: any service that Apprise knows, a file, or the console.

Adapter of Apprise, whose addresses (``slack://...``, ``mailto://...``, ``json://host/path``) hold
secrets: no address is ever shown, only its scheme and a short hash.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import re
from typing import TYPE_CHECKING, Final, Protocol
from urllib.parse import unquote

from apprise import Apprise, AppriseAsset, LogCapture, NotifyFormat, NotifyType
from tenacity import Retrying, retry_if_result, stop_after_attempt, wait_exponential

from signals import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from apprise import NotifyBase

    from ui.alerting.message import Message

TRIES: Final = 3
_LONGEST_WAIT_S: Final = 8.0
_LONGEST_REASON: Final = 200
_KEY_HEADER: Final = "Idempotency-Key"
_SECRET_LENGTH: Final = 6
_PARTS: Final = re.compile(r"[/:@?&=#]")  # of an address


class Target(Protocol):
    """Where messages go.

    Parameters
    ----------
    target_id
        The same for the same address, and no secret.
    """

    @property
    def target_id(self) -> str: ...

    def send(self, message: Message, key: str) -> str | None:
        """Send a message; return why that failed, None when it did not.

        Parameters
        ----------
        key
            The same whenever this message is sent again, so that a receiver can drop a repeat.
        """
        ...


class AppriseTarget:
    """A service behind an address of Apprise; a short failure is tried again at once."""

    def __init__(self, address: str, *, first_wait_s: float = 1.0) -> None:
        self._address = address
        self._first_wait_s = first_wait_s
        scheme = address.partition("://")[0].lower()
        self.target_id = f"{scheme}:{hashlib.sha256(address.encode()).hexdigest()[:8]}"
        if self._plugin() is None:
            raise ConfigError(
                f"alert_targets holds an address with {scheme[:20]!r} that Apprise cannot use; "
                "expected one such as mailto://..., slack://..., workflows://..., wecombot://..., "
                "dingtalk://..., feishu://..., tgram://..., json://HOST/PATH"
            )

    def send(self, message: Message, key: str) -> str | None:
        attempts = Retrying(
            stop=stop_after_attempt(TRIES),
            wait=wait_exponential(self._first_wait_s, _LONGEST_WAIT_S),
            retry=retry_if_result(lambda reason: reason is not None),
            retry_error_callback=lambda state: state.outcome.result() if state.outcome else None,
        )
        return attempts(self._send_once, message, key)

    def _plugin(self) -> NotifyBase | None:
        return Apprise.instantiate(self._address, asset=AppriseAsset(async_mode=False))

    def _send_once(self, message: Message, key: str) -> str | None:
        plugin = self._plugin()
        if plugin is None:
            return "its address cannot be used any more"
        headers = getattr(plugin, "headers", None)
        if isinstance(headers, dict):  # json://, xml:// and form:// let us say our own
            headers[_KEY_HEADER] = key
        with LogCapture(level=logging.WARNING) as log:
            sent = plugin.notify(
                title=message.subject,
                body=f"{message.body}\nReference: {key}",
                notify_type=NotifyType.WARNING,
                body_format=NotifyFormat.TEXT,
            )
            told = log.getvalue()
        return None if sent else self._reason(told)

    def _reason(self, told: str) -> str:
        """Give the last line of what Apprise says, without anything that the address holds."""
        last = (told.strip().splitlines() or ["the service did not take it"])[-1]
        for part in _PARTS.split(f"{self._address}/{unquote(self._address)}"):
            if len(part) >= _SECRET_LENGTH:
                last = last.replace(part, "***")
        return last[:_LONGEST_REASON]


class FileSink:
    """A file that takes one JSON object a message, to look at or to test with."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.target_id = f"file:{hashlib.sha256(str(file.absolute()).encode()).hexdigest()[:8]}"

    def send(self, message: Message, key: str) -> str | None:
        row = {"key": key, "subject": message.subject, "body": message.body}
        try:
            with self._file.open("a", encoding="utf-8") as stream:
                stream.write(json.dumps(row, ensure_ascii=False) + "\n")
                stream.flush()
                os.fsync(stream.fileno())
        except OSError as error:
            return f"{self._file}: {error.strerror}"
        return None


class ConsoleSink:
    """Shows messages to who runs the command."""

    target_id: Final = "console"

    def __init__(self, show: Callable[[str], None]) -> None:
        self._show = show

    def send(self, message: Message, key: str) -> str | None:
        self._show(f"{message.subject}\n{message.body}\nReference: {key}\n")
        return None


def targets_of(addresses: str) -> Sequence[Target]:
    """Build the targets of a setting: addresses with spaces or line breaks between them.

    Raises
    ------
    ConfigError
        For an address that Apprise cannot use; the address is not shown.
    """
    return [AppriseTarget(address) for address in dict.fromkeys(addresses.split())]
