"""Letters without accents, one for one, so that places in a text stay what they are."""

from __future__ import annotations

import unicodedata


def folded(text: str) -> str:
    """Take the accents off.

    Examples
    --------
    >>> folded("previsão às 3")
    'previsao as 3'
    """
    if text.isascii():
        return text
    return "".join(unicodedata.normalize("NFD", char)[0] for char in text)
