"""The lists of the files of each version, written beside Delta's log and compared with it."""

from __future__ import annotations

import json
import urllib.parse
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from deltalake.exceptions import DeltaError

from signals.disk import disk_code, flush
from signals.errors import DataError
from signals.lake_files import LISTS, digests_of, is_listed, list_file, names_in, read_list
from signals.sealed import sealed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from deltalake import DeltaTable

    from signals.lake_files import Listed

LOG: Final = "_delta_log"


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
    known = {} if before is None else read_list(folder, before)
    names = names_in(table)
    fresh = [name for name in names if not known.get(name, (0, ""))[1]]
    digests = digests_of(folder / name for name in fresh)
    listed = {
        name: known[name]
        if name not in fresh
        else ((folder / name).stat().st_size, digests[folder / name])
        for name in names
    }
    if before is not None:
        _compare(folder, known, listed, range(before + 1, version + 1))
    if restored is not None and set(read_list(folder, restored)) != set(listed):
        raise _log_damaged(folder)
    content = {name: {"bytes": size, "sha256": digest} for name, (size, digest) in listed.items()}
    lists = folder / LISTS
    lists.mkdir(exist_ok=True)
    draft = lists / f".{version}.draft"
    draft.write_text(sealed({"files": content}), encoding="utf-8")
    draft.replace(list_file(folder, version))


def check_log(folder: Path, table: DeltaTable) -> None:
    """Compare what Delta's log tells of a version with its list, before a writer relies on it.

    Raises
    ------
    DataError
        When they differ: the log is damaged.
    """
    listed = list_file(folder, table.version())
    if listed.exists() and set(read_list(folder, table.version())) != set(names_in(table)):
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
    commit = folder / LOG / f"{version:020d}.json"
    for action in actions_of(commit):
        if "add" in action:
            flush(folder / urllib.parse.unquote(action["add"]["path"]))
    flush(commit)
    if list_file(folder, version).exists():
        flush(list_file(folder, version))
        flush(folder / LISTS)
    flush(folder / LOG)
    flush(folder)


def actions_of(commit: Path) -> list[dict[str, dict[str, str]]]:
    """Read what a commit of Delta did."""
    return [json.loads(line) for line in commit.read_text(encoding="utf-8").splitlines()]


def _compare(folder: Path, known: Listed, listed: Listed, commits: Iterable[int]) -> None:
    """Check that a version is the one before it, changed by its commits and nothing else."""
    expected = set(known)
    for number in commits:
        for action in actions_of(folder / LOG / f"{number:020d}.json"):
            if "add" in action:
                expected.add(urllib.parse.unquote(action["add"]["path"]))
            elif "remove" in action:
                expected.discard(urllib.parse.unquote(action["remove"]["path"]))
    if expected != set(listed):
        raise _log_damaged(folder)


def _log_damaged(folder: Path) -> DataError:
    return DataError(
        f"the log in {folder / LOG} tells of other files than were written: it is damaged, and "
        "the table takes no more rows; it can be read: put the log back from a backup"
    )
