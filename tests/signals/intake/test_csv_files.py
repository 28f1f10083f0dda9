"""Polluted text files: the table in them is found, and what is no row of it is named."""

from __future__ import annotations

import pyarrow as pa
import pytest

from signals.intake.csv_dialect import find_dialect, find_header
from signals.intake.parsing import LINE, ROWS, parse

ASKED = {"rows": 10_000, "exact": False, "line_chars": 1 << 20, "output_bytes": 1 << 26}


@pytest.fixture
def read(tmp_path):
    """Read bytes or a text as the reader does, in this process."""

    def read(content):
        file = tmp_path / "file"
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        about = parse(file, tmp_path, ASKED)
        with pa.OSFile(str(tmp_path / ROWS)) as source:
            rows = pa.ipc.open_stream(source).read_all().to_pylist()
        return {row.pop(LINE): tuple(row.values()) for row in rows}, about

    return read


def bad(about):
    return dict(zip(about["bad_lines"]["line"], about["bad_lines"]["problem"], strict=True))


@pytest.mark.parametrize(
    "above",
    ["Sales report\n", "Report,,\n\n", "# by ERP, 7.2, x\n", "Period,2024\n\n,,\n", "sep=,\n"],
)
def test_the_header_is_found_below_titles_and_remarks(read, above):
    rows, about = read(f"{above}sku,qty,price\na,1,2.5\nb,2,3.5\n")

    assert list(rows.values()) == [("a", "1", "2.5"), ("b", "2", "3.5")]
    assert about["lines above the header"] == sum(bool(x) for x in above.split("\n"))


def test_a_header_may_stand_behind_a_hash(read):
    rows, _ = read("#sku,qty,price\na,1,2.5\nb,2,3.5\n")

    assert rows == {2: ("a", "1", "2.5"), 3: ("b", "2", "3.5")}


def test_remarks_and_headers_between_rows_are_named(read):
    rows, about = read("sku,qty\na,1\n# b,2\nsku,qty\nc,3\n\n,\nd,4\n")

    assert rows == {2: ("a", "1"), 5: ("c", "3"), 8: ("d", "4")}
    assert bad(about) == {3: "a remark, not a row", 4: "the column names again"}


def test_ids_that_begin_with_a_hash_are_rows(read):
    rows, about = read("sku,qty\n#a,1\n#b,2\nc,3\n")

    assert len(rows) == 3
    assert bad(about) == {}


def test_a_quote_over_whole_rows_loses_none_of_them_unnamed(read):
    rows, about = read('sku,qty,price\na,1,"2.5\nb,2,3.5\nc,3,4.5"\nd,4,5.5\n')

    assert list(rows) == [5]
    assert set(bad(about)) == {2, 3, 4}


def test_texts_of_several_lines_are_no_rows(read):
    rows, about = read('id,text,stars\na,"good, really\nand red, too",5\nb,"x",4\n')

    assert rows == {2: ("a", "good, really\nand red, too", "5"), 4: ("b", "x", "4")}
    assert bad(about) == {}


def test_an_open_quote_is_given_up_after_a_thousand_lines(read):
    rows, about = read('sku,qty\na,"1\n' + "b,2\n" * 3000)

    assert len(rows) == 3000
    assert list(bad(about)) == [2]


def test_bytes_that_are_no_text_cost_their_lines(read):
    start = "loja,qtd\n" + "São João,1\n" * 9
    rows, about = read(start.encode() + "Sé,2\n".encode("cp1252") + b"a\0b,3\nx,4\n")

    assert len(rows) == 10
    assert set(bad(about)) == {11, 12}


def test_utf_16_is_known_without_a_mark(read):
    for encoding in ("utf-16-le", "utf-16-be"):
        assert read("sku,qty\nß,1\n".encode(encoding))[0] == {2: ("ß", "1")}


def test_a_name_given_twice_in_json_is_named(read):
    rows, about = read('{"sku": "a", "qty": 1}\n{"sku": "b", "qty": 1, "qty": 2}\n')

    assert rows == {1: ("a", "1")}
    assert "gives a name twice" in bad(about)[2]


@pytest.mark.parametrize(
    ("lines", "delimiter", "quote"),
    [
        (["a;b\n", "1;2,5\n", "2;3,5\n"], ";", '"'),
        (["a,b,c\n", "1,x;y,2\n", "2,z,3\n"], ",", '"'),
        (["'a'^'b'\n", "'1'^'2'\n"], "^", "'"),
        (["SEP=|\n", "a|b\n"], "|", '"'),
        (["Report, all; of: it\n", "a\tb\tc\n", "1\t2\t3\n"], "\t", '"'),
    ],
)
def test_delimiters_and_quotes_are_told_by_all_lines(lines, delimiter, quote):
    found = find_dialect(lines)

    assert (found.delimiter, found.quote) == (delimiter, quote)


def test_quotes_behind_a_backslash_are_read_so():
    lines = ["id,text,n\n", '1,"a 5\\" pipe, new",2\n', '2,"C:\\",3\n']
    found = find_dialect(lines)

    assert list(found.reader(lines[1:2], strict=True)) == [["1", 'a 5" pipe, new', "2"]]
    assert find_dialect([lines[0], lines[2]]).escape is None


def test_the_first_wide_row_of_names_is_the_header():
    assert find_header([["Report"], [], ["sku", "", "qty"], ["a", "x", "1"]]) == 2
    assert find_header([["sku", "qty", ""], ["a", "1", ""]]) == 0
    assert find_header([["1", "2"], ["sku", "qty"], ["3", "4"]]) == 0
    assert find_header([]) == 0
