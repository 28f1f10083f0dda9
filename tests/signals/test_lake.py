"""The lake keeps what was known when, whole batches only, and never twice."""

from __future__ import annotations

import itertools
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from deltalake import DeltaTable
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from signals import DOCUMENTS, PRODUCTS, SALES, SCORES, VECTORS, Col, DataError, Lake
from signals.batch import ABSENT


def moment(day: str) -> pd.Timestamp:
    return pd.Timestamp(day, tz="UTC")


def sales(units: float, day: str = "2024-05-01", known: str = "2024-05-02") -> pd.DataFrame:
    return pd.DataFrame(
        {
            Col.PRODUCT_ID: ["kettle"],
            Col.STORE_ID: ["north"],
            Col.DAY: [pd.Timestamp(day)],
            Col.UNITS: [units],
            Col.AVAILABLE_AT: [moment(known)],
        }
    )


def names(*product_ids: str) -> pd.DataFrame:
    return pd.DataFrame({Col.PRODUCT_ID: list(product_ids), Col.AVAILABLE_AT: moment("1970-01-01")})


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path / "lake")


def test_an_empty_lake_reads_as_an_empty_frame_with_types(lake):
    frame = lake.read(SALES)

    assert list(frame.columns) == SALES.schema.names
    assert frame[Col.DAY].dtype == "datetime64[ns]"
    assert frame[Col.AVAILABLE_AT].dtype == "datetime64[ns, UTC]"
    assert frame[Col.UNITS].dtype == "float64"
    assert lake.versions() == {}


def test_rows_come_back_as_they_went_in(lake):
    with lake.batch() as batch:
        assert batch.add(SALES, sales(3.0)) == 1

    row = lake.read(SALES).iloc[0]

    assert row[Col.UNITS] == 3.0
    assert row[Col.DAY] == pd.Timestamp("2024-05-01")
    assert row[Col.AVAILABLE_AT] == moment("2024-05-02")
    assert row[Col.CURRENCY] is None
    assert lake.read(SALES).dtypes.equals(Lake(Path("/nowhere")).read(SALES).dtypes)


def test_adding_the_same_rows_again_changes_nothing(lake):
    with lake.batch() as batch:
        batch.add(SALES, sales(3.0))
    before = lake.versions()

    with lake.batch() as batch:
        assert batch.add(SALES, sales(3.0)) == 0

    assert lake.versions() == before
    assert len(lake.read(SALES)) == 1


def test_of_rows_with_one_key_in_a_frame_the_first_is_taken(lake):
    with lake.batch() as batch:
        assert batch.add(SALES, pd.concat([sales(3.0), sales(4.0)])) == 1

    assert lake.read(SALES)[Col.UNITS].tolist() == [3.0]


def test_a_restatement_is_seen_only_from_the_day_it_was_known(lake):
    with lake.batch() as batch:
        batch.add(SALES, sales(3.0, known="2024-05-02"))
        batch.add(SALES, sales(5.0, known="2024-05-20"))

    assert lake.read(SALES)[Col.UNITS].tolist() == [5.0]
    assert lake.read(SALES, as_of=moment("2024-05-20"))[Col.UNITS].tolist() == [5.0]
    assert lake.read(SALES, as_of=moment("2024-05-19"))[Col.UNITS].tolist() == [3.0]
    assert lake.read(SALES, as_of=moment("2024-05-01")).empty


def test_an_outdated_version_of_a_row_never_matches_a_filter(lake):
    with lake.batch() as batch:
        batch.add(SALES, sales(3.0, known="2024-05-02"))
        batch.add(SALES, sales(5.0, known="2024-05-20"))

    assert lake.read(SALES, where={Col.UNITS: 3.0}).empty
    assert len(lake.read(SALES, where={Col.UNITS: 5.0})) == 1


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ({Col.PRODUCT_ID: "cup"}, ["cup"]),
        ({Col.PRODUCT_ID: ["cup", "pan"]}, ["cup", "pan"]),
        ({Col.PRODUCT_ID: []}, []),
        ({Col.PRODUCT_ID: pd.Series(["pan"])}, ["pan"]),
        ({Col.NAME: None}, ["cup", "kettle", "pan"]),
        ({Col.AVAILABLE_AT: moment("1970-01-01")}, ["cup", "kettle", "pan"]),
        ({Col.LAUNCH_DAY: [pd.Timestamp("2024-01-01")]}, []),
    ],
)
def test_filters_take_a_value_or_a_list(lake, where, expected):
    with lake.batch() as batch:
        batch.add(PRODUCTS, names("pan", "cup", "kettle"))

    frame = lake.read(PRODUCTS, where=where, columns=[Col.PRODUCT_ID])

    assert frame[Col.PRODUCT_ID].tolist() == expected


