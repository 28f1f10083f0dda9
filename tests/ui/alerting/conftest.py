"""A web hook that listens for real, a clock that a test turns, alerts as the lake keeps them."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from signals import Col

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


class Clock:
    """A clock that a test turns."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Hook:
    """A web server that keeps what it was sent.

    Parameters
    ----------
    answers
        Status of the next answers; then 200.
    on_message
        Called before the server answers.
    """

    port: int = 0
    messages: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    on_message: Callable[[], None] = lambda: None

    @property
    def address(self) -> str:
        return f"json://reader:s3cretword@127.0.0.1:{self.port}/hook"


@contextmanager
def listening(hook: Hook) -> Iterator[Hook]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status = hook.answers.pop(0) if hook.answers else 200
            if status == 200:
                hook.messages.append(json.loads(body))
                hook.keys.append(self.headers["Idempotency-Key"])
            hook.on_message()
            self.send_response(status)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", hook.port), Handler) as server:
        hook.port = server.server_port
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield hook
        server.shutdown()
        thread.join()


@pytest.fixture
def hook() -> Iterator[Hook]:
    with listening(Hook()) as started:
        yield started


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def alerts() -> Callable[..., pd.DataFrame]:
    """Make open alerts from severities: A1, A2 and so on."""

    def made(*severities: float, text: str = "电池用两天就没电了") -> pd.DataFrame:
        quotes = [{"doc_id": "d1", "text": text, "day": "2026-03-01", "lang": "zh"}]
        return pd.DataFrame(
            [
                {
                    Col.ALERT_ID: f"A{number}", Col.KIND: "negative_share",
                    Col.ENTITY: f"product:P{number}", Col.NAME: f"Watch {number}",
                    Col.ASPECT: "battery", Col.WINDOW_START: pd.Timestamp("2026-02-25"),
                    Col.WINDOW_END: pd.Timestamp("2026-03-01"), Col.OBSERVED: 0.46,
                    Col.EXPECTED: 0.17, Col.DOCUMENTS: 83, Col.P_VALUE: 1e-6,
                    Col.SEVERITY: severity, Col.QUOTES: json.dumps(quotes), Col.STATUS: "open",
                }
                for number, severity in enumerate(severities, start=1)
            ]
        )  # fmt: skip

    return made
