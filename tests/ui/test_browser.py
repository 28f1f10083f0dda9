"""The page in a real browser, against a real server: every tab works, and nothing leaves."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ui.examples import FLAGSHIP
from ui.live import Live
from ui.people import Role
from ui.settings import load_settings
from ui.views.words import words_in
from ui.wiring import make_passwords, make_people

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from tests.ui.conftest import Shop
    from ui.settings import Settings

pytestmark = pytest.mark.browser

_WIDE = {"width": 1280, "height": 900}
_NARROW = {"width": 900, "height": 900}
_HEADINGS = {
    "forecast": "forecast.csv", "why": "why.evidence", "alerts": "alerts.touches",
    "data": "data.freshness", "report": "report.show",
}  # fmt: skip
_NAMES = {"en": "English", "zh": "中文", "pt": "Português"}
_FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
]  # fmt: skip
_PASSWORD = "correct horse battery"
_SERVE = "from ui.cli import main; main()"


class Visit:
    """One visitor: the page, what it asked the network for, and what it complained about."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.elsewhere: list[str] = []
        self.errors: list[str] = []
        self._forgiving = False
        page.on("request", lambda request: self._note(request.url, address))
        page.on("pageerror", lambda error: self._complain(str(error)))
        page.on("console", lambda said: said.type == "error" and self._complain(said.text))

    def _complain(self, text: str) -> None:
        if not self._forgiving:
            self.errors.append(text)

    def _note(self, url: str, address: str) -> None:
        if not self._forgiving and not url.startswith((address, "data:", "blob:")):
            self.elsewhere.append(url)

    def forgive(self) -> None:
        """Take no note any more of what goes wrong."""
        self.elsewhere, self.errors = [], []
        self._forgiving = True

    def ask(self, question: str) -> None:
        before = self.page.locator("article.gs-answer").count()
        self.page.locator("#gs-box textarea, #gs-box input").fill(question)
        self.page.keyboard.press("Enter")
        self.page.locator("article.gs-answer").nth(before).wait_for(timeout=60_000)


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
def visit(
    browser: Browser, address: str, theme: str = "light", lang: str = "en", **view: int
) -> Iterator[Visit]:
    """Open the page as a visitor of its own; when all is done, nothing may have gone wrong."""
    context = browser.new_context(viewport={**_WIDE, **view}, color_scheme=theme)
    try:
        page = context.new_page()
        found = Visit(page, address)
        page.goto(f"{address}/?__theme={theme}&lang={lang}", wait_until="domcontentloaded")
        page.locator(".gs-welcome").wait_for(timeout=60_000)
        yield found
        assert found.errors == []
        assert found.elsewhere == []
    finally:
        context.close()


def _drawn(page: Page, within: str = "body") -> None:
    page.locator(f"{within} .js-plotly-plot:visible .main-svg").first.wait_for(timeout=30_000)


def test_an_answer_has_steps_a_chart_a_proof_and_is_there_in_three_seconds(
    browser: Browser, corner_shop: str
) -> None:
    with visit(browser, corner_shop) as visitor:
        page = visitor.page
        visitor.ask(FLAGSHIP)  # the first one loads the models
        _drawn(page, "article.gs-answer")
        page.locator(".gs-steps summary").click()
        assert page.locator(".gs-steps li").count() >= 3

        number = page.locator("article.gs-answer .gs-bound").first
        number.click()
        fact = page.locator(f"#{number.get_attribute('data-fact')}")
        assert fact.is_visible()
        assert "growth" in fact.inner_text()
        assert "= 4,000 units / 3,307 units - 1" in fact.inner_text()

        seconds = []
        for name in ("PulseBand", "Kitchen", "Wearables"):
            started = time.monotonic()
            visitor.ask(f"forecast for {name}")
            seconds.append(time.monotonic() - started)
        assert min(seconds) <= 3.0


