"""Versioned folders of model and index files that cannot go bad unnoticed.

A version is written to a temporary folder, flushed to disk and renamed; from then on it is the
newest. ``manifest.json`` holds the size and sha256 of every file and is sealed itself; a version
whose files differ from their manifest is refused and the version before it serves. There is no
pointer that could be damaged or left behind.
"""

from __future__ import annotations

import errno
import hashlib
import logging
import shutil
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from signals.disk import flush, writing
from signals.errors import ModelError, NotReady
from signals.sealed import read_sealed, sealed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MANIFEST = "manifest.json"
_DRAFT = ".draft-"
_ABANDONED_S = 86_400.0

logger = logging.getLogger(__name__)

T = TypeVar("T")


def publish(
    folder: Path,
    write: Callable[[Path], None],
    about: Mapping[str, Any],
    *,
    keep: int = 3,
) -> Path:
    """Write a new version under ``folder`` and make it the current one.

    Parameters
    ----------
    write
        Called with an empty folder to fill.
    about
        What the manifest says beside the hashes: code version, data version, training cut-off day.
    keep
        Versions that stay on disk, the new one included.

    Returns
    -------
    Path
        The folder of the new version, named by its number (``v0001`` and up).
    """
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        _sweep(folder)
        version = _named(folder, _draft(folder, write, about))
        flush(folder)
    for old in _versions(folder)[:-keep]:
        _discard(old)
    return version


def current(folder: Path) -> Path:
    """Return the newest version whose files match their manifest.

    Raises
    ------
    NotReady
        When nothing was ever published here.
    ModelError
        When every version on disk is damaged.
    """
    versions = _versions(folder)
    if not versions:
        raise NotReady(f"nothing has been built in {folder}; run: groundswell run")
    for version in reversed(versions):
        problems = damage(version)
        if not problems:
            return version
        if version.is_dir():
            logger.warning("%s is damaged (%s); trying the version before it", version, problems[0])
    if not all(version.is_dir() for version in versions):  # writers were quicker
        return current(folder)
    raise ModelError(f"every version in {folder} is damaged; run: groundswell run")


def read_current(folder: Path, read: Callable[[Path], T]) -> T:
    """Read the newest undamaged version, the one after it where that is cleared away meanwhile.

    Parameters
    ----------
    read
        Called with the folder of a version, again where writers of newer ones were quicker.

    Raises
    ------
    NotReady
        When nothing was ever published here.
    ModelError
        When every version on disk is damaged.
    """
    while True:
        version = current(folder)
        try:
            return read(version)
        except (OSError, RuntimeError):  # the latter from FAISS
            if version.is_dir():
                raise


def version_of(folder: Path, about: Mapping[str, Any]) -> Path:
    """Return the newest version whose manifest says what ``about`` says.

    Raises
    ------
    NotReady
        When none is kept.
    ModelError
        When its files are damaged.
    """
    for version in reversed(_versions(folder)):
        try:
            told = read_manifest(version)
        except (OSError, ValueError):
            logger.warning("%s has no readable %s and is passed over", version, MANIFEST)
            continue
        if all(told.get(name) == value for name, value in about.items()):
            problems = damage(version)
            if problems:
                raise ModelError(f"{version} is damaged ({problems[0]}); run: groundswell run")
            return version
    wanted = ", ".join(f"{name} {value}" for name, value in about.items())
    raise NotReady(
        f"{folder} keeps no version of {wanted}, only {len(_versions(folder))} newer or other "
        "ones; run: groundswell run"
    )


def put_in_place(draft: Path, folder: Path) -> None:
    """Let a folder with a manifest take the place of another, which stays as ``stood_before``.

    Raises
    ------
    DataError
        When the disk does not let us.
    """
    with writing(folder.parent):
        for file in (draft, *draft.rglob("*")):
            flush(file)
        if folder.exists():
            shutil.rmtree(stood_before(folder), ignore_errors=True)
            folder.rename(stood_before(folder))
        draft.rename(folder)
        flush(folder.parent)