def test_a_column_the_table_does_not_have_is_named(lake):
    with pytest.raises(ValueError, match=r"table 'sales' has no column\(s\) \['colour'\]"):
        lake.read(SALES, columns=["colour"])


def test_a_moment_without_a_zone_is_misuse(lake):
    with pytest.raises(ValueError, match="as_of carries a time zone"):
        lake.read(SALES, as_of=pd.Timestamp("2024-05-01"))


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"colour": "red"}, "'colour' is not a column"),
        ({Col.UNITS: "three"}, "'units' should be double"),
        ({Col.PRODUCT_ID: 7}, "'product_id' should be string"),
        ({Col.PRODUCT_ID: None}, "'product_id' is empty in 1 row"),
        ({Col.DAY: pd.Timestamp("2024-05-01 10:00")}, "'day' .* time of day"),
        ({Col.AVAILABLE_AT: pd.Timestamp("2024-05-01")}, "'available_at' .* zone UTC"),
    ],
)
def test_rows_that_do_not_fit_the_table_are_refused_whole(lake, change, problem):
    with pytest.raises(DataError, match=problem), lake.batch() as batch:
        batch.add(SALES, sales(3.0).assign(**change))

    assert lake.versions() == {}


def test_every_problem_of_a_frame_is_named_at_once(lake):
    with pytest.raises(DataError, match=r"'colour'.*'units'"), lake.batch() as batch:
        batch.add(SALES, sales(3.0).assign(colour="red", units="three"))


def test_a_batch_that_fails_leaves_every_table_as_it_was(lake):
    with lake.batch() as batch:
        batch.add(SALES, sales(3.0))
    before = lake.versions()

    def fail_half_way() -> None:
        with lake.batch() as batch:
            batch.add(SALES, sales(4.0, day="2024-05-02"))
            batch.add(PRODUCTS, names("pan"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_half_way()

    assert lake.read(SALES)[Col.UNITS].tolist() == [3.0]
    assert lake.read(PRODUCTS).empty
    assert Lake(lake.root, before).read(SALES)[Col.UNITS].tolist() == [3.0]
    with lake.batch() as batch:
        assert batch.add(SALES, sales(4.0, day="2024-05-02")) == 1
        assert batch.add(PRODUCTS, names("pan")) == 1
    assert len(lake.read(SALES)) == 2


def test_rows_show_only_when_the_whole_batch_is_done(lake):
    with lake.batch() as batch:
        batch.add(SALES, sales(3.0))
        assert lake.read(SALES).empty

    assert len(lake.read(SALES)) == 1


def test_an_earlier_snapshot_can_be_read_again(lake):
    with lake.batch() as batch:
        batch.add(SALES, sales(3.0))
    seen = lake.versions()
    with lake.batch() as batch:
        batch.add(SALES, sales(4.0, day="2024-05-02"))
        batch.add(PRODUCTS, names("pan"))

    earlier = Lake(lake.root, seen)

    assert len(earlier.read(SALES)) == 1
    assert earlier.read(PRODUCTS).empty
    with pytest.raises(ValueError, match="reads an earlier snapshot"), earlier.batch():
        pass


def test_many_small_writes_become_few_files_and_old_snapshots_still_read(lake):
    snapshots = []
    for day in pd.date_range("2024-01-01", periods=40):
        with lake.batch() as batch:
            batch.add(SALES, sales(1.0, day=f"{day:%Y-%m-%d}"))
        snapshots.append(lake.versions())

    assert len(lake.read(SALES)) == 40
    assert [len(Lake(lake.root, seen).read(SALES)) for seen in snapshots] == list(range(1, 41))
    newest = DeltaTable(lake.root / SALES.name, version=lake.versions()[SALES.name])
    assert len(newest.file_uris()) < 32


def test_queries_see_the_tables_as_of_the_moment(lake):
    with lake.batch() as batch:
        batch.add(SALES, sales(3.0, known="2024-05-02"))
        batch.add(SALES, sales(5.0, known="2024-05-20"))
    query = "SELECT sum(units) AS units FROM sales WHERE product_id = $product"

    earlier = lake.sql(query, as_of=moment("2024-05-03"), parameters={"product": "kettle"})
    now = lake.sql(query, parameters={"product": "kettle"})

    assert (earlier[Col.UNITS][0], now[Col.UNITS][0]) == (3.0, 5.0)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM read_csv('/etc/passwd')",
        "COPY (SELECT 1) TO '/tmp/stolen.csv'",
        "ATTACH '/tmp/other.db'",
        "INSTALL httpfs",
        "SET enable_external_access = true",
        "SELECT * FROM hidden_frame",
        "SELECT nothing FROM sales",
        "SELEC 1",
    ],
)
def test_a_query_reaches_nothing_but_the_lake(lake, query):
    hidden_frame = pd.DataFrame({"secret": [1]})

    with pytest.raises(DataError):
        lake.sql(query)

    assert len(hidden_frame) == 1