def test_reviews_open_ratings_are_kept_and_conversations_are_gone_back_to(
    browser: Browser, corner_shop: str, small_shop: Shop
) -> None:
    with visit(browser, corner_shop) as visitor:
        page = visitor.page
        page.locator(".gs-chip", has_text="What are people saying").click()
        cited = page.locator(".gs-answer .gs-quotes li", has_text="[1]")
        cited.wait_for(timeout=60_000)
        assert cited.get_by_role("img", name="stars").count() == 1
        if cited.locator("details").count():
            page.locator(".gs-cite").first.click()
            cited.locator("blockquote").wait_for(timeout=5_000)

        rate = page.get_by_role("button", name="Helpful", exact=True)
        answer_id = rate.get_attribute("data-answer")
        rate.click()
        page.get_by_text("Thank you").wait_for(timeout=10_000)
        assert Live(small_shop.settings).ratings().counts(str(answer_id))[0] >= 1

        page.get_by_role("button", name="New conversation").click()
        page.locator(".gs-welcome").wait_for(timeout=10_000)
        page.locator(".gs-talk", has_text="What are people saying").click()
        page.locator("article.gs-answer").wait_for(timeout=10_000)


def test_a_connection_that_drops_under_an_answer_loses_and_doubles_nothing(
    browser: Browser, corner_shop: str
) -> None:
    with visit(browser, corner_shop) as visitor:
        page = visitor.page
        visitor.ask("forecast for PulseBand")
        visitor.forgive()  # a broken connection is told on the console
        page.route("**/queue/data**", lambda route: route.abort())
        page.locator("#gs-box textarea, #gs-box input").fill("forecast for Kitchen")
        with page.expect_event("load", timeout=30_000):  # the page comes back by itself
            page.keyboard.press("Enter")
        page.unroute("**/queue/data**")

        page.locator(".gs-welcome").wait_for(timeout=30_000)
        page.locator(".gs-talk", has_text="forecast for PulseBand").click()
        page.locator("article.gs-answer").first.wait_for(timeout=20_000)
        visitor.ask("How accurate were the forecasts?")
        asked = page.locator(".gs-question").all_inner_texts()
        assert asked == [
            "forecast for PulseBand", "forecast for Kitchen", "How accurate were the forecasts?"
        ]  # fmt: skip


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

        assert page.title() == "Groundswell"


def test_markup_that_escaped_our_escaping_would_still_send_nothing(
    browser: Browser, corner_shop: str, small_shop: Shop
) -> None:
    with visit(browser, corner_shop) as visitor:
        page = visitor.page
        visitor.forgive()  # what the policy stops is told on the console
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


def test_forecasts_are_picked_overlaid_and_downloaded(
    browser: Browser, corner_shop: str, tmp_path: Path
) -> None:
    with visit(browser, corner_shop) as visitor:
        page = visitor.page
        page.get_by_role("tab", name="Forecast").click()
        page.locator("#gs-series input").click()
        page.locator("#gs-series input").fill("Pulse")
        page.get_by_role("option", name="PulseBand").click()
        page.locator("h2:visible", has_text="PulseBand").wait_for(timeout=20_000)
        page.get_by_label("Earlier runs").check()
        page.get_by_text("No earlier run forecast this").first.wait_for(timeout=20_000)

        _drawn(page)
        with page.expect_download() as download:
            page.get_by_role("link", name="Download CSV").last.click()
        download.value.save_as(tmp_path / "forecast.csv")
        rows = (tmp_path / "forecast.csv").read_text(encoding="utf-8-sig").splitlines()
        assert len(rows) == 25
        assert "product:P1" in rows[1]


