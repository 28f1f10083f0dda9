"""Words looked for in files: in their bytes, and in what tables and archives hold."""

from __future__ import annotations

import json
import zipfile
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path


def is_in(word: str, contents: Iterable[bytes]) -> bool:
    """Tell whether a word is in some content, in UTF-8 or as JSON escapes it."""
    forms = {word.encode(), json.dumps(word)[1:-1].encode()}
    return any(form in content for content in contents for form in forms)


def holders(words: Sequence[str], folder: Path) -> list[Path]:
    """List the files that hold one of some words."""
    files = [file for file in sorted(folder.rglob("*")) if file.is_file()]
    return [file for file in files if any(is_in(word, decoded(file)) for word in words)]


def decoded(file: Path) -> list[bytes]:
    """Read a file as it lies there and, where that hides texts, what it holds.

    SQLite takes two files of its own away once nobody is connected any more: nothing is in them.
    """
    try:
        contents = [file.read_bytes()]
    except FileNotFoundError:
        if file.name.endswith(("-shm", "-wal")):
            return []
        raise
    if file.suffix == ".parquet":
        contents.append(_cells(pq.read_table(file)))
    elif file.suffix == ".xlsx":
        with zipfile.ZipFile(file) as archive:
            contents += [archive.read(name) for name in archive.namelist()]
    return contents


def _cells(table: pa.Table) -> bytes:
    """Write all cells that are no numbers one after the other."""
    told = [
        name
        for name, kind in zip(table.column_names, table.schema.types, strict=True)
        if not (pa.types.is_floating(kind) or _is_vector(kind))
    ]
    rows = table.select(told).to_pylist()
    return "\n".join(str(value) for row in rows for value in row.values()).encode()


def _is_vector(kind: pa.DataType) -> bool:
    return pa.types.is_list(kind) and pa.types.is_floating(kind.value_type)
