"""What a writer of the lake promises: exact removals and restores, and nothing half on disk."""

from __future__ import annotations

import logging
import os
import shutil
from pathlib import Path

import pandas as pd
import pytest
from deltalake import DeltaTable

from signals import DOCUMENTS, PRODUCTS, SALES, Col, DataError, Lake
from signals.batch import ABSENT, row_key
from signals.snapshot import open_table
from tests.signals.few_sales import DAYS, sales


def products(*keys: str, **columns: object) -> pd.DataFrame:
    known = pd.Timestamp("1970-01-01", tz="UTC")
    return pd.DataFrame({Col.PRODUCT_ID: list(keys), Col.AVAILABLE_AT: known}).assign(**columns)


def stored(lake: Lake, column: str = Col.PRODUCT_ID) -> list[object]:
    return lake.read(PRODUCTS)[column].tolist()


def days(lake: Lake) -> list[str]:
    return [f"{day:%Y-%m-%d}" for day in lake.read(SALES)[Col.DAY]]


def log_entry(lake: Lake, version: int) -> Path:
    return lake.root / SALES.name / "_delta_log" / f"{version:020d}.json"


def test_only_rows_whose_column_holds_the_text_are_removed(lake):
    with lake.batch() as batch:
        batch.add(PRODUCTS, products("cup", "it's", "pan", **{Col.NAME: ["it's", "cup", None]}))
    before = lake.versions()

    with lake.batch() as batch:
        batch.remove(PRODUCTS, Col.PRODUCT_ID, "it's")

    assert stored(lake) == ["cup", "pan"]
    assert stored(lake.at(before)) == ["cup", "it's", "pan"]
    with lake.batch() as batch:
        batch.add(PRODUCTS, products("mug"))
        batch.remove(PRODUCTS, Col.PRODUCT_ID, "mug")
        batch.remove(PRODUCTS, Col.PRODUCT_ID, "cup")
    assert stored(lake) == ["pan"]


def test_nothing_is_removed_from_a_table_that_was_never_written(lake):
    with lake.batch() as batch:
        batch.remove(PRODUCTS, Col.PRODUCT_ID, "cup")

    assert lake.versions() == {}
    assert not (lake.root / PRODUCTS.name).exists()


def test_nothing_is_removed_from_a_damaged_table(three_days):
    file = next((three_days.root / SALES.name).glob("*.parquet"))
    file.write_bytes(file.read_bytes()[:-1])

    with pytest.raises(DataError, match="is missing or cut"), three_days.batch() as batch:
        batch.remove(SALES, Col.PRODUCT_ID, "kettle")


@pytest.mark.parametrize(
    "work",
    [
        lambda batch: batch.remove(SALES, Col.PRODUCT_ID, "kettle"),
        lambda batch: batch.restore(SALES, 0),
    ],
    ids=["remove", "restore"],
)
def test_a_log_that_tells_of_other_files_stops_a_writer(three_days, work):
    entry = log_entry(three_days, 2)
    kept = [line for line in entry.read_text().splitlines() if '"add"' not in line]
    entry.write_text("\n".join(kept))

    with pytest.raises(DataError, match="tells of other files"), three_days.batch() as batch:
        work(batch)
    assert days(three_days) == list(DAYS)


def test_a_log_that_cannot_be_read_stops_a_writer_and_is_named(three_days):
    log_entry(three_days, 2).write_text("{")

    with pytest.raises(DataError, match=r"the newest version of table 'sales' .* from a backup$"):
        open_table(three_days.root, SALES.name)
    log_entry(three_days, 1).write_text("{")
    with pytest.raises(DataError, match="version 1 of table 'sales'"):
        open_table(three_days.root, SALES.name, 1)
    assert open_table(three_days.root, SALES.name, 0).version() == 0


def test_damage_stays_known_when_rows_are_added_that_are_not_compared(three_days):
    file = next((three_days.root / SALES.name).glob("*.parquet"))
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 16
    file.write_bytes(content)

    with three_days.batch() as batch:
        batch.add(SALES, sales("2024-05-09"), compared_with=2)

    assert three_days.damaged() == [f"{file} differs from its sha256"]


@pytest.mark.parametrize(("version", "left"), [(0, DAYS[:1]), (1, DAYS[:2]), (ABSENT, ())])
def test_a_table_is_made_what_it_was_and_goes_on_from_there(three_days, version, left):
    before = three_days.versions()

    with three_days.batch() as batch:
        batch.restore(SALES, version)
        batch.add(SALES, sales("2024-05-09"))

    assert days(three_days) == [*left, "2024-05-09"]
    assert days(three_days.at(before)) == list(DAYS)
    assert three_days.damaged() == []
    lists = {int(file.stem) for file in (three_days.root / SALES.name / "_files").glob("*.json")}
    assert lists == set(range(three_days.versions()[SALES.name] + 1))


def test_a_table_is_not_made_what_it_was_where_those_files_are_damaged(three_days):
    oldest = min(
        (three_days.root / SALES.name).glob("*.parquet"), key=lambda file: file.stat().st_mtime_ns
    )
    oldest.write_bytes(oldest.read_bytes()[:-1])

    with pytest.raises(DataError, match="is missing or cut"), three_days.batch() as batch:
        batch.restore(SALES, 0)
    with three_days.batch() as batch:
        batch.restore(SALES, ABSENT)
    assert days(three_days) == []


