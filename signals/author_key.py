"""The secret of a lake that keeps the stand-ins for its authors from being guessed.

Names are few enough to try them all, so a plain hash of a name hides little. The stand-in is an
HMAC under a random key that lies beside the tables and is not copied out with them.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from signals.errors import DataError
from signals.frames import Col
from signals.tables import DOCUMENTS

_FILE: Final = "author.key"
_BYTES: Final = 32
_CHECK_DIGITS: Final = 8
_WITHOUT: Final = (
    "restore it from a backup, or have a new one made: groundswell doctor --mend. Authors brought "
    "in under the old key are not found under a new one, neither to forget them nor to count them"
)


def author_key(root: Path) -> bytes:
    """Return the key of a lake, made when its first documents come in.

    Raises
    ------
    DataError
        When the key is damaged, or missing from a lake that has authors.
    """
    file = root / _FILE
    if not file.exists():
        if _has_authors(root):
            raise DataError(f"{file} is missing; {_WITHOUT}")
        _make(file)
    try:
        digits, *checks = file.read_text(encoding="ascii").split()
        key = bytes.fromhex(digits)
    except ValueError:
        key, checks = b"", []
    if len(key) != _BYTES or checks not in ([_check(key)], []):  # earlier versions wrote none
        raise DataError(
            f"{file} is damaged: it should hold {2 * _BYTES} hex digits and their check; {_WITHOUT}"
        )
    return key


def author_key_damage(root: Path) -> str | None:
    """Say what is wrong with the key of a lake; None when it is whole or not needed yet."""
    if (root / _FILE).exists() or _has_authors(root):
        try:
            author_key(root)
        except DataError as error:
            return str(error)
    return None


def renew_author_key(root: Path) -> None:
    """Make a new key in place of one that is lost; a damaged file stays beside it."""
    file = root / _FILE
    if file.exists():
        file.replace(file.with_suffix(".damaged"))
    _make(file)


def _has_authors(root: Path) -> bool:
    return any(map(_holds_authors, (root / DOCUMENTS.name).glob("*.parquet")))


def _holds_authors(file: Path) -> bool:
    try:
        authors = pq.read_table(file, columns=[Col.AUTHOR])[Col.AUTHOR]
    except (pa.ArrowInvalid, OSError):
        return True  # it is damaged, and may
    return bool(authors.null_count < len(authors))


def _check(key: bytes) -> str:
    """Work out what shows a flipped bit, and tells nothing of the key."""
    return hashlib.sha256(b"check " + key).hexdigest()[:_CHECK_DIGITS]


def _make(file: Path) -> None:
    """Write the key whole under its name; of several that do so at once one wins."""
    file.parent.mkdir(parents=True, exist_ok=True)
    key = secrets.token_bytes(_BYTES)
    handle, draft = tempfile.mkstemp(prefix=f"{_FILE}.", suffix=".draft", dir=file.parent)
    with os.fdopen(handle, "w", encoding="ascii") as stream:
        stream.write(f"{key.hex()} {_check(key)}\n")
        stream.flush()
        os.fsync(stream.fileno())
    with suppress(FileExistsError):
        os.link(draft, file)
    Path(draft).unlink()
