"""Four doors to a shop: REST, the page, tools and commands; each says what it let somebody do."""

from __future__ import annotations

import asyncio
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Final, Protocol

import gradio as gr
from fastapi.testclient import TestClient
from mcp import Client
from pydantic import SecretStr
from typer.testing import CliRunner

from signals import GroundswellError
from ui.app import create_app
from ui.cli import app as command
from ui.live import Live
from ui.mcp.server import make_server
from ui.mcp.tools import ShopTools
from ui.page_tabs.asking import Asking
from ui.people.sql_people import KeyKind
from ui.wiring import make_actor, make_people

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ui.settings import Settings

QUESTION: Final = "How much will PulseBand sell next week?"
_MAY_NOT: Final = ("may not", "Your role does not", "somebody else's")


class Deed(StrEnum):
    """What somebody tries."""

    READ = "read"
    ASK = "ask"
    GO_ON = "go on with a conversation"
    REPLAY = "replay an answer"
    INGEST = "bring in a file"
    RUN = "begin a run"
    SETTLE = "settle an alert"
    FOLLOW = "follow a job"
    CANCEL = "cancel a job"
    MANAGE = "list users"


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of a tenant, with the keys they hold.

    Parameters
    ----------
    word
        In their questions and nowhere else.
    """

    tenant: str
    name: str
    role: str
    token: str
    session: str

    @property
    def word(self) -> str:
        return f"zq{self.tenant}{self.name}"


@dataclass(frozen=True, slots=True)
class Seen:
    """What came of an attempt: whether it was let through, and all that was read."""

    let: bool
    text: str


class Door(Protocol):
    """A way in; ``deeds`` are those it offers."""

    deeds: frozenset[Deed]

    def attempt(self, member: Member, deed: Deed, target: str) -> Seen: ...


class Rest:
    """The REST interface of the real application."""

    deeds = frozenset(Deed) - {Deed.REPLAY, Deed.SETTLE, Deed.MANAGE}

    def __init__(self, settings: Settings) -> None:
        self.app = _made(settings)
        self._client = TestClient(
            self.app, base_url="http://127.0.0.1:7860", raise_server_exceptions=False
        )

    def attempt(self, member: Member, deed: Deed, target: str) -> Seen:
        method, path, more = {
            Deed.READ: ("GET", "/alerts", {}),
            Deed.ASK: ("POST", "/ask", {"json": {"question": f"{QUESTION} {member.word}"}}),
            Deed.GO_ON: ("POST", "/ask", {"json": {"question": "why?", "conversation_id": target}}),
            Deed.INGEST: ("POST", "/ingest?file=a.csv", {"content": b"day,product_id,units\n"}),
            Deed.RUN: ("POST", "/jobs", {"json": {"kind": "run"}}),
            Deed.FOLLOW: ("GET", f"/jobs/{target}", {}),
            Deed.CANCEL: ("POST", f"/jobs/{target}/cancel", {}),
        }[deed]
        headers = {"Authorization": f"Bearer {member.token}"}
        answer = self._client.request(method, f"/api/v1{path}", headers=headers, **more)
        if answer.status_code >= 500:
            raise AssertionError(f"{deed}: {answer.status_code} {answer.text[:200]}")
        return Seen(answer.status_code in {200, 202, 409}, answer.text)  # 409: it is over already


class Page:
    """The events of the page, with whoever the session is of."""

    deeds = frozenset({Deed.READ, Deed.ASK, Deed.GO_ON, Deed.INGEST, Deed.SETTLE})

    def __init__(self, settings: Settings, rest: Rest) -> None:
        self._people = make_people(settings)
        live = rest.app.state.live
        self._asking = Asking(live)
        blocks = next(r.app for r in rest.app.routes if hasattr(getattr(r, "app", None), "blocks"))
        self._events = {
            each.fn.__qualname__: each.fn for each in blocks.blocks.fns.values() if each.fn
        }

    def attempt(self, member: Member, deed: Deed, target: str) -> Seen:
        person = self._people.holder(member.session, KeyKind.SESSION)
        if person is None:
            return Seen(let=False, text="")
        state = SimpleNamespace(person=person)
        request: Any = SimpleNamespace(state=state, session_hash=member.name)
        with _warnings() as told:
            shown = getattr(self, f"_{deed.name.lower()}")(request, member, target)
        text = f"{shown} {told}"
        refused = deed is Deed.GO_ON and 'class="gs-turn"' not in text
        return Seen(not refused and not any(word in text for word in _MAY_NOT), text)

    def _read(self, *_: object) -> object:
        return self._events["alerts_tab.<locals>.choose"]("en", "", "", "", False, None)

    def _ask(self, request: Any, member: Member, _: str) -> object:  # noqa: ANN401
        question = f"{QUESTION} {member.word}"
        return [*self._asking.answer(question, [], [], "en", request)][-1]

    def _go_on(self, request: Any, _: Member, target: str) -> object:  # noqa: ANN401
        event: Any = SimpleNamespace(value=target)
        return self._asking.recall([target], "en", request, event)[:3]

    def _ingest(self, request: Any, *_: object) -> object:  # noqa: ANN401
        return self._events["data_tab.<locals>.keep"](request, None, "en", False)[0]

    def _settle(self, request: Any, *_: object) -> object:  # noqa: ANN401
        act = self._events["_acting.<locals>.act"]
        return act(request, "en", "", "", "", False, "a1")


class Tools:
    """The tools for assistants, as whom a token names."""

    deeds = frozenset({Deed.READ, Deed.ASK, Deed.GO_ON})

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._live = Live(settings)
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, daemon=True).start()

    def attempt(self, member: Member, deed: Deed, target: str) -> Seen:
        name, asked = {
            Deed.READ: ("names", {}),
            Deed.ASK: ("ask", {"question": f"{QUESTION} {member.word}"}),
            Deed.GO_ON: ("ask", {"question": "why?", "conversation_id": target}),
        }[deed]
        given = self._settings.model_copy(update={"token": SecretStr(member.token)})
        try:
            tools = ShopTools(self._live, keep=True, person=make_actor(given))
        except GroundswellError as error:
            return Seen(let=False, text=str(error))
        done = asyncio.run_coroutine_threadsafe(_called(tools, name, asked), self._loop)
        found = done.result(timeout=60)
        return Seen(not found.is_error, str(found))


class Commands:
    """The command line, with a token in its environment."""

    deeds = frozenset(Deed) - {Deed.FOLLOW, Deed.CANCEL}

    def __init__(self, settings: Settings, file: Path) -> None:
        self._home = str(settings.home)
        database = settings.database_url.get_secret_value() if settings.database_url else ""
        self._given = {
            "GROUNDSWELL_DATABASE_URL": database, "GROUNDSWELL_TENANT": settings.tenant,
            "GROUNDSWELL_ENCODER": "hashing", "GROUNDSWELL_SCORER": "lexicon",
        }  # fmt: skip
        self._file = str(file)

    def attempt(self, member: Member, deed: Deed, target: str) -> Seen:
        words = {
            Deed.READ: ["alerts", "list", "--json"],
            Deed.ASK: ["ask", f"{QUESTION} {member.word}", "--json"],
            Deed.GO_ON: ["ask", "why?", "--conversation", target, "--json"],
            Deed.REPLAY: ["replay", target, "--json"],
            Deed.INGEST: ["ingest", self._file],
            Deed.RUN: ["run", "--experts", "nobody"],
            Deed.SETTLE: ["alerts", "ack", "a1"],
            Deed.MANAGE: ["users", "list"],
        }[deed]
        env = {**self._given, "GROUNDSWELL_TOKEN": member.token}
        result = CliRunner().invoke(command, [*words, "--home", self._home], env=env)
        text = f"{result.output} {result.exception or ''}"
        absent = deed in {Deed.GO_ON, Deed.REPLAY} and result.exit_code != 0
        refused = absent or "is no token" in text or any(word in text for word in _MAY_NOT)
        return Seen(not refused, text)


@contextmanager
def _warnings() -> Iterator[list[str]]:
    """Catch what the page tells beside what it shows."""
    told: list[str] = []
    usual = gr.Warning
    gr.Warning = lambda text, *_, **__: told.append(str(text))
    try:
        yield told
    finally:
        gr.Warning = usual


async def _called(tools: ShopTools, name: str, asked: dict[str, Any]) -> Any:  # noqa: ANN401
    async with Client(make_server(tools)) as client:
        return await client.call_tool(name, asked)


def _made(settings: Settings) -> Any:  # noqa: ANN401 - FastAPI's
    async def build() -> Any:  # noqa: ANN401
        return create_app(settings)

    return asyncio.run(build())
