"""Tables written batch by batch as CSV, Parquet or JSON lines, to be seen only when complete."""

from __future__ import annotations

import csv
import json
import math
import os
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from signals.disk import flush, writing
from signals.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from signals.intake.readers import RawRows

    Write = Callable[[pa.RecordBatch, pa.RecordBatch], None]

_SLICE_BYTES: Final = 32 * 1024 * 1024
_SLICE_ROWS: Final = 2_000
_COMMA, _TAB = ",", "\t"


def check_target(out: Path, source: Path, *, replace: bool) -> None:
    """Refuse a file that cannot or must not be written.

    Raises
    ------
    DataError
        When its ending is unknown, its folder is missing, it is the source, or it exists and is not
        to be replaced.
    """
    if out.suffix.lower() not in _WRITERS:
        raise DataError(f"{out} ends in {out.suffix!r}; expected {', '.join(_WRITERS)}")
    if not out.parent.is_dir():
        raise DataError(f"{out.parent} is not a folder; make it, or give another --out")
    if not out.exists():
        return
    if not out.is_file():
        raise DataError(f"{out} exists and is not an ordinary file; give another --out")
    if source.exists() and out.samefile(source):
        raise DataError(f"{out} is the file that is read; give another --out")
    if not replace:
        raise DataError(f"{out} exists; give another --out, or replace it: --force")


@contextmanager
def open_table(out: Path, rows: RawRows, added: pa.Schema) -> Iterator[Write]:
    """Write the rows of a file with columns added at the end.

    The file appears under its name when all is written; when something fails, nothing is left.

    Parameters
    ----------
    rows
        What is read: its columns come first, as they are.
    added
        Columns that come after them.

    Yields
    ------
    Callable
        Called with a batch of rows and the batch of what is added to them.
    """
    draft = out.with_name(f".{out.name}.{os.getpid()}.part")
    with writing(out.parent):
        try:
            with _WRITERS[out.suffix.lower()](draft, rows, added) as write:
                yield write
            flush(draft)
            draft.replace(out)
        finally:
            draft.unlink(missing_ok=True)


def as_texts(column: pa.Array) -> list[str | None]:
    """Write the values of a column as texts; None stays None."""
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    kind = column.type
    if pa.types.is_nested(kind):
        return [None if v is None else _json(v) for v in column.to_pylist()]
    if not pa.types.is_string(kind) and not pa.types.is_large_string(kind):
        try:
            column = pc.cast(column, pa.string())
        except (pa.ArrowNotImplementedError, pa.ArrowInvalid):
            return [None if v is None else _plain(v) for v in column.to_pylist()]
    try:
        texts: list[str | None] = column.to_pylist()
    except UnicodeDecodeError:  # Parquet does not check that texts are UTF-8
        cells = pc.cast(column, pa.large_binary()).to_pylist()
        texts = [None if cell is None else cell.decode("utf-8", "replace") for cell in cells]
    return texts


@contextmanager
def _csv(
    draft: Path, rows: RawRows, added: pa.Schema, delimiter: str | None = None
) -> Iterator[Write]:
    """Keep the byte order mark of a CSV file and, without ``delimiter``, its own but for tabs."""
    delimiter = delimiter or rows.about.get("delimiter", _COMMA).replace(_TAB, _COMMA)
    encoding = "utf-8-sig" if rows.about.get("encoding") == "utf-8-sig" else "utf-8"
    with draft.open("x", encoding=encoding, newline="") as stream:
        plain = csv.writer(stream, delimiter=delimiter, lineterminator="\n")
        # a lone carriage return ends a row for readers, and Python does not quote it by itself
        quoted = csv.writer(stream, delimiter=delimiter, lineterminator="\n", quoting=csv.QUOTE_ALL)
        plain.writerow([*rows.about.get("header", rows.schema.names), *added.names])

        def write(batch: pa.RecordBatch, more: pa.RecordBatch) -> None:
            for part, beside in _slices(batch, more):
                columns = [*part.columns[: len(rows.schema)], *beside.columns]
                for row in zip(*map(as_texts, columns), strict=True):
                    broken = any(cell is not None and "\r" in cell for cell in row)
                    (quoted if broken else plain).writerow(row)

        yield write


@contextmanager
def _parquet(draft: Path, rows: RawRows, added: pa.Schema) -> Iterator[Write]:
    schema = pa.schema([*rows.schema, *added], rows.schema.metadata)
    with pq.ParquetWriter(draft, schema) as writer:

        def write(batch: pa.RecordBatch, more: pa.RecordBatch) -> None:
            columns = [*batch.columns[: len(rows.schema)], *more.columns]
            writer.write_batch(pa.RecordBatch.from_arrays(columns, schema=schema))

        yield write


@contextmanager
def _json_lines(draft: Path, rows: RawRows, added: pa.Schema) -> Iterator[Write]:
    """Extend the lines of JSON lines, byte for byte; make objects of all other rows."""
    names = rows.schema.names
    with draft.open("x", encoding="utf-8", newline="") as stream:

        def write(batch: pa.RecordBatch, more: pa.RecordBatch) -> None:
            for part, beside in _slices(batch, more):
                if part.num_columns > len(names):
                    lines = as_texts(part.columns[-1])
                else:
                    values = zip(*map(_values, part.columns), strict=True)
                    lines = [_json(dict(zip(names, row, strict=True))) for row in values]
                news = zip(*(column.to_pylist() for column in beside.columns), strict=True)
                for line, cells in zip(lines, news, strict=True):
                    more_fields = _json(dict(zip(added.names, cells, strict=True)))
                    stream.write(_joined(line or "{}", more_fields) + "\n")

        yield write


_WRITERS: Final[dict[str, Callable[[Path, RawRows, pa.Schema], AbstractContextManager[Write]]]] = {
    ".csv": _csv,
    ".tsv": partial(_csv, delimiter=_TAB),
    ".parquet": _parquet,
    ".jsonl": _json_lines,
}


def _slices(
    batch: pa.RecordBatch, more: pa.RecordBatch
) -> Iterator[tuple[pa.RecordBatch, pa.RecordBatch]]:
    """Cut batches so that rows of a megabyte do not become Python texts by the thousand."""
    row_bytes = max(1, batch.nbytes // max(1, batch.num_rows))
    size = max(1, min(_SLICE_ROWS, _SLICE_BYTES // row_bytes))
    for start in range(0, batch.num_rows, size):
        yield batch.slice(start, size), more.slice(start, size)


def _values(column: pa.Array) -> list[Any]:
    kind = column.type
    if pa.types.is_boolean(kind) or pa.types.is_integer(kind) or pa.types.is_nested(kind):
        values: list[Any] = column.to_pylist()
        return values
    if pa.types.is_floating(kind):
        return [None if v is None or not math.isfinite(v) else v for v in column.to_pylist()]
    return as_texts(column)


def _joined(line: str, added: str) -> str:
    """Put the fields of one JSON object behind those of another."""
    head = line.rstrip().removesuffix("}").rstrip()
    return f"{head}{'' if head == '{' else ', '}{added[1:]}"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=_plain)


def _plain(value: object) -> str:
    if isinstance(value, bytes):
        return value.decode("utf-8", "backslashreplace")
    return str(value)
