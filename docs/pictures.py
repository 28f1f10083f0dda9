"""Take the pictures of the README from the real page: ``python docs/pictures.py --home SHOP``.

Needs a workspace in which something was run (``groundswell demo``), Playwright (extra ``dev``) and
Chromium on the path.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

_FOLDER: Final = Path(__file__).parent
_VIEW: Final = {"width": 1400, "height": 900}
_SERVE: Final = "from ui.cli import main; main()"
_SETTLED_MS: Final = 1_500  # charts have drawn their last frame
_LONG_MS: Final = 120_000


def main() -> None:
    """Serve a workspace and take its pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, required=True, help="Workspace with a run.")
    home = parser.parse_args().home
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        sys.exit("no chromium on the path (Debian: apt-get install chromium)")
    with _served(home) as address, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        _take_answer(_opened(browser, address, "light"), _FOLDER / "page.png")
        _take_why(_opened(browser, address, "dark"), _FOLDER / "page_why.png")
        browser.close()


@contextmanager
def _served(home: Path) -> Iterator[str]:
    command = [sys.executable, "-u", "-c", _SERVE, "serve", "--home", str(home), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:  # noqa: S603
        try:
            lines = iter(server.stdout.readline, "") if server.stdout else iter(())
            yield next(word for line in lines for word in line.split() if "http://" in word)
        finally:
            server.terminate()


def _opened(browser: Browser, address: str, theme: str) -> Page:
    page = browser.new_context(viewport=_VIEW).new_page()
    page.goto(f"{address}/?lang=en&__theme={theme}")
    page.locator(".gs-welcome").wait_for(timeout=_LONG_MS)
    return page


def _take_answer(page: Page, file: Path) -> None:
    page.locator(".gs-chip").first.click()
    page.locator("article.gs-answer .main-svg").first.wait_for(timeout=_LONG_MS)
    page.mouse.move(0, 0)
    page.wait_for_timeout(_SETTLED_MS)
    page.screenshot(path=file)


def _take_why(page: Page, file: Path) -> None:
    page.get_by_role("tab", name="Why").click()
    page.locator(".gs-evidence").wait_for(timeout=_LONG_MS)
    page.locator(".main-svg").first.wait_for(timeout=_LONG_MS)
    page.mouse.move(0, 0)
    page.wait_for_timeout(_SETTLED_MS)
    page.screenshot(path=file)


if __name__ == "__main__":
    main()
