"""What people say reaches a panel as vectors: only what was known, only what is new."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from signals import (
    DOCUMENTS,
    PRODUCTS,
    SALES,
    SCORES,
    VECTORS,
    WORDS_KEY,
    Col,
    Lake,
    SeriesRules,
    TextModels,
    build_panel,
    text_hash,
    with_words,
)

WEEKS = pd.date_range("2024-01-01", periods=30, freq="7D")
AS_OF = pd.Timestamp("2024-07-29", tz="UTC")
MODELS = TextModels("judge", "encoder")
PRAISE, COMPLAINT = np.eye(8)[0], np.eye(8)[1]


@pytest.fixture
def lake(tmp_path):
    lake = Lake(tmp_path)
    day = WEEKS.repeat(2)
    sales = pd.DataFrame(
        {
            Col.PRODUCT_ID: ["A", "B"] * len(WEEKS), Col.STORE_ID: "s", Col.DAY: day,
            Col.UNITS: 10.0, Col.PRICE: 5.0,
            Col.AVAILABLE_AT: day.tz_localize("UTC") + pd.Timedelta(days=1),
        }
    )  # fmt: skip
    products = pd.DataFrame(
        {
            Col.PRODUCT_ID: ["A", "B"], Col.NAME: ["A", "B"], Col.CATEGORY: "things",
            Col.AVAILABLE_AT: pd.Timestamp("2023-12-01", tz="UTC"),
        }
    )  # fmt: skip
    with lake.batch() as batch:
        batch.add(SALES, sales)
        batch.add(PRODUCTS, products)
    return lake


def say(lake: Lake, week: int, vector: np.ndarray, product: str = "A", encoder: str = "encoder"):
    """Let somebody write about a product in the middle of a week."""
    text = f"{product} {week} {vector.argmax()} {encoder}"
    moment = WEEKS[week].tz_localize("UTC") + pd.Timedelta(days=3)
    known = {Col.DOC_ID: [text], Col.TEXT_HASH: [text_hash(text)]}
    with lake.batch() as batch:
        batch.add(
            DOCUMENTS,
            pd.DataFrame(
                {
                    **known, Col.PRODUCT_ID: product, Col.TEXT: text, Col.EVENT_TIME: moment,
                    Col.AVAILABLE_AT: moment,
                }
            ),
        )  # fmt: skip
        scores = {Col.P_NEG: 0.2, Col.P_NEU: 0.3, Col.P_POS: 0.5, Col.POLARITY: 0.3}
        batch.add(SCORES, pd.DataFrame({**known, Col.MODEL_ID: "judge", **scores}))
        batch.add(
            VECTORS,
            pd.DataFrame(
                {
                    Col.TEXT_HASH: known[Col.TEXT_HASH],
                    Col.MODEL_ID: encoder,
                    Col.VECTOR: [vector.astype(np.float32).tolist()],
                }
            ),
        )


def heard(lake: Lake, series: str = "product:A", as_of: pd.Timestamp = AS_OF) -> np.ndarray:
    """Read the pooled vector of every week of a series, shape (weeks, width)."""
    rules = SeriesRules(min_periods=4)
    panel = build_panel(lake, as_of=as_of, horizon=2, model_id="judge", rules=rules)
    panel = with_words(lake, panel, MODELS, as_of=as_of)
    rows = panel.history[panel.history[Col.SERIES_ID] == series]
    return panel.tables[WORDS_KEY][rows[WORDS_KEY].to_numpy()]


def test_a_new_subject_stands_out_from_what_used_to_be_said(lake):
    for week in range(10):
        say(lake, week, PRAISE)
    say(lake, 20, COMPLAINT)

    found = heard(lake)

    assert not found[0].any()  # nothing was usual yet
    assert np.abs(found[1:10]).max() < 1e-6  # the same as ever
    assert np.linalg.norm(found[20]) > 0.5
    assert not found[11:20].any()
    assert not heard(lake, "product:B").any()


def test_a_category_hears_what_is_said_of_its_products(lake):
    for week in range(10):
        say(lake, week, PRAISE, "A" if week % 2 else "B")
    say(lake, 20, COMPLAINT, "B")

    np.testing.assert_allclose(heard(lake, "category:things"), heard(lake, "total"))
    assert heard(lake, "category:things")[20].any()


def test_later_texts_change_nothing_that_was_heard_before(lake):
    for week in range(0, 18, 3):
        say(lake, week, PRAISE if week % 2 else COMPLAINT)
    before = heard(lake)[:18]

    say(lake, 19, COMPLAINT)
    say(lake, 25, PRAISE)

    np.testing.assert_array_equal(heard(lake)[:18], before)


def test_texts_written_after_the_moment_are_not_heard(lake):
    for week in range(0, 18, 3):
        say(lake, week, PRAISE if week % 2 else COMPLAINT)
    early = WEEKS[12].tz_localize("UTC")

    assert len(heard(lake, as_of=early)) == 12
    np.testing.assert_array_equal(heard(lake, as_of=early), heard(lake)[:12])


def test_vectors_of_another_encoder_are_left_alone(lake):
    for week in range(10):
        say(lake, week, PRAISE if week % 2 else COMPLAINT, encoder="other")
    panel = build_panel(
        lake, as_of=AS_OF, horizon=2, model_id="judge", rules=SeriesRules(min_periods=4)
    )

    assert with_words(lake, panel, MODELS, as_of=AS_OF) is panel
