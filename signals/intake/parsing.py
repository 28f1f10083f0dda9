"""Untrusted files to Arrow. Runs as a child process with limits; nothing here is trusted to end.

The child writes ``rows.arrow`` (one row a row of the file: its first line, its
cells) and ``about.json`` into a folder of its parent, ``signals.intake.readers``. With ``exact``
nothing is made simpler: Parquet keeps its types, JSON lines bring their own text along.
"""

from __future__ import annotations

import json
import resource
import sys
import zipfile
import zlib
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from xml.etree.ElementTree import ParseError

import pyarrow as pa
import pyarrow.parquet as pq

from signals.errors import DataError
from signals.intake.csv_dialect import SAMPLE_LINES, find_dialect
from signals.intake.csv_files import read_csv_head, read_csv_rows
from signals.intake.excel_files import ABOVE, read_excel
from signals.intake.json_lines import read_json_rows
from signals.intake.text_encoding import find_encoding
from signals.intake.text_files import MOST_COLUMNS, BadLines, Lines, check_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LINE: Final = "line of the file"
JSON_TEXT: Final = "text of the line"
ROWS: Final = "rows.arrow"
ABOUT: Final = "about.json"
_CHUNK_ROWS: Final = 20_000
_CHUNK_CELLS: Final = 400_000
_CHUNK_CHARS: Final = 8_000_000
_BUFFER_BYTES: Final = 1 << 20
_Row = tuple[int, list["str | None"]]

_DAMAGED: Final = (
    OSError, ValueError, KeyError, TypeError, RecursionError, zipfile.BadZipFile, zlib.error,
    ParseError,
)  # fmt: skip
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
    answer(json.loads(sys.stdin.read()))


def answer(request: dict[str, Any]) -> None:
    """Take limits on this process for good, and read one file within them."""
    for limit, value in (
        (resource.RLIMIT_AS, request["memory_bytes"]),
        (resource.RLIMIT_CPU, request["cpu_s"]),
        (resource.RLIMIT_FSIZE, request["output_bytes"]),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (value, value))
    pa.set_cpu_count(1)
    pa.set_io_thread_count(1)
    folder = Path(request["folder"])
    try:
        about = parse(Path(request["path"]), folder, request)
    except DataError as error:
        about = {"refused": str(error)}
    except MemoryError:
        about = {"refused": "it needs more memory than a reader is given; split it"}
    except _DAMAGED as error:
        about = {"refused": f"it is damaged: {str(error)[:200]}"}
    (folder / ABOUT).write_text(json.dumps(about), encoding="utf-8")


def parse(path: Path, folder: Path, request: dict[str, Any]) -> dict[str, Any]:
    """Read a file by what its first bytes are, whatever its name says."""
    exact = request["exact"]
    with path.open("rb") as stream:
        start = stream.read(16)
    for magic, what, remedy in _REFUSED:
        if start.startswith(magic):
            raise DataError(f"it is {what}; {remedy}")
    bad = BadLines()
    about: dict[str, Any] = {"bad_lines": bad}
    if start.startswith(b"PAR1"):
        about["format"] = "Parquet"
        batches = _parquet(path, request["rows"], exact=exact)
    elif start.startswith(b"PK"):
        batches = _texts(*read_excel(path, bad, about))
    else:
        batches = _text(path, bad, about, request["line_chars"], exact=exact)
    about["rows"] = _write(folder / ROWS, batches, request)
    about["bad_lines"] = {"line": bad.line, "text": bad.text, "problem": bad.problem}
    return about


def _write(file: Path, batches: Iterator[pa.RecordBatch], request: dict[str, Any]) -> int:
    max_rows, max_bytes = request["rows"], request["output_bytes"]
    rows: int = 0
    first = next(batches)
    with pa.OSFile(str(file), "wb") as sink, pa.ipc.new_stream(sink, first.schema) as writer:
        for batch in chain([first], batches):
            rows += batch.num_rows
            if rows > max_rows:
                raise DataError(f"it has more than {max_rows:,} rows; split it")
            if sink.tell() + batch.nbytes > max_bytes:
                raise DataError(f"it unpacks to more than {max_bytes >> 20:,} MiB; split it")
            writer.write_batch(batch)
    return rows


def _text(
    path: Path, bad: BadLines, about: dict[str, Any], line_chars: int, *, exact: bool
) -> Iterator[pa.RecordBatch]:
    encoding = find_encoding(path)
    about["encoding"] = encoding
    if _first_character(path, encoding) in {"{", "["}:
        about["format"] = "JSON lines"
        return _json(path, encoding, line_chars, bad, exact=exact)
    with Lines(path, encoding, line_chars) as first:
        sample = list(islice(first, SAMPLE_LINES))
    dialect = find_dialect(sample)
    lines = Lines(path, encoding, line_chars)
    head = read_csv_head(lines, sample, dialect)
    names = check_names([name.strip() for name in head.names], head.line)
    about |= {"format": "CSV", "delimiter": dialect.delimiter}
    if head.above:
        about[ABOVE] = head.above
    if exact:
        about["header"] = head.names[: len(names)]
    return _texts(names, read_csv_rows(lines, dialect, head.names, len(names), bad))


