"""The application: page, health and one question by REST, for this machine alone."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from fastapi.testclient import TestClient

from ui.app import LONGEST_QUESTION, create_app
from ui.examples import FLAGSHIP
from ui.live import Live

if TYPE_CHECKING:
    from fastapi import FastAPI

    from tests.ui.conftest import Shop
    from ui.settings import Settings

HERE = "http://127.0.0.1:7860"


@pytest.fixture(scope="module")
def client(small_shop: Shop) -> TestClient:
    return _client(small_shop.settings)


def _client(settings: Settings) -> TestClient:
    async def build() -> FastAPI:  # without a running loop Gradio opens some and closes none
        return create_app(settings)

    return TestClient(asyncio.run(build()), base_url=HERE)


def test_health_names_the_run_being_served(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "ok", "run_id": "f00dfacecafe0001"}


def test_health_before_the_first_run(empty_home: Settings) -> None:
    new = _client(empty_home)

    assert new.get("/healthz").json() == {"status": "ok", "run_id": None}
    refusal = new.post("/api/ask", json={"question": FLAGSHIP})
    assert refusal.status_code == 503
    assert "groundswell run" in refusal.json()["message"]


def test_rest_gives_the_same_answer_as_the_page(client: TestClient, small_shop: Shop) -> None:
    by_rest = client.post("/api/ask", json={"question": FLAGSHIP}).json()

    by_page = Live(small_shop.settings).analyst().ask(FLAGSHIP).to_dict()
    assert len(by_rest.pop("conversation_id")) == 16
    assert by_rest == by_page


def test_rest_goes_on_with_a_conversation(client: TestClient) -> None:
    first = client.post("/api/ask", json={"question": "forecast for Kitchen"}).json()
    body = {"question": "and for Wearables?", "conversation_id": first["conversation_id"]}

    second = client.post("/api/ask", json=body).json()

    assert second["conversation_id"] == first["conversation_id"]
    assert "Wearables" in second["text"]
    assert second["trace"]["plan"]["intent"] == "forecast"


def test_rest_refuses_what_is_not_there(client: TestClient) -> None:
    unknown = {"question": "and for Wearables?", "conversation_id": "guess"}
    early = {"question": FLAGSHIP, "as_of": "2020-01-01"}

    assert client.post("/api/ask", json=unknown).status_code == 422
    refusal = client.post("/api/ask", json=early)
    assert refusal.status_code == 503
    assert "run --as-of 2020-01-01" in refusal.json()["message"]


@pytest.mark.parametrize(
    "body", [{}, {"question": ""}, {"question": 7}, {"question": "x" * (LONGEST_QUESTION + 1)}]
)
def test_what_is_not_a_question_is_refused(client: TestClient, body: dict[str, object]) -> None:
    assert client.post("/api/ask", json=body).status_code == 422


@pytest.mark.parametrize("host", ["evil.example", "169.254.169.254", "localhost.evil.example"])
def test_a_name_that_was_rebound_to_this_machine_gets_nothing(
    client: TestClient, host: str
) -> None:
    assert client.get("/", headers={"host": host}).status_code == 400
    assert client.get("/healthz", headers={"host": host}).status_code == 400


def test_another_site_cannot_ask(client: TestClient) -> None:
    answer = client.post(
        "/api/ask", json={"question": FLAGSHIP}, headers={"origin": "http://evil.example"}
    )

    assert answer.status_code == 403


def test_the_page_is_served_with_its_policy(client: TestClient) -> None:
    answer = client.get("/")

    assert answer.status_code == 200
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "Groundswell" in answer.text


def test_the_page_names_no_font_or_script_of_another_host(client: TestClient) -> None:
    theme = client.get("/theme.css")

    assert theme.status_code == 200
    assert "fonts.googleapis" not in theme.text + client.get("/").text
