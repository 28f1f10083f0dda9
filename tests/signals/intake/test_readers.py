"""Files from outside are read strictly, with the lines of what was bad, and can hurt nobody."""

from __future__ import annotations

import gzip
import json
import resource
import time

import numpy as np
import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from signals import BEHAVIOUR, ColumnMap, DataError, Limits, read_raw, table_feed
from signals.intake.readers import reader_environment


@pytest.fixture
def written(tmp_path):
    """Write bytes or text to a file and return its path."""

    def write(name, content):
        file = tmp_path / name
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return file

    return write


def test_csv_rows_know_their_lines_and_bad_lines_are_named(written):
    raw = read_raw(
        written("s.csv", 'product_id,text\na,x\n\n"b,1","two\nlines"\nonly one\nc,z,,\nd,1,2\n')
    )

    assert raw.frame.to_dict("list") == {
        "product_id": ["a", "b,1", "c"],
        "text": ["x", "two\nlines", "z"],
    }
    assert raw.lines.tolist() == [2, 4, 7]
    assert raw.bad_lines["line"].tolist() == [6, 8]
    assert raw.bad_lines["problem"].tolist() == [
        "1 cells where the header has 2", "3 cells where the header has 2",
    ]  # fmt: skip


def test_a_quote_that_never_closes_costs_its_line_and_no_other(written):
    raw = read_raw(written("q.csv", 'a,b\n1,x\n2,"open\n3,y\n'))

    assert raw.frame["a"].tolist() == ["1", "3"]
    assert raw.bad_lines["line"].tolist() == [3]


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("utf-8", "produto,texto\na,não é bom\n"),
        ("utf-8-sig", "produto,texto\na,não é bom\n"),
        ("utf-16", "produto,texto\na,não é bom\n"),
        ("cp1252", "produto,texto\na,não é bom, ção\n".replace(", ção", " ção")),
        ("gb18030", "产品,评论\n水壶,很好用我非常喜欢\n"),
    ],
)
def test_encodings_are_found(written, encoding, text):
    raw = read_raw(written("e.csv", text.encode(encoding)))

    assert [*raw.frame.columns, *raw.frame.iloc[0]] == text.replace("\n", ",").strip(",").split(",")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters_are_found(written, delimiter):
    text = "id,price\na,1.5\nb,2.5\n".replace(",", delimiter)

    assert read_raw(written("d.csv", text)).frame["price"].tolist() == ["1.5", "2.5"]


def test_json_lines_keep_what_each_line_holds(written):
    raw = read_raw(written("r.jsonl", '{"a":1}\n[1]\n{"a":2.5,"b":"x","c":{"d":1}}\nnope\n'))

    assert raw.frame["a"].tolist() == ["1", "2.5"]
    assert raw.frame["c"].tolist() == [None, '{"d": 1}']
    assert raw.bad_lines["line"].tolist() == [2, 4]


def test_parquet_keeps_its_types(tmp_path):
    frame = pd.DataFrame({"id": ["a"], "n": [1.5], "t": pd.to_datetime(["2024-01-01"]), "l": [[1]]})
    frame.to_parquet(tmp_path / "p.parquet")

    raw = read_raw(tmp_path / "p.parquet")

    assert raw.frame.columns.tolist() == ["id", "n", "t"]
    assert raw.frame["t"][0] == pd.Timestamp("2024-01-01")


def test_formulas_in_excel_are_not_taken_for_values(tmp_path):
    book = openpyxl.Workbook()
    for row in (["sku", "qty"], ["a", 3.0], ["b", "=A1+1"], ["c", None]):
        book.active.append(row)
    book.save(tmp_path / "x.xlsx")

    raw = read_raw(tmp_path / "x.xlsx")

    assert raw.frame.to_dict("list") == {"sku": ["a", "c"], "qty": ["3", None]}
    assert raw.bad_lines["line"].tolist() == [3]
    assert "formula in column 'qty'" in raw.bad_lines["problem"][0]


def test_a_sheet_is_found_below_its_titles_and_what_is_passed_over_is_told(tmp_path):
    book = openpyxl.Workbook()
    for row in (["Report"], [None, "sku", "qty"], [None, "a", 3], [None, "sku", "qty"],
                [None, "b", 4, None, "late"], [None, "c", 5]):  # fmt: skip
        book.active.append(row)
    book.create_sheet("May").append(["sku", "qty"])
    book.save(tmp_path / "x.xlsx")

    raw = read_raw(tmp_path / "x.xlsx")
    feed = table_feed(raw, ColumnMap(BEHAVIOUR, {"product_id": "sku", "day": "qty"}))

    assert raw.frame["sku"].tolist() == ["a", "c"]
    assert raw.lines.tolist() == [3, 6]
    assert dict(zip(raw.bad_lines["line"], raw.bad_lines["problem"], strict=True)) == {
        4: "the column names again", 5: "4 cells where the header has 3",
    }  # fmt: skip
    assert feed.left_out == {"lines above the header": 1, "sheets not read: May": 1}


def test_texts_of_parquet_that_are_none_are_refused_before_they_break_a_reader_of_them(tmp_path):
    bytes_ = pa.array([b"\xff\xfe"], pa.binary())
    broken = pa.Array.from_buffers(pa.string(), 1, bytes_.buffers())
    pq.write_table(pa.table({"sku": broken}), tmp_path / "p.parquet")

    with pytest.raises(DataError, match="damaged"):
        read_raw(tmp_path / "p.parquet")


