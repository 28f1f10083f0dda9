"""Hostile texts on the page of a real server, in a real browser, with a listener they call."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from proofs.corner_shop import Strange, open_shop
from proofs.payloads import payloads
from reporting import Figure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

_FLAGS: Final = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
]  # fmt: skip
_QUESTIONS: Final = (
    "What are people saying about PulseBand?",
    "Show me reviews about the strap",
    "Which alerts need a look?",
)
_TABS: Final = ("Forecast", "Why", "Alerts", "Data", "Report")
_ASKED: Final = 17  # every so manieth payload is asked too
_BEACON_MS: Final = 1500


@dataclass(slots=True)
class Heard:
    """What reached the listener, and what the browser tried to reach besides the page.

    Attributes
    ----------
    escaped
        What it tried while the page showed payloads by its own means.
    stopped
        What the policy of the page stopped once their markup was put in raw.
    """

    called: list[str] = field(default_factory=list)
    tried: list[str] = field(default_factory=list)
    escaped: list[str] = field(default_factory=list)
    stopped: list[str] = field(default_factory=list)


def requests_of_a_browser() -> Iterator[Figure]:
    """Show all payloads on every tab, then put their markup into the page without any escaping."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        raise SystemExit("no chromium on the path; Debian: apt-get install chromium")
    heard = Heard()
    with tempfile.TemporaryDirectory() as folder, _listener(heard) as url:
        every = list(payloads(url))
        texts = [part for payload in every for part in payload.parts]
        settings = open_shop(Path(folder) / "shop", Strange(texts, [each.text for each in every]))
        with _served(settings.home) as address:
            _visit(chromium, address, heard, [each.text for each in every])
    yield Figure("payloads shown in a browser", len(every), "payloads", "higher", 200)
    yield Figure("markup that got past the escaping", len(heard.escaped), "requests", "lower", 0)
    yield Figure("requests of a browser to other hosts", len(heard.called), "requests", "lower", 0)
    yield Figure("requests stopped where escaping was left out", len(heard.stopped), "requests",
                 "higher", 1)  # fmt: skip


@contextmanager
def _listener(heard: Heard) -> Iterator[str]:
    """Listen on a port of this machine, as an attacker would elsewhere."""

    class Listener(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            heard.called.append(self.path)
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Listener)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/beacon"
    server.shutdown()
    server.server_close()


@contextmanager
def _served(home: Path) -> Iterator[str]:
    command = [sys.executable, "-u", "-m", "ui", "serve", "--home", str(home), "--port", "0"]
    given = {"GROUNDSWELL_SCORER": "lexicon", "GROUNDSWELL_ENCODER": "hashing"}
    with subprocess.Popen(
        command, env={**os.environ, **given}, stdout=subprocess.PIPE, text=True
    ) as server:
        try:
            lines = iter(server.stdout.readline, "") if server.stdout else iter(())
            yield next(word for line in lines for word in line.split() if "http://" in word)
        finally:
            server.terminate()
            server.wait(timeout=60)


def _visit(chromium: str, address: str, heard: Heard, texts: list[str]) -> None:
    from playwright.sync_api import sync_playwright

    def tried(request: Any) -> None:  # noqa: ANN401 - Playwright's
        if "/beacon" in request.url:
            heard.tried.append(request.url)

    def failed(request: Any) -> None:  # noqa: ANN401
        if "/beacon" in request.url and request.failure == "csp":
            heard.stopped.append(request.url)

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=_FLAGS)
        page = browser.new_page()
        page.on("request", tried)
        page.on("requestfailed", failed)
        page.goto(f"{address}/?lang=en", wait_until="domcontentloaded")
        page.locator(".gs-welcome").wait_for(timeout=120_000)
        for question in (*_QUESTIONS, *texts[::_ASKED]):
            _ask(page, question)
        for tab in _TABS:
            page.get_by_role("tab", name=tab).first.click()
            page.wait_for_timeout(_BEACON_MS)
        heard.escaped.extend(heard.tried)
        html = "".join(texts)
        page.evaluate("html => { document.body.insertAdjacentHTML('beforeend', html) }", html)
        page.wait_for_timeout(2 * _BEACON_MS)
        browser.close()


def _ask(page: Page, question: str) -> None:
    before = page.locator("article.gs-answer").count()
    page.locator("#gs-box textarea, #gs-box input").fill(question.replace("\n", " "))
    page.keyboard.press("Enter")
    page.locator("article.gs-answer").nth(before).wait_for(timeout=60_000)