def test_vectors_come_back_as_arrays(lake):
    vector = np.arange(4, dtype=np.float32)
    frame = pd.DataFrame({Col.TEXT_HASH: ["a"], Col.MODEL_ID: ["tiny"], Col.VECTOR: [vector]})
    with lake.batch() as batch:
        batch.add(VECTORS, frame)

    read = lake.read(VECTORS)[Col.VECTOR][0]

    assert read.dtype == np.float32
    assert read.tolist() == vector.tolist()


def test_aspects_come_back_by_reading_and_by_query_and_are_not_added_twice(lake):
    kind = SCORES.schema.field(Col.ASPECTS).type
    found = [
        [{"aspect": "price", "polarity": -0.5}, {"aspect": "taste", "polarity": 1.0}],
        [],
        None,
    ]
    rows = pa.table(
        {
            Col.DOC_ID: ["a", "b", "c"],
            Col.MODEL_ID: ["m"] * 3,
            Col.TEXT_HASH: ["h"] * 3,
            Col.ASPECTS: pa.array(found, kind),
        }
    )

    added = []
    for _ in range(2):
        with lake.batch() as batch:
            added.append(batch.add(SCORES, rows))

    assert added == [3, 0]
    assert (
        lake.read(SCORES)[Col.ASPECTS].map(lambda a: None if a is None else list(a)).tolist()
        == found
    )
    opened = lake.sql(
        "SELECT doc_id, u.aspect, u.polarity FROM scores, unnest(aspects) AS t(u) ORDER BY ALL"
    )
    assert opened.to_numpy().tolist() == [["a", "price", -0.5], ["a", "taste", 1.0]]


def test_a_table_of_an_earlier_release_gains_the_columns_it_lacks(lake):
    earlier = replace(
        SCORES, schema=SCORES.schema.remove(SCORES.schema.get_field_index(Col.ASPECTS))
    )
    row = {Col.DOC_ID: "a", Col.MODEL_ID: "m", Col.TEXT_HASH: "h", Col.POLARITY: 0.5}
    with lake.batch() as batch:
        batch.add(earlier, pd.DataFrame([row]))
    as_it_was = lake.read(SCORES)

    with lake.batch() as batch:
        aspects = [[{"aspect": "price", "polarity": 1.0}]]
        added = batch.add(
            SCORES, pd.DataFrame([row, row | {Col.DOC_ID: "b"}]).assign(aspects=[None, *aspects])
        )

    assert as_it_was[Col.ASPECTS].tolist() == [None]
    assert added == 1
    assert lake.read(SCORES)[Col.ASPECTS].map(lambda a: a if a is None else list(a)).tolist() == [
        None, *aspects
    ]  # fmt: skip


def test_a_scan_walks_through_every_version_of_every_row(lake):
    assert list(lake.scan(SALES, [Col.UNITS])) == []
    for units, known in ((3.0, "2024-05-02"), (4.0, "2024-05-03")):
        with lake.batch() as batch:
            batch.add(SALES, sales(units, known=known))

    batches = list(lake.scan(SALES, [Col.UNITS]))

    assert sorted(value for batch in batches for value in batch[Col.UNITS].to_pylist()) == [3, 4]
    assert {tuple(batch.schema.names) for batch in batches} == {(Col.UNITS,)}


