"""A table whose files were written anew: its lists and its log take their places together."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any, Final

from signals.disk import flush
from signals.errors import DataError
from signals.lake_files import LISTS, digests_of
from signals.lake_lists import LOG, actions_of
from signals.sealed import read_sealed, sealed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

_NEW: Final = ".new"
"""Ending of a folder that was written anew and waits to take the place of the old one."""
_OLD: Final = ".old"
_DRAFT: Final = ".draft"


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
    draft = folder / f"{LISTS}{_DRAFT}"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir()
    digests = digests_of(folder / name for name in moved.values())
    for file in sorted((folder / LISTS).glob("*.json")):
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
    new = folder / f"{LISTS}{_NEW}"
    shutil.rmtree(new, ignore_errors=True)
    draft.rename(new)


def rewrite_log(folder: Path, renamed: Callable[[Any], Any]) -> None:
    """Write the log anew, each of its actions changed, and put it and the lists in their places."""
    draft = folder / f"{LOG}{_DRAFT}"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir()
    for commit in sorted((folder / LOG).glob("*.json")):
        text = "".join(json.dumps(renamed(action)) + "\n" for action in actions_of(commit))
        (draft / commit.name).write_text(text, encoding="utf-8")
        flush(draft / commit.name)
    flush(draft)
    draft.rename(folder / f"{LOG}{_NEW}")  # from here on the rewriting goes through
    finish_rewrite(folder)


def finish_rewrite(folder: Path) -> None:
    """Put what was written anew in its place, also where whoever began that was killed."""
    new_log, new_lists = folder / f"{LOG}{_NEW}", folder / f"{LISTS}{_NEW}"
    if new_log.exists():
        if new_lists.exists():
            _exchange(new_lists, folder / LISTS)
        _exchange(new_log, folder / LOG)
        flush(folder)
    shutil.rmtree(new_lists, ignore_errors=True)
    for name in (LOG, LISTS):
        shutil.rmtree(folder / f"{name}{_OLD}", ignore_errors=True)


def _exchange(new: Path, current: Path) -> None:
    """Let a folder take the place of another, which is removed later."""
    old = current.with_name(f"{current.name}{_OLD}")
    if current.exists():
        shutil.rmtree(old, ignore_errors=True)
        current.rename(old)
    new.rename(current)
