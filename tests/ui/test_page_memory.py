"""A page that is open for long: what the server remembers of it, and what its browser is sent."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import pytest
from fastapi.testclient import TestClient
from starlette.routing import Mount

from ui.app import create_app

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi import FastAPI
    from gradio.state_holder import SessionState

    from tests.ui.conftest import Shop

_BROWSER = "a-browser"


class OpenPage:
    """A page as its browser sees it: joins Gradio's queue and reads what comes of it."""

    def __init__(self, app: FastAPI, client: TestClient) -> None:
        self._client = client
        self._gradio: Any = next(
            route.app
            for route in app.routes
            if isinstance(route, Mount) and hasattr(route.app, "state_holder")
        )
        config = client.get("/config").json()
        ids = {each["props"].get("elem_id"): each["id"] for each in config["components"]}
        self._asking = next(
            each["id"]
            for each in config["dependencies"]
            if [ids["gs-box"], "submit"] in map(list, each["targets"])
        )

    def ask(self, question: str) -> str:
        """Ask; return all that the browser is sent until the answer is there."""
        sent = {"data": [question, None, [], "en"], "fn_index": self._asking}
        headers = {"origin": str(self._client.base_url)}
        join = {**sent, "session_hash": _BROWSER, "trigger_id": None, "event_data": None}
        self._client.post("/gradio_api/queue/join", json=join, headers=headers).raise_for_status()
        told = self._client.get("/gradio_api/queue/data", params={"session_hash": _BROWSER}).text
        events = [json.loads(line[5:]) for line in told.splitlines() if line.startswith("data:")]
        assert any(each["msg"] == "process_completed" and each["success"] for each in events)
        return told

    @property
    def remembered(self) -> SessionState:
        found: SessionState = self._gradio.state_holder[_BROWSER]
        return found


@pytest.fixture(scope="module")
def page(small_shop: Shop) -> Iterator[OpenPage]:
    async def build() -> FastAPI:
        return create_app(small_shop.settings)

    app = asyncio.run(build())
    with TestClient(app, base_url="http://127.0.0.1:7860") as client:
        yield OpenPage(app, client)


def test_questions_leave_nothing_on_the_server_but_their_turns(page: OpenPage) -> None:
    page.ask("forecast for PulseBand")
    before = set(page.remembered.config_values)
    for name in ("Kitchen", "Wearables", "PulseBand"):
        page.ask(f"forecast for {name}")

    assert set(page.remembered.config_values) == before
    assert set(page.remembered.blocks_config.blocks) == before
    turns = [kept for kept in page.remembered.state_data.values() if isinstance(kept, list)]
    assert max(map(len, turns)) == 4


def test_a_browser_is_sent_an_answer_once_and_not_the_whole_conversation_again(
    page: OpenPage,
) -> None:
    first = page.ask("What are people saying about PulseBand?")
    later = page.ask("How accurate were the forecasts?")

    assert "What are people saying about PulseBand?" in first
    assert "What are people saying about PulseBand?</div>" not in later


def test_runs_are_not_recorded_in_the_browser(page: OpenPage) -> None:
    assert page.remembered.blocks_config.root_block.run_history is False
