"""Error answers of an endpoint without the key that was sent: some quote it."""

from __future__ import annotations

from typing import Final

import httpx

_KEPT: Final = ("content-type", "retry-after")
_MASK: Final = b"***"


class Keyless(httpx.BaseTransport):
    """Strikes the key out of error answers, before anything logs, keeps or shows them."""

    def __init__(self, inner: httpx.BaseTransport, key: str | None) -> None:
        self._inner = inner
        self._key = (key or "").encode()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        response = self._inner.handle_request(request)
        if not (response.is_error and self._key):
            return response
        try:
            content = response.read()
        finally:
            response.close()
        headers = {name: response.headers[name] for name in _KEPT if name in response.headers}
        shown = content.replace(self._key, _MASK)
        return httpx.Response(response.status_code, headers=headers, content=shown)

    def close(self) -> None:
        self._inner.close()
