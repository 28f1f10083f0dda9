"""A page that somebody has opened stays theirs, and so do the files they sent to it.

Gradio keeps what a page shows by a name that the browser chose, and asks nobody whose it is. Here
the first person to use a name owns it. A file that was sent is known by its path, which the page
names when it is to be read: only who sent it may name it, and nobody is given it back.
"""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, Final

from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse

from ui.people.doorkeeper import person_of
from ui.people.person import Action, may

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from ui.people.person import Person

_PAGE_API: Final = "/gradio_api/"
_UPLOAD: Final = f"{_PAGE_API}upload"
_CLOSED: Final = tuple(f"{_PAGE_API}{name}" for name in ("file", "proxy", "call", "run", "api"))
"""Ways in that Gradio opens by itself, and that the page does not use."""
_IN_PATH: Final = ("heartbeat", "stream")  # /heartbeat/NAME, /stream/NAME/...
_MOST: Final = 10_000
_NAME: Final = "session_hash"


class PageSessions:
    """ASGI middleware behind the doorkeeper: refuses the name of somebody else's page or file."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._owners: OrderedDict[str, str] = OrderedDict()
        self._senders: OrderedDict[str, str] = OrderedDict()
        self._lock = threading.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(_PAGE_API):
            await self._app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        names = _named_in_address(connection)
        files: list[str] = []
        if connection.headers.get("content-type", "").startswith("application/json"):
            body = await _read(receive)
            named, files = _named_in(body)
            names += named
            receive = _again(body, receive)
        person = person_of(connection)
        if refused := self._refused(scope["path"], names, files, person):
            await PlainTextResponse(refused, 403)(scope, receive, send)
            return
        if scope["path"] == _UPLOAD:
            send = self._noting(send, person.user_id)
        await self._app(scope, receive, send)

    def _refused(self, path: str, names: list[str], files: list[str], person: Person) -> str:
        """Say why a request is not let through; empty when it is."""
        if not all(self._is_own(name, person.user_id) for name in names):
            return "this page was opened by somebody else"
        if path.startswith(_CLOSED):
            return "this page gives out no files and answers no programs; those use /api/v1"
        if not all(self._senders.get(each) == person.user_id for each in files):
            return "this file was not sent by you, or the server began anew; send it again"
        if path == _UPLOAD and not may(person, Action.INGEST):
            return f"{person.name} is a {person.role} and may not {Action.INGEST}"
        return ""

    def _is_own(self, name: str, user_id: str) -> bool:
        with self._lock:
            owner = self._owners.setdefault(name, user_id)
            _touch(self._owners, name)
        return owner == user_id

    def _noting(self, send: Send, user_id: str) -> Send:
        """Note whose the files are whose paths an answer tells."""
        told = bytearray()

        async def noting(message: Message) -> None:
            told.extend(message.get("body", b""))
            if message["type"] == "http.response.body" and not message.get("more_body", False):
                for path in _paths_told(bytes(told)):
                    with self._lock:
                        self._senders[path] = user_id
                        _touch(self._senders, path)
            await send(message)

        return noting


def _touch(owners: OrderedDict[str, str], name: str) -> None:
    """Remember a name longest, and forget what was not used for longest."""
    owners.move_to_end(name)
    if len(owners) > _MOST:
        owners.popitem(last=False)


def _named_in_address(connection: HTTPConnection) -> list[str]:
    parts = connection.url.path.removeprefix(_PAGE_API).split("/")
    in_path = parts[1:2] if parts[0] in _IN_PATH else []
    return [*in_path, *connection.query_params.getlist(_NAME)]


def _named_in(body: bytes) -> tuple[list[str], list[str]]:
    """List the names of pages and the paths of files in a body."""
    try:
        sent = json.loads(body)
    except (ValueError, RecursionError):
        return [], []  # Gradio will refuse it
    name = sent.get(_NAME) if isinstance(sent, dict) else None
    return [] if name is None else [str(name)], [*_paths_in(sent)]


def _paths_in(sent: object) -> Iterator[str]:
    """Find the paths of files, however deep they lie."""
    todo = [sent]
    while todo:
        found = todo.pop()
        if isinstance(found, dict):
            if isinstance(found.get("path"), str):
                yield found["path"]
            todo.extend(found.values())
        elif isinstance(found, list):
            todo.extend(found)


def _paths_told(body: bytes) -> list[str]:
    """List the paths that an answer to an upload tells; none where it was refused."""
    try:
        told = json.loads(body)
    except ValueError:
        return []
    return [str(path) for path in told] if isinstance(told, list) else []


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
