"""Files from outside, read by a child process that cannot hurt its parent.

The child (``signals.intake.parsing``) has limits on memory, processor time, wall time, rows and
output. The parent never parses a byte of the file; it maps the Arrow file the child wrote.
"""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

import pandas as pd
import pyarrow as pa

from signals.errors import DataError
from signals.intake.parsing import ABOUT, LINE, ROWS

FORMATS: Final = "CSV, Parquet, JSON lines or Excel (.xlsx)"
_MIB: Final = 1024 * 1024
# The reader needs two small files, not the front of the package with its database engines: a third
# of the time to start, and less to attack.
_START: Final = """
import sys, types
package = sys.modules["signals"] = types.ModuleType("signals")
package.__path__ = [{folder!r}]
from signals.intake.parsing import main
main()
"""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Limits:
    """What a reader may use before it is stopped."""

    memory_bytes: int = 2048 * _MIB
    cpu_s: int = 120
    wall_s: float = 300.0
    line_chars: int = _MIB
    rows: int = 20_000_000
    output_bytes: int = 4096 * _MIB


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


def read_raw(path: Path, *, limits: Limits | None = None) -> RawTable:
    """Read a table from a file of unknown origin.

    Raises
    ------
    DataError
        When the path holds no file, or the file holds no table that can be read within the limits.
    """
    _check_path(path)
    with tempfile.TemporaryDirectory(prefix="groundswell-read-") as folder:
        about = _run_child(path.absolute(), Path(folder), limits or Limits())
        with pa.memory_map(str(Path(folder) / ROWS)) as source:
            table = pa.ipc.open_file(source).read_all()
            frame = table.to_pandas(date_as_object=False)
        bad_lines = pd.DataFrame(about.pop("bad_lines"))
        rows = about.pop("rows")
    lines = frame.pop(LINE)
    if not rows and bad_lines.empty:
        raise DataError(f"{path} has no rows below its header; at least one row is expected")
    logger.info("read %s: %d rows, %d unreadable lines", path.name, rows, len(bad_lines))
    return RawTable(path.name, frame, lines, bad_lines, about)


def _check_path(path: Path) -> None:
    if not path.exists():
        raise DataError(f"{path} does not exist; give the path of a file: {FORMATS}")
    if path.is_dir():
        raise DataError(f"{path} is a folder; give one file in it: {FORMATS}")
    if not path.is_file():
        raise DataError(f"{path} is not an ordinary file; {FORMATS} is expected")
    if path.stat().st_size == 0:
        raise DataError(f"{path} is empty; {FORMATS} is expected")


def _run_child(path: Path, folder: Path, limits: Limits) -> dict[str, Any]:
    """Run the reader; turn every way it can end badly into a message."""
    request = json.dumps({**asdict(limits), "path": str(path), "folder": str(folder)})
    folder_of_package = str(Path(__file__).parents[1])
    try:
        done = subprocess.run(  # noqa: S603 - our own module; the path goes over standard input
            [sys.executable, "-I", "-c", _START.format(folder=folder_of_package)],
            input=request,
            capture_output=True,
            text=True,
            timeout=limits.wall_s,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise DataError(
            f"{path.name} took longer than {limits.wall_s:.0f} s to read; split it"
        ) from error
    report = folder / ABOUT
    if not report.exists():
        logger.warning("reader ended with %d: %s", done.returncode, done.stderr[-500:])
        raise DataError(
            f"{path.name} could not be read within {limits.memory_bytes // _MIB} MiB of memory and "
            f"{limits.cpu_s} s of processor time; split it or save it as CSV"
        )
    about: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))
    if "refused" in about:
        raise DataError(f"{path.name} was not read: {about['refused']}")
    return about