def stood_before(folder: Path) -> Path:
    """Name the folder that ``put_in_place`` leaves of what was there."""
    return folder.with_name(f"{folder.name}.before")


def standing(folder: Path) -> Path:
    """Return a folder that matches its manifest, else what stood there before it.

    Raises
    ------
    ModelError
        When neither does.
    """
    problems = damage(folder)
    if not problems:
        return folder
    if not damage(stood_before(folder)):
        logger.warning("%s is damaged (%s); what was there before serves", folder, problems[0])
        return stood_before(folder)
    raise ModelError(f"{folder} is damaged: {'; '.join(problems)}")


def damage(version: Path) -> list[str]:
    """List how the files of a version differ from its manifest; empty when they match."""
    try:
        listed = read_manifest(version)["files"]
        expected = {name: (entry["bytes"], entry["sha256"]) for name, entry in listed.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        return [f"{MANIFEST} is unreadable: {error!r}"]
    problems = []
    for name, (size, digest) in expected.items():
        file = version / name
        try:
            whole = file.stat().st_size == size and sha256(file) == digest
        except FileNotFoundError:
            problems.append(f"{name} is missing")
        except (IsADirectoryError, NotADirectoryError):
            problems.append(f"{name} is no file")
        else:
            if not whole:
                problems.append(f"{name} differs from its sha256")
    unknown = [name for name in _files(version) if name not in {*expected, MANIFEST}]
    return [*problems, *(f"{name} is not in its manifest" for name in unknown)]


def read_manifest(version: Path) -> dict[str, Any]:
    """Read what a version says about itself.

    Raises
    ------
    ValueError
        When the manifest is damaged.
    """
    return read_sealed(version / MANIFEST)


def write_manifest(version: Path, about: Mapping[str, Any]) -> None:
    """Write the manifest of the files now in ``version``."""
    files = {
        file.relative_to(version).as_posix(): {
            "bytes": file.stat().st_size,
            "sha256": sha256(file),
        }
        for file in sorted(version.rglob("*"))
        if file.is_file() and file.name != MANIFEST
    }
    (version / MANIFEST).write_text(sealed({**about, "files": files}), encoding="utf-8")


def sha256(file: Path) -> str:
    """Hash a file without reading it whole into memory."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _sweep(folder: Path) -> None:
    """Remove drafts that nobody has written to for a day: whoever began them was killed."""
    for draft in folder.glob(f"{_DRAFT}*"):
        with suppress(OSError):  # another process may be sweeping too
            if time.time() - draft.stat().st_mtime > _ABANDONED_S:
                shutil.rmtree(draft)
                logger.info("%s was left by a process that was killed; removed", draft)


def _draft(folder: Path, write: Callable[[Path], None], about: Mapping[str, Any]) -> Path:
    draft = Path(tempfile.mkdtemp(prefix=_DRAFT, dir=folder))
    try:
        write(draft)
        write_manifest(draft, about)
        for file in (draft, *draft.rglob("*")):
            flush(file)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    draft.chmod(0o755)
    return draft


def _named(folder: Path, draft: Path) -> Path:
    """Give a draft the next number; of several writers at once each gets one of its own."""
    while True:
        known = _versions(folder)
        version = folder / f"v{int(known[-1].name[1:]) + 1 if known else 1:04d}"
        try:
            return draft.rename(version)
        except OSError as error:
            if error.errno not in {errno.EEXIST, errno.ENOTEMPTY}:
                raise


def _discard(version: Path) -> None:
    """Delete a version; a death in the middle leaves no half of one under its name."""
    with suppress(OSError):  # another process may be clearing away too
        shutil.rmtree(version.rename(version.with_name(f"{_DRAFT}{version.name}")))


def _versions(folder: Path) -> list[Path]:
    return sorted(v for v in folder.glob("v[0-9][0-9][0-9][0-9]") if v.is_dir())


def _files(version: Path) -> list[str]:
    """List the files of a version, without the hidden ones that systems leave behind."""
    names = (file.relative_to(version) for file in sorted(version.rglob("*")) if file.is_file())
    return [name.as_posix() for name in names if not any(p.startswith(".") for p in name.parts)]
