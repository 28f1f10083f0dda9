"""Which files hold a version of a table, and whether they are what was written.

Each version of a table has a sealed list of its files with size and sha256, in ``_files`` beside
Delta's own log. Readers go by the list, so that neither a flipped bit in a file nor one in the log
changes what they see. A file is hashed once for each of its (size, time, inode) in a process.
"""

from __future__ import annotations

import json
import shutil
import urllib.parse
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from deltalake import DeltaTable
from deltalake.exceptions import DeltaError

from signals.artefacts import sha256
from signals.disk import disk_code, flush
from signals.errors import DataError
from signals.sealed import read_sealed, sealed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    Listed = dict[str, tuple[int, str]]

_LISTS: Final = "_files"
_LOG: Final = "_delta_log"
_NEW: Final = ".new"
"""Ending of a folder that was written anew and waits to take the place of the old one."""
_OLD: Final = ".old"
_DRAFT: Final = ".draft"
_HASHED: Final[dict[Path, tuple[tuple[int, int, int], str]]] = {}
_HASHERS: Final = 2


def files_of(root: Path, name: str, version: int) -> list[Path]:
    """List the files of a version of a table, each checked.

    Raises
    ------
    DataError
        When the version is not there or damaged.
    """
    problems = table_damage(root, name, version)
    if problems:
        raise DataError(
            f"version {version} of table {name!r} in {root} cannot be opened: {problems[0]}; put "
            "the file back from a backup, or take the table back to before it: groundswell doctor "
            "--mend"
        )
    listed = _listed(root / name, version)
    return [root / name / file for file in listed]


def table_damage(root: Path, name: str, version: int) -> list[str]:
    """Say how the files of a version differ from what was written; empty when they are whole.

    Of a version that an earlier release wrote there is no list; its files can only be missing.
    """
    folder = root / name
    try:
        listed = _listed(folder, version)
    except (ValueError, KeyError, TypeError) as error:
        return [f"{_list_file(folder, version)} is damaged ({error})"]
    except (DeltaError, OSError) as error:
        return [str(error)]
    problems = [
        f"{folder / file} is missing or cut"
        for file, (size, _) in listed.items()
        if not _has_size(folder / file, size)
    ]
    if problems:
        return problems
    hashed = [file for file, (_, digest) in listed.items() if digest]
    digests = _digests(folder / file for file in hashed)
    return [
        f"{folder / file} differs from its sha256"
        for file in hashed
        if digests[folder / file] != listed[file][1]
    ]


def is_listed(root: Path, name: str, version: int) -> bool:
    """Tell whether there is a list of a version; an earlier release wrote none."""
    return _list_file(root / name, version).exists()


def list_files(
    folder: Path, table: DeltaTable, before: int | None, restored: int | None = None
) -> None:
    """Write the list of the version that Delta has just made of a table.

    Parameters
    ----------
    before
        Version of which there is a list, of which this one is a change; None for a new table.
    restored
        Version whose files this one should have; None where it is no restored one.

    Raises
    ------
    DataError
        When Delta's log does not tell the same as the lists.
    """
    version = table.version()
    if is_listed(folder.parent, folder.name, version):
        return
    known = {} if before is None else _listed(folder, before)
    names = _names(table)
    fresh = [name for name in names if not known.get(name, (0, ""))[1]]
    digests = _digests(folder / name for name in fresh)
    listed = {
        name: known[name]
        if name not in fresh
        else ((folder / name).stat().st_size, digests[folder / name])
        for name in names
    }
    if before is not None:
        _compare(folder, known, listed, range(before + 1, version + 1))
    if restored is not None and set(_listed(folder, restored)) != set(listed):
        raise _log_damaged(folder)
    content = {name: {"bytes": size, "sha256": digest} for name, (size, digest) in listed.items()}
    lists = folder / _LISTS
    lists.mkdir(exist_ok=True)
    draft = lists / f".{version}.draft"
    draft.write_text(sealed({"files": content}), encoding="utf-8")
    draft.replace(_list_file(folder, version))


def check_log(folder: Path, table: DeltaTable) -> None:
    """Compare what Delta's log tells of a version with its list, before a writer relies on it.

    Raises
    ------
    DataError
        When they differ: the log is damaged.
    """
    listed = _list_file(folder, table.version())
    if listed.exists() and set(_listed(folder, table.version())) != set(_names(table)):
        raise _log_damaged(folder)


@contextmanager
def log_trusted(folder: Path) -> Iterator[None]:
    """Say that the log is damaged where Delta stumbles over it.

    Raises
    ------
    DataError
        In place of Delta's own error.
    """
    try:
        yield
    except (DeltaError, ValueError, KeyError) as error:
        if disk_code(error):
            raise
        raise _log_damaged(folder) from error


def flush_version(folder: Path, version: int) -> None:
    """Force what one commit wrote to disk: its files, its entry in the log, its list."""
    commit = folder / _LOG / f"{version:020d}.json"
    for action in _actions(commit):
        if "add" in action:
            flush(folder / urllib.parse.unquote(action["add"]["path"]))
    flush(commit)
    if _list_file(folder, version).exists():
        flush(_list_file(folder, version))
        flush(folder / _LISTS)
    flush(folder / _LOG)
    flush(folder)


