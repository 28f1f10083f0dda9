"""REST on a real server: answers, refusals, and what is sent to hurt it."""

from __future__ import annotations

import socket
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx
import pytest

from ui.examples import FLAGSHIP
from ui.live import Live

if TYPE_CHECKING:
    from tests.ui.api.conftest import Team

PROBLEM = "application/problem+json"
WAIT_S = 240


def problem(answer: httpx.Response) -> tuple[int, str]:
    """Check that an answer is a whole problem document; return its status and detail."""
    assert answer.headers["content-type"] == PROBLEM
    body = answer.json()
    assert body["status"] == answer.status_code
    assert body["title"]
    return answer.status_code, body["detail"]


def finished(program: httpx.Client, job_id: str) -> dict[str, Any]:
    """Wait until a job is over."""
    deadline = time.monotonic() + WAIT_S
    while time.monotonic() < deadline:
        job = program.get(f"/api/v1/jobs/{job_id}").json()
        if job["ended_at"]:
            return dict(job)
        time.sleep(0.3)
    raise AssertionError(job)


def test_the_answer_is_that_of_the_page(team: Team) -> None:
    with team.program("viewer") as program:
        by_rest = program.post("/api/v1/ask", json={"question": FLAGSHIP}).json()

    by_page = Live(team.settings).analyst().ask(FLAGSHIP).to_dict()
    assert len(by_rest.pop("conversation_id")) == 16
    assert by_rest == by_page


def test_a_conversation_goes_on_for_its_owner_alone(team: Team) -> None:
    with team.program("viewer") as owner, team.program("admin") as other:
        first = owner.post("/api/v1/ask", json={"question": "forecast for Kitchen"}).json()
        more = {"question": "and for Wearables?", "conversation_id": first["conversation_id"]}

        second = owner.post("/api/v1/ask", json=more).json()
        refused = problem(other.post("/api/v1/ask", json=more))
        unknown = problem(other.post("/api/v1/ask", json={**more, "conversation_id": "guess"}))

    assert "Wearables" in second["text"]
    assert refused == (422, unknown[1].replace("guess", first["conversation_id"]))


def test_every_refusal_is_a_problem_document(team: Team) -> None:
    with team.program("viewer") as program:
        get, post = program.get, program.post
        assert problem(httpx.get(f"{team.address}/api/v1/health"))[0] == 401
        assert (
            problem(httpx.get(f"{team.address}/api/v1/x", headers={"Authorization": "Bearer no"}))[
                0
            ]
            == 401
        )
        assert problem(get("/api/v1/nothing"))[0] == 404
        assert problem(get("/api/v1/jobs/nothing"))[0] == 404
        assert problem(get("/api/v1/jobs/no%0Athing"))[0] == 404
        assert problem(program.put("/api/v1/ask"))[0] == 405
        assert problem(post("/api/v1/ask", json={"question": "x", "extra": 1}))[0] == 422
        assert problem(post("/api/v1/ask", json={"question": 7}))[0] == 422
        assert problem(post("/api/v1/ask", content=b"{"))[0] == 422
        assert problem(post("/api/v1/ask", json={"question": "x" * 2_001}))[0] == 422
        assert (
            problem(post("/api/v1/ask", json={"question": FLAGSHIP, "as_of": "2020-01-01"}))[0]
            == 422
        )
        assert problem(get("/api/v1/series?limit=0"))[0] == 422
        assert problem(get("/api/v1/forecast?series=Kitchen&horizon=4"))[0] == 422
        status, told = problem(post("/api/v1/jobs", json={"kind": "run"}))
        assert (status, "viewer and may not run" in told) == (403, True)
        assert problem(post("/api/v1/ingest?file=a.csv", content=b"x"))[0] == 403


def test_series_come_in_pages(team: Team) -> None:
    with team.program("viewer") as program:
        seen, cursor = [], None
        while True:
            page = program.get(
                "/api/v1/series", params={"limit": 4} | ({"cursor": cursor} if cursor else {})
            ).json()
            seen += [item["series_id"] for item in page["items"]]
            if (cursor := page["next"]) is None:
                break

        whole = program.get("/api/v1/series").json()["items"]
    assert seen == [item["series_id"] for item in whole]
    assert len(seen) == len(set(seen)) == 6


def test_forecast_explanation_and_alerts(team: Team) -> None:
    with team.program("viewer") as program:
        forecast = program.get("/api/v1/forecast", params={"series": "PulseBand"}).json()
        explained = program.post("/api/v1/explain", json={"series": "product:P1"}).json()
        alerts = program.get("/api/v1/alerts").json()["items"]
        none = program.get("/api/v1/alerts", params={"category": "Kitchen"}).json()["items"]

    assert forecast["series_id"] == "product:P1"
    assert forecast["forecast"][0]["levels"]["0.5"] == pytest.approx(400.0)
    assert explained["trace"]["plan"]["intent"] == "explain"
    assert [alert["name"] for alert in alerts] == ["PulseBand"]
    assert alerts[0]["quotes"][1]["lang"] == "zh"
    assert none == []