def test_rows_that_were_compared_with_the_newest_version_are_not_compared_again(lake):
    row = pd.DataFrame({Col.DOC_ID: ["a"], Col.MODEL_ID: ["m"], Col.TEXT_HASH: ["h"]})
    with lake.batch() as batch:
        assert batch.add(SCORES, row, compared_with=ABSENT) == 1
    seen = lake.versions()[SCORES.name]

    with lake.batch() as batch:
        assert batch.add(SCORES, row.assign(**{Col.DOC_ID: "b"}), compared_with=seen) == 1
        assert batch.add(SCORES, row, compared_with=seen) == 0  # the version has moved on

    assert lake.read(SCORES)[Col.DOC_ID].tolist() == ["a", "b"]


def test_a_snapshot_file_that_is_not_json_is_an_error_with_a_way_out(lake):
    lake.root.mkdir()
    (lake.root / "snapshot.json").write_text("{", encoding="utf-8")

    with pytest.raises(DataError, match=r"snapshot.json is damaged .* restore"):
        lake.read(SALES)


def flip(file: Path) -> None:
    """Flip a bit in the middle of a file."""
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 16
    file.write_bytes(content)


def two_days(lake: Lake) -> list[Path]:
    """Store two days; the files of sales, the older one first."""
    for day in ("2024-05-01", "2024-05-02"):
        with lake.batch() as batch:
            batch.add(SALES, sales(3.0, day=day))
            batch.add(PRODUCTS, names(f"kettle of {day}"))
    files = (lake.root / SALES.name).glob("*.parquet")
    return sorted(files, key=lambda file: file.stat().st_mtime_ns)


def test_while_a_file_is_damaged_all_tables_show_what_they_held_before_it(lake, caplog):
    _, newest = two_days(lake)
    flip(newest)

    assert len(lake.read(SALES)) == 1
    assert len(lake.read(PRODUCTS)) == 1
    assert "differs from its sha256; the lake shows what it held before" in caplog.text


def test_a_damaged_file_that_nothing_came_before_is_refused_and_others_are_read(lake):
    oldest, _ = two_days(lake)
    flip(oldest)

    with pytest.raises(DataError, match=r"differs from its sha256; put .* groundswell doctor --me"):
        lake.read(SALES)
    assert len(lake.read(PRODUCTS)) == 2


def test_a_writer_adds_nothing_to_a_damaged_table(lake):
    oldest, _ = two_days(lake)
    flip(oldest)

    with pytest.raises(DataError, match="differs from its sha256"), lake.batch() as batch:
        batch.add(SALES, sales(4.0, day="2024-05-03"))


def test_a_damaged_log_changes_nothing_for_readers_and_stops_writers(lake):
    two_days(lake)
    log = lake.root / SALES.name / "_delta_log" / f"{1:020d}.json"
    kept = [line for line in log.read_text().splitlines() if '"add"' not in line]
    log.write_text("\n".join(kept))

    assert len(lake.read(SALES)) == 2
    refused = pytest.raises(DataError, match="tells of other files than were written")
    with refused, lake.batch() as batch:
        batch.add(SALES, sales(4.0, day="2024-05-03"))
    assert len(lake.read(SALES)) == 2


def test_mending_takes_a_table_back_and_its_rows_can_be_brought_in_again(lake):
    _, newest = two_days(lake)
    flip(newest)
    assert len(lake.damaged()) == 1

    assert lake.mend() == {SALES.name: 0}

    assert lake.damaged() == []
    assert len(lake.read(SALES)) == 1
    assert len(lake.read(PRODUCTS)) == 2
    with lake.batch() as batch:
        assert batch.add(SALES, sales(3.0, day="2024-05-02")) == 1
    assert len(lake.read(SALES)) == 2


def test_mending_empties_a_table_of_which_nothing_is_whole(lake):
    oldest, _ = two_days(lake)
    flip(oldest)

    assert lake.mend() == {SALES.name: ABSENT}
    assert lake.read(SALES).empty


def test_a_damaged_snapshot_takes_no_batch_back(lake, caplog):
    two_days(lake)
    flip(lake.root / "snapshot.json")

    assert len(lake.read(SALES)) == 2
    assert "its copy is read" in caplog.text
    with lake.batch() as batch:
        batch.add(SALES, sales(3.0, day="2024-05-03"))
    flip(lake.root / "snapshot.copy.json")
    assert len(lake.read(SALES)) == 3


def test_tables_whose_snapshot_is_lost_are_not_thrown_away(lake):
    two_days(lake)
    for file in lake.root.glob("snapshot*"):
        file.unlink()

    with pytest.raises(DataError, match=r"snapshot.json is missing"), lake.batch():
        pass
    assert (lake.root / SALES.name).is_dir()


