"""Files from outside, read by a child process that cannot hurt its parent.

The child (``signals.intake.parsing``) has limits on memory, processor time, wall time, rows and
output, and knows nothing of the environment. The parent never parses a byte of the file; it maps
the Arrow file the child wrote.
"""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import pyarrow as pa

from signals.errors import DataError
from signals.intake.parsing import ABOUT, LINE, ROWS

if TYPE_CHECKING:
    from collections.abc import Iterator

FORMATS: Final = "CSV, Parquet, JSON lines or Excel (.xlsx)"
_MIB: Final = 1024 * 1024
# The reader needs some small files, not the front of the package with its database engines, nor
# pandas, which Arrow takes where it finds it: a fifth of the time to start, and less to attack.
READER: Final = f"""
import sys, types
class WithoutPandas:
    def find_spec(name, path=None, target=None):
        if name == "pandas":
            raise ImportError(name)
sys.meta_path.insert(0, WithoutPandas)
package = sys.modules["signals"] = types.ModuleType("signals")
package.__path__ = [{str(Path(__file__).parents[1])!r}]
from signals.intake.parsing import answer, main
"""
"""What an isolated interpreter runs to become a reader."""

_SPARING: Final = {
    "ARROW_DEFAULT_MEMORY_POOL": "system",  # the others reserve more than a reader may have
    "MALLOC_ARENA_MAX": "2",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
}

