"""``groundswell run`` looks for alerts as ``alerts scan`` does: what is resolved may rise again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from signals import DOCUMENTS, PRODUCTS, SALES, Col, Lake, Measure
from ui.cli import app
from ui.settings import load_settings

if TYPE_CHECKING:
    from pathlib import Path

WEEKS = pd.date_range("2023-01-02", periods=40, freq="7D")
LAST = WEEKS[-1]
BAD = "terrible, it is broken and bad"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Forty weeks of tea that people loved, and three bad days at their end."""
    (tmp_path / "settings.toml").write_text(
        'scorer = "lexicon"\nencoder = "hashing"\nexperts = "seasonal naive"\norigins = 2\n'
        "horizon = 3\n"
    )
    product = {
        Col.PRODUCT_ID: "A", Col.NAME: "Tea", Col.CATEGORY: "Ware",
        Col.AVAILABLE_AT: pd.Timestamp(0, tz="UTC"),
    }  # fmt: skip
    bad_from = LAST - pd.Timedelta(days=2)
    with lake_of(tmp_path).batch() as batch:
        batch.add(PRODUCTS, pd.DataFrame([product]))
        batch.add(SALES, sales(WEEKS))
        batch.add(DOCUMENTS, reviews(pd.date_range(end=bad_from, periods=120)[:-1], 4, "I love it"))
        batch.add(DOCUMENTS, reviews(pd.date_range(bad_from, LAST), 2, BAD))
    return tmp_path


def lake_of(home: Path) -> Lake:
    return Lake(load_settings(home).workspace.lake)


def sales(days: pd.DatetimeIndex) -> pd.DataFrame:
    units = np.random.default_rng(2).poisson(60, len(days)).astype(float)
    known = (days + pd.Timedelta(days=1)).tz_localize("UTC")
    rows = pd.DataFrame({Col.DAY: days, Col.UNITS: units, Col.AVAILABLE_AT: known})
    same = {Col.PRODUCT_ID: "A", Col.STORE_ID: "s", Col.MEASURE: str(Measure.UNITS_SOLD)}
    return rows.assign(**same)


def reviews(days: pd.DatetimeIndex, a_day: int, text: str) -> pd.DataFrame:
    moments = days.repeat(a_day).tz_localize("UTC") + pd.Timedelta(hours=9)
    ids = [f"{day:%Y%m%d}-{place % a_day}" for place, day in enumerate(moments)]
    rows = pd.DataFrame(
        {Col.DOC_ID: ids, Col.TEXT_HASH: ids, Col.EVENT_TIME: moments, Col.AVAILABLE_AT: moments}
    )
    rows[Col.TEXT] = [f"{text} {name}" for name in ids]
    return rows.assign(**{Col.KIND: "review", Col.PRODUCT_ID: "A", Col.LANG: "en"})


def call(home: Path, *words: str) -> Any:
    done = CliRunner().invoke(app, [*words, "--home", str(home), "--json"])
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_a_run_opens_a_resolved_alert_again_that_got_worse(home: Path) -> None:
    call(home, "run")
    [found] = call(home, "alerts")["alerts"]
    call(home, "alerts", "resolve", found[Col.ALERT_ID], "--by", "ann")

    call(home, "run")
    assert call(home, "alerts")["alerts"] == [], "it is no worse than when it was resolved"

    later = pd.date_range(LAST + pd.Timedelta(days=1), periods=7)
    with lake_of(home).batch() as batch:
        batch.add(SALES, sales(later[-1:]))
        batch.add(DOCUMENTS, reviews(later, 10, BAD))
    call(home, "run")
    [again] = call(home, "alerts")["alerts"]
    assert (again[Col.ALERT_ID], again[Col.STATUS]) == (found[Col.ALERT_ID], "open")

    call(home, "alerts", "resolve", found[Col.ALERT_ID], "--by", "ann")
    call(home, "run", "--as-of", f"{LAST:%Y-%m-%d}")
    call(home, "run")
    assert call(home, "alerts")["alerts"] == [], "looking back forgets nothing that was seen since"
