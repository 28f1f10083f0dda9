"""Untrusted files to Arrow. Runs as a child process with limits; nothing here is trusted to end.

The child writes ``rows.arrow`` (one row a row of the file: its first line, its
cells) and ``about.json`` into a folder of its parent, ``signals.intake.readers``.
"""

from __future__ import annotations

import json
import resource
import sys
import zipfile
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from signals.errors import DataError
from signals.intake.text_files import (
    BadLines,
    Lines,
    check_names,
    find_delimiter,
    find_encoding,
    read_csv_header,
    read_csv_rows,
    read_json_rows,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LINE: Final = "line of the file"
ROWS: Final = "rows.arrow"
ABOUT: Final = "about.json"
_CHUNK_ROWS: Final = 20_000
_UNPACKED_BYTES: Final = 512 * 1024 * 1024

_REFUSED: Final = (
    (b"\x1f\x8b", "gzip-compressed", "unpack it first: gunzip FILE"),
    (b"BZh", "bzip2-compressed", "unpack it first: bunzip2 FILE"),
    (b"(\xb5/\xfd", "zstd-compressed", "unpack it first: unzstd FILE"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook (.xls)", "save it as .xlsx or CSV"),
    (b"ARROW1", "an Arrow or Feather file", "save it as Parquet"),
    (b"%PDF", "a PDF", "export the table as CSV"),
    (b"SQLite format 3", "a SQLite database", "export the table as CSV"),
    (b"\x7fELF", "a program", "give a table"),
    (b"\x80\x04", "a Python pickle, which may run code", "save it as Parquet"),
    (b"\x80\x05", "a Python pickle, which may run code", "save it as Parquet"),
)


def main() -> None:
    """Read one file as the request on standard input says."""
    request = json.loads(sys.stdin.read())
    for limit, value in (
        (resource.RLIMIT_AS, request["memory_bytes"]),
        (resource.RLIMIT_CPU, request["cpu_s"]),
        (resource.RLIMIT_FSIZE, request["output_bytes"]),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (value, value))
    folder = Path(request["folder"])
    try:
        about = parse(Path(request["path"]), folder, request["line_chars"], request["rows"])
    except DataError as error:
        about = {"refused": str(error)}
    except MemoryError:
        about = {"refused": "it needs more memory than a reader is given; split it"}
    except (OSError, ValueError, KeyError, TypeError, RecursionError, zipfile.BadZipFile) as error:
        about = {"refused": f"it is damaged: {str(error)[:200]}"}
    (folder / ABOUT).write_text(json.dumps(about), encoding="utf-8")


def parse(path: Path, folder: Path, line_chars: int, max_rows: int) -> dict[str, Any]:
    """Read a file by what its first bytes are, whatever its name says."""
    with path.open("rb") as stream:
        start = stream.read(16)
    for magic, what, remedy in _REFUSED:
        if start.startswith(magic):
            raise DataError(f"it is {what}; {remedy}")
    bad = BadLines()
    about: dict[str, Any] = {"bad_lines": bad}
    if start.startswith(b"PAR1"):
        about["format"] = "Parquet"
        batches = _parquet(path, max_rows)
    elif start.startswith(b"PK"):
        batches = _excel(path, bad, about)
    else:
        batches = _text(path, bad, about, line_chars)
    about["rows"] = _write(folder / ROWS, batches, max_rows)
    about["bad_lines"] = {"line": bad.line, "text": bad.text, "problem": bad.problem}
    return about


def _write(file: Path, batches: Iterator[pa.RecordBatch], max_rows: int) -> int:
    rows: int = 0
    first = next(batches)
    with pa.OSFile(str(file), "wb") as sink, pa.ipc.new_file(sink, first.schema) as writer:
        writer.write_batch(first)
        rows += first.num_rows
        for batch in batches:
            writer.write_batch(batch)
            rows += batch.num_rows
            if rows > max_rows:
                raise DataError(f"it has more than {max_rows:,} rows; split it")
    return rows


def _text(
    path: Path, bad: BadLines, about: dict[str, Any], line_chars: int
) -> Iterator[pa.RecordBatch]:
    encoding = find_encoding(path)
    lines = Lines(path, encoding, line_chars)
    about["encoding"] = encoding
    if _first_character(path, encoding) in {"{", "["}:
        about["format"] = "JSON lines"
        return _json(path, encoding, line_chars, bad)
    delimiter = find_delimiter(path, encoding, line_chars)
    about |= {"format": "CSV", "delimiter": delimiter}
    names = read_csv_header(lines, delimiter)
    return _texts(names, read_csv_rows(lines, delimiter, len(names), bad))


def _first_character(path: Path, encoding: str) -> str:
    with path.open(encoding=encoding) as stream:
        return stream.read(4096).lstrip("﻿ \t\r\n")[:1]


def _json(path: Path, encoding: str, line_chars: int, bad: BadLines) -> Iterator[pa.RecordBatch]:
    """Read twice, first for the names, which any line may add to."""
    names: dict[str, None] = {}
    for _, row in read_json_rows(Lines(path, encoding, line_chars), BadLines()):
        names.update(dict.fromkeys(row))
    if not names:
        raise DataError("no line holds an object; JSON lines (one object a line) are expected")
    rows = read_json_rows(Lines(path, encoding, line_chars), bad)
    return _texts(list(names), ((line, [row.get(name) for name in names]) for line, row in rows))


def _texts(
    names: list[str], rows: Iterable[tuple[int, list[str | None]]]
) -> Iterator[pa.RecordBatch]:
    """Give rows of texts in chunks; always at least one, so that the columns are known."""
    schema = pa.schema([(LINE, pa.int64()), *((name, pa.string()) for name in names)])
    iterator = iter(rows)
    chunk = list(islice(iterator, _CHUNK_ROWS))
    yield _batch(chunk, schema)
    while chunk := list(islice(iterator, _CHUNK_ROWS)):
        yield _batch(chunk, schema)


def _batch(chunk: list[tuple[int, list[str | None]]], schema: pa.Schema) -> pa.RecordBatch:
    lines = pa.array([line for line, _ in chunk], pa.int64())
    cells = (
        zip(*(row for _, row in chunk), strict=True) if chunk else [[] for _ in schema.names[1:]]
    )
    return pa.RecordBatch.from_arrays(
        [lines, *(pa.array(column, pa.string()) for column in cells)], schema=schema
    )


def _parquet(path: Path, max_rows: int) -> Iterator[pa.RecordBatch]:
    file = pq.ParquetFile(path, page_checksum_verification=True)
    if file.metadata.num_rows > max_rows:
        raise DataError(f"it has {file.metadata.num_rows:,} rows; at most {max_rows:,} are read")
    flat = [field for field in file.schema_arrow if not pa.types.is_nested(field.type)]
    names = check_names([field.name for field in flat])
    schema = pa.schema([(LINE, pa.int64()), *((f.name, _plain(f.type)) for f in flat)])
    yield _empty(schema)
    row = 1
    for batch in file.iter_batches(batch_size=_CHUNK_ROWS, columns=names):
        lines = pa.array(range(row, row + batch.num_rows), pa.int64())
        cells = [batch[field.name].cast(_plain(field.type)) for field in flat]
        row += batch.num_rows
        yield pa.RecordBatch.from_arrays([lines, *cells], schema=schema)


def _plain(kind: pa.DataType) -> pa.DataType:
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    if pa.types.is_decimal(kind):
        return pa.float64()
    if pa.types.is_binary(kind) or pa.types.is_large_string(kind) or pa.types.is_null(kind):
        return pa.string()
    return kind


def _empty(schema: pa.Schema) -> pa.RecordBatch:
    return pa.RecordBatch.from_arrays([pa.array([], f.type) for f in schema], schema=schema)


def _excel(path: Path, bad: BadLines, about: dict[str, Any]) -> Iterator[pa.RecordBatch]:
    from openpyxl import load_workbook

    with zipfile.ZipFile(path) as packed:
        names = packed.namelist()
        if sum(entry.file_size for entry in packed.infolist()) > _UNPACKED_BYTES:
            raise DataError("it unpacks to more than 512 MiB; save it as CSV")
    if "xl/workbook.xml" not in names:
        raise DataError("it is a zip archive; unpack it and give the table inside")
    if "xl/vbaProject.bin" in names:
        raise DataError("it is an Excel workbook with macros; save it as .xlsx without them")
    book = load_workbook(path, read_only=True, keep_links=False)
    about |= {"format": "Excel", "sheet": book.sheetnames[0]}
    rows = ((number, list(row)) for number, row in enumerate(book.worksheets[0].rows, start=1))
    filled = ((number, row) for number, row in rows if any(c.value is not None for c in row))
    number, header = next(filled, (0, []))
    if not header:
        raise DataError(f"its first sheet, {book.sheetnames[0]!r}, is empty")
    columns = check_names([str(cell.value or "").strip() for cell in header], number)
    return _texts(columns, _excel_rows(filled, columns, bad))


def _excel_rows(
    rows: Iterable[tuple[int, list[Any]]], names: list[str], bad: BadLines
) -> Iterator[tuple[int, list[str | None]]]:
    for number, row in rows:
        cells = row[: len(names)]
        formula = next((place for place, cell in enumerate(cells) if cell.data_type == "f"), None)
        if formula is not None:
            text, name = str(cells[formula].value), names[formula]
            bad.add(number, text, f"a formula in column {name!r}; paste its value instead")
            continue
        texts = [_cell_text(cell.value) for cell in cells]
        yield number, texts + [None] * (len(names) - len(texts))


def _cell_text(value: object) -> str | None:
    if value is None:
        return None
    with suppress(AttributeError):
        return value.isoformat()  # type: ignore[attr-defined,no-any-return]
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