def test_why_shows_parts_and_reviews_and_what_if_refuses_with_a_reason(
    browser: Browser, corner_shop: str
) -> None:
    with visit(browser, corner_shop) as visitor:
        page = visitor.page
        page.get_by_role("tab", name="Why").click()
        page.locator("#gs-why input").click()
        page.get_by_role("option", name="PulseBand").click()
        page.locator("h2:visible", has_text="PulseBand").wait_for(timeout=20_000)
        _drawn(page)
        assert page.locator("td:visible", has_text="price and promotion").count() == 1
        page.locator(".gs-evidence q").first.wait_for(timeout=30_000)

        page.locator("#gs-if-price input[type=number]").fill("-10")
        page.get_by_role("button", name="Show what the model says").click()
        page.get_by_role("alert").get_by_text("The model cannot tell").wait_for(timeout=30_000)


def test_an_alert_is_opened_acknowledged_and_opened_again(
    browser: Browser, corner_shop: str
) -> None:
    with visit(browser, corner_shop) as visitor:
        page = visitor.page
        page.get_by_role("tab", name="Alerts").click()
        page.locator(".gs-alert .gs-quotes li").first.wait_for(timeout=10_000)
        for button, state in (("Acknowledge", "acknowledged"), ("Open again", "open")):
            page.get_by_role("button", name=button, exact=True).click()
            page.locator(".gs-state", has_text=state).wait_for(timeout=10_000)


def test_a_file_is_mapped_checked_stored_and_taken_back(
    browser: Browser, empty_home: Settings, tmp_path: Path
) -> None:
    days = "".join(f"P1,2025-01-{day:02d},{day}\n" for day in range(1, 31))
    file = tmp_path / "sales.csv"
    file.write_text(f"sku,date,qty\n{days}P1,2025-02-31,4\n", encoding="utf-8")
    settings = {"scorer": "lexicon", "encoder": "hashing"}

    with served(empty_home.home, **settings) as address, browser.new_context() as context:
        page = context.new_page()
        page.goto(f"{address}/?lang=en", wait_until="domcontentloaded")
        page.get_by_role("tab", name="Data").click()
        page.locator("#gs-file input, input[type=file]").first.set_input_files(file)
        page.get_by_text("31 rows read").wait_for(timeout=30_000)
        page.get_by_role("button", name="Check", exact=True).click()
        page.get_by_text("1 thing is wrong").wait_for(timeout=30_000)
        assert page.locator("#gs-report td", has_text="2025-02-31").count() == 1
        page.get_by_role("button", name="Store", exact=True).click()
        page.get_by_text("Stored as batch").wait_for(timeout=30_000)

        page.get_by_label("Yes, take its rows out").check()
        page.get_by_role("button", name="Undo this batch").click()
        page.get_by_text("was taken back: sales 30").wait_for(timeout=30_000)
        page.get_by_text("Nothing was brought in yet.").wait_for(timeout=30_000)


@pytest.mark.parametrize(("code", "theme"), [("en", "dark"), ("zh", "light"), ("pt", "dark")])
def test_every_tab_speaks_the_language_follows_the_theme_and_fits(
    browser: Browser, corner_shop: str, code: str, theme: str
) -> None:
    words = words_in(code)
    with visit(browser, corner_shop, theme, "en", **_NARROW) as visitor:
        page = visitor.page
        page.get_by_label(_NAMES[code], exact=True).check()
        page.get_by_role("button", name=words["ask.new"]).wait_for(timeout=20_000)
        page.locator(".gs-chip").first.click()
        page.locator("article.gs-answer").wait_for(timeout=60_000)
        for tab, shown in _HEADINGS.items():
            page.get_by_role("tab", name=words[f"tabs.{tab}"]).first.click()
            page.locator(f"text={words[shown]} >> visible=true").first.wait_for(timeout=30_000)
            width = page.evaluate("document.documentElement.scrollWidth")
            assert width <= _NARROW["width"], tab
        body = page.evaluate("getComputedStyle(document.body).backgroundColor")
        low, high = (0, 40) if theme == "dark" else (240, 255)
        assert all(low <= int(part) <= high for part in body[4:-1].split(","))
        assert page.evaluate("document.documentElement.lang") == code


