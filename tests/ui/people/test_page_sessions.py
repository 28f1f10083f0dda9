"""A page of somebody else cannot be read or written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient

from ui.people import Person, Role
from ui.people.page_sessions import PageSessions

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send


class Named:
    """Stands where the doorkeeper does: whoever a header names is asking."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            name = dict(scope["headers"]).get(b"x-name", b"").decode()
            scope.setdefault("state", {})["person"] = Person(name, name, Role.VIEWER, "main")
        await self._app(scope, receive, send)


@pytest.fixture
def client() -> TestClient:
    app = FastAPI()

    @app.post("/gradio_api/queue/join")
    async def join(request: Request) -> int:
        return len(await request.body())

    app.get("/gradio_api/queue/data")(lambda: "stream")
    app.get("/gradio_api/heartbeat/{name}")(lambda: "alive")
    app.add_middleware(PageSessions)
    app.add_middleware(Named)
    return TestClient(app)


def test_the_first_to_use_a_name_owns_it(client: TestClient) -> None:
    ann, bob = {"x-name": "ann"}, {"x-name": "bob"}
    body = {"session_hash": "s1", "data": ["x" * 500]}

    joined = client.post("/gradio_api/queue/join", json=body, headers=ann)

    assert joined.status_code == 200
    assert joined.json() > 500, "the body comes through whole"
    assert client.get("/gradio_api/queue/data?session_hash=s1", headers=ann).status_code == 200
    assert client.post("/gradio_api/queue/join", json=body, headers=bob).status_code == 403
    assert client.get("/gradio_api/queue/data?session_hash=s1", headers=bob).status_code == 403
    assert client.get("/gradio_api/heartbeat/s1", headers=bob).status_code == 403
    assert client.get("/gradio_api/heartbeat/s2", headers=bob).status_code == 200
