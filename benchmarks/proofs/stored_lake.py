"""The lake as a specimen of stored files: three batches, the first of which has none before it."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from signals import DOCUMENTS, PRODUCTS, SALES, SCORES, VECTORS, Col, GroundswellError, Lake

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Told = tuple[str, Path, str, Callable[[Path], str], tuple[str, ...]]

_TABLES: Final = (SALES, PRODUCTS, DOCUMENTS, SCORES, VECTORS)
_KNOWN: Final = pd.Timestamp("2025-01-01", tz="UTC")
_ROWS: Final = 40


def batch_of(number: int, rows: int = _ROWS) -> dict[Any, pd.DataFrame]:
    """Make the rows of one batch, for three tables that belong together."""
    ids = [f"{number}-{row}" for row in range(rows)]
    day = pd.Timestamp("2024-01-01") + pd.Timedelta(days=number)
    return {
        SALES: pd.DataFrame({
            Col.PRODUCT_ID: ids, Col.STORE_ID: "north", Col.DAY: day,
            Col.UNITS: [float(row + number) for row in range(rows)], Col.AVAILABLE_AT: _KNOWN,
        }),
        DOCUMENTS: pd.DataFrame({
            Col.DOC_ID: ids, Col.TEXT: [f"text of {name}" for name in ids],
            Col.TEXT_HASH: [f"hash {name}" for name in ids],
            Col.EVENT_TIME: _KNOWN, Col.AVAILABLE_AT: _KNOWN,
        }),
        SCORES: pd.DataFrame({
            Col.DOC_ID: ids, Col.MODEL_ID: "meant", Col.TEXT_HASH: [f"hash {n}" for n in ids],
            Col.POLARITY: [row / rows for row in range(rows)],
        }),
    }  # fmt: skip


def store(root: Path, number: int, rows: int = _ROWS) -> None:
    """Bring a batch in, which shows whole or not at all."""
    with Lake(root).batch() as batch:
        for table, frame in batch_of(number, rows).items():
            batch.add(table, frame)


def read_lake(root: Path) -> str:
    """Name all that a lake shows."""
    lake = Lake(root)
    found = hashlib.sha256()
    for table in _TABLES:
        found.update(lake.read(table).to_csv(index=False).encode())
    return found.hexdigest()[:16]


def lake_kinds(root: Path) -> Iterator[Told]:
    """Make a lake; its newest batch has one before it, its first has none."""
    found = []
    for number in range(3):
        store(root, number)
        found.append(read_lake(root))
    newest = f"{2:020d}"
    first, _, last = _files_by_batch(root)
    yield "lake files", root, last, read_lake, tuple(found)
    yield "lake files of the first batch", root, first, read_lake, (found[-1],)
    yield "lake file lists", root, rf"[a-z]+/_files/{newest}\.json", read_lake, tuple(found)
    yield "lake snapshot", root, r"snapshot(\.copy)?\.json", read_lake, tuple(found)
    yield "lake log", root, r"[a-z]+/_delta_log/.*", read_lake, tuple(found)
    after = (*found, _after_a_write(root))
    for name, files in (
        ("log", r"[a-z]+/_delta_log/.*"),
        ("files", last),
        ("lists", r"[a-z]+/_files/.*"),
    ):
        yield f"lake {name}, then a write", root, files, _write_then_read, after


def _files_by_batch(root: Path) -> list[str]:
    """Give a pattern of the files that each batch added."""
    by_age = sorted(root.glob("*/*.parquet"), key=lambda file: file.stat().st_mtime_ns)
    names = [file.relative_to(root).as_posix() for file in by_age]
    a_batch = len(batch_of(0))
    return ["|".join(names[first : first + a_batch]) for first in range(0, len(names), a_batch)]


def _write_then_read(root: Path) -> str:
    """Read after a write that was taken or refused; refused, it must have changed nothing."""
    refused: GroundswellError | None = None
    try:
        store(root, 3, rows=2)
    except GroundswellError as error:
        refused = error
    try:
        return read_lake(root)
    except GroundswellError as error:
        raise refused or error from error


def _after_a_write(root: Path) -> str:
    """Say what a lake shows when an undamaged one takes the write."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "lake"
        shutil.copytree(root, copy)
        return _write_then_read(copy)
