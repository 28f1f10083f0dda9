"""The secret of a lake that keeps the stand-ins for its authors from being guessed.

Names are few enough to try them all, so a plain hash of a name hides little. The stand-in is an
HMAC under a random key that lies beside the tables and is not copied out with them.
"""

from __future__ import annotations

import os
import secrets
from typing import TYPE_CHECKING, Final

from signals.errors import DataError
from signals.tables import DOCUMENTS

if TYPE_CHECKING:
    from pathlib import Path

_FILE: Final = "author.key"
_BYTES: Final = 32


def author_key(root: Path) -> bytes:
    """Return the key of a lake, made when its first documents come in.

    A lake whose documents were stored by a version without keys goes on without one, so that its
    authors keep their stand-ins: the key is empty then.

    Raises
    ------
    DataError
        When the key is damaged.
    """
    file = root / _FILE
    if not file.exists():
        if (root / DOCUMENTS.name).exists():
            return b""
        _make(file)
    try:
        key = bytes.fromhex(file.read_text(encoding="ascii").strip())
    except ValueError:
        key = b""
    if len(key) != _BYTES:
        raise DataError(
            f"{file} is damaged: it should hold {2 * _BYTES} hex digits; restore it from a backup, "
            "or authors would be taken for others"
        )
    return key


def _make(file: Path) -> None:
    """Write the key whole under its name; of two processes that do so one wins."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f"{_FILE}.{os.getpid()}.draft")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as stream:
        stream.write(secrets.token_hex(_BYTES) + "\n")
        stream.flush()
        os.fsync(stream.fileno())
    try:
        os.link(draft, file)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
