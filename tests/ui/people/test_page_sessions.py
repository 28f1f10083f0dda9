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
            role = Role.VIEWER if name == "bob" else Role.ANALYST
            scope.setdefault("state", {})["person"] = Person(name, name, role, "main")
        await self._app(scope, receive, send)


@pytest.fixture
def client() -> TestClient:
    app = FastAPI()

    @app.post("/gradio_api/queue/join")
    async def join(request: Request) -> int:
        return len(await request.body())

    app.post("/gradio_api/upload")(lambda: ["/tmp/gradio/abc/sales.csv"])
    app.get("/gradio_api/file={path:path}")(lambda path: path)
    app.post("/gradio_api/call/keep")(lambda: "done")
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


def test_a_file_is_read_by_who_sent_it_and_given_back_to_nobody(client: TestClient) -> None:
    ann, eve = {"x-name": "ann"}, {"x-name": "eve"}
    path = client.post("/gradio_api/upload", headers=ann).json()[0]

    def read(who: dict[str, str], name: str) -> tuple[int, str]:
        file = {"path": path, "meta": {"_type": "gradio.FileData"}}
        body = {"session_hash": name, "data": [None, [file]]}
        answer = client.post("/gradio_api/queue/join", json=body, headers=who)
        return answer.status_code, answer.text

    assert read(ann, "s1")[0] == 200
    assert read(eve, "s2") == (403, "this file was not sent by you, or the server began anew; "
                                    "send it again")  # fmt: skip
    for who in (ann, eve):
        given = client.get(f"/gradio_api/file={path}", headers=who)
        assert given.status_code == 403
        assert "gives out no files" in given.text


def test_ways_in_that_the_page_does_not_use_are_closed(client: TestClient) -> None:
    answer = client.post("/gradio_api/call/keep", json={}, headers={"x-name": "ann"})

    assert answer.status_code == 403
    assert "use /api/v1" in answer.text


def test_a_viewer_sends_no_file_and_deep_nesting_is_left_to_the_page(client: TestClient) -> None:
    bob = {"x-name": "bob"}

    refused = client.post("/gradio_api/upload", headers=bob)
    assert (refused.status_code, refused.text) == (403, "bob is a viewer and may not ingest")
    deep = {**bob, "content-type": "application/json"}
    nested = client.post("/gradio_api/queue/join", content=b"[" * 100_000, headers=deep)
    assert nested.status_code == 200
