"""Texts that a spreadsheet shows and never runs.

References
----------
OWASP, *CSV Injection*: a cell that begins with ``=``, ``+``, ``-``, ``@``, a tab or a line end may
be taken for a formula. Chinese input methods write the first four in full width, which
spreadsheets take for the same; blanks before them do not help.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_LINES: Final = ("\t", "\r", "\n")
_STARTS: Final = ("=", "+", "-", "@", *_LINES)
_UNPRINTABLE: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def inert(text: str) -> str:
    r"""Make a text harmless: an apostrophe goes before what could be taken for a formula.

    Control characters, which a workbook cannot hold, become U+FFFD.

    Examples
    --------
    >>> inert('=HYPERLINK("http://elsewhere","Tea")')
    '\'=HYPERLINK("http://elsewhere","Tea")'
    >>> inert("Tea = 茶"), inert(" ＝1+1")
    ('Tea = 茶', "' ＝1+1")
    """
    clean = _UNPRINTABLE.sub("\ufffd", text)
    begins = unicodedata.normalize("NFKC", clean.lstrip("\ufeff\u200b \u3000"))
    runs = begins.startswith(_STARTS) or clean.startswith(_LINES)
    return f"'{clean}" if runs else clean
