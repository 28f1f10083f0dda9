"""A shop of three products with one run, written by hand: the same figures whatever it is told."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

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
    score_documents,
)
from ui.settings import Settings, load_settings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

RUN: Final = "f00dfacecafe0001"
MADE_ON: Final = pd.Timestamp("2025-12-28")
_KNOWN: Final = MADE_ON.tz_localize("UTC") + pd.Timedelta(days=1)
_EVER: Final = pd.Timestamp("1970-01-01", tz="UTC")
WEEKS: Final = 8
_LEVELS: Final = {0.1: 0.8, 0.5: 1.0, 0.9: 1.2}
_PARTS: Final = {
    "baseline": 0.9, "recent sales": 0.06, "calendar": 0.05, "price and promotion": -0.02,
    "sentiment": 0.012, "calibration": -0.004, "agreement of the sums": 0.002,
}  # fmt: skip
_SHELF: Final = {"P1": ("PulseBand", "Wearables"), "P2": ("Loop", "Wearables"),
                 "P3": ("Café Torrado", "Kitchen")}  # fmt: skip
WEEKLY: Final = {
    "total": 2100.0, "category:Wearables": 1000.0, "category:Kitchen": 1100.0,
    "product:P1": 400.0, "product:P2": 600.0, "product:P3": 1100.0,
}  # fmt: skip
_SAID: Final = ("Great strap, I love it.", "The battery is bad.", "Good coffee.", "Café ótimo.")
_KINDS: Final = ("review", "post", "news", "service")
_FIELDS: Final = (Col.NAME, Col.CATEGORY, Col.BRAND, Col.ATTRIBUTES)


@dataclass(frozen=True, slots=True)
class Strange:
    """What strangers wrote.

    Parameters
    ----------
    texts
        Comments, dealt out to the products, and to reviews, posts, news and service.
    names
        Words in what a supplier wrote of products that nobody buys: names, categories, brands and
        attributes in turn.
    """

    texts: Sequence[str] = ()
    names: Sequence[str] = ()


def open_shop(home: Path, strange: Strange, **settings: Any) -> Settings:  # noqa: ANN401 - of any setting
    """Write the shop into a workspace, and what strangers wrote beside its four plain comments."""
    found = load_settings(home, scorer="lexicon", encoder="hashing", **settings)
    write_shop(found, _products(strange.names), _documents(strange.texts), _quotes(strange.texts))
    return found


def write_shop(
    settings: Settings,
    products: pd.DataFrame,
    documents: pd.DataFrame,
    quotes: Sequence[Mapping[str, str]],
) -> None:
    """Write products P1 to P3 and what is said of them, with sales, a run, an alert and an index.

    Parameters
    ----------
    quotes
        Of the alert, which is on the battery of P1.
    """
    lake = Lake(settings.workspace.lake)
    with lake.batch() as batch:
        batch.add(PRODUCTS, products)
        batch.add(SALES, _sales({"P1": 50, "P2": 80, "P3": 150}))
        batch.add(DOCUMENTS, documents)
        batch.add(ALERTS, _alerts(quotes))
        batch.add(FORECASTS, _forecasts())
        batch.add(CONTRIBUTIONS, _contributions())
        batch.add(ACCURACY, _accuracy())
        batch.add(RUNS, _runs())
    scorer = LexiconScorer()
    score_documents(lake, scorer)
    passages = lake_passages(lake, run_id=RUN, as_of=_KNOWN, model_id=scorer.model_id)
    build_index(passages, HashingEncoder(), settings.workspace.index)


def _products(names: Sequence[str]) -> pd.DataFrame:
    rows: list[Mapping[str, object]] = [
        {Col.PRODUCT_ID: key, Col.NAME: name, Col.CATEGORY: category}
        for key, (name, category) in _SHELF.items()
    ]
    for place, words in enumerate(names):
        plain = {Col.NAME: f"Item {place}", Col.CATEGORY: "Kitchen", Col.BRAND: "Plain"}
        field = _FIELDS[place % len(_FIELDS)]
        rows.append({Col.PRODUCT_ID: f"X{place}", **plain, field: words})
    return pd.DataFrame(rows).assign(**{Col.AVAILABLE_AT: _EVER})


def _sales(daily: Mapping[str, int]) -> pd.DataFrame:
    days = pd.date_range("2025-01-06", MADE_ON)
    wave = 1 + 0.1 * np.sin(np.arange(len(days)) / 20)
    each = [
        pd.DataFrame({Col.PRODUCT_ID: name, Col.DAY: days, Col.UNITS: np.round(units * wave)})
        for name, units in daily.items()
    ]
    sales = pd.concat(each, ignore_index=True)
    known = sales[Col.DAY].dt.tz_localize("UTC") + pd.Timedelta(days=1)
    return sales.assign(
        **{Col.STORE_ID: "web", Col.MEASURE: str(Measure.UNITS_SOLD), Col.AVAILABLE_AT: known}
    )


def _documents(texts: Sequence[str]) -> pd.DataFrame:
    said = [*_SAID, *texts]
    places = np.arange(len(said))
    moments = (_KNOWN - pd.Timedelta(days=2)) - pd.to_timedelta(places % 12, unit="D")
    return pd.DataFrame(
        {
            Col.DOC_ID: [f"d{place}" for place in places],
            Col.KIND: [_KINDS[place % len(_KINDS)] for place in places],
            Col.PRODUCT_ID: [[*_SHELF][place % len(_SHELF)] for place in places],
            Col.LANG: "en",
            Col.TEXT: said,
            Col.TEXT_HASH: [f"h{place}" for place in places],
            Col.STARS: 3.0,
            Col.EVENT_TIME: moments,
            Col.AVAILABLE_AT: moments,
        }
    )


def _quotes(texts: Sequence[str]) -> list[dict[str, str]]:
    return [
        {"text": text, "day": "2025-12-22", "lang": "en", "doc_id": f"d{place}"}
        for place, text in enumerate([*texts, _SAID[1]])
    ]


def _alerts(quotes: Sequence[Mapping[str, str]]) -> pd.DataFrame:
    alert = {
        Col.ALERT_ID: "a1", Col.KIND: "negative_share", Col.ENTITY: "product:P1",
        Col.NAME: "PulseBand", Col.ASPECT: "battery", Col.WINDOW_END: MADE_ON,
        Col.WINDOW_START: pd.Timestamp("2025-12-22"), Col.OBSERVED: 0.46, Col.EXPECTED: 0.17,
        Col.DOCUMENTS: 83, Col.P_VALUE: 1e-6, Col.SEVERITY: 26.0,
        Col.QUOTES: json.dumps(quotes, ensure_ascii=False), Col.STATUS: "open",
        Col.AVAILABLE_AT: _KNOWN - pd.Timedelta(days=1),
    }  # fmt: skip
    return pd.DataFrame([alert])


def _weeks() -> list[tuple[int, pd.Timestamp]]:
    first = MADE_ON + pd.Timedelta(days=1)
    return [(step + 1, first + pd.Timedelta(weeks=step)) for step in range(WEEKS)]


def _forecasts() -> pd.DataFrame:
    rows = [
        (RUN, name, MADE_ON, day, step, level, units * width, "lightgbm 0.7 + autoets 0.3")
        for name, units in WEEKLY.items()
        for step, day in _weeks()
        for level, width in _LEVELS.items()
    ]
    return pd.DataFrame(rows, columns=FORECASTS.schema.names)


def _contributions() -> pd.DataFrame:
    rows = [
        (RUN, name, day, step, level, part, units * width * share)
        for name, units in WEEKLY.items()
        for step, day in _weeks()
        for level, width in _LEVELS.items()
        for part, share in _PARTS.items()
    ]
    return pd.DataFrame(rows, columns=CONTRIBUTIONS.schema.names)


def _accuracy() -> pd.DataFrame:
    rows = [
        (RUN, name, "blend", "reconciled", 0, metric, value)
        for name in [*WEEKLY, "all"]
        for metric, value in {"wape": 0.113, "coverage_80": 0.79}.items()
    ]
    return pd.DataFrame(rows, columns=ACCURACY.schema.names)


def _runs() -> pd.DataFrame:
    verdict = {"with_text": 0.12, "without_text": 0.11, "low": 0.0, "high": 0.02, "helped": False}
    text = dict.fromkeys(("product", "category", "total"), verdict)
    run = {
        Col.RUN_ID: RUN, Col.MADE_ON: MADE_ON, Col.MEASURE: str(Measure.UNITS_SOLD),
        Col.MODEL: "by hand", Col.CONFIG: json.dumps({"text": text, "text_helped": False}),
        Col.RECORDED_AT: _KNOWN,
    }  # fmt: skip
    return pd.DataFrame([run])
