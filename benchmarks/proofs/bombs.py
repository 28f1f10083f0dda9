# ruff: noqa: D103 - what a function makes is its name
"""Files that are small and become large, deep, wide or endless when they are read."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from proofs.pollution_formats import plain_workbook

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_MIB: Final = 1 << 20
_HEADER: Final = "product_id,store,date,units,price\n"
_SHEET: Final = "xl/worksheets/sheet1.xml"
_SHEET_START: Final = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
)


def one_text_many_times(path: Path) -> None:
    """3,000 rows of the same megabyte, stored once."""
    cells = pa.DictionaryArray.from_arrays(pa.array([0] * 3000, pa.int32()), ["x" * 1_000_000])
    pq.write_table(pa.table({"text": cells}), path)


def rows_from_nothing(path: Path) -> None:
    """19 million rows of zeros in twelve columns: 1.8 GB of numbers."""
    part = pa.table({f"c{n}": pa.array(np.zeros(1_000_000)) for n in range(12)})
    with pq.ParquetWriter(path, part.schema) as writer:
        for _ in range(19):
            writer.write_table(part)


def more_rows_than_read(path: Path) -> None:
    part = pa.table({"units": pa.array(np.zeros(1_000_000))})
    with pq.ParquetWriter(path, part.schema) as writer:
        for _ in range(30):
            writer.write_table(part)


def one_cell_in_parquet(path: Path) -> None:
    """One cell of 200 MB in a file of some kilobytes."""
    pq.write_table(pa.table({"text": ["x" * (200 * _MIB)], "units": [1.0]}), path)


def many_columns_in_parquet(path: Path) -> None:
    pq.write_table(pa.table({f"c{n}": [1] for n in range(20_000)}), path)


def one_cell_in_csv(path: Path) -> None:
    _write(path, f"{_HEADER}a,b,", "x" * _MIB, 200)


def one_cell_in_json(path: Path) -> None:
    _write(path, '{"product_id": "', "x" * _MIB, 200)


def quote_never_closed(path: Path) -> None:
    _write(path, f'{_HEADER}a,"', "a,b,2024-05-01,3,9.90\n", 200_000)


def quotes_everywhere(path: Path) -> None:
    _write(path, _HEADER, '"a,"b,2024-05-01",""3,"9.90\n', 100_000)


def nothing_but_quotes(path: Path) -> None:
    _write(path, _HEADER, '"' * 900_000 + "\n", 4)


def nothing_but_lines(path: Path) -> None:
    _write(path, _HEADER, "\n" * _MIB, 3)


def lines_that_are_no_rows(path: Path) -> None:
    _write(path, _HEADER, "x\n" * _MIB, 2)


def a_million_columns(path: Path) -> None:
    path.write_text(",".join(f"c{n}" for n in range(1_000_000)) + "\n1\n", encoding="utf-8")


def as_many_columns_as_a_line_takes(path: Path) -> None:
    path.write_text(",".join(f"{n:x}z" for n in range(160_000)) + "\n1\n", encoding="utf-8")


def new_names_on_every_line(path: Path) -> None:
    lines = (json.dumps({f"c{50 * n + m}": 1 for m in range(50)}) for n in range(20_000))
    path.write_text("\n".join(lines), encoding="utf-8")


def wide_and_long(path: Path) -> None:
    """As many columns as are read, and rows that fill none but the first."""
    names = ",".join(f"c{n}" for n in range(4_000))
    path.write_text(names + "\n" + ("1" + "," * 3_999 + "\n") * 800, encoding="utf-8")


def deep_lists(path: Path) -> None:
    path.write_text('{"a": 1}\n{"a": ' + "[" * 900_000 + "\n", encoding="utf-8")


def deep_objects(path: Path) -> None:
    path.write_text('{"a": 1}\n' + '{"a":' * 150_000 + "1\n", encoding="utf-8")


def endless_numbers(path: Path) -> None:
    digits = "9" * 900_000
    path.write_text(f"{_HEADER}a,b,2024-05-01,{digits}x,{digits}\n", encoding="utf-8")


def endless_numbers_in_json(path: Path) -> None:
    digits = "9" * 900_000
    path.write_text(f'{{"units": 1}}\n{{"units": {digits}}}\n', encoding="utf-8")


def marks_on_marks(path: Path) -> None:
    """Letters under 300,000 accents, which take quadratic time to put in order."""
    marks = "a" + "\u0301\u0323" * 150_000
    path.write_text(f"{_HEADER}{marks},b,2024-05-01,3,{marks}\n", encoding="utf-8")


def packed_csv(path: Path) -> None:
    with gzip.open(path, "wb", compresslevel=1) as packed:
        for _ in range(200):
            packed.write(b"a,b,2024-05-01,3,9.90\n" * (_MIB // 22))


def sheet_of_a_gigabyte(path: Path) -> None:
    _workbook(path, _SHEET, _SHEET_START, " " * _MIB, 1000)


def sheet_of_many_rows(path: Path) -> None:
    row = '<row><c t="inlineStr"><is><t>a</t></is></c><c><v>3</v></c></row>'
    _workbook(path, _SHEET, _SHEET_START, row * 10_000, 500)


def sheet_of_one_cell(path: Path) -> None:
    start = f'{_SHEET_START}<row><c t="inlineStr"><is><t>'
    _workbook(path, _SHEET, start, "x" * _MIB, 300)


def styles_without_end(path: Path) -> None:
    start = '<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><fonts>'
    _workbook(path, "xl/styles.xml", start, "<font/>" * 100_000, 400)


def entities_of_entities(path: Path) -> None:
    names = "abcdefghij"
    defined = '<!ENTITY a "laughslaughslaughs">' + "".join(
        f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in pairwise(names)
    )
    sheet = f'<!DOCTYPE x [{defined}]>{_SHEET_START}<row><c t="str"><v>&j;</v></c></row>'
    _workbook(path, _SHEET, sheet, "", 0)


def cell_at_the_far_corner(path: Path) -> None:
    corner = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
    first = '<row r="1"><c r="A1" t="inlineStr"><is><t>sku</t></is></c></row>'
    _workbook(path, _SHEET, f"{_SHEET_START}{first}{corner}", "", 0)


def sizes_that_lie(path: Path) -> None:
    """Say in the directory that 300 MB are a kilobyte."""
    sheet_of_one_cell(path)
    data = bytearray(path.read_bytes())
    size = (300 * _MIB + len(f'{_SHEET_START}<row><c t="inlineStr"><is><t>')).to_bytes(4, "little")
    path.write_bytes(bytes(data).replace(size, (1000).to_bytes(4, "little")))


def _write(path: Path, start: str, piece: str, times: int) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        stream.write(start)
        for _ in range(times):
            stream.write(piece)


def _workbook(path: Path, member: str, start: str, piece: str, times: int) -> None:
    """Put endless contents in the place of one part of a workbook."""
    valid = plain_workbook(np.random.default_rng(0)).content
    with (
        zipfile.ZipFile(io.BytesIO(valid)) as old,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new,
    ):
        for name in old.namelist():
            if name != member:
                new.writestr(name, old.read(name))
        with new.open(member, "w") as part:
            part.write(start.encode())
            for _ in range(times):
                part.write(piece.encode())


BOMBS: Final[dict[str, Callable[[Path], None]]] = {
    f"{each.__name__}.{suffix}": each
    for suffix, several in {
        "parquet": (one_text_many_times, rows_from_nothing, more_rows_than_read,
                    one_cell_in_parquet, many_columns_in_parquet),
        "csv": (one_cell_in_csv, quote_never_closed, quotes_everywhere, nothing_but_quotes,
                nothing_but_lines, lines_that_are_no_rows, a_million_columns,
                as_many_columns_as_a_line_takes, wide_and_long, endless_numbers, marks_on_marks,
                packed_csv),
        "jsonl": (one_cell_in_json, new_names_on_every_line, deep_lists, deep_objects,
                  endless_numbers_in_json),
        "xlsx": (sheet_of_a_gigabyte, sheet_of_many_rows, sheet_of_one_cell,
                  styles_without_end, entities_of_entities,
                 cell_at_the_far_corner, sizes_that_lie),
    }.items()
    for each in several
}  # fmt: skip
"""Name of a file to what writes it."""
