"""Logging in and out, on a real server."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import httpx
import pytest

from ui.people.login import TRIES
from ui.wiring import make_audit

if TYPE_CHECKING:
    from tests.ui.api.conftest import Team


def test_without_login_there_is_a_form_and_nothing_else(team: Team) -> None:
    with team.browser() as browser:
        assert browser.get("/").headers["location"] == "/login"
        for path in ("/config", "/theme.css", "/gradio_api/queue/data?session_hash=x"):
            assert browser.get(path).status_code in {303, 401}, path
        assert browser.post("/gradio_api/queue/join", json={}).status_code == 401
        page = browser.get("/login")
        assert page.status_code == 200
        assert "<script" not in page.text
        assert "default-src 'none'" in page.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("language", "word"), [("zh-CN,en", "登录"), ("pt-BR", "Entrar"), ("fr", "Log in")]
)
def test_the_form_speaks_the_language_of_the_browser(team: Team, language: str, word: str) -> None:
    with team.browser(language) as browser:
        assert word in browser.get("/login").text
        assert "Senha" in browser.get("/login?language=pt").text


def test_somebody_comes_in_asks_and_leaves(team: Team) -> None:
    with team.browser() as browser:
        entered = team.log_in(browser, "viewer1")
        assert (entered.status_code, entered.headers["location"]) == (303, "/")
        cookie = next(c for c in entered.headers.get_list("set-cookie") if "gs_session=" in c)
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie
        assert browser.get("/").status_code == 200
        answer = browser.post("/api/v1/ask", json={"question": "forecast for Kitchen"})
        assert answer.status_code == 200

        session = browser.cookies["gs_session"]
        assert browser.post("/logout", data={"form": "guess"}).headers["location"] == "/logout"
        browser.post("/logout", data={"form": team.form_of(browser.get("/logout").text)})

        assert browser.get("/").headers["location"] == "/login"
        again = httpx.get(f"{team.address}/", cookies={"gs_session": session})
        assert again.status_code == 303, "the session has ended on the server too"


def test_a_form_from_elsewhere_is_refused(team: Team) -> None:
    data = {"form": "guess", "name": "viewer1", "password": team.password}
    with team.browser() as browser:
        assert browser.post("/login", data=data).status_code == 403
        foreign = {"Origin": "http://evil.example"}
        form = team.form_of(browser.get("/login").text)
        sent = browser.post("/login", data={**data, "form": form}, headers=foreign)
        assert sent.status_code == 403
        assert "gs_session" not in browser.cookies


def test_a_cookie_alone_does_not_write(team: Team) -> None:
    with team.browser() as browser:
        team.log_in(browser, "viewer1")
        del browser.headers["Origin"]

        assert browser.get("/api/v1/health").status_code == 200
        refusal = browser.post("/api/v1/ask", json={"question": "forecast for Kitchen"})
        assert refusal.status_code == 401
        assert refusal.headers["content-type"] == "application/problem+json"


def test_two_hundred_wrong_passwords_are_looked_at_five_times(team: Team) -> None:
    with team.browser() as browser:
        form = team.form_of(browser.get("/login").text)
        answers = [
            browser.post("/login", data={"form": form, "name": "admin1", "password": f"no {n}"})
            for n in range(200)
        ]
        assert [a.status_code for a in answers] == [401] * TRIES + [429] * (200 - TRIES)
        assert int(answers[-1].headers["retry-after"]) > 60
        right = team.log_in(browser, "admin1")
        assert right.status_code == 429
        assert "Too many wrong attempts" in right.text
    with team.program("admin") as program:
        assert program.get("/api/v1/health").status_code == 200, "tokens are not locked"


def test_the_audit_log_says_who_came_through_which_door(team: Team) -> None:
    with team.browser() as browser:
        team.log_in(browser, "viewer1", "a wrong password")
        team.log_in(browser, "viewer1")
    with team.program("analyst") as program:
        job = program.post("/api/v1/jobs", json={"kind": "run"}).json()
        program.post(f"/api/v1/jobs/{job['job_id']}/cancel")

    audit = make_audit(team.settings)
    said = {(entry.who, entry.door, entry.deed, entry.what) for entry in audit.entries()}
    assert {
        ("", "page", "wrong login", "viewer1"),
        ("viewer1", "page", "login", "viewer1"),
        ("analyst1", "REST", "ask for job", job["job_id"]),
        ("analyst1", "REST", "cancel job", job["job_id"]),
    } <= said
    assert any(deed == "serve" for _, _, deed, _ in said)
    assert team.password not in repr(audit.entries())
    assert audit.verify().faults == ()


def test_metrics_want_a_token_and_are_for_whoever_may_read(team: Team) -> None:
    with team.browser() as browser:
        assert browser.get("/metrics", headers={"Accept": "*/*"}).status_code == 401
    with team.program("viewer") as program:
        answer = program.get("/metrics")
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/plain")
        assert 'groundswell_feed_age_seconds{feed="sales"}' in answer.text


@pytest.mark.browser
def test_in_a_real_browser_without_scripts(team: Team) -> None:
    chromium = shutil.which("chromium")
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if chromium is None:
        pytest.skip("no chromium on the path (Debian: apt-get install chromium)")
    with playwright.sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = opened.new_context(java_script_enabled=False, locale="en-US").new_page()
        page.goto(f"{team.address}/")
        page.get_by_label("User name").fill("analyst1")
        page.get_by_label("Password").fill(team.password)
        page.keyboard.press("Enter")
        page.wait_for_url(f"{team.address}/")
        page.goto(f"{team.address}/logout")
        page.get_by_text("You are logged in as analyst1").wait_for()
        page.get_by_role("button", name="Log out").click()
        page.wait_for_url(f"{team.address}/login")
        opened.close()
