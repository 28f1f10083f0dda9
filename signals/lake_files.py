"""Which files hold a version of a table, and whether they are what was written.

Each version of a table has a sealed list of its files with size and sha256, in ``_files`` beside
Delta's own log. Readers go by the list, so that neither a flipped bit in a file nor one in the log
changes what they see. A file is hashed, and a list read, once for each of its (size, time, inode)
in a process.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from deltalake import DeltaTable
from deltalake.exceptions import DeltaError

from signals.artefacts import sha256
from signals.disk import Identity, identity_of
from signals.errors import DataError
from signals.sealed import read_sealed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    Listed = Mapping[str, tuple[int, str]]

LISTS: Final = "_files"
_READ_LISTS: Final = 512  # more than the tables of some lakes and the versions that answers name
_HASHED: Final[dict[Path, tuple[Identity, str]]] = {}
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
    listed = read_list(root / name, version)
    return [root / name / file for file in listed]


def table_damage(root: Path, name: str, version: int) -> list[str]:
    """Say how the files of a version differ from what was written; empty when they are whole.

    Of a version that an earlier release wrote there is no list; its files can only be missing.
    """
    folder = root / name
    try:
        listed = read_list(folder, version)
    except (ValueError, KeyError, TypeError) as error:
        return [f"{list_file(folder, version)} is damaged ({error})"]
    except (DeltaError, OSError) as error:
        return [str(error)]
    written = {folder / file: entry for file, entry in listed.items()}
    found = {file: _identity(file) for file in written}
    cut = [
        f"{file} is missing or cut"
        for file, (size, _) in written.items()
        if (seen := found[file]) is None or size not in {-1, seen[0]}
    ]
    if cut:
        return cut
    digests = _digests({file: seen for file, seen in found.items() if seen and written[file][1]})
    return [
        f"{file} differs from its sha256"
        for file, digest in digests.items()
        if digest != written[file][1]
    ]


def is_listed(root: Path, name: str, version: int) -> bool:
    """Tell whether there is a list of a version; an earlier release wrote none."""
    return list_file(root / name, version).exists()


def read_list(folder: Path, version: int) -> Listed:
    """Read the files of a version; the hash of those that an earlier release wrote is empty.

    Raises
    ------
    ValueError, KeyError, TypeError
        When the list is damaged.
    """
    file = list_file(folder, version)
    try:
        return _read(file, identity_of(file))
    except FileNotFoundError:
        names = names_in(DeltaTable(folder, version=version))
        return dict.fromkeys(names, (-1, ""))


def list_file(folder: Path, version: int) -> Path:
    """Name the list of a version."""
    return folder / LISTS / f"{version:020d}.json"


def names_in(table: DeltaTable) -> list[str]:
    """List the files of an opened table; they lie in its folder, for no table has partitions."""
    return sorted(Path(uri).name for uri in table.file_uris())


def digests_of(files: Iterable[Path]) -> dict[Path, str]:
    """Hash files, each once for what it is: a write since then has changed its time or inode."""
    return _digests({file: identity_of(file) for file in files})


def _digests(told: Mapping[Path, Identity]) -> dict[Path, str]:
    fresh = [file for file, identity in told.items() if _HASHED.get(file, ((), ""))[0] != identity]
    if fresh:
        with ThreadPoolExecutor(_HASHERS) as pool:
            for file, digest in zip(fresh, pool.map(sha256, fresh), strict=True):
                _HASHED[file] = told[file], digest
    return {file: _HASHED[file][1] for file in told}


@lru_cache(maxsize=_READ_LISTS)
def _read(file: Path, _identity: Identity) -> Listed:
    listed = read_sealed(file)["files"]
    return {name: (entry["bytes"], entry["sha256"]) for name, entry in listed.items()}


def _identity(file: Path) -> Identity | None:
    """Tell a file from what it was; None where it is missing."""
    try:
        return identity_of(file)
    except OSError:
        return None