def _first_character(path: Path, encoding: str) -> str:
    with path.open(encoding=encoding, errors="replace") as stream:
        return stream.read(4096).lstrip("﻿ \t\r\n")[:1]


def _json(
    path: Path, encoding: str, line_chars: int, bad: BadLines, *, exact: bool
) -> Iterator[pa.RecordBatch]:
    """Read twice, first for the names, which any line may add to."""
    names: dict[str, None] = {}
    for _, row, _ in read_json_rows(Lines(path, encoding, line_chars), BadLines()):
        names.update(dict.fromkeys(row))
        if len(names) > MOST_COLUMNS:
            raise DataError(f"it has more than {MOST_COLUMNS:,} columns; fewer are read")
    if not names:
        raise DataError("no line holds an object; JSON lines (one object a line) are expected")
    rows = read_json_rows(Lines(path, encoding, line_chars), bad)
    cells = ((line, [row.get(name) for name in names], text) for line, row, text in rows)
    if not exact:
        return _texts(list(names), ((line, row) for line, row, _ in cells))
    return _texts([*names, JSON_TEXT], ((line, [*row, text]) for line, row, text in cells))


def _texts(
    names: list[str], rows: Iterable[tuple[int, list[str | None]]]
) -> Iterator[pa.RecordBatch]:
    """Give rows of texts in chunks; always at least one, so that the columns are known."""
    schema = pa.schema([(LINE, pa.int64()), *((name, pa.string()) for name in names)])
    iterator = iter(rows)
    yield _batch(_chunk(iterator, len(names)), schema)
    while chunk := _chunk(iterator, len(names)):
        yield _batch(chunk, schema)


def _chunk(rows: Iterator[tuple[int, list[str | None]]], width: int) -> list[_Row]:
    """Take rows until they are many, wide or long enough to be written."""
    most_rows, chars = max(1, min(_CHUNK_ROWS, _CHUNK_CELLS // max(width, 1))), 0
    chunk: list[_Row] = []
    for row in rows:
        chunk.append(row)
        chars += sum(map(len, filter(None, row[1])))
        if len(chunk) == most_rows or chars > _CHUNK_CHARS:
            break
    return chunk


def _batch(chunk: list[tuple[int, list[str | None]]], schema: pa.Schema) -> pa.RecordBatch:
    lines = pa.array([line for line, _ in chunk], pa.int64())
    cells = (
        zip(*(row for _, row in chunk), strict=True) if chunk else [[] for _ in schema.names[1:]]
    )
    return pa.RecordBatch.from_arrays(
        [lines, *(pa.array(column, pa.string()) for column in cells)], schema=schema
    )


def _parquet(path: Path, max_rows: int, *, exact: bool) -> Iterator[pa.RecordBatch]:
    file = pq.ParquetFile(path, page_checksum_verification=True, buffer_size=_BUFFER_BYTES)
    if file.metadata.num_columns > MOST_COLUMNS:
        raise DataError(
            f"it has {file.metadata.num_columns:,} columns; at most {MOST_COLUMNS:,} are read"
        )
    if file.metadata.num_rows > max_rows:
        raise DataError(f"it has {file.metadata.num_rows:,} rows; at most {max_rows:,} are read")
    whole = file.schema_arrow
    fields = [field for field in whole if exact or not pa.types.is_nested(field.type)]
    names = [field.name for field in fields]
    if not exact or len(set(names)) < len(names):
        names = check_names(names)
    kept = fields if exact else [pa.field(f.name, _plain(f.type)) for f in fields]
    schema = pa.schema([pa.field(LINE, pa.int64()), *kept], whole.metadata if exact else None)
    yield _empty(schema)
    row = 1
    size = max(1, min(_CHUNK_ROWS, _CHUNK_CELLS // max(len(fields), 1)))
    columns = None if exact else names
    for batch in file.iter_batches(batch_size=size, columns=columns, use_threads=False):
        lines = pa.array(range(row, row + batch.num_rows), pa.int64())
        cells = batch.columns if exact else [batch[f.name].cast(f.type) for f in kept]
        row += batch.num_rows
        read = pa.RecordBatch.from_arrays([lines, *cells], schema=schema)
        read.validate(full=not exact)  # texts of bytes that are none break who takes them for texts
        yield read


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
