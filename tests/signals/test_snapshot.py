"""Which batches readers see, and what becomes of those that were never finished."""

from __future__ import annotations

import json
import logging

import pandas as pd
import pytest

from signals import PRODUCTS, SALES, Col, DataError, Lake
from signals.snapshot import read_snapshots, read_whole_snapshot, roll_back, write_snapshot
from tests.signals.few_sales import DAYS, sales


def days(lake: Lake) -> list[str]:
    return [f"{day:%Y-%m-%d}" for day in lake.read(SALES)[Col.DAY]]


def test_a_table_that_was_never_finished_is_removed_and_named(lake, caplog):
    known = pd.Timestamp("1970-01-01", tz="UTC")
    product = pd.DataFrame({Col.PRODUCT_ID: ["pan"], Col.AVAILABLE_AT: known})
    with lake.batch() as batch:
        batch.add(PRODUCTS, product)
        batch.add(SALES, sales("2024-05-01"))
    write_snapshot(lake.root, {PRODUCTS.name: 0})

    with lake.batch() as batch:
        assert batch.versions == {PRODUCTS.name: 0}

    assert caplog.messages == ["table sales was never finished; it is removed"]
    assert not (lake.root / SALES.name).exists()
    assert lake.read(PRODUCTS)[Col.PRODUCT_ID].tolist() == ["pan"]


def test_rolling_back_gives_the_versions_to_go_on_from(three_days):
    before = three_days.versions() | {SALES.name: 1}

    now = roll_back(three_days.root, before, logging.DEBUG)

    assert now == {SALES.name: 3}
    assert read_snapshots(three_days.root)[-1] == now
    assert days(three_days) == list(DAYS[:2])
    assert roll_back(three_days.root, now, logging.DEBUG) == now


def test_thirty_two_snapshots_are_remembered(lake):
    lake.root.mkdir()
    for version in range(40):
        write_snapshot(lake.root, {"sales": version})

    assert [each["sales"] for each in read_snapshots(lake.root)] == list(range(8, 40))


def test_a_lake_without_anything_has_one_empty_snapshot(lake):
    assert read_snapshots(lake.root) == [{}]
    lake.root.mkdir()
    assert read_snapshots(lake.root) == [{}]
    assert read_whole_snapshot(lake.root) == {}


def test_the_first_writer_leaves_a_snapshot_and_its_copy(lake):
    with lake.batch():
        pass

    kept = [json.loads((lake.root / name).read_text()) for name in ("snapshot.json",
            "snapshot.copy.json")]  # fmt: skip
    assert [each["snapshots"] for each in kept] == [[{}], [{}]]


@pytest.mark.parametrize("text", ["[]", "{", '{"sales": "x"}', '{"snapshots": [3]}', '{"a": null}'])
def test_a_snapshot_that_makes_no_sense_is_damaged_and_its_copy_is_read(three_days, caplog, text):
    (three_days.root / "snapshot.json").write_text(text)

    assert days(three_days) == list(DAYS)
    assert days(three_days) == list(DAYS)
    [told] = caplog.messages  # not at each of them
    assert f"{three_days.root / 'snapshot.json'} is damaged (" in told
    assert told.endswith("; its copy is read")
    with three_days.batch():
        pass
    assert read_snapshots(three_days.root)[-1] == {SALES.name: 2}
    assert json.loads((three_days.root / "snapshot.json").read_text())["snapshots"]


def test_a_lost_snapshot_is_read_from_its_copy_and_made_anew(three_days, caplog):
    (three_days.root / "snapshot.json").unlink()

    assert days(three_days) == list(DAYS)
    assert caplog.messages == [f"{three_days.root / 'snapshot.json'} is missing; its copy is read"]
    with three_days.batch():
        pass
    assert (three_days.root / "snapshot.json").exists()


def test_a_lost_copy_is_made_anew_and_nobody_is_told(three_days, caplog):
    (three_days.root / "snapshot.copy.json").unlink()

    with three_days.batch():
        pass

    assert (three_days.root / "snapshot.copy.json").exists()
    assert caplog.messages == []


def test_without_snapshot_and_copy_the_first_of_them_is_named(three_days):
    (three_days.root / "snapshot.json").write_text("{")
    (three_days.root / "snapshot.copy.json").unlink()

    with pytest.raises(DataError, match=r"snapshot\.json is damaged .* restore it from a backup"):
        read_snapshots(three_days.root)


def test_where_no_snapshot_is_whole_the_newest_is_shown(three_days, caplog):
    for file in (three_days.root / SALES.name).glob("*.parquet"):
        file.unlink()

    assert read_whole_snapshot(three_days.root) == {SALES.name: 2}
    told = list(caplog.messages)
    assert all("is missing or cut; the lake shows what it held before" in each for each in told)
    assert len(told) == len(set(told)) > 0
    read_whole_snapshot(three_days.root)
    assert caplog.messages == told  # warned of once