def test_a_chart_is_readable_on_a_dark_page(browser: Browser, corner_shop: str) -> None:
    with visit(browser, corner_shop, "dark") as visitor:
        page = visitor.page
        page.get_by_role("tab", name="Forecast").click()
        _drawn(page)

        ground = "getComputedStyle(document.querySelector('.main-svg')).backgroundColor"
        assert page.evaluate(ground) in {"rgba(0, 0, 0, 0)", "transparent"}
        ink = page.locator(".js-plotly-plot .xtick text").first.evaluate(
            "text => getComputedStyle(text).fill"
        )
        assert all(int(part) > 180 for part in re.findall(r"\d+", ink)[:3])


@pytest.mark.parametrize(("role", "offered"), [(Role.VIEWER, False), (Role.ANALYST, True)])
def test_what_somebody_may_not_do_is_not_offered(
    browser: Browser, small_shop: Shop, tmp_path: Path, role: Role, offered: bool
) -> None:
    shop = small_shop.settings
    home = Path(shutil.copytree(shop.home, tmp_path / "shop"))
    people = make_people(load_settings(home))
    people.add("ann", role, make_passwords().hashed("ann", _PASSWORD))

    with (
        served(home, scorer=shop.scorer, encoder=shop.encoder) as address,
        browser.new_context() as context,
    ):
        page = context.new_page()
        page.goto(f"{address}/?lang=en", wait_until="domcontentloaded")
        page.locator("input[name=name]").fill("ann")
        page.locator("input[name=password]").fill(_PASSWORD)
        page.keyboard.press("Enter")
        page.locator(".gs-welcome").wait_for(timeout=60_000)

        page.get_by_role("tab", name="Alerts").click()
        page.locator(".gs-alert").first.wait_for(timeout=20_000)
        assert page.get_by_role("button", name="Acknowledge", exact=True).count() == offered
        page.get_by_role("tab", name="Data").click()
        page.get_by_text("What was brought in").wait_for(timeout=20_000)
        for name in ("#gs-file", "#gs-batch"):
            assert page.locator(name).locator("visible=true").count() == offered, name


def test_two_visitors_do_not_see_each_other(browser: Browser, corner_shop: str) -> None:
    with visit(browser, corner_shop) as one, visit(browser, corner_shop) as other:
        one.ask("What are people saying about PulseBand?")
        other.ask("Which alerts need a look?")

        for visitor, question in (
            (one, "What are people saying about PulseBand?"),
            (other, "Which alerts need a look?"),
        ):
            page = visitor.page
            assert page.locator(".gs-question").all_inner_texts() == [question]
            assert page.locator(".gs-talk").count() == 1


@pytest.mark.model
@pytest.mark.slow
def test_every_tab_does_its_job_on_the_demo_shop(browser: Browser, demo_shop: str) -> None:
    with visit(browser, demo_shop) as visitor:
        page = visitor.page
        visitor.ask(FLAGSHIP)
        _drawn(page)
        assert page.locator(".gs-answer .gs-quotes li").count() > 0

        page.get_by_role("tab", name="Forecast").click()
        page.get_by_label("Backtest").check()
        page.get_by_text("Earlier forecasts as a table").wait_for(timeout=30_000)
        page.get_by_role("tab", name="Why").click()
        page.locator("#gs-why input").click()
        page.locator("#gs-why input").fill("Fitness Watch")
        page.get_by_role("option", name="Fitness Watch").first.click()
        page.locator("h2:visible", has_text="Fitness Watch").wait_for(timeout=30_000)
        page.locator("#gs-if-price input[type=number]").fill("-5")
        page.get_by_role("button", name="Show what the model says").click()
        page.locator("#gs-would .gs-verdict").wait_for(timeout=60_000)
        page.get_by_role("tab", name="Alerts").click()
        page.locator(".gs-alert").first.wait_for(timeout=10_000)
        page.get_by_role("tab", name="Data").click()
        page.get_by_text("What was brought in").wait_for(timeout=10_000)
