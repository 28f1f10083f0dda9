"""Rows out of every version of a table, as if they had never been written.

Delta keeps the files of earlier versions. To take rows out of all of them, each file that holds
some is written anew without them, and the log is written anew so that every version names the new
file. Version numbers stay, so answers replay and batches can be undone as before, without the rows.

References
----------
Delta Transaction Log Protocol: actions ``add`` and ``remove``, statistics of a file are optional.
"""

from __future__ import annotations

import json
import logging
import urllib.parse
import uuid
from typing import TYPE_CHECKING, Any, Final

import pyarrow.parquet as pq
from deltalake import DeltaTable

from signals.disk import flush, lock
from signals.lake_files import files_of
from signals.lake_lists import LOG
from signals.lake_rewrite import finish_rewrite, rewrite_lists, rewrite_log
from signals.progress import Progress, silent
from signals.snapshot import LOCK, begin_snapshots, roll_back

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    import pyarrow as pa

    Cut = Callable[[pa.Table], tuple[pa.Table, int]]
    """Gives the rows of a file as they should be, and how many of them were changed or left out."""

_WAIT_S: Final = 600.0
_CHECKPOINT: Final = "_last_checkpoint"

logger = logging.getLogger(__name__)


def search_history(folder: Path, cut: Cut) -> int:
    """Count what ``cut`` finds in all files of a table, whatever version they belong to."""
    return sum(cut(pq.read_table(file))[1] for file in _files(folder))


def rewrite_tables(
    root: Path, cuts: Mapping[str, Cut], progress: Progress = silent
) -> dict[str, int]:
    """Apply cuts to all versions of tables, in order, as the one writer of a lake.

    Whoever is killed on the way leaves the table as it was or as it should be; begun again, it goes
    on. Files that no version names, which killed writers leave behind, are removed too.

    Returns
    -------
    dict
        Rows that were changed or left out, in all files, by table.
    """
    found = {}
    root.mkdir(parents=True, exist_ok=True)
    with lock(root / LOCK, _WAIT_S):
        versions = roll_back(root, begin_snapshots(root), logging.WARNING)
        for number, (table, cut) in enumerate(cuts.items()):
            progress(f"erasing: {table}", number, len(cuts))
            if table in versions:
                files_of(root, table, versions[table])  # damage must not come to look whole
            found[table] = _rewrite(root / table, cut)
    progress("erasing: tables", len(cuts), len(cuts))
    return found


def _rewrite(folder: Path, cut: Cut) -> int:
    if not folder.exists():
        return 0
    finish_rewrite(folder)
    found, moved = 0, {}
    for file in _files(folder):
        rows, count = cut(pq.read_table(file))
        if count:
            found += count
            moved[file.name] = _written(folder, rows)
    if moved:
        _write_log(folder, moved)
        logger.info("%s: %d rows taken out of %d files", folder.name, found, len(moved))
    _sweep(folder)
    return found


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.parquet"))


def _written(folder: Path, rows: pa.Table) -> dict[str, Any]:
    """Write a new file; returns what the log says of it."""
    file = folder / f"part-{uuid.uuid4()}.parquet"
    pq.write_table(rows, file, write_page_checksum=True)
    flush(file)
    return {
        "path": file.name,
        "size": file.stat().st_size,
        "modificationTime": file.stat().st_mtime_ns // 1_000_000,
        "stats": json.dumps({"numRecords": rows.num_rows}),
    }


def _write_log(folder: Path, moved: dict[str, dict[str, Any]]) -> None:
    """Write the whole log and the lists of files anew and put them in the place of the old ones."""
    has_checkpoint = (folder / LOG / _CHECKPOINT).exists()
    rewrite_lists(folder, {old: new["path"] for old, new in moved.items()})
    rewrite_log(folder, lambda action: _renamed(action, moved))
    if has_checkpoint:
        DeltaTable(folder).create_checkpoint()


def _renamed(action: dict[str, Any], moved: dict[str, dict[str, Any]]) -> dict[str, Any]:
    for kind in ("add", "remove"):
        if kind not in action:
            continue
        new = moved.get(urllib.parse.unquote(action[kind]["path"]))
        if new:
            names = new if kind == "add" else ("path", "size")
            action[kind] |= {name: new[name] for name in names}
    return action


def _sweep(folder: Path) -> None:
    """Remove the files that no version names."""
    named = set(_named(folder))
    for file in _files(folder):
        if file.name not in named:
            file.unlink()


def _named(folder: Path) -> Iterator[str]:
    for commit in (folder / LOG).glob("*.json"):
        for line in commit.read_text(encoding="utf-8").splitlines():
            added = json.loads(line).get("add")
            if added:
                yield urllib.parse.unquote(added["path"])
