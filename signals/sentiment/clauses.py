"""Texts cut where they turn from one thing to another."""

from __future__ import annotations

import re
from typing import Final

_END: Final = re.compile(
    r"[.!?;,:。！？；，：\n]|\b(?:but|mas|porém)\b|但是|但|不过|可是", re.IGNORECASE
)


def clauses(text: str) -> list[str]:
    """Cut a text at punctuation and at words that mean *but*.

    Examples
    --------
    >>> clauses("The battery died, but the screen is gorgeous.")
    ['The battery died', 'the screen is gorgeous']
    """
    return [part for part in map(str.strip, _END.split(text)) if part]
