"""Files that appear whole or not at all, and what to say when the disk takes none."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

from signals.errors import DataError, GroundswellError

if TYPE_CHECKING:
    from collections.abc import Iterator

Identity: TypeAlias = tuple[int, int, int]
"""What a file is taken to be the same by; a write changes it."""

_FULL: Final = (errno.ENOSPC, errno.EDQUOT)
_CLOSED: Final = (errno.EROFS, errno.EACCES, errno.EPERM)
_SQLITE: Final = {
    "database or disk is full": errno.ENOSPC,
    "attempt to write a readonly database": errno.EROFS,
}
_VAGUE: Final = ("disk I/O error", "unable to open database file")  # SQLite says no more
_HARDLY_ANY: Final = 256 * 1024


@contextmanager
def writing(place: Path) -> Iterator[None]:
    """Say plainly when the disk is full or a folder cannot be written; let other errors be.

    Raises
    ------
    DataError
        When the disk that holds ``place`` is full, or ``place`` cannot be written to.
    """
    try:
        yield
    except GroundswellError:
        raise
    except Exception as error:  # Delta, FAISS, safetensors and SQLite have errors of their own
        told = _told(error, place)
        if not told:
            raise
        raise DataError(told) from error


def write_whole(file: Path, text: str) -> None:
    """Replace a file so that a death at any moment leaves the old text or the new one.

    Raises
    ------
    DataError
        When the disk is full or does not let us write; the old file is as it was.
    """
    with writing(file.parent):
        handle, name = tempfile.mkstemp(prefix=f".{file.name}.", suffix=".draft", dir=file.parent)
        draft = Path(name)
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="") as stream:
                stream.write(text)
                stream.flush()
                os.fsync(stream.fileno())
            draft.chmod(0o644)
            draft.replace(file)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise
        flush(file.parent)


def flush(path: Path) -> None:
    """Force a file, or the names in a folder, to disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def identity_of(file: Path) -> Identity:
    """Tell a file from what it was before it was written to: its size, moment and place on disk."""
    found = file.stat()
    return found.st_size, found.st_mtime_ns, found.st_ino


@contextmanager
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


def _told(error: BaseException, place: Path) -> str:
    code = disk_code(error) or _code_of_disk(error, place)
    if code in _FULL:
        free = shutil.disk_usage(_existing(place)).free
        return (
            f"the disk of {place} is full ({free / 1e6:,.1f} MB free): free some space or give "
            "another --home, then run the command again; what was stored before is as it was"
        )
    if code in _CLOSED:
        return (
            f"{place} cannot be written ({os.strerror(code)}): make it writable or give another "
            "--home, then run the command again; what was stored before is as it was"
        )
    return ""


def disk_code(error: BaseException) -> int:
    """Find the number of the system's error, of which libraries often keep the text alone, or 0."""
    if isinstance(error, OSError) and error.errno:
        return error.errno
    text = str(error)
    for code in (*_FULL, *_CLOSED):
        if f"(os error {code})" in text or os.strerror(code) in text:
            return code
    return next((code for told, code in _SQLITE.items() if told in text), 0)


def _code_of_disk(error: BaseException, place: Path) -> int:
    """Look at the disk itself where an error says only that something went wrong with it."""
    if not any(vague in str(error) for vague in _VAGUE):
        return 0
    if not os.access(_existing(place), os.W_OK):
        return errno.EROFS
    return errno.ENOSPC if shutil.disk_usage(_existing(place)).free < _HARDLY_ANY else 0


def _existing(place: Path) -> Path:
    place = place.absolute()
    while not place.exists():
        place = place.parent
    return place
