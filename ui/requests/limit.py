"""The most that one request may send."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException

from ui.requests.problem import problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send


class BodyLimit:
    """ASGI middleware: refuses a body that is too large when it is announced, else when it comes.

    Parameters
    ----------
    limit
        Gives the most bytes for a path.
    """

    def __init__(self, app: ASGIApp, limit: Callable[[str], int]) -> None:
        self._app = app
        self._limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        most = self._limit(scope["path"])
        announced = Headers(scope=scope).get("content-length", "0")
        if not announced.isdecimal() or int(announced) > most:
            await _refusal(most)(scope, receive, send)
            return
        came, is_answered = 0, False

        async def counted() -> Message:
            nonlocal came
            message = await receive()
            came += len(message.get("body", b""))
            if came > most:
                raise _TooLarge(most)
            return message

        async def noted(message: Message) -> None:
            nonlocal is_answered
            is_answered = True
            await send(message)

        try:
            await self._app(scope, counted, noted)
        except _TooLarge:
            if is_answered:
                raise
            await _refusal(most)(scope, receive, send)


class _TooLarge(HTTPException):
    """Raised where the body is read; whoever answers HTTP errors there may answer this one."""

    def __init__(self, most: int) -> None:
        super().__init__(413, _told(most), {"Connection": "close"})


def _told(most: int) -> str:
    return f"the body is larger than {most:,} bytes, the most this path takes; send less"


def _refusal(most: int) -> Response:
    return problem(413, _told(most), {"Connection": "close"})
