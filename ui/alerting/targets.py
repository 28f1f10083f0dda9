"""Where messages go: any service that Apprise knows, a file, or the console.

Addresses of Apprise (``slack://...``, ``mailto://...``, ``json://host/path``) hold secrets: no
address is ever shown, only its scheme and a short hash.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Final, Protocol

from signals import ConfigError
from ui.alerting.sending import plugin_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from ui.alerting.message import Message

_SENDER: Final = "ui.alerting.sending"


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
    """A service behind an address of Apprise, asked by a child process; see ``sending``.

    Parameters
    ----------
    first_wait_s
        Before the second try; then longer.
    longest_s
        For all tries together; a service that has not answered by then has not taken the message.
    """

    def __init__(self, address: str, *, first_wait_s: float = 1.0, longest_s: float = 60.0) -> None:
        self._address = address
        self._first_wait_s = first_wait_s
        self._longest_s = longest_s
        scheme = address.partition("://")[0].lower()
        self.target_id = f"{scheme}:{hashlib.sha256(address.encode()).hexdigest()[:8]}"
        if plugin_of(address) is None:
            raise ConfigError(
                f"alert_targets holds an address with {scheme[:20]!r} that Apprise cannot use; "
                "expected one such as mailto://..., slack://..., workflows://..., wecombot://..., "
                "dingtalk://..., feishu://..., tgram://..., json://HOST/PATH"
            )

    def send(self, message: Message, key: str) -> str | None:
        asked = {
            "address": self._address, "title": message.subject, "body": message.body, "key": key,
            "first_wait_s": self._first_wait_s,
        }  # fmt: skip
        try:
            done = subprocess.run(  # noqa: S603 - this Python, this package
                [sys.executable, "-m", _SENDER],
                input=json.dumps(asked), capture_output=True, text=True, check=False,
                timeout=self._longest_s,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return f"no answer within {self._longest_s:.0f} s"
        if done.returncode:
            return f"sending broke off with status {done.returncode}"
        reason: str | None = json.loads(done.stdout)
        return reason


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
