"""A shop with two runs, a month apart, whose every table also holds what became known later."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pandas as pd
import pytest

from retrieval import HashingEncoder, IndexAbout, build_index, lake_passages
from signals import (
    CONTRIBUTIONS,
    DOCUMENTS,
    FORECASTS,
    PRODUCTS,
    RUNS,
    SALES,
    SCORES,
    Lake,
    Measure,
)
from ui.settings import Settings, load_settings

FIRST, SECOND = pd.Timestamp("2024-06-02"), pd.Timestamp("2024-06-30")
SHELF = {"p1": ("Ceramic Kettle", "kitchen", 50.0), "p2": ("Desk Lamp", "home", 20.0)}
EVER = pd.Timestamp("2020-01-01")
MODEL = "lexicon"
PARTS = {"baseline": 0.9, "recent sales": 0.1}


@dataclass(frozen=True)
class Shop:
    """A workspace; ``know_later`` brings in what nobody could know before 30 June."""

    settings: Settings

    @property
    def lake(self) -> Lake:
        return Lake(self.settings.workspace.lake)

    def know_later(self) -> None:
        with self.lake.batch() as batch:
            batch.add(SALES, sales(FIRST - pd.Timedelta(weeks=6), 10, known=SECOND, factor=9.0))
            batch.add(DOCUMENTS, documents("n", SECOND - pd.Timedelta(days=40), known=SECOND))
            batch.add(DOCUMENTS, documents("d", SECOND - pd.Timedelta(days=40), known=SECOND))
            batch.add(SCORES, scores("n", model="bert"))
            batch.add(SCORES, scores("m", model="bert"))
            batch.add(PRODUCTS, products("Kettle Mark II", known=SECOND))
        self.run("run0002", SECOND, factor=3.0)

    def run(self, run_id: str, made_on: pd.Timestamp, factor=1.0, recorded=None) -> None:
        """Store a run, recorded on its own day where nothing else is said, and index for it."""
        rows = forecasts(run_id, made_on, factor)
        with self.lake.batch() as batch:
            batch.add(FORECASTS, rows)
            batch.add(CONTRIBUTIONS, contributions(rows))
            batch.add(RUNS, run_row(run_id, made_on, recorded or made_on))
        as_of = (made_on + pd.Timedelta(days=1)).tz_localize("UTC")
        versions = self.lake.versions()
        asked = {"run_id": run_id, "as_of": as_of, "model_id": MODEL}
        passages = lake_passages(self.lake.at(versions), **asked)
        about = IndexAbout(lake_versions=versions, **asked | {"as_of": as_of.isoformat()})
        build_index(passages, HashingEncoder(), self.settings.workspace.index, about=about)


def sales(last: pd.Timestamp, weeks: int, known: pd.Timestamp | None = None, factor: float = 1.0):
    days = pd.date_range(end=last - pd.Timedelta(days=6), periods=weeks, freq="7D")
    rows = [
        {"product_id": key, "store_id": "s1", "day": day, "units": units * factor,
         "measure": "units sold",
         "available_at": (known or day + pd.Timedelta(days=1)).tz_localize("UTC")}
        for key, (_, _, units) in SHELF.items() for day in days
    ]  # fmt: skip
    return pd.DataFrame(rows)


def products(first_name: str = "Ceramic Kettle", known: pd.Timestamp = EVER):
    return pd.DataFrame([
        {"product_id": key, "name": first_name if key == "p1" else name, "category": category,
         "available_at": known.tz_localize("UTC")}
        for key, (name, category, _) in SHELF.items()
    ])  # fmt: skip


def documents(prefix: str, first: pd.Timestamp, known: pd.Timestamp | None = None):
    said = [
        "The kettle boils fast and the handle stays cool.",
        "My kettle leaks at the spout after a week of use.",
        "Lovely ceramic kettle, it looks good on the table.",
    ]
    late = "restated later: " if known is not None else ""
    days = [first + pd.Timedelta(days=3 * place) for place in range(len(said))]
    return pd.DataFrame({
        "doc_id": [f"{prefix}{place}" for place in range(len(said))], "kind": "review",
        "product_id": "p1", "lang": "en", "text": [late + text for text in said],
        "text_hash": [f"h{late}{prefix}{place}" for place in range(len(said))],
        "event_time": [day.tz_localize("UTC") for day in days],
        "available_at": [(known or day).tz_localize("UTC") for day in days],
    })  # fmt: skip


def scores(prefix: str, model: str = MODEL):
    later = "restated later: " if model != MODEL else ""
    return pd.DataFrame({
        "doc_id": [f"{prefix}{place}" for place in range(3)], "model_id": model,
        "text_hash": [f"h{later}{prefix}{place}" for place in range(3)],
        "p_neg": [0.0, 0.9, 0.0], "p_neu": 0.1, "p_pos": [0.9, 0.0, 0.9],
        "polarity": [0.9, -0.9, 0.9],
    })  # fmt: skip


def forecasts(run_id: str, made_on: pd.Timestamp, factor: float):
    days = pd.date_range(made_on + pd.Timedelta(days=1), periods=8, freq="7D")
    units = {f"product:{key}": row[2] for key, row in SHELF.items()}
    units |= {f"category:{row[1]}": row[2] for row in SHELF.values()}
    units["total"] = sum(row[2] for row in SHELF.values())
    return pd.DataFrame([
        {"run_id": run_id, "series_id": name, "made_on": made_on, "day": day, "step": step,
         "level": level, "units": each * factor * spread, "model": "blend"}
        for name, each in units.items() for step, day in enumerate(days, start=1)
        for level, spread in {0.1: 0.8, 0.5: 1.2, 0.9: 1.6}.items()
    ])  # fmt: skip


def contributions(rows: pd.DataFrame):
    plain = rows.drop(columns=["made_on", "model"])
    parts = [plain.assign(group=g, units=rows["units"] * share) for g, share in PARTS.items()]
    return pd.concat(parts, ignore_index=True)


def run_row(run_id: str, made_on: pd.Timestamp, recorded: pd.Timestamp):
    return pd.DataFrame([{
        "run_id": run_id, "made_on": made_on, "measure": str(Measure.UNITS_SOLD), "model": "blend",
        "config": json.dumps({"text_helped": False}),
        "recorded_at": (recorded + pd.Timedelta(days=1, hours=6)).tz_localize("UTC"),
    }])  # fmt: skip


@pytest.fixture
def shop(tmp_path):
    """The shop on 3 June 2024."""
    return open_shop(tmp_path)


@pytest.fixture(scope="module")
def later_shop(tmp_path_factory):
    """The shop on 1 July 2024, when more is known; only to be read."""
    shop = open_shop(tmp_path_factory.mktemp("later"))
    shop.know_later()
    return shop


def open_shop(root):
    settings = load_settings(root / "shop", encoder="hashing", scorer="lexicon")
    shop = Shop(settings)
    with shop.lake.batch() as batch:
        batch.add(SALES, sales(FIRST, 60))
        batch.add(PRODUCTS, products())
        batch.add(DOCUMENTS, documents("d", FIRST - pd.Timedelta(days=20)))
        batch.add(SCORES, scores("d"))
    shop.run("run0001", FIRST)
    return shop
