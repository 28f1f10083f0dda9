"""The application: page and health, for this machine alone."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from fastapi.testclient import TestClient

from ui.app import create_app
from ui.examples import FLAGSHIP

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


@pytest.mark.parametrize("host", ["evil.example", "169.254.169.254", "localhost.evil.example"])
def test_a_name_that_was_rebound_to_this_machine_gets_nothing(
    client: TestClient, host: str
) -> None:
    assert client.get("/", headers={"host": host}).status_code == 400
    assert client.get("/healthz", headers={"host": host}).status_code == 400


def test_another_site_cannot_ask(client: TestClient) -> None:
    answer = client.post(
        "/api/v1/ask", json={"question": FLAGSHIP}, headers={"origin": "http://evil.example"}
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


def test_the_script_of_the_page_and_plotly_come_from_here(client: TestClient) -> None:
    script, plotly = client.get("/assets/page.js"), client.get("/assets/plotly.min.js")

    assert script.headers["content-type"].startswith("text/javascript")
    assert "/assets/plotly.min.js" in script.text
    assert "Plotly" in plotly.text  # unpacked by the client
    assert int(plotly.headers["content-length"]) < 2_000_000
    assert "://" not in script.text  # and it asks nobody else
