"""Which version of each table readers see, and who may move it.

``snapshot.json`` maps every table to a Delta version. It is replaced by an atomic rename, by the
one writer that holds the lock.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import logging
import os
import shutil
import time
import urllib.parse
from pathlib import Path
from typing import TYPE_CHECKING, Final

from deltalake import DeltaTable
from deltalake.exceptions import DeltaError

from signals.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SNAPSHOT: Final = "snapshot.json"
LOCK: Final = "writer.lock"
LOG: Final = "_delta_log"
NEW_LOG: Final = "_delta_log.new"
"""A log that was written anew as a whole and waits to take the place of the old one."""
_OLD_LOG: Final = "_delta_log.old"

logger = logging.getLogger(__name__)


def read_snapshot(root: Path) -> dict[str, int]:
    """Read which version of each table is visible; empty for a new lake."""
    try:
        content = json.loads((root / SNAPSHOT).read_text(encoding="utf-8"))
        return {str(name): int(version) for name, version in content.items()}
    except FileNotFoundError:
        return {}
    except (ValueError, AttributeError, TypeError) as error:
        raise DataError(
            f"{root / SNAPSHOT} is damaged ({error}); it should map table names to versions: "
            "restore it from a backup or ingest again into a new --home"
        ) from error


def open_table(root: Path, name: str, version: int) -> DeltaTable:
    """Open one version of a table."""
    try:
        return DeltaTable(root / name, version=version)
    except (DeltaError, OSError) as error:
        raise DataError(
            f"version {version} of table {name!r} in {root} cannot be opened: {error}"
        ) from error


def is_whole(root: Path, name: str, version: int) -> bool:
    """Tell whether a version of a table can be opened and all of its files are there."""
    try:
        files = open_table(root, name, version).file_uris()
    except DataError:
        return False
    return all(Path(file).exists() for file in files)


@contextlib.contextmanager
def lock(file: Path, wait_s: float) -> Iterator[None]:
    """Be the only writer, in this process and all others, while the block runs."""
    handle = os.open(file, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        deadline = time.monotonic() + wait_s
        while not _locked(handle):
            if time.monotonic() > deadline:
                raise DataError(
                    f"another writer has held {file} for {wait_s:.0f} s; "
                    "wait until it ends, then run the command again"
                )
            time.sleep(0.05)
        yield
    finally:
        os.close(handle)


def _locked(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def roll_back(root: Path, versions: Mapping[str, int], level: int) -> dict[str, int]:
    """Undo what a batch wrote that was not kept; return the versions to go on from."""
    now = dict(versions)
    for folder in sorted(path for path in root.iterdir() if path.is_dir()):
        if folder.name not in versions:
            logger.log(level, "table %s was never finished; it is removed", folder.name)
            shutil.rmtree(folder)
            continue
        finish_rewrite(folder)
        stored = DeltaTable(folder)
        if stored.version() > versions[folder.name]:
            logger.log(level, "table %s is ahead of the snapshot; rolled back", folder.name)
            stored.restore(versions[folder.name])
            now[folder.name] = stored.version()
    if now != dict(versions):
        write_snapshot(root, now)
    return now


def finish_rewrite(folder: Path) -> None:
    """Put a log that was written anew in its place, also where whoever began that was killed."""
    log, new, old = folder / LOG, folder / NEW_LOG, folder / _OLD_LOG
    if new.exists():
        if log.exists():
            shutil.rmtree(old, ignore_errors=True)
            log.rename(old)
        new.rename(log)
        flush(folder)
    shutil.rmtree(old, ignore_errors=True)


def write_snapshot(root: Path, versions: Mapping[str, int]) -> None:
    """Make these versions the ones that readers see."""
    draft = root / f"{SNAPSHOT}.draft"
    draft.write_text(json.dumps(versions, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    flush(draft)
    draft.replace(root / SNAPSHOT)
    flush(root)


def flush_tables(root: Path, before: Mapping[str, int], after: Mapping[str, int]) -> None:
    """Force what the batch wrote to disk, so that the snapshot never points at less."""
    for name, version in after.items():
        log = root / name / "_delta_log"
        for number in range(before.get(name, -1) + 1, version + 1):
            commit = log / f"{number:020d}.json"
            for line in commit.read_text(encoding="utf-8").splitlines():
                added = json.loads(line).get("add")
                if added:
                    flush(root / name / urllib.parse.unquote(added["path"]))
            flush(commit)
        flush(log)


def flush(path: Path) -> None:
    """Force a file or the entries of a folder to disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