def test_the_description_names_every_path_and_loads_nothing_from_elsewhere(team: Team) -> None:
    with team.program("viewer") as program:
        description = program.get("/api/v1/openapi.json").json()

    assert {
        "/ask",
        "/explain",
        "/series",
        "/forecast",
        "/alerts",
        "/ingest",
        "/jobs",
        "/health",
    } <= set(description["paths"])
    assert httpx.get(f"{team.address}/api/v1/docs").status_code == 401


def test_a_write_sent_again_is_done_once(team: Team) -> None:
    key = {"Idempotency-Key": "once"}
    ask = {"question": "forecast for Kitchen"}
    with team.program("viewer") as program, team.program("admin") as other:
        first = program.post("/api/v1/ask", json=ask, headers=key)
        again = program.post("/api/v1/ask", json=ask, headers=key)
        changed = program.post("/api/v1/ask", json={"question": "and alerts?"}, headers=key)
        theirs = other.post("/api/v1/ask", json=ask, headers=key)

    assert again.json() == first.json()
    assert again.headers["idempotent-replayed"] == "true"
    assert problem(changed)[0] == 422
    assert theirs.json()["conversation_id"] != first.json()["conversation_id"]


def test_a_body_that_is_too_large_is_refused_before_it_is_read(team: Team) -> None:
    def endless() -> Any:
        for _ in range(30):
            yield b"x" * 100_000

    with team.program("viewer") as program:
        announced = program.post("/api/v1/ask", content=b"x" * 1_000_001)
        came = program.post("/api/v1/ask", content=endless())

    assert problem(announced)[0] == 413
    assert problem(came)[0] == 413


def test_what_a_killed_server_left_is_done_by_the_next(team: Team) -> None:
    with team.program("viewer") as program:
        job = finished(program, team.left_over)

    assert (job["state"], job["tries"], job["error"]) == ("done", 2, "")


def test_an_upload_becomes_a_job_and_the_lake_holds_it_once(team: Team) -> None:
    rows = "".join(f"2025-12-{day:02d},P9,{day}\n" for day in range(1, 29))
    file = f"day,product_id,units\n{rows}".encode()
    params = {"file": "more.csv", "table": "sales", "accept_guess": "true"}
    key = {"Idempotency-Key": "december"}
    with team.program("analyst") as program:
        sent = [
            program.post("/api/v1/ingest", params=params, content=file, headers=key).json()
            for _ in range(2)
        ]
        job = finished(program, sent[0]["job_id"])

    assert sent[0] == sent[1]
    assert (job["state"], job["error"]) == ("done", "")
    assert job["result"]["stored"] is True
    assert not list(team.settings.workspace.uploads.iterdir())


def test_what_is_no_table_fails_with_the_reason(team: Team) -> None:
    with team.program("analyst") as program:
        guess = program.post(
            "/api/v1/ingest?file=g.csv", content=b"date,sku,qty\n2025-12-01,P9,3\n"
        )
        bomb = program.post("/api/v1/ingest?file=b.csv", content=b"\x1f\x8b" + b"\0" * 1000)
        empty = program.post("/api/v1/ingest?file=e.csv", content=b"")

        assert "accept_guess=true" in finished(program, guess.json()["job_id"])["error"]
        assert "gzip-compressed" in finished(program, bomb.json()["job_id"])["error"]
        assert problem(empty)[0] == 422


def test_a_sender_who_goes_away_leaves_nothing(team: Team) -> None:
    where = urlsplit(team.address)
    head = (
        f"POST /api/v1/ingest?file=half.csv HTTP/1.1\r\nHost: {where.netloc}\r\n"
        f"Authorization: Bearer {team.tokens['analyst']}\r\nContent-Length: 1000000\r\n\r\n"
    )
    with team.program("analyst") as program:
        before = len(program.get("/api/v1/jobs").json()["items"])
        with socket.create_connection((where.hostname, where.port)) as line:
            line.sendall(head.encode() + b"day,product_id,units\n" * 100)
            time.sleep(1)
        deadline = time.monotonic() + 30
        while list(team.settings.workspace.uploads.iterdir()) and time.monotonic() < deadline:
            time.sleep(0.2)

        assert not list(team.settings.workspace.uploads.iterdir())
        assert len(program.get("/api/v1/jobs").json()["items"]) == before


def test_a_reader_who_goes_away_from_a_stream_stops_nobody(team: Team) -> None:
    def leave(number: int) -> None:
        with team.browser() as browser:
            team.log_in(browser, "viewer1")
            path = f"/gradio_api/heartbeat/gone{number}"
            with browser.stream("GET", path) as stream:
                next(stream.iter_bytes())

    with ThreadPoolExecutor(4) as crowd:
        list(crowd.map(leave, range(8)))

    with team.program("viewer") as program:
        assert program.get("/api/v1/health").json()["status"] == "ok"
