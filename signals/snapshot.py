"""Which version of each table readers see, and who may move it.

``snapshot.json`` maps every table to a Delta version, for the newest batch and for some before it.
It is replaced by an atomic rename, by the one writer that holds the lock, and lies there twice: one
flipped bit takes back no batch. Where a file of the newest snapshot is damaged, readers see the
newest one that is whole.
"""

from __future__ import annotations

import logging
import shutil
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from deltalake import DeltaTable
from deltalake.exceptions import DeltaError

from signals.disk import identity_of, writing
from signals.errors import DataError
from signals.lake_files import is_listed, table_damage
from signals.lake_lists import flush_version, list_files, log_trusted
from signals.lake_rewrite import finish_rewrite
from signals.sealed import read_sealed, write_sealed
from signals.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from signals.disk import Identity

SNAPSHOT: Final = "snapshot.json"
LOCK: Final = "writer.lock"
_COPY: Final = "snapshot.copy.json"
_SNAPSHOTS: Final = "snapshots"
_REMEMBERED: Final = 32
_READ: Final = 64  # files of snapshots, two for each lake
_LATE: Final = frozenset(table.name for table in TABLES if table.checked_late)

logger = logging.getLogger(__name__)


def read_snapshots(root: Path) -> list[dict[str, int]]:
    """Read the snapshots that are remembered, the oldest first; one empty one for a new lake.

    Raises
    ------
    DataError
        When the snapshot and its copy are damaged or lost.
    """
    problems = []
    for file in (root / SNAPSHOT, root / _COPY):
        try:
            return [dict(each) for each in _read(file, identity_of(file))]
        except FileNotFoundError:
            problems.append(f"{file} is missing")
        except (ValueError, AttributeError, TypeError) as error:
            problems.append(f"{file} is damaged ({error})")
        if (root / _COPY).exists():
            _warn(f"{problems[0]}; its copy is read")
    if not (root / SNAPSHOT).exists() and not _tables(root):
        return [{}]
    raise DataError(
        f"{problems[0]}; it should map table names to versions: restore it from a backup or "
        "ingest again into a new --home"
    )


def read_whole_snapshot(root: Path) -> dict[str, int]:
    """Read the newest snapshot whose tables are whole, as far as they are checked early.

    Where none is whole it is the newest: tables that are whole can still be read.
    """
    snapshots = read_snapshots(root)
    for versions in reversed([each for each in snapshots if each]):
        problems = _problems(root, versions)
        if not problems:
            return versions
        _warn(f"{problems[0]}; the lake shows what it held before that was written")
    return snapshots[-1]


def _problems(root: Path, versions: Mapping[str, int]) -> list[str]:
    early = [
        (name, version)
        for name, version in versions.items()
        if name not in _LATE and is_listed(root, name, version)
    ]
    return [found for name, version in early for found in table_damage(root, name, version)]


_WARNED: Final[set[str]] = set()


def _warn(text: str) -> None:
    """Warn once in a process, not at each of its queries."""
    if text not in _WARNED:
        _WARNED.add(text)
        logger.warning(text)


@lru_cache(maxsize=_READ)
def _read(file: Path, _identity: Identity) -> tuple[Mapping[str, int], ...]:
    """Read a file of snapshots, once for what it is."""
    return tuple(_parsed(read_sealed(file)))


def _parsed(content: Mapping[str, Any]) -> list[dict[str, int]]:
    """Take the snapshots out of a file; that of an earlier release holds one and nothing else."""
    found = content.get(_SNAPSHOTS, [content])
    return [{str(name): int(version) for name, version in each.items()} for each in found]


def _tables(root: Path) -> list[Path]:
    return sorted(path for path in root.iterdir() if path.is_dir()) if root.is_dir() else []


def roll_back(root: Path, versions: Mapping[str, int], level: int) -> dict[str, int]:
    """Undo what a batch wrote that was not kept; return the versions to go on from."""
    now = dict(versions)
    for folder in _tables(root):
        if folder.name not in versions:
            logger.log(level, "table %s was never finished; it is removed", folder.name)
            shutil.rmtree(folder)
            continue
        finish_rewrite(folder)
        before = versions[folder.name]
        with log_trusted(folder):
            stored = open_table(root, folder.name)
            if stored.version() > before:
                logger.log(level, "table %s is ahead of the snapshot; rolled back", folder.name)
                stored.restore(before)
                now[folder.name] = stored.version()
                list_files(folder, stored, before, restored=before)
    if now != dict(versions):
        flush_tables(root, versions, now)
        write_snapshot(root, now)
    return now


def begin_snapshots(root: Path) -> dict[str, int]:
    """Read the newest snapshot for a writer; make the first, and a damaged copy anew.

    From then on tables without a snapshot mean that it was lost, not that none was kept.
    """
    snapshots = read_snapshots(root)
    if any(_differs(root / name, snapshots) for name in (SNAPSHOT, _COPY)):
        _write(root, snapshots)
    return snapshots[-1]


def write_snapshot(root: Path, versions: Mapping[str, int]) -> None:
    """Make these versions the ones that readers see."""
    _write(root, [*read_snapshots(root), dict(versions)][-_REMEMBERED:])


def flush_tables(root: Path, before: Mapping[str, int], after: Mapping[str, int]) -> None:
    """Force what the batch wrote to disk, so that the snapshot never points at less."""
    for name, version in after.items():
        for number in range(before.get(name, -1) + 1, version + 1):
            flush_version(root / name, number)


def open_table(root: Path, name: str, version: int | None = None) -> DeltaTable:
    """Open a table for a writer; None opens its newest version.

    Raises
    ------
    DataError
        When its log cannot be read.
    """
    try:
        return DeltaTable(root / name, version=version)
    except (DeltaError, OSError) as error:
        told = "the newest version" if version is None else f"version {version}"
        cause = str(error).partition("\n")[0]  # what follows is a trace of Rust's
        raise DataError(
            f"{told} of table {name!r} in {root} cannot be opened: {cause}; put its log back from "
            "a backup"
        ) from error


def _write(root: Path, snapshots: list[dict[str, int]]) -> None:
    with writing(root):
        for name in (SNAPSHOT, _COPY):
            write_sealed(root / name, {_SNAPSHOTS: snapshots})


def _differs(file: Path, snapshots: list[dict[str, int]]) -> bool:
    try:
        return _parsed(read_sealed(file)) != snapshots
    except (OSError, ValueError, AttributeError, TypeError):
        return True