def test_a_lake_of_an_earlier_release_is_read_and_listed_when_it_is_written(lake):
    two_days(lake)
    (lake.root / "snapshot.copy.json").unlink()
    (lake.root / "snapshot.json").write_text('{"products": 1, "sales": 1}')
    for lists in lake.root.glob("*/_files"):
        shutil.rmtree(lists)

    assert len(lake.read(SALES)) == 2
    with lake.batch() as batch:
        batch.add(SALES, sales(3.0, day="2024-05-03"))
    assert len(lake.read(SALES)) == 3
    flip(max((lake.root / SALES.name).glob("*.parquet"), key=lambda file: file.stat().st_mtime_ns))
    assert len(lake.read(SALES)) == 2


def test_a_second_writer_waits_and_then_says_why(lake):
    refused = pytest.raises(DataError, match="another writer has held")

    with lake.batch(), refused, lake.batch(wait_s=0.1):
        pass


def start(script: str, *arguments: object) -> subprocess.Popen[bytes]:
    """Start a real second process on the same lake."""
    lines = "import os, sys; from pathlib import Path; import pandas as pd; from signals import *\n"
    command = [sys.executable, "-c", lines + script, *map(str, arguments)]
    return subprocess.Popen(command, cwd=Path(__file__).parents[2])


DIE_INSIDE_A_BATCH = """
moment = pd.Timestamp("2024-06-01", tz="UTC")
row = pd.DataFrame({"product_id": ["ghost"], "available_at": [moment]})
with Lake(Path(sys.argv[1])).batch() as batch:
    batch.add(PRODUCTS, row)
    day = pd.Timestamp("2024-06-01")
    batch.add(SALES, row.assign(store_id="north", day=day, units=9.0))
    os._exit(9)
"""

ADD_SCORES = """
for number in range(int(sys.argv[2]), int(sys.argv[2]) + 5):
    rows = {"doc_id": [f"d{number}", "shared"], "model_id": "tiny", "text_hash": "h"}
    frame = pd.DataFrame(rows)
    with Lake(Path(sys.argv[1])).batch() as batch:
        batch.add(SCORES, frame)
"""


def test_a_writer_killed_in_a_batch_leaves_no_trace_once_the_next_one_writes(lake):
    with lake.batch() as batch:
        batch.add(SALES, sales(3.0))

    assert start(DIE_INSIDE_A_BATCH, lake.root).wait() == 9

    assert lake.read(SALES)[Col.UNITS].tolist() == [3.0]
    with lake.batch() as batch:
        assert batch.add(PRODUCTS, names("pan")) == 1
    assert lake.read(SALES)[Col.UNITS].tolist() == [3.0]
    assert lake.read(PRODUCTS)[Col.PRODUCT_ID].tolist() == ["pan"]


def test_writers_in_several_processes_lose_and_double_nothing(lake):
    writers = [start(ADD_SCORES, lake.root, first) for first in (0, 3, 10)]
    assert [writer.wait() for writer in writers] == [0, 0, 0]

    read = lake.read(SCORES)[Col.DOC_ID].tolist()

    assert read == sorted({*(f"d{n}" for n in [*range(8), *range(10, 15)]), "shared"})


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    keys=st.lists(st.integers(0, 8), min_size=1, max_size=12),
    cuts=st.lists(st.integers(0, 12), max_size=3),
    seed=st.integers(0, 99),
)
def test_any_order_and_any_chunks_give_the_same_table(tmp_path_factory, keys, cuts, seed):
    frame = pd.DataFrame({Col.DOC_ID: [f"d{k}" for k in keys], Col.TEXT: [f"t{k}" for k in keys]})
    frame[Col.EVENT_TIME] = frame[Col.AVAILABLE_AT] = moment("2024-05-01")
    whole, parts = (Lake(tmp_path_factory.mktemp("lake")) for _ in range(2))
    with whole.batch() as batch:
        batch.add(DOCUMENTS, frame)
    shuffled = frame.sample(frac=1, random_state=seed)

    bounds = [0, *sorted(cuts), len(frame)]
    for first, last in itertools.pairwise(bounds):
        with parts.batch() as batch:
            batch.add(DOCUMENTS, shuffled.iloc[first:last])

    pd.testing.assert_frame_equal(whole.read(DOCUMENTS), parts.read(DOCUMENTS))
