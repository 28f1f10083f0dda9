"""Seconds until a person sees the page and an answer, in a real Chromium; what left the browser.

Wants a workspace with a run: ``groundswell demo`` makes one. ``--picture FILE`` also writes the
picture of the README.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from reporting import Figure, Report, options

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

QUESTION = "Which categories will grow most in the next four weeks, and why?"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]
SERVE = "from ui.cli import main; main()"


def main() -> None:
    """Start the server, visit it, and report."""
    parser = options(__doc__ or "")
    home = os.environ.get("GROUNDSWELL_HOME", "groundswell-data")
    parser.add_argument("--home", type=Path, default=Path(home), help="workspace with a run")
    parser.add_argument("--picture", type=Path, help="write a picture of the answer here")
    chosen = parser.parse_args()
    chromium = shutil.which("chromium")
    if chromium is None or not (chosen.home / "lake").exists():
        sys.exit(f"needs chromium on the path, and a run in {chosen.home}: groundswell demo")
    from playwright.sync_api import sync_playwright

    report = Report("page", f"the workspace {chosen.home.name}", ("gradio", "plotly", "fastapi"))
    began = time.perf_counter()
    with served(chosen.home) as address, sync_playwright() as driver:
        report.add(Figure("from the command to the address", since(began), "s", reach=30))
        browser = driver.chromium.launch(executable_path=chromium, args=FLAGS)
        elsewhere = measure(browser, address, report, 2 if chosen.quick else 5, chosen.picture)
        browser.close()
    report.add(Figure("requests to other hosts", len(elsewhere), "requests", reach=0))
    report.finish(chosen)


def measure(
    browser: Browser, address: str, report: Report, visits: int, picture: Path | None
) -> list[str]:
    """Visit several times, each in a fresh profile; models load while the page does."""
    elsewhere: list[str] = []
    ready, answered = [], []
    for _ in range(visits):
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.on(
            "request",
            lambda request: (
                request.url.startswith((address, "data:", "blob:")) or elsewhere.append(request.url)
            ),
        )
        began = time.perf_counter()
        page.goto(f"{address}/?__theme=light", wait_until="domcontentloaded")
        page.get_by_text("What would you like to know?").wait_for()
        ready.append(since(began))
        answered.append(answer(page))
        if picture is not None and len(answered) == visits:
            page.wait_for_timeout(700)
            page.screenshot(path=picture)
        page.close()
    report.add(Figure("page ready, first visit", ready[0], "s", reach=10))
    report.add(Figure("page ready, median of the later visits", median(ready[1:]), "s", reach=5))
    report.add(Figure("first answer and chart", answered[0], "s", reach=30))
    report.add(Figure("answer and chart, median of the later", median(answered[1:]), "s", reach=5))
    return elsewhere


def answer(page: Page) -> float:
    """Ask the flagship question; seconds until its text and its chart are seen."""
    began = time.perf_counter()
    page.get_by_label("Your question").fill(QUESTION)
    page.keyboard.press("Enter")
    page.locator("article.gs-answer").first.wait_for(timeout=120_000)
    page.locator(".js-plotly-plot:visible .main-svg").first.wait_for(timeout=60_000)
    return since(began)


@contextmanager
def served(home: Path) -> Iterator[str]:
    """Run ``groundswell serve`` on a free port and give its address."""
    command = [sys.executable, "-u", "-c", SERVE, "serve", "--home", str(home), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            words = (word for line in server.stdout for word in line.split())
            yield next(word for word in words if word.startswith("http://"))
        finally:
            server.terminate()


def since(began: float) -> float:
    """Seconds since a moment."""
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
