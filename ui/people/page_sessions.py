"""A page that somebody has opened stays theirs.

Gradio keeps what a page shows by a name that the browser chose, and asks nobody whose it is. Here
the first person to use a name owns it.
"""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, Final

from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse

from ui.people.doorkeeper import person_of

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_PAGE_API: Final = "/gradio_api/"
_IN_PATH: Final = ("heartbeat", "stream")  # /heartbeat/NAME, /stream/NAME/...
_MOST: Final = 10_000
_NAME: Final = "session_hash"


class PageSessions:
    """ASGI middleware behind the doorkeeper: refuses the name of somebody else's page."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._owners: OrderedDict[str, str] = OrderedDict()
        self._lock = threading.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(_PAGE_API):
            await self._app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        names = _named_in_address(connection)
        if connection.headers.get("content-type", "").startswith("application/json"):
            body = await _read(receive)
            names += _named_in(body)
            receive = _again(body, receive)
        owner = person_of(connection).user_id
        if all(self._is_own(name, owner) for name in names):
            await self._app(scope, receive, send)
        else:
            refusal = PlainTextResponse("this page was opened by somebody else", 403)
            await refusal(scope, receive, send)

    def _is_own(self, name: str, user_id: str) -> bool:
        with self._lock:
            owner = self._owners.setdefault(name, user_id)
            self._owners.move_to_end(name)
            if len(self._owners) > _MOST:
                self._owners.popitem(last=False)
        return owner == user_id


def _named_in_address(connection: HTTPConnection) -> list[str]:
    parts = connection.url.path.removeprefix(_PAGE_API).split("/")
    in_path = parts[1:2] if parts[0] in _IN_PATH else []
    return [*in_path, *connection.query_params.getlist(_NAME)]


def _named_in(body: bytes) -> list[str]:
    try:
        sent = json.loads(body)
    except ValueError:
        return []  # Gradio will refuse it
    name = sent.get(_NAME) if isinstance(sent, dict) else None
    return [] if name is None else [str(name)]


async def _read(receive: Receive) -> bytes:
    """Read a whole body; who sends too much was stopped before."""
    body, more = bytearray(), True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return bytes(body)


def _again(body: bytes, receive: Receive) -> Receive:
    """Give a body that was read once more, then what comes after it."""
    told = False

    async def give() -> Message:
        nonlocal told
        if told:
            return await receive()
        told = True
        return {"type": "http.request", "body": body, "more_body": False}

    return give
