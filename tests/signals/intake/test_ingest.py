"""Ingest is idempotent, whole or nothing, and its counts add up."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from signals import (
    BATCHES,
    DOCUMENTS,
    PRODUCTS,
    QUARANTINE,
    SALES,
    BatchRefused,
    Col,
    DataError,
    Feed,
    Lake,
    Rule,
    TableReport,
    guess_column_map,
    ingest,
    read_raw,
    read_table,
    table_feed,
)

NOW = pd.Timestamp("2024-06-01", tz="UTC")


def sales(count: int = 100, **changes: object) -> pd.DataFrame:
    frame = pd.DataFrame(
        {
            Col.PRODUCT_ID: [f"p{number % 7}" for number in range(count)],
            Col.DAY: pd.Timestamp("2024-01-01") + pd.to_timedelta(range(count), unit="D"),
            Col.UNITS: [float(number) for number in range(count)],
        }
    )
    return frame.assign(**changes)


def feed(frame: pd.DataFrame, file: str = "s.csv") -> Feed:
    return Feed(SALES, frame, file)


@pytest.fixture
def lake(tmp_path):
    return Lake(tmp_path / "lake")


def test_the_same_file_twice_changes_nothing(lake):
    first = ingest(lake, [feed(sales())], source="file", now=NOW)
    before = lake.versions()

    second = ingest(lake, [feed(sales())], source="file", now=NOW + pd.Timedelta(days=1))

    assert (first.tables[0].kept, first.tables[0].already_known) == (100, 0)
    assert (second.tables[0].kept, second.tables[0].already_known) == (100, 100)
    assert second.batch_id == first.batch_id
    assert lake.versions() == before


def test_overlapping_files_add_only_what_is_new(lake):
    ingest(lake, [feed(sales(60))], source="file", now=NOW)

    report = ingest(lake, [feed(sales(100), "longer.csv")], source="file", now=NOW)

    assert report.tables[0].new == 40
    assert len(lake.read(SALES)) == 100


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(cut=st.integers(0, 30), overlap=st.integers(0, 5), seed=st.integers(0, 50))
def test_any_order_and_chunks_give_the_same_tables(tmp_path_factory, cut, overlap, seed):
    frame = sales(30)
    whole, parts = (Lake(tmp_path_factory.mktemp("lake")) for _ in range(2))
    ingest(whole, [feed(frame)], source="file", now=NOW)
    shuffled = frame.sample(frac=1, random_state=seed)

    for part in (shuffled.iloc[max(cut - overlap, 0) :], shuffled.iloc[:cut]):
        ingest(parts, [feed(part)], source="file", now=NOW)

    pd.testing.assert_frame_equal(whole.read(SALES), parts.read(SALES))


def test_bad_rows_are_set_aside_and_good_ones_kept(lake):
    frame = sales(100).assign(**{Col.UNITS: [-1.0] + [2.0] * 99})

    report = ingest(lake, [feed(frame)], source="file", now=NOW)

    [table] = report.tables
    assert (table.rows_in, table.kept, table.quarantined) == (100, 99, 1)
    assert table.rules == {Rule.NEGATIVE: 1}
    [row] = lake.read(QUARANTINE).to_dict("records")
    assert (row[Col.FILE], row[Col.LINE], row[Col.COLUMN]) == ("s.csv", 1, "units")
    assert (row[Col.VALUE], row[Col.RULE]) == ("-1.0", Rule.NEGATIVE)
    stored = lake.read(BATCHES).iloc[0]
    assert (stored[Col.KEPT], stored[Col.QUARANTINED]) == (99, 1)


def test_with_five_per_cent_bad_nothing_is_stored(lake):
    ingest(lake, [feed(sales(10), "earlier.csv")], source="file", now=NOW)
    before, rows = lake.versions(), lake.read(SALES)
    frame = sales(100).assign(**{Col.UNITS: [-1.0] * 5 + [2.0] * 95, Col.PRODUCT_ID: "z"})

    with pytest.raises(BatchRefused, match=r"5 of 100 rows \(5.0%\).*--accept-partial") as refused:
        ingest(lake, [feed(frame)], source="file", now=NOW)

    assert refused.value.exit_code == 2
    assert refused.value.report.quarantined == 5
    assert lake.versions().keys() == before.keys()
    pd.testing.assert_frame_equal(lake.read(SALES), rows)
    kept = ingest(lake, [feed(frame)], source="file", now=NOW, max_quarantine_share=1.0)
    assert kept.tables[0].kept == 95


def test_a_batch_of_several_tables_is_refused_whole(lake):
    products = pd.DataFrame({Col.PRODUCT_ID: [f"p{n}" for n in range(7)]})
    bad = sales(50).assign(**{Col.DAY: "never"})

    with pytest.raises(BatchRefused):
        ingest(lake, [Feed(PRODUCTS, products, "p.csv"), feed(bad)], source="shop", now=NOW)

    assert lake.versions() == {}
    assert lake.read(PRODUCTS).empty


def test_one_key_with_different_values_sets_both_rows_aside(lake):
    frame = pd.concat([sales(100), sales(1, units=7.0), sales(3).tail(1)], ignore_index=True)

    report = ingest(lake, [feed(frame)], source="file", now=NOW)

    [table] = report.tables
    assert table.rules == {Rule.DUPLICATE_KEY: 2}
    assert (table.kept, table.already_known, table.quarantined) == (100, 1, 2)
    rows = lake.read(QUARANTINE)
    assert set(rows[Col.LINE]) == {1, 101}
    assert rows[Col.COLUMN].unique().tolist() == ["product_id, store_id, day"]
    assert rows[Col.VALUE].unique().tolist() == ["p0, all, 2024-01-01"]


def test_a_value_that_differs_from_the_stored_one_needs_a_date_to_be_a_restatement(lake):
    ingest(lake, [feed(sales(100))], source="file", now=NOW)
    restated = sales(100).assign(**{Col.UNITS: [99.0, *map(float, range(1, 100))]})

    report = ingest(lake, [feed(restated, "new.csv")], source="file", now=NOW)

    assert report.tables[0].rules == {Rule.CONFLICTS_WITH_LAKE: 1}
    assert "--available-at" in report.problems[0][Col.ACCEPTED]
    known = restated.head(1).assign(**{Col.AVAILABLE_AT: pd.Timestamp("2024-05-20", tz="UTC")})
    ingest(lake, [feed(known, "new.csv")], source="file", now=NOW)
    earlier = lake.read(SALES, as_of=pd.Timestamp("2024-05-19", tz="UTC"))
    assert earlier[Col.UNITS].min() == 0.0
    assert 99.0 in lake.read(SALES, where={Col.PRODUCT_ID: "p0"})[Col.UNITS].tolist()


def test_products_nobody_listed_are_a_warning_once_there_is_a_list(lake):
    products = pd.DataFrame({Col.PRODUCT_ID: [f"p{n}" for n in range(6)]})

    silent = ingest(lake, [feed(sales(7))], source="file", now=NOW)
    warned = ingest(lake, [Feed(PRODUCTS, products, "p.csv"), feed(sales(7))], source="x", now=NOW)

    assert silent.tables[0].warnings == {}
    assert warned.tables[1].warnings == {Rule.UNKNOWN_PRODUCT: 1}


def test_counts_that_do_not_add_up_cannot_be_reported():
    with pytest.raises(ValueError, match="10 rows in are not 8 kept"):
        TableReport("sales", ("s.csv",), 10, kept=8, already_known=0, quarantined=1, corrected=0)


def test_a_feed_with_a_column_of_no_table_is_refused():
    with pytest.raises(DataError, match=r"has no column\(s\) \['colour'\]"):
        feed(sales(1, colour="red"))


def test_a_file_goes_through_its_column_map_with_its_lines(tmp_path, lake):
    rows = "".join(f"k{n};{n % 28 + 1:02d}/05/2024;3;9,90\n" for n in range(40))
    file = tmp_path / "vendas.csv"
    file.write_text(f"sku;data;qtde;preço\n{rows}bad;32/05/2024;x;-1\n", encoding="cp1252")
    column_map = guess_column_map(read_raw(file).frame)

    report = ingest(lake, read_table(file, column_map), source=file.name, now=NOW)

    assert (report.tables[0].kept, report.tables[0].quarantined) == (40, 1)
    assert set(lake.read(QUARANTINE)[Col.LINE]) == {42}
    stored = lake.read(SALES)
    assert stored[Col.PRICE].unique().tolist() == [9.9]
    assert stored[Col.DAY].min() == pd.Timestamp("2024-05-01")


def test_days_that_may_be_read_two_ways_stop_the_file(tmp_path):
    file = tmp_path / "s.csv"
    file.write_text("sku,date,qty\na,03/04/2024,1\n", encoding="utf-8")
    raw = read_raw(file)

    with pytest.raises(DataError, match="--date-order"):
        table_feed(raw, guess_column_map(raw.frame))


def test_lines_that_hold_no_row_count_as_rows_in(tmp_path, lake):
    rows = "".join(f"k{n},2024-05-01,3\n" for n in range(60))
    file = tmp_path / "s.csv"
    file.write_text(f"sku,date,qty\n{rows}only one cell\n", encoding="utf-8")
    raw = read_raw(file)

    report = ingest(lake, [table_feed(raw, guess_column_map(raw.frame))], source="x", now=NOW)

    assert report.tables[0].rows_in == 61
    assert report.tables[0].rules == {Rule.UNREADABLE_LINE: 1}


def test_no_personal_data_is_anywhere_in_the_lake(tmp_path, lake):
    texts = [f"good kettle {n}" for n in range(60)]
    texts[7] = "mail ana@example.com or 13812345678"
    frame = pd.DataFrame({Col.TEXT: texts, Col.EVENT_TIME: "2024-05-01", Col.AUTHOR: "Ana Silva"})
    frame.loc[9, Col.EVENT_TIME] = "ask bob@example.com"

    ingest(lake, [Feed(DOCUMENTS, frame, "d.csv")], source="file", now=NOW)

    stored = "".join(lake.read(table).to_string() for table in (DOCUMENTS, QUARANTINE, BATCHES))
    for secret in ("ana@", "bob@", "13812345678", "Ana Silva"):
        assert secret not in stored


def test_a_report_can_be_written_as_json(lake):
    import json

    report = ingest(lake, [feed(sales(30))], source="file", now=NOW)

    assert json.loads(json.dumps(report.to_dict()))["tables"][0]["kept"] == 30
