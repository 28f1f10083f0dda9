"""The most that one request may send."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException

from ui.requests.problem import problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_TOO_LARGE = 413


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
        told = f"the body is larger than {most:,} bytes, the most this path takes; send less"
        announced = Headers(scope=scope).get("content-length", "0")
        if not announced.isdecimal() or int(announced) > most:
            refusal = problem(_TOO_LARGE, told, {"Connection": "close"}, instance=scope["path"])
            await refusal(scope, receive, send)
            return
        came = 0

        async def counted() -> Message:
            nonlocal came
            message = await receive()
            came += len(message.get("body", b""))
            if came > most:
                raise HTTPException(_TOO_LARGE, told, {"Connection": "close"})
            return message

        await self._app(scope, counted, send)
