"""The page in a real browser, against a real server: it works, and nothing leaves."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from ui.examples import FLAGSHIP

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from tests.ui.conftest import Shop

pytestmark = pytest.mark.browser

_WIDE = {"width": 1280, "height": 900}
_NARROW = {"width": 900, "height": 900}
_FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
]  # fmt: skip
_SERVE = "from ui.cli import main; main()"


class Visit:
    """One visitor: the page, what it asked the network for, and what it complained about."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.elsewhere: list[str] = []
        self.errors: list[str] = []
        page.on("request", lambda request: self._note(request.url, address))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda said: said.type == "error" and self.errors.append(said.text))

    def _note(self, url: str, address: str) -> None:
        if not url.startswith((address, "data:", "blob:")):
            self.elsewhere.append(url)

    def ask(self, question: str) -> None:
        before = self.page.locator(".gs-answer:not(.gs-waiting)").count()
        self.page.get_by_label("Your question").fill(question)
        self.page.keyboard.press("Enter")
        self.page.locator(".gs-answer:not(.gs-waiting)").nth(before).wait_for(timeout=60_000)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("no chromium on the path (Debian: apt-get install chromium)")
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with playwright.sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=chromium, args=_FLAGS)
        yield opened
        opened.close()


@contextmanager
def served(home: Path, **settings: str) -> Iterator[str]:
    """Run ``groundswell serve --port 0`` and give the address it prints."""
    given = {f"GROUNDSWELL_{name.upper()}": value for name, value in settings.items()}
    command = [sys.executable, "-u", "-c", _SERVE, "serve", "--home", str(home), "--port", "0"]
    with subprocess.Popen(
        command, env={**os.environ, **given}, stdout=subprocess.PIPE, text=True
    ) as server:
        try:
            assert server.stdout is not None
            lines = iter(server.stdout.readline, "")
            address = next(word for line in lines for word in line.split() if "http://" in word)
            yield address
        finally:
            server.terminate()
            server.wait(timeout=20)


@pytest.fixture(scope="module")
def corner_shop(small_shop: Shop) -> Iterator[str]:
    settings = small_shop.settings
    with served(settings.home, scorer=settings.scorer, encoder=settings.encoder) as address:
        yield address


@pytest.fixture(scope="module")
def demo_shop(demo_home: Path) -> Iterator[str]:
    with served(demo_home) as address:
        yield address


@contextmanager
def visit(browser: Browser, address: str, theme: str = "light", **view: int) -> Iterator[Visit]:
    context = browser.new_context(viewport={**_WIDE, **view}, color_scheme=theme)
    try:
        page = context.new_page()
        found = Visit(page, address)
        page.goto(f"{address}/?__theme={theme}", wait_until="domcontentloaded")
        page.get_by_text("What would you like to know?").wait_for(timeout=60_000)
        yield found
    finally:
        context.close()


def test_the_flagship_question_gets_an_answer_a_chart_and_a_proof(
    browser: Browser, corner_shop: str, tmp_path: Path
) -> None:
    with visit(browser, corner_shop) as visitor:
        page = visitor.page
        _ask_flagship(visitor, tmp_path / "page.png")
        page.get_by_text("where they come from").click()

        assert page.locator(".gs-answer td").first.is_visible()
        assert visitor.errors == []
        assert visitor.elsewhere == []


@pytest.mark.model
@pytest.mark.slow
def test_the_demo_shop_answers_with_reviews_and_has_alerts(
    browser: Browser, demo_shop: str, tmp_path: Path
) -> None:
    with visit(browser, demo_shop) as visitor:
        page = visitor.page
        _ask_flagship(visitor, tmp_path / "page.png")
        assert page.locator(".gs-answer .gs-quotes li").count() > 0

        page.get_by_role("tab", name="Alerts").click()
        page.locator(".gs-alert").first.wait_for(timeout=10_000)
        assert visitor.errors == []
        assert visitor.elsewhere == []


def _ask_flagship(visitor: Visit, picture: Path) -> None:
    page = visitor.page
    visitor.ask(FLAGSHIP)
    page.locator(".js-plotly-plot:visible .main-svg").first.wait_for(timeout=30_000)
    page.wait_for_timeout(700)  # the chart has drawn its last frame
    page.screenshot(path=picture)

    assert page.locator(".gs-answer .gs-bound").count() > 0
    assert picture.stat().st_size > 20_000