REFUSED = {
    "empty file": (b"", "is empty"),
    "blank lines": (b"\n\n", "no rows"),
    "header only": (b"a,b\n", "no rows below its header"),
    "no header": (b"1,2\n3,4\n", "column names are expected"),
    "column twice": (b"a,a\n1,2\n", r"\['a'\] more than once"),
    "gzip": (gzip.compress(b"a,b\n1,2\n"), "gzip-compressed; unpack it"),
    "old excel": (b"\xd0\xcf\x11\xe0" + bytes(600), "old Excel workbook"),
    "pickle": (b"\x80\x04\x95" + bytes(50), "pickle"),
    "random bytes": (np.random.default_rng(0).bytes(4000), "not a text file"),
    "bytes of no encoding": (b"a,b\n" + bytes(range(1, 256)) * 3, "encoding is none of"),
    "russian koi8": ("товар,текст\nчайник,очень хороший\n".encode("koi8-r"), "encoding is none"),
    "json array": (b'[{"a": 1}]', "JSON array; JSON lines"),
    "cut parquet": (b"PAR1" + bytes(300), "damaged"),
    "zip": (b"PK\x05\x06" + bytes(18), "zip archive"),
    "bad lines without end": (b"a,b\n" + b"x\n" * 200_001, "more than 200,000 of its lines"),
    "header below rows": (b"a,1,2.5\nb,2,3.5\nsku,qty,price\nc,3,4.5\n", "line 1 holds values"),
    "names without end": (
        b"\n".join(b'{"c%d": 1}' % n for n in range(5000)),
        "more than 4,096 col",
    ),
    "columns without end": (b",".join(b"c%d" % n for n in range(5000)) + b"\n", "4,096 are read"),
    "utf-16 cut": ("a,b\n1,2\n".encode("utf-16")[:-1], "damaged"),
    "damaged zip": (b"PK\x03\x04" + bytes(400), "damaged"),
    "endless line": (b"a,b\n" + b"x" * 3_000_000 + b",1\n", "line 2 is longer than 1,048,576"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_files_that_hold_no_table_are_refused_with_the_reason(written, name):
    content, reason = REFUSED[name]

    with pytest.raises(DataError, match=reason):
        read_raw(written("table.csv", content))


def test_folders_and_missing_files_are_refused(tmp_path):
    with pytest.raises(DataError, match="is a folder; give one file"):
        read_raw(tmp_path)
    with pytest.raises(DataError, match="does not exist"):
        read_raw(tmp_path / "nothing.csv")


def test_two_gigabytes_in_one_line_are_not_read_into_memory(tmp_path):
    with (tmp_path / "huge.csv").open("wb") as stream:
        stream.write(b"a,b\n1,2\n")
        stream.truncate(2 * 1024**3)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    with pytest.raises(DataError, match="zero bytes"):
        read_raw(tmp_path / "huge.csv")

    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000


def test_a_small_file_that_unpacks_to_gigabytes_is_stopped(tmp_path):
    text = "x" * 1_000_000
    cells = pa.DictionaryArray.from_arrays(pa.array([0] * 3000, pa.int32()), pa.array([text]))
    pq.write_table(pa.table({"text": cells}), tmp_path / "bomb.parquet")
    limits = Limits(memory_bytes=1024**3, output_bytes=64 * 1024**2)

    assert (tmp_path / "bomb.parquet").stat().st_size < 2_000_000
    with pytest.raises(DataError, match=r"bomb.parquet"):
        read_raw(tmp_path / "bomb.parquet", limits=limits)


def test_a_table_larger_than_is_read_is_refused(written):
    file = written("s.csv", "a,b\n" + "1,2\n" * 9000)

    with pytest.raises(DataError, match="unpacks to more than 0 MiB"):
        read_raw(file, limits=Limits(output_bytes=1000))
    with pytest.raises(DataError, match="more than 8,000 rows"):
        read_raw(file, limits=Limits(rows=8000))


def test_a_reader_that_takes_too_long_is_stopped(written):
    file = written("slow.csv", "a,b\n" + "1,2\n" * 1000)
    started = time.monotonic()

    with pytest.raises(DataError, match="took longer than"):
        read_raw(file, limits=Limits(wall_s=0.05))

    assert time.monotonic() - started < 5


def test_deep_json_is_a_bad_line_not_a_crash(written):
    text = json.dumps({"a": 1}) + "\n" + '{"a":' * 50_000 + "1" + "}" * 50_000 + "\n"

    raw = read_raw(written("deep.jsonl", text))

    assert raw.frame["a"].tolist() == ["1"]
    assert raw.bad_lines["line"].tolist() == [2]


def test_a_reader_is_told_no_secrets(monkeypatch):
    monkeypatch.setenv("SOME_API_KEY", "secret")
    monkeypatch.setenv("TMPDIR", "/var/tmp")

    assert "secret" not in reader_environment().values()
    assert reader_environment()["TMPDIR"] == "/var/tmp"


def test_limits_grow_with_large_files_but_not_in_memory():
    small, large = Limits.for_size(3 * 1024**2), Limits.for_size(300 * 1024**2)

    assert (small.cpu_s, small.wall_s) == (20, 28.0)
    assert large.cpu_s > 1000
    assert small.memory_bytes == large.memory_bytes == 512 * 1024**2
    assert large.output_bytes == 4096 * 1024**2