def test_a_log_that_tells_of_other_files_for_an_earlier_version_stops_a_restore(three_days):
    """The newest version reads right in the log, the one to go back to does not."""
    added = {}
    for version in (1, 2):
        lines = log_entry(three_days, version).read_text().splitlines()
        added[version] = next(line for line in lines if '"add"' in line)
    for version, lines in ((1, []), (2, [added[1], added[2]])):
        entry = log_entry(three_days, version)
        kept = [line for line in entry.read_text().splitlines() if '"add"' not in line]
        entry.write_text("\n".join([*kept, *lines]))

    with pytest.raises(DataError, match="tells of other files"), three_days.batch() as batch:
        batch.restore(SALES, 1)
    assert days(three_days) == list(DAYS)


def found(lake: Lake, frame: pd.DataFrame) -> tuple[list[int], list[int]]:
    with lake.batch() as batch:
        pair = batch.contradictions(SALES, frame)
    return sorted(pair.within.tolist()), sorted(pair.against.tolist())


def test_rows_of_one_key_contradict_each_other_where_any_value_differs(lake):
    frame = pd.concat([
        sales("2024-05-01"), sales("2024-05-01"),  # the same row twice
        sales("2024-05-02"), sales("2024-05-02", price=2.0),  # a value and none
        sales("2024-05-03"), sales("2024-05-03", known="2024-05-21", units=4.0),  # restated
        sales("2024-05-04"), sales("2024-05-04", store_id="south", units=9.0),
    ])  # fmt: skip

    assert found(lake, frame) == ([2, 3], [])
    assert lake.versions() == {}


def test_rows_contradict_what_is_stored_where_any_value_differs(lake):
    days = [f"2024-05-0{number}" for number in range(1, 7)]
    with lake.batch() as batch:
        batch.add(SALES, pd.concat([sales(day, price=2.0) for day in days[:5]]))

    frame = pd.concat([
        sales(days[0], price=2.0), sales(days[1], price=float("nan")),
        sales(days[2], 4.0, price=2.0), sales(days[3], 4.0, price=2.0, known="2024-05-21"),
        sales(days[5], price=1.0), sales(days[4], price=3.0),
    ])  # fmt: skip

    assert found(lake, frame) == ([], [1, 2, 5])


def test_a_row_is_known_by_its_key_and_by_when_it_was_known():
    assert row_key(SALES) == [*SALES.key, Col.AVAILABLE_AT]
    assert row_key(PRODUCTS) == [*PRODUCTS.key, Col.AVAILABLE_AT]
    assert row_key(DOCUMENTS) == [
        *DOCUMENTS.key, *([Col.AVAILABLE_AT] if DOCUMENTS.has_history else [])
    ]  # fmt: skip


def test_of_many_new_rows_the_first_of_each_key_is_added_in_their_order(lake):
    frame = products("pan", "cup", "pan", "mug", "cup", **{Col.NAME: list("abcde")})

    with lake.batch() as batch:
        assert batch.add(PRODUCTS, frame) == 3
        assert batch.add(PRODUCTS, products("jar", "pan", "jar", **{Col.NAME: list("xyz")})) == 1

    assert stored(lake) == ["cup", "jar", "mug", "pan"]
    assert stored(lake, Col.NAME) == ["b", "x", "d", "a"]


def test_all_a_batch_wrote_is_on_disk_before_readers_are_pointed_at_it(three_days, monkeypatch):
    flushed: list[Path] = []
    real = os.fsync

    def note(handle: int) -> None:
        flushed.append(Path(f"/proc/self/fd/{handle}").readlink())
        real(handle)

    before = set(three_days.root.rglob("*"))
    monkeypatch.setattr(os, "fsync", note)
    with three_days.batch() as batch:
        batch.add(PRODUCTS, products("pan"))
        batch.add(PRODUCTS, products("cup"))
        batch.add(SALES, sales("2024-05-09"))

    moved = next(
        place for place, path in enumerate(flushed) if path.name.startswith(".snapshot.json")
    )
    new = {path for path in three_days.root.rglob("*") if path not in before}
    assert len([path for path in new if path.suffix == ".parquet"]) == 3
    assert new <= set(flushed[:moved])
    assert not before & {path for path in flushed if path.suffix == ".parquet"}


def test_the_log_of_a_table_is_never_cleared_away(lake):
    with lake.batch() as batch:
        batch.add(PRODUCTS, products("pan"))

    told = DeltaTable(lake.root / PRODUCTS.name).metadata().configuration

    assert told["delta.enableExpiredLogCleanup"] == "false"
    assert told["delta.logRetentionDuration"] == "interval 36500 days"


def test_a_batch_that_fails_is_undone_without_a_word(three_days, caplog):
    caplog.set_level(logging.INFO)

    def fail() -> None:
        with three_days.batch() as batch:
            batch.add(SALES, sales("2024-05-09"))
            raise RuntimeError("mine")

    with pytest.raises(RuntimeError, match="mine"):
        fail()

    assert caplog.messages == []
    assert DeltaTable(three_days.root / SALES.name).to_pyarrow_table().num_rows == 3


def test_a_batch_that_cannot_be_undone_keeps_its_error_and_says_who_undoes_it(three_days, caplog):
    newest = log_entry(three_days, 3)

    def fail() -> None:
        with three_days.batch() as batch:
            batch.add(SALES, sales("2024-05-09"))
            shutil.copy(newest, three_days.root / "kept")
            newest.write_text("{")
            raise RuntimeError("mine")

    with pytest.raises(RuntimeError, match="mine"):
        fail()

    assert "what the batch wrote is undone by the next writer: the newest version" in caplog.text
    (three_days.root / "kept").replace(newest)
    with three_days.batch() as batch:
        assert batch.add(SALES, sales("2024-05-09", 7.0)) == 1
    assert "table sales is ahead of the snapshot; rolled back" in caplog.text
    assert three_days.read(SALES)[Col.UNITS].tolist() == [3.0, 3.0, 3.0, 7.0]
