"""Who is asking: every request is somebody's before anything else looks at it.

References
----------
RFC 6750, *Bearer Token Usage*; W3C *Fetch Metadata Request Headers* (``Sec-Fetch-Site``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection, Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from ui.audit import Door, acting
from ui.people import cookies
from ui.people.login_page import LOGIN, LOGOUT, STYLE
from ui.people.person import Person
from ui.people.sql_people import KeyKind
from ui.requests import problem

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from ui.people.sql_people import SqlPeople

API: Final = "/api/"
_OPEN: Final = (LOGIN, STYLE, "/healthz")
_READS: Final = ("GET", "HEAD", "OPTIONS")
_BEARER: Final = "bearer "
_POLICY_VIOLATION: Final = 1008


class Doorkeeper:
    """ASGI middleware: writes into ``request.state.person`` who is asking, or turns them away.

    What a request does stands in the audit log under the name of who sent it.

    Parameters
    ----------
    people
        None: there is no login, and everybody is ``everybody``.
    """

    def __init__(self, app: ASGIApp, people: SqlPeople | None, everybody: Person) -> None:
        self._app = app
        self._people = people
        self._everybody = everybody

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        person = await run_in_threadpool(self._who, connection)
        scope.setdefault("state", {})["person"] = person
        if person is not None or connection.url.path in _OPEN:
            door = Door.REST if connection.url.path.startswith(API) else Door.PAGE
            with acting(person.name if person else "", door):
                await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": _POLICY_VIOLATION})
        else:
            await _turn_away(Request(scope))(scope, receive, send)

    def _who(self, connection: HTTPConnection) -> Person | None:
        if self._people is None:
            return self._everybody
        header = connection.headers.get("authorization", "")
        if header[: len(_BEARER)].lower() == _BEARER:
            return self._people.holder(header[len(_BEARER) :].strip(), KeyKind.TOKEN)
        session = cookies.session_of(connection)
        if session is None or _is_blind_write(connection):
            return None
        return self._people.holder(session, KeyKind.SESSION)


def person_of(connection: Any) -> Person:  # noqa: ANN401 - Starlette's, or Gradio's around it
    """Return who is asking; of requests that have passed the doorkeeper."""
    person: Person = connection.state.person
    return person


def _is_blind_write(connection: HTTPConnection) -> bool:
    """Whether a write with a cookie does not say that it comes from a page of ours.

    Browsers always say; what says nothing is a program, and programs have tokens.
    """
    if connection.scope.get("method", "GET") in _READS:
        return False
    headers = connection.headers
    return "origin" not in headers and headers.get("sec-fetch-site") != "same-origin"


def _turn_away(request: Request) -> Response:
    path = request.url.path
    if path.startswith(API):
        detail = (
            "send a token (Authorization: Bearer TOKEN), which groundswell users token NAME "
            f"makes, or log in on {LOGIN}"
        )
        return problem(401, detail, headers={"WWW-Authenticate": "Bearer"})
    if request.method in _READS and (
        path in {"/", LOGOUT} or "text/html" in request.headers.get("accept", "")
    ):
        return RedirectResponse(LOGIN, 303)
    return PlainTextResponse("log in first", 401)
