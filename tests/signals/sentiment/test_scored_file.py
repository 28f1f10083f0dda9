"""A file of any origin gets its scores beside it and keeps all it had."""

from __future__ import annotations

import csv
import json
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np
import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from signals import Col, ConfigError, DataError, FileOptions, LexiconScorer, score_file
from signals.sentiment.text_scores import ADDED, FLAGS, TextReader

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from signals import Scored

CHANCES = [Col.P_NEG, Col.P_NEU, Col.P_POS, Col.POLARITY]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "comments.csv"
    path.write_text("id,comment\n1,great\n2,\n3,awful\n4,great\n", encoding="utf-8")
    return path


def rows_of(path: Path, delimiter: str = ",") -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.reader(stream, delimiter=delimiter))


@pytest.mark.parametrize("name", ["scored.csv", "scored.tsv", "scored.parquet", "scored.jsonl"])
def test_rows_keep_their_columns_and_gain_scores(file: Path, tmp_path: Path, name: str) -> None:
    out = tmp_path / name

    found = score_file(file, out, LexiconScorer())

    frame = {
        ".csv": pd.read_csv,
        ".tsv": lambda path: pd.read_csv(path, sep="\t"),
        ".parquet": pd.read_parquet,
        ".jsonl": lambda path: pd.read_json(path, lines=True),
    }[out.suffix](out)
    assert list(frame.columns) == ["id", "comment", *ADDED.names]
    assert frame["id"].astype(int).tolist() == [1, 2, 3, 4]
    polarity = frame[Col.POLARITY].tolist()
    assert polarity[0] == polarity[3] > 0 > polarity[2]
    assert frame[[*CHANCES, Col.LANG, Col.ASPECTS]].iloc[1].isna().all()
    assert frame[FLAGS].iloc[1] == "empty"
    assert (found.rows, found.scored, found.column) == (4, 3, "comment")
    assert found.shares["negative"] == pytest.approx(1 / 3)


def test_csv_cells_come_back_as_they_were_written(tmp_path: Path) -> None:
    file, out = tmp_path / "in.csv", tmp_path / "out.csv"
    rows = [
        ["", "zip", "big", "said, when", "day", "odd"],
        ["0", "00123", "12345678901234567890", "good \"stuff\"\nhere", "2020-01-01", "NaN"],
        ["1", "007", "1e5", "so, so bad", "01/02/03", " NA "],
        ["2", "1.10", "-0", "x\ry", "", "=1+1"],
    ]  # fmt: skip
    with file.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(rows)

    score_file(file, out, LexiconScorer(), FileOptions(column="said, when"))

    assert [row[:6] for row in rows_of(out)] == rows


def test_a_file_keeps_its_delimiter_and_its_byte_order_mark(tmp_path: Path) -> None:
    file, out = tmp_path / "in.csv", tmp_path / "out.csv"
    file.write_text("id;text\n1;great, really\n2;bad\n", encoding="utf-8-sig")

    score_file(file, out, LexiconScorer())

    assert out.read_bytes().startswith(b"\xef\xbb\xbfid;text;p_neg")
    assert b"\n1;great, really;" in out.read_bytes()


def test_json_lines_are_extended_byte_for_byte(tmp_path: Path) -> None:
    lines = [
        '{"id": 1.10, "text": "very good \\ud83d", "n": null, "big": 123456789012345678901}',
        '{"text": "awful battery", "deep": {"y": [1, 2.50]}}',
        "{}",
    ]
    file, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")

    score_file(file, out, LexiconScorer())

    written = out.read_text(encoding="utf-8").splitlines()
    assert len(written) == 3
    for before, after in zip(lines[:2], written[:2], strict=True):
        assert after.startswith(before[:-1] + ", ")
    objects = [json.loads(line) for line in written]
    assert objects[0][FLAGS] == "undecodable"
    assert json.loads(objects[1][Col.ASPECTS])["battery"] < 0
    assert objects[2][Col.POLARITY] is None


def test_parquet_keeps_its_schema_and_every_value(tmp_path: Path) -> None:
    file, out = tmp_path / "in.parquet", tmp_path / "out.parquet"
    frame = pd.DataFrame(
        {
            "said": pd.Categorical(["good stuff", "bad stuff", "good stuff"]),
            "at": pd.to_datetime(["2020-01-01"] * 3, utc=True),
            "big": np.array([1, 2, 2**62]),
            "list": [[1, 2], [3], None],
            "share": np.array([0.1, np.nan, 3], dtype="float32"),
            "yes": pd.array([True, None, False], dtype="boolean"),
        },
        index=pd.Index(["x", "y", "z"], name="key"),
    )
    frame.to_parquet(file)

    score_file(file, out, LexiconScorer(), FileOptions(column="said"))

    before, after = pq.read_table(file), pq.read_table(out)
    assert after.select(before.column_names).equals(before)
    assert after.schema.metadata == before.schema.metadata
    pd.testing.assert_frame_equal(pd.read_parquet(out)[list(frame.columns)], frame)


