"""The most that one request may send, wherever it is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient

from ui.requests import BodyLimit

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send


class Reader:
    """A middleware that reads the body itself."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        while scope["type"] == "http" and (await receive()).get("more_body"):
            pass
        await self._app(scope, receive, send)


@pytest.fixture(params=["in a route", "in a middleware"])
def client(request: pytest.FixtureRequest) -> TestClient:
    app = FastAPI()

    @app.post("/")
    async def size(request: Request) -> int:
        return sum([len(chunk) async for chunk in request.stream()])

    if request.param == "in a middleware":
        app.add_middleware(Reader)
    app.add_middleware(BodyLimit, limit=lambda _path: 1000)
    return TestClient(app)


def test_a_body_that_grows_too_large_is_refused_while_it_comes(client: TestClient) -> None:
    answer = client.post("/", content=(b"x" * 100 for _ in range(30)))

    assert answer.status_code == 413
    assert "larger than 1,000 bytes" in answer.json()["detail"]


@pytest.mark.parametrize("length", ["1001", "-5", "many"])
def test_a_length_that_is_too_large_or_none_is_refused_unread(
    client: TestClient, length: str
) -> None:
    answer = client.post("/", content=b"x", headers={"content-length": length})

    assert answer.status_code == 413