_PASSED_ON: Final = ("LD_LIBRARY_PATH", "TMPDIR")
_SMALL_MIB, _CPU_PER_MIB, _MOST_CPU_S = 4, 8, 1800

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Limits:
    """What a reader may use before it is stopped; the defaults are for small files."""

    memory_bytes: int = 512 * _MIB
    cpu_s: int = 20
    wall_s: float = 28.0
    line_chars: int = _MIB
    rows: int = 20_000_000
    output_bytes: int = 512 * _MIB

    @classmethod
    def for_size(cls, size_bytes: int) -> Limits:
        """Allow time and output by the size of a file; memory is the same for all."""
        beyond_mib = max(size_bytes // _MIB - _SMALL_MIB, 0)
        cpu_s = min(20 + _CPU_PER_MIB * beyond_mib, _MOST_CPU_S)
        output_bytes = min(max(512 * _MIB, 64 * size_bytes), 4096 * _MIB)
        return cls(cpu_s=cpu_s, wall_s=1.4 * cpu_s, output_bytes=output_bytes)


@dataclass(frozen=True, slots=True)
class Ended:
    """How a reader ended.

    Parameters
    ----------
    code
        Exit code, negative for a signal; None when it was stopped for taking too long.
    said
        What it wrote to standard error.
    """

    code: int | None
    said: str = ""


Run = Callable[[dict[str, Any], Limits], Ended]
"""Runs ``signals.intake.parsing.answer`` on a request in a process of its own."""


@dataclass(frozen=True, slots=True)
class RawTable:
    """A file as it was written: cells before any judgement.

    Parameters
    ----------
    file
        Name for reports.
    frame
        A row a row of the file; cells are texts, or typed where the format has types.
    lines
        First line (or row) in the file of each row of ``frame``.
    bad_lines
        Lines that hold no row: columns ``line``, ``text``, ``problem``.
    about
        Format, encoding, delimiter, sheet: what was found.
    """

    file: str
    frame: pd.DataFrame
    lines: pd.Series[int]
    bad_lines: pd.DataFrame
    about: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RawRows:
    """A file as it was written, batch by batch, for tables larger than memory.

    Parameters
    ----------
    schema
        Columns of the file in their order. Parquet keeps its types; all other formats give texts.
    rows
        Rows in all batches together.
    bad_lines
        As in ``RawTable``.
    about
        Format, encoding, delimiter, sheet; ``header`` has the names as a CSV file writes them.
    batches
        The rows in their order. JSON lines have one more column at the end: the line itself.
    """

    schema: pa.Schema
    rows: int
    bad_lines: pd.DataFrame
    about: dict[str, Any]
    batches: Iterator[pa.RecordBatch]


def run_reader(request: dict[str, Any], limits: Limits) -> Ended:
    """Start a new interpreter that reads one file."""
    try:
        done = subprocess.run(  # noqa: S603 - our own module; the path goes over standard input
            [sys.executable, "-I", "-c", f"{READER}main()"],
            input=json.dumps(request),
            capture_output=True,
            text=True,
            timeout=limits.wall_s,
            check=False,
            env=reader_environment(),
        )
    except subprocess.TimeoutExpired:
        return Ended(None)
    return Ended(done.returncode, done.stderr)


def reader_environment() -> dict[str, str]:
    """Give a reader what it needs, and no keys or other secrets of this process."""
    return {**_SPARING, **{name: os.environ[name] for name in _PASSED_ON if name in os.environ}}


def read_raw(path: Path, *, limits: Limits | None = None, run: Run = run_reader) -> RawTable:
    """Read a table from a file of unknown origin.

    Parameters
    ----------
    limits
        None takes those for the size of the file.
    run
        How the reader is started; one that is forked from a warm process saves the start.

    Raises
    ------
    DataError
        When the path holds no file, or the file holds no table that can be read within the limits.
    """
    with _parsed(path, limits, run, exact=False) as (about, file):
        with pa.memory_map(str(file)) as source:
            table = pa.ipc.open_stream(source).read_all()
            frame = table.to_pandas(date_as_object=False)
        bad_lines = pd.DataFrame(about.pop("bad_lines"))
        rows = about.pop("rows")
    lines = frame.pop(LINE)
    if not rows and bad_lines.empty:
        raise DataError(f"{path} has no rows below its header; at least one row is expected")
    logger.info("read %s: %d rows, %d unreadable lines", path.name, rows, len(bad_lines))
    return RawTable(path.name, frame, lines, bad_lines, about)


@contextmanager
def open_rows(path: Path, *, limits: Limits | None = None) -> Iterator[RawRows]:
    """Read a table from a file of unknown origin in little memory, every value as it is written.

    Raises
    ------
    DataError
        As ``read_raw`` does, but a file without rows is read.
    """
    with _parsed(path, limits, run_reader, exact=True) as (about, file):
        bad_lines = pd.DataFrame(about.pop("bad_lines"))
        rows = about.pop("rows")
        with pa.memory_map(str(file)) as source, pa.ipc.open_stream(source) as stream:
            fields = list(stream.schema)[1:]
            batches = (
                pa.RecordBatch.from_arrays(
                    batch.columns[1:], schema=pa.schema(fields, stream.schema.metadata)
                )
                for batch in stream
            )
            named = fields[:-1] if about["format"] == "JSON lines" else fields
            schema = pa.schema(named, stream.schema.metadata)
            yield RawRows(schema, rows, bad_lines, about, batches)


@contextmanager
def _parsed(
    path: Path, limits: Limits | None, run: Run, *, exact: bool
) -> Iterator[tuple[dict[str, Any], Path]]:
    """Let the child read a file; give what it found out and its Arrow file."""
    _check_path(path)
    limits = limits or Limits.for_size(path.stat().st_size)
    with tempfile.TemporaryDirectory(prefix="groundswell-read-") as folder:
        asked = {**asdict(limits), "exact": exact, "path": str(path.absolute()), "folder": folder}
        ended = run(asked, limits)
        yield _told(path, Path(folder) / ABOUT, limits, ended), Path(folder) / ROWS


def _check_path(path: Path) -> None:
    if not path.exists():
        raise DataError(f"{path} does not exist; give the path of a file: {FORMATS}")
    if path.is_dir():
        raise DataError(f"{path} is a folder; give one file in it: {FORMATS}")
    if not path.is_file():
        raise DataError(f"{path} is not an ordinary file; {FORMATS} is expected")
    if path.stat().st_size == 0:
        raise DataError(f"{path} is empty; {FORMATS} is expected")


def _told(path: Path, report: Path, limits: Limits, ended: Ended) -> dict[str, Any]:
    """Give what the reader found out; turn every way in which it ended badly into a message."""
    if ended.code is None:
        raise DataError(f"{path.name} took longer than {limits.wall_s:.0f} s to read; split it")
    if ended.code != 0:
        said = ended.said.strip().rpartition("\n")[-1]
        logger.warning("the reader of %s ended with %d: %s", path.name, ended.code, said)
    if ended.code > 0:
        raise DataError(f"{path.name} was not read: it is damaged; save it again, or as CSV")
    if ended.code < 0:
        raise DataError(
            f"{path.name} could not be read within {limits.memory_bytes // _MIB} MiB of memory and "
            f"{limits.cpu_s} s of processor time; split it or save it as CSV"
        )
    about: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))
    if "refused" in about:
        raise DataError(f"{path.name} was not read: {about['refused']}")
    return about