def test_parquet_becomes_csv_and_json_lines_with_readable_values(tmp_path: Path) -> None:
    file = tmp_path / "in.parquet"
    table = pa.table(
        {
            "text": ["works well", None],
            "bytes": [b"\xff\x00", b"ok"],
            "struct": [{"a": 1}, None],
            "money": pa.array([Decimal(1), Decimal(2)], pa.decimal128(10, 2)),
            "day": pa.array([0, 1], pa.date32()),
        }
    )
    pq.write_table(table, file)

    score_file(file, tmp_path / "out.csv", LexiconScorer(), FileOptions(column="text"))
    score_file(file, tmp_path / "out.jsonl", LexiconScorer(), FileOptions(column="text"))

    first = rows_of(tmp_path / "out.csv")[1]
    assert first[:5] == ["works well", "\\xff\x00", '{"a": 1}', "1.00", "1970-01-01"]
    line = json.loads((tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()[1])
    assert line["struct"] is None
    assert line["day"] == "1970-01-02"


def test_texts_that_are_not_utf8_are_read_as_far_as_they_are(tmp_path: Path) -> None:
    file, out = tmp_path / "in.parquet", tmp_path / "out.parquet"
    broken = pa.array([b"good \xff stuff", b"bad"]).view(pa.string())
    pq.write_table(pa.table({"text": broken}), file)

    score_file(file, out, LexiconScorer(), FileOptions(column="text"))

    scored = pq.read_table(out)
    assert scored[FLAGS].to_pylist() == ["undecodable", ""]
    assert scored["text"].cast(pa.binary()).to_pylist() == [b"good \xff stuff", b"bad"]


def test_an_excel_sheet_is_scored(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["code", "review"], ["007", "great stuff"], ["008", "awful stuff"]):
        book.active.append(row)
    book.save(tmp_path / "in.xlsx")

    score_file(tmp_path / "in.xlsx", tmp_path / "out.csv", LexiconScorer())

    rows = rows_of(tmp_path / "out.csv")
    assert [row[0] for row in rows] == ["code", "007", "008"]
    assert float(rows[1][5]) > 0 > float(rows[2][5])


def test_a_file_without_rows_gives_a_file_without_rows(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text("id,text\n", encoding="utf-8")

    found = score_file(tmp_path / "in.csv", tmp_path / "out.csv", LexiconScorer())

    assert found.rows == 0
    assert rows_of(tmp_path / "out.csv") == [["id", "text", *ADDED.names]]


def test_names_that_are_taken_are_refused_and_a_prefix_helps(file: Path, tmp_path: Path) -> None:
    once, twice = tmp_path / "once.csv", tmp_path / "twice.csv"
    score_file(file, once, LexiconScorer())

    with pytest.raises(DataError, match=r"already has the column\(s\) \['p_neg'.*--prefix"):
        score_file(once, twice, LexiconScorer())
    score_file(once, twice, LexiconScorer(), FileOptions("comment", prefix="gw_"))

    assert rows_of(twice)[0][-1] == "gw_model_id"


def test_lines_that_hold_no_row_refuse_the_file_unless_left_out(tmp_path: Path) -> None:
    file, out = tmp_path / "in.csv", tmp_path / "out.csv"
    file.write_text("id,text\n1,good\n2,bad,worse,worst\n3,fine\n", encoding="utf-8")

    with pytest.raises(DataError, match=r"1 line\(s\) that hold no row \(line 3: 4 cells.*--skip"):
        score_file(file, out, LexiconScorer())
    found = score_file(file, out, LexiconScorer(), FileOptions(skip_broken=True))

    assert (found.rows, found.left_out) == (2, 1)


def test_an_unknown_column_is_told_with_what_there_is(file: Path, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"no column 'text'; the columns are \['id', 'comment'\]"):
        score_file(file, tmp_path / "out.csv", LexiconScorer(), FileOptions("text"))


def test_columns_without_texts_are_listed(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text("id,units\n1,2\n", encoding="utf-8")

    with pytest.raises(DataError, match=r"no column reads like texts.*\['id', 'units'\]"):
        score_file(tmp_path / "in.csv", tmp_path / "out.csv", LexiconScorer())


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("out.xlsx", r"ends in '\.xlsx'; expected \.csv, \.tsv, \.parquet, \.jsonl"),
        ("comments.csv", "is the file that is read"),
        ("old.csv", "exists; give another --out, or replace it: --force"),
        ("nowhere/out.csv", "is not a folder"),
        ("folder.csv", "exists and is not an ordinary file"),
    ],
)
def test_a_target_that_must_not_be_written_is_refused(
    file: Path, tmp_path: Path, name: str, message: str
) -> None:
    (tmp_path / "old.csv").write_text("old", encoding="utf-8")
    (tmp_path / "folder.csv").mkdir()

    with pytest.raises(DataError, match=message):
        score_file(file, tmp_path / name, LexiconScorer())

    assert (tmp_path / "old.csv").read_text(encoding="utf-8") == "old"


class FailingScorer(LexiconScorer):
    """Fails in the middle of the work."""

    def score(self, texts: Sequence[str]) -> Scored:
        raise KeyboardInterrupt


def test_stopped_work_leaves_nothing_and_keeps_what_was(file: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    out.write_text("old", encoding="utf-8")

    with pytest.raises(KeyboardInterrupt):
        score_file(file, out, FailingScorer(), FileOptions(replace=True))

    assert out.read_text(encoding="utf-8") == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["comments.csv", "out.csv"]


def test_a_language_can_be_given(file: Path, tmp_path: Path) -> None:
    found = score_file(file, tmp_path / "out.csv", LexiconScorer(), FileOptions(lang="pt"))

    assert found.languages == {"pt": 3}
    with pytest.raises(ConfigError, match="'Portuguese'; expected a code"):
        FileOptions(lang="Portuguese")


class CountingScorer(LexiconScorer):
    """Remembers what it was given."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def score(self, texts: Sequence[str]) -> Scored:
        self.seen += texts
        return super().score(texts)


def test_each_text_is_read_once_however_it_is_written() -> None:
    scorer = CountingScorer()
    reader = TextReader(scorer)

    first = reader.read(["good", "good ", "<b>good</b>", None, "bad", "good"])
    again = reader.read(["bad", "good"])

    assert scorer.seen == ["good", "bad"]
    assert [score.flags for score in first] == ["", "", "html", "empty", "", ""]
    assert again == [first[4], first[0]]
