"""A batch can be taken back, and the lake is as it was before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest

from signals import (
    BATCHES,
    PRODUCTS,
    QUARANTINE,
    SALES,
    Col,
    DataError,
    Feed,
    IngestReport,
    Lake,
    ingest,
    undo_batch,
)

if TYPE_CHECKING:
    from pathlib import Path

_NOW = pd.Timestamp("2025-02-01", tz="UTC")


def _sales(month: int, units: float = 3.0, *, bad: int = 0) -> Feed:
    days = pd.date_range(f"2025-{month:02d}-01", periods=20)
    frame = pd.DataFrame({Col.PRODUCT_ID: "P1", Col.STORE_ID: "web", Col.DAY: days})
    frame[Col.UNITS] = units
    frame.loc[frame.index[:bad], Col.UNITS] = -5.0
    frame[Col.AVAILABLE_AT] = days.tz_localize("UTC") + pd.Timedelta(days=1)
    return Feed(SALES, frame, f"sales-{month}.csv")


def _products() -> Feed:
    return Feed(PRODUCTS, pd.DataFrame({Col.PRODUCT_ID: ["P1"], Col.NAME: ["Cup"]}), "products.csv")


def _stored(lake: Lake, *feeds: Feed) -> IngestReport:
    now = _NOW if feeds[0].table is not SALES else pd.Timestamp("2025-12-01", tz="UTC")
    return ingest(lake, feeds, source="file", now=now, max_quarantine_share=1)


def test_the_last_batch_is_taken_back_whole(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    _stored(lake, _sales(1))
    before = lake.read(SALES)
    second = _stored(lake, _sales(2, bad=2), _products())

    taken = undo_batch(lake, second.batch_id)

    assert taken == {"sales": 18, "products": 1}
    pd.testing.assert_frame_equal(lake.read(SALES), before)
    assert lake.read(PRODUCTS).empty
    assert lake.read(QUARANTINE).empty
    assert second.batch_id not in set(lake.read(BATCHES)[Col.BATCH_ID])


def test_batches_are_undone_one_after_the_other_the_last_one_first(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    reports = [_stored(lake, _sales(month)) for month in (1, 2, 3)]

    for report in reversed(reports):
        undo_batch(lake, report.batch_id)

    assert lake.read(SALES).empty
    assert lake.read(BATCHES).empty


def test_what_was_undone_can_be_brought_in_again(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    first = _stored(lake, _sales(1))
    undo_batch(lake, first.batch_id)

    again = _stored(lake, _sales(1))

    assert again.batch_id == first.batch_id
    assert again.tables[0].new == 20
    assert len(lake.read(SALES)) == 20


def test_an_answer_of_before_still_reads_what_was_undone(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    first = _stored(lake, _sales(1))
    then = lake.versions()

    undo_batch(lake, first.batch_id)

    assert len(lake.at(then).read(SALES)) == 20


def test_a_batch_below_another_is_not_taken_back(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    first, second = (_stored(lake, _sales(month)) for month in (1, 2))

    with pytest.raises(DataError, match=rf"sales was written to after .* by {second.batch_id}"):
        undo_batch(lake, first.batch_id)
    assert len(lake.read(SALES)) == 40


def test_a_batch_nobody_knows_is_not_undone(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="there is no batch 'x' to undo; known: none"):
        undo_batch(Lake(tmp_path), "x")


def test_a_batch_of_an_earlier_release_cannot_be_undone(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    first = _stored(lake, _sales(1))
    row = lake.read(BATCHES).assign(**{Col.NOTES: "{}"})
    with lake.batch() as batch:
        batch.remove(BATCHES, Col.BATCH_ID, first.batch_id)
        batch.add(BATCHES, row)

    with pytest.raises(DataError, match="did not note how to take it back"):
        undo_batch(lake, first.batch_id)
