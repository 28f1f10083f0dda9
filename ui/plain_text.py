"""Text without signs that nobody sees: what ends a line, moves the cursor or turns the direction.

References
----------
Unicode Standard Annex #44, *General Category*; CWE-117 and CWE-150 on forged lines in logs.
"""

from __future__ import annotations

import unicodedata
from typing import Final

_UNSEEN: Final = ("Cc", "Cf", "Cs", "Zl", "Zp")


def visible(text: str, kept: str = "") -> str:
    r"""Write what nobody sees as an escape.

    Parameters
    ----------
    kept
        Signs that stay as they are.

    Examples
    --------
    >>> print(visible("a" + chr(10) + chr(27) + "[31m"))
    a\u000a\u001b[31m
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        f"\\u{ord(sign):04x}"
        if sign not in kept and unicodedata.category(sign) in _UNSEEN
        else sign
        for sign in text
    )