def rewrite_lists(folder: Path, moved: Mapping[str, str]) -> None:
    """Write all lists anew with other files in the place of some; `rewrite_log` makes them count.

    Parameters
    ----------
    moved
        Name of a new file by that of the one whose place it takes.

    Raises
    ------
    DataError
        When a list is damaged.
    """
    draft = folder / f"{_LISTS}{_DRAFT}"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir()
    digests = _digests(folder / name for name in moved.values())
    for file in sorted((folder / _LISTS).glob("*.json")):
        try:
            listed = read_sealed(file)["files"]
        except (ValueError, KeyError, TypeError) as error:
            raise DataError(
                f"{file} is damaged ({error}); run: groundswell doctor --mend"
            ) from error
        for old, other in moved.items():
            if listed.pop(old, None):
                size = (folder / other).stat().st_size
                listed[other] = {"bytes": size, "sha256": digests[folder / other]}
        (draft / file.name).write_text(sealed({"files": listed}), encoding="utf-8")
        flush(draft / file.name)
    flush(draft)
    new = folder / f"{_LISTS}{_NEW}"
    shutil.rmtree(new, ignore_errors=True)
    draft.rename(new)


def rewrite_log(folder: Path, renamed: Callable[[Any], Any]) -> None:
    """Write the log anew, each of its actions changed, and put it and the lists in their places."""
    draft = folder / f"{_LOG}{_DRAFT}"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir()
    for commit in sorted((folder / _LOG).glob("*.json")):
        text = "".join(json.dumps(renamed(action)) + "\n" for action in _actions(commit))
        (draft / commit.name).write_text(text, encoding="utf-8")
        flush(draft / commit.name)
    flush(draft)
    draft.rename(folder / f"{_LOG}{_NEW}")  # from here on the rewriting goes through
    finish_rewrite(folder)


def finish_rewrite(folder: Path) -> None:
    """Put what was written anew in its place, also where whoever began that was killed."""
    new_log, new_lists = folder / f"{_LOG}{_NEW}", folder / f"{_LISTS}{_NEW}"
    if new_log.exists():
        if new_lists.exists():
            _exchange(new_lists, folder / _LISTS)
        _exchange(new_log, folder / _LOG)
        flush(folder)
    shutil.rmtree(new_lists, ignore_errors=True)
    for name in (_LOG, _LISTS):
        shutil.rmtree(folder / f"{name}{_OLD}", ignore_errors=True)


def _exchange(new: Path, current: Path) -> None:
    """Let a folder take the place of another, which is removed later."""
    old = current.with_name(f"{current.name}{_OLD}")
    if current.exists():
        shutil.rmtree(old, ignore_errors=True)
        current.rename(old)
    new.rename(current)


def _listed(folder: Path, version: int) -> Listed:
    """Read the files of a version; the hash of those that an earlier release wrote is empty."""
    file = _list_file(folder, version)
    if not file.exists():
        names = _names(DeltaTable(folder, version=version))
        return dict.fromkeys(names, (-1, ""))
    listed = read_sealed(file)["files"]
    return {name: (entry["bytes"], entry["sha256"]) for name, entry in listed.items()}


def _list_file(folder: Path, version: int) -> Path:
    return folder / _LISTS / f"{version:020d}.json"


def _names(table: DeltaTable) -> list[str]:
    """List the files of an opened table; they lie in its folder, for no table has partitions."""
    return sorted(Path(uri).name for uri in table.file_uris())


def _compare(folder: Path, known: Listed, listed: Listed, commits: Iterable[int]) -> None:
    """Check that a version is the one before it, changed by its commits and nothing else."""
    expected = set(known)
    for number in commits:
        for action in _actions(folder / _LOG / f"{number:020d}.json"):
            if "add" in action:
                expected.add(urllib.parse.unquote(action["add"]["path"]))
            elif "remove" in action:
                expected.discard(urllib.parse.unquote(action["remove"]["path"]))
    if expected != set(listed):
        raise _log_damaged(folder)


def _actions(commit: Path) -> list[dict[str, dict[str, str]]]:
    return [json.loads(line) for line in commit.read_text(encoding="utf-8").splitlines()]


def _log_damaged(folder: Path) -> DataError:
    return DataError(
        f"the log in {folder / _LOG} tells of other files than were written: it is damaged, and "
        "the table takes no more rows; it can be read: put the log back from a backup"
    )


def _has_size(file: Path, size: int) -> bool:
    try:
        return size in (-1, file.stat().st_size)
    except OSError:
        return False


def _digests(files: Iterable[Path]) -> dict[Path, str]:
    """Hash files, each once for what it is: a write since then has changed its time or inode."""
    told = {file: _identity(file) for file in files}
    fresh = [file for file, identity in told.items() if _HASHED.get(file, ((), ""))[0] != identity]
    if fresh:
        with ThreadPoolExecutor(_HASHERS) as pool:
            for file, digest in zip(fresh, pool.map(sha256, fresh), strict=True):
                _HASHED[file] = told[file], digest
    return {file: _HASHED[file][1] for file in told}


def _identity(file: Path) -> tuple[int, int, int]:
    found = file.stat()
    return found.st_size, found.st_mtime_ns, found.st_ino
