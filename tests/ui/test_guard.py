"""The guard: what a browser may do with an answer, and who may write."""

from __future__ import annotations

import re

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from starlette.responses import HTMLResponse, PlainTextResponse

from ui.guard import LOOPBACK, Guard, content_policy, is_loopback, known_hosts


@pytest.fixture
def client() -> TestClient:
    app = FastAPI()
    page = "<html><script>mine()</script><script type='module' src='/a.js'></script>é</html>"
    app.get("/")(lambda: HTMLResponse(page))
    app.get("/upload")(lambda: HTMLResponse("<script>theirs()</script>"))
    app.post("/api/ask")(lambda: PlainTextResponse("an answer"))
    app.add_middleware(Guard)
    return TestClient(app, base_url="http://127.0.0.1:7860")


def _policy(answer: object) -> dict[str, str]:
    header = answer.headers["content-security-policy"]  # type: ignore[attr-defined]
    return dict(part.strip().split(" ", 1) for part in header.split(";"))


def test_nothing_may_be_fetched_from_or_sent_to_another_host(client: TestClient) -> None:
    policy = _policy(client.get("/"))

    assert policy["default-src"] == "'none'"
    for directive, sources in policy.items():
        assert not re.search(r"https?:|\*", sources), directive


def test_only_scripts_of_the_page_itself_carry_the_nonce(client: TestClient) -> None:
    answer = client.get("/")

    nonce = re.search(r"'nonce-([^']+)'", _policy(answer)["script-src"])
    assert nonce is not None
    assert answer.text.count(f'<script nonce="{nonce[1]}"') == 2
    assert "unsafe-inline" not in _policy(answer)["script-src"]
    assert int(answer.headers["content-length"]) == len(answer.content)


def test_other_html_gets_no_nonce(client: TestClient) -> None:
    assert client.get("/upload").text == "<script>theirs()</script>"


def test_nonces_differ_from_answer_to_answer(client: TestClient) -> None:
    assert _policy(client.get("/"))["script-src"] != _policy(client.get("/"))["script-src"]


@pytest.mark.parametrize("origin", ["http://evil.example", "http://127.0.0.1:9999", "null"])
def test_another_site_cannot_write(client: TestClient, origin: str) -> None:
    assert client.post("/api/ask", headers={"origin": origin}).status_code == 403


def test_the_page_and_programs_can_write(client: TestClient) -> None:
    own = client.post("/api/ask", headers={"origin": "http://127.0.0.1:7860"})

    assert own.status_code == 200
    assert client.post("/api/ask").status_code == 200


def test_every_answer_says_how_it_may_be_used(client: TestClient) -> None:
    headers = client.get("/upload").headers

    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-frame-options"] == "DENY"


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost"])
def test_loopback_hosts_are_known(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.5", "example.org", ""])
def test_other_hosts_are_outside(host: str) -> None:
    assert not is_loopback(host)


def test_the_page_answers_to_its_own_names_and_those_it_was_given() -> None:
    assert known_hosts("127.0.0.1", "") == [*LOOPBACK]
    assert {"10.0.0.5", "shop.example.org"} <= {*known_hosts("10.0.0.5", "shop.example.org, ")}
    assert "*" not in known_hosts("0.0.0.0", "")


def test_the_policy_names_no_directive_twice() -> None:
    names = [part.split()[0] for part in content_policy("n").split(";")]

    assert len(names) == len(set(names))
