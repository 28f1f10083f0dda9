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
        tried = [*_probes(address, own, others[0])]
    won = [name for name, let in tried if let]
    if won:
        print("thefts that went through:", ", ".join(won))
    yield Figure("thefts tried on a server", len(tried), "probes", "higher", 12)
    yield Figure("thefts that went through", len(won), "probes", "lower", 0)


def _probes(address: str, own: Sequence[Member], stranger: Member) -> Iterator[tuple[str, bool]]:
    bob, alice = own[0], own[1]  # a viewer and an analyst

    def call(who: Member, method: str, path: str, *, page: bool = False, **more: Any) -> Any:  # noqa: ANN401
        headers = {"Origin": address, **more.pop("headers", {})}
        cookies = {"gs_session": who.session} if page else {}
        if not page:
            headers["Authorization"] = f"Bearer {who.token}"
        with httpx.Client(base_url=address, cookies=cookies, timeout=60) as client:
            return client.request(method, path, headers=headers, **more)

    asked = {"json": {"question": "forecast for PulseBand"}, "headers": {"Idempotency-Key": "k1"}}
    mine = call(alice, "POST", "/api/v1/ask", **asked).json()
    again = call(bob, "POST", "/api/v1/ask", **asked)
    yield "answer to a repeated write", "idempotent-replayed" in again.headers
    talk = mine["conversation_id"]
    body = {"json": {"question": "why?", "conversation_id": talk}}
    yield "conversation", call(bob, "POST", "/api/v1/ask", **body).status_code < _OK
    job = call(alice, "POST", "/api/v1/jobs", json={"kind": "run"}).json()["job_id"]
    yield "job cancelled", call(bob, "POST", f"/api/v1/jobs/{job}/cancel").status_code < _OK
    yield "job of a tenant", call(stranger, "GET", f"/api/v1/jobs/{job}").status_code < _OK
    yield "token of a tenant", call(stranger, "GET", "/api/v1/alerts").status_code < _OK
    yield "session of a tenant", call(stranger, "GET", "/", page=True).status_code < _OK
    join = "/gradio_api/queue/join"
    named = {"json": {"session_hash": "alices", "fn_index": 0, "data": []}}
    call(alice, "POST", join, page=True, **named)
    yield "page", call(bob, "POST", join, page=True, **named).status_code < _OK
    stream = call(bob, "GET", "/gradio_api/queue/data?session_hash=alices", page=True)
    yield "stream of a page", stream.status_code < _OK
    yield "heartbeat", call(bob, "GET", "/gradio_api/heartbeat/alices", page=True).status_code < _OK
    sent = {"files": {"files": ("secret.csv", b"sku,units\nP1,4\n")}}
    path = call(alice, "POST", "/gradio_api/upload", page=True, **sent).json()[0]
    yield "file sent back", call(alice, "GET", f"/gradio_api/file={path}", page=True).status_code < _OK
    yield "file", call(bob, "GET", f"/gradio_api/file={path}", page=True).status_code < _OK
    taken = {"json": {"session_hash": "bobs", "fn_index": 0, "data": [{"path": path}]}}
    yield "file by its path", call(bob, "POST", join, page=True, **taken).status_code < _OK
    yield "file of a viewer", call(bob, "POST", "/gradio_api/upload", page=True, **sent).status_code < _OK
    role = {"json": {"kind": "run", "role": "admin", "person": {"role": "admin"}}}
    yield "role in a field", call(bob, "POST", "/api/v1/jobs", **role).status_code < _OK
    header = {"headers": {"X-Role": "admin", "X-Forwarded-User": alice.name}}
    run = call(bob, "POST", "/api/v1/jobs", json={"kind": "run"}, **header)
    yield "role in a header", run.status_code < _OK
    call_private = call(bob, "POST", "/gradio_api/call/keep", page=True, json={"data": []})
    yield "private event", call_private.status_code < _OK
    host = call(bob, "GET", "/api/v1/alerts", headers={"Host": "evil.example"})
    yield "foreign host", host.status_code < _OK
    foreign = {"Origin": "http://evil.example"}
    csrf = call(alice, "POST", "/api/v1/jobs", page=True, json={"kind": "run"}, headers=foreign)
    yield "foreign origin", csrf.status_code < _OK


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
