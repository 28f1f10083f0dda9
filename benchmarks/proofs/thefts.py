"""Thefts that are known of pages like ours, each tried on a real server.

The probes: somebody else's page, conversation, job, citation, answer to a repeated write and sent
file; a role in a hidden field; a foreign host; keys of another tenant.
"""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import httpx
from proofs.size import Size
from reporting import Figure

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from proofs.people_doors import Member

    from ui.settings import Settings

_OK: Final = 300


def thefts(
    settings: Mapping[str, Settings], members: Sequence[Member], size: Size
) -> Iterator[Figure]:
    """Try each theft; in a small run without a server, nothing is tried here."""
    if size is Size.SMALL:
        return
    tenant = members[0].tenant
    others = [each for each in members if each.tenant != tenant]
    own = [each for each in members if each.tenant == tenant]
    with _served(settings[tenant]) as address:
        tried = [*_probes(Raid(address, own, others[0]))]
    won = [name for name, let in tried if let]
    if won:
        print("thefts that went through:", ", ".join(won))
    yield Figure("thefts tried on a server", len(tried), "probes", "higher", 12)
    yield Figure("thefts that went through", len(won), "probes", "lower", 0)


class Raid:
    """Requests in the name of others, to one server."""

    def __init__(self, address: str, own: Sequence[Member], stranger: Member) -> None:
        self.address = address
        self.bob, self.alice, self.stranger = own[0], own[1], stranger  # a viewer, an analyst

    def gets(self, who: Member, method: str, path: str, **more: Any) -> bool:  # noqa: ANN401
        """Tell whether a request is answered."""
        return bool(self.call(who, method, path, **more).status_code < _OK)

    def call(self, who: Member, method: str, path: str, **more: Any) -> httpx.Response:  # noqa: ANN401
        """Send a request with somebody's token; with ``page``, with their session."""
        headers = {"Origin": self.address, **more.pop("headers", {})}
        page = more.pop("page", False)
        if not page:
            headers["Authorization"] = f"Bearer {who.token}"
        cookies = {"gs_session": who.session} if page else {}
        with httpx.Client(base_url=self.address, cookies=cookies, timeout=60) as client:
            return client.request(method, path, headers=headers, **more)


def _probes(raid: Raid) -> Iterator[tuple[str, bool]]:
    yield from _of_programs(raid)
    yield from _of_pages(raid)
    yield from _of_files(raid)


def _of_programs(raid: Raid) -> Iterator[tuple[str, bool]]:
    bob, alice = raid.bob, raid.alice
    asked = {"json": {"question": "forecast for PulseBand"}, "headers": {"Idempotency-Key": "k1"}}
    mine = raid.call(alice, "POST", "/api/v1/ask", **asked).json()
    again = raid.call(bob, "POST", "/api/v1/ask", **asked)
    yield "answer to a repeated write", "idempotent-replayed" in again.headers
    on = {"question": "why?", "conversation_id": mine["conversation_id"]}
    yield "conversation", raid.gets(bob, "POST", "/api/v1/ask", json=on)
    job = raid.call(alice, "POST", "/api/v1/jobs", json={"kind": "run"}).json()["job_id"]
    yield "job cancelled", raid.gets(bob, "POST", f"/api/v1/jobs/{job}/cancel")
    yield "job of a tenant", raid.gets(raid.stranger, "GET", f"/api/v1/jobs/{job}")
    yield "token of a tenant", raid.gets(raid.stranger, "GET", "/api/v1/alerts")
    hidden = {"kind": "run", "role": "admin", "person": {"role": "admin"}}
    yield "role in a field", raid.gets(bob, "POST", "/api/v1/jobs", json=hidden)
    header = {"X-Role": "admin", "X-Forwarded-User": alice.name}
    yield (
        "role in a header",
        raid.gets(bob, "POST", "/api/v1/jobs", json={"kind": "run"}, headers=header),
    )
    evil = {"Host": "evil.example"}
    yield "foreign host", raid.gets(bob, "GET", "/api/v1/alerts", headers=evil)


def _of_pages(raid: Raid) -> Iterator[tuple[str, bool]]:
    bob, alice = raid.bob, raid.alice
    join = "/gradio_api/queue/join"
    named = {"session_hash": "alices", "fn_index": 0, "data": []}
    raid.call(alice, "POST", join, page=True, json=named)
    yield "session of a tenant", raid.gets(raid.stranger, "GET", "/", page=True)
    yield "page", raid.gets(bob, "POST", join, page=True, json=named)
    stream = "/gradio_api/queue/data?session_hash=alices"
    yield "stream of a page", raid.gets(bob, "GET", stream, page=True)
    yield "heartbeat", raid.gets(bob, "GET", "/gradio_api/heartbeat/alices", page=True)
    event = "/gradio_api/call/keep"
    yield "private event", raid.gets(bob, "POST", event, page=True, json={"data": []})
    foreign = {"Origin": "http://evil.example"}
    yield (
        "foreign origin",
        raid.gets(alice, "POST", "/api/v1/jobs", page=True, json={"kind": "run"}, headers=foreign),
    )


def _of_files(raid: Raid) -> Iterator[tuple[str, bool]]:
    bob, alice = raid.bob, raid.alice
    upload = "/gradio_api/upload"
    sent = {"files": ("secret.csv", b"sku,units\nP1,4\n")}
    path = raid.call(alice, "POST", upload, page=True, files=sent).json()[0]
    yield "file sent back", raid.gets(alice, "GET", f"/gradio_api/file={path}", page=True)
    yield "file", raid.gets(bob, "GET", f"/gradio_api/file={path}", page=True)
    taken = {"session_hash": "bobs", "fn_index": 0, "data": [{"path": path}]}
    yield (
        "file by its path",
        raid.gets(bob, "POST", "/gradio_api/queue/join", page=True, json=taken),
    )
    yield "file of a viewer", raid.gets(bob, "POST", upload, page=True, files=sent)


@contextmanager
def _served(settings: Settings) -> Iterator[str]:
    url = settings.database_url.get_secret_value() if settings.database_url else ""
    given = {"GROUNDSWELL_SCORER": "lexicon", "GROUNDSWELL_ENCODER": "hashing",
             "GROUNDSWELL_DATABASE_URL": url, "GROUNDSWELL_TENANT": settings.tenant}  # fmt: skip
    home = str(settings.home)
    command = [sys.executable, "-u", "-m", "ui", "serve", "--home", home, "--port", "0"]
    with subprocess.Popen(
        command, env={**os.environ, **given}, stdout=subprocess.PIPE, text=True
    ) as server:
        try:
            lines = iter(server.stdout.readline, "") if server.stdout else iter(())
            address = next(word for line in lines for word in line.split() if "http://" in word)
            for _ in range(600):
                try:
                    httpx.get(f"{address}/healthz", timeout=10)
                    break
                except httpx.TransportError:
                    continue
            yield address
        finally:
            server.terminate()
            server.wait(timeout=60)
