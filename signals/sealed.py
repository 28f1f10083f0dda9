"""JSON objects that say when they are damaged: one entry is the hash of all others."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, Final

from signals.disk import write_whole

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SEAL: Final = "sha256"
"""Entry with the hash; objects of an earlier version have none and are taken as they are."""


def sealed(content: Mapping[str, Any]) -> str:
    """Write an object as JSON with its seal."""
    whole = {**content, SEAL: _hash(content)}
    return json.dumps(whole, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def unseal(text: str) -> dict[str, Any]:
    """Read what ``sealed`` wrote, without the seal.

    Raises
    ------
    ValueError
        When it is no JSON object, or not the one that was sealed.

    Examples
    --------
    >>> unseal(sealed({"sales": 3}))
    {'sales': 3}
    """
    content = json.loads(text)
    if not isinstance(content, dict):
        raise ValueError(f"expected a JSON object, found {type(content).__name__}")  # noqa: TRY004
    seal = content.pop(SEAL, None)
    if seal is not None and seal != _hash(content):
        raise ValueError(f"its content differs from its {SEAL}")
    return content


def read_sealed(file: Path) -> dict[str, Any]:
    """Read a sealed object from a file.

    Raises
    ------
    ValueError
        When it is damaged.
    """
    return unseal(file.read_text(encoding="utf-8"))


def write_sealed(file: Path, content: Mapping[str, Any]) -> None:
    """Replace a file by a sealed object, whole or not at all.

    Raises
    ------
    DataError
        When the disk is full or does not let us write.
    """
    write_whole(file, sealed(content))


def _hash(content: Mapping[str, Any]) -> str:
    text = json.dumps(content, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