def test_reviews_are_cited_and_alerts_are_seen(browser: Browser, corner_shop: str) -> None:
    with visit(browser, corner_shop) as visitor:
        page = visitor.page
        page.locator(".gs-chip", has_text="What are people saying").click()
        cited = page.locator(".gs-answer .gs-quotes li", has_text="[1]")
        cited.wait_for(timeout=60_000)
        assert cited.locator("q").inner_text().strip()
        assert cited.get_by_role("img", name="stars").count() == 1

        page.get_by_role("tab", name="Alerts").click()
        page.locator(".gs-alert").first.wait_for(timeout=10_000)

        assert page.locator(".gs-alert .gs-quotes li").count() > 0
        assert visitor.elsewhere == []


def test_a_hostile_review_sends_nothing_anywhere(
    browser: Browser, corner_shop: str, small_shop: Shop
) -> None:
    with visit(browser, corner_shop) as visitor:
        page = visitor.page
        page.get_by_role("tab", name="Alerts").click()
        page.get_by_text("The strap broke.").first.wait_for(timeout=10_000)
        page.get_by_role("tab", name="Ask").click()
        visitor.ask(small_shop.hostile)
        visitor.ask("What are people saying about PulseBand?")
        page.wait_for_timeout(1_500)  # long enough for a beacon to be sent

        assert visitor.elsewhere == []
        assert page.title() == "Groundswell"
        assert visitor.errors == []


def test_markup_that_escaped_our_escaping_would_still_send_nothing(
    browser: Browser, corner_shop: str, small_shop: Shop
) -> None:
    with visit(browser, corner_shop) as visitor:
        page = visitor.page
        refused: list[tuple[str, str]] = []  # address and reason; the page's own polls may end too
        page.on("requestfailed", lambda r: refused.append((r.url, r.failure or "")))
        answered: list[str] = []
        page.on("response", lambda response: answered.append(response.url))

        page.evaluate("html => { document.body.insertAdjacentHTML('beforeend', html) }",
                      small_shop.hostile)  # fmt: skip
        page.wait_for_timeout(1_500)

        assert page.title() == "Groundswell"
        assert not [url for url in answered if small_shop.attacker in url]
        outside = {reason for url, reason in refused if small_shop.attacker in url}
        assert outside == {"csp"}  # the browser tried, and the policy stopped it


def test_forecasts_can_be_chosen_and_drawn(browser: Browser, corner_shop: str) -> None:
    with visit(browser, corner_shop) as visitor:
        page = visitor.page
        page.get_by_role("tab", name="Forecasts").click()
        page.locator("#gs-series input").click()
        page.locator("#gs-series input").fill("Pulse")
        page.get_by_role("option", name="PulseBand").click()
        page.locator("h2:visible", has_text="PulseBand").wait_for(timeout=20_000)

        page.locator(".js-plotly-plot:visible").nth(1).wait_for(timeout=20_000)
        assert page.locator("td:visible", has_text="price and promotion").count() == 1
        assert visitor.errors == []


@pytest.mark.parametrize(("theme", "ground"), [("light", (240, 255)), ("dark", (0, 40))])
@pytest.mark.parametrize("view", [_WIDE, _NARROW])
def test_the_page_fits_and_follows_the_theme(
    browser: Browser, corner_shop: str, theme: str, ground: tuple[int, int], view: dict[str, int]
) -> None:
    with visit(browser, corner_shop, theme, **view) as visitor:
        page = visitor.page
        visitor.ask(FLAGSHIP)
        page.locator(".js-plotly-plot:visible").first.wait_for(timeout=30_000)

        page.get_by_text("where they come from").click()
        page.wait_for_timeout(200)
        width = page.evaluate("document.documentElement.scrollWidth")
        chart = page.evaluate(
            "getComputedStyle(document.querySelector('.main-svg')).backgroundColor"
        )
        body = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert width <= view["width"]
        assert chart in {"rgba(0, 0, 0, 0)", "transparent"}
        assert all(ground[0] <= int(part) <= ground[1] for part in body[4:-1].split(","))


def test_two_visitors_do_not_see_each_other(browser: Browser, corner_shop: str) -> None:
    with visit(browser, corner_shop) as one, visit(browser, corner_shop) as other:
        one.ask("What are people saying about PulseBand?")
        other.ask("Which alerts need a look?")

        assert one.page.locator(".gs-question").all_inner_texts() == [
            "What are people saying about PulseBand?"
        ]
        assert other.page.locator(".gs-question").all_inner_texts() == ["Which alerts need a look?"]
