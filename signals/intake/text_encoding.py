"""How a text file is encoded. Runs in the reader's child process."""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING, Final

from signals.errors import DataError

if TYPE_CHECKING:
    from pathlib import Path

UNREAD_BYTES: Final = "surrogateescape"
"""How text files are opened: a byte that is no text stays recognisable in its line."""

_BOMS: Final = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"),
                (codecs.BOM_UTF16_BE, "utf-16"))  # fmt: skip
_SAMPLE_BYTES: Final = 1 << 20
_CHUNK_BYTES: Final = 1 << 20
_WIDE_ZEROS: Final = 0.3  # share of every second byte that is zero in UTF-16 of mostly Latin text
_STRAY_ZEROS: Final = 500  # one zero in so many bytes is damage to a text, more is no text
_MANY_TO_ONE: Final = 4
_ENOUGH_CHINESE: Final = 0.6
_FOREIGN_WORD: Final = re.compile(r"[À-ÿ]{4,}")
_NOT_UTF8: Final = re.compile("[\udc80-\udcff]")
_BEYOND_ASCII: Final = re.compile("[^\x00-\x7f\udc80-\udcff]")


def find_encoding(path: Path) -> str:
    """Find how a text file is encoded: UTF-8, UTF-16, GB 18030 or Windows-1252.

    A file of UTF-8 in which some bytes are not is UTF-8 still: the lines with these bytes are for
    the reader to name.

    Raises
    ------
    DataError
        When the bytes are none of these, or would read as nonsense.
    """
    with path.open("rb") as stream:
        start = stream.read(_SAMPLE_BYTES)
    for mark, name in _BOMS:
        if start.startswith(mark):
            return name
    wide = _wide_encoding(start)
    if wide:
        return wide
    good, bad = _count_utf8(path)
    if not bad or good >= _MANY_TO_ONE * bad:
        return "utf-8"
    if _decodes(path, "gb18030") and _chinese_share(start) >= _ENOUGH_CHINESE:
        return "gb18030"
    if 10 * good > bad:  # two encodings in one file: what is not UTF-8 is named, line by line
        return "utf-8"
    if _decodes(path, "cp1252") and not _FOREIGN_WORD.search(start.decode("cp1252", "replace")):
        return "cp1252"
    raise DataError(
        "its encoding is none of UTF-8, UTF-16, GB 18030 and Windows-1252; "
        "save it as UTF-8 and ingest it again"
    )


def _wide_encoding(start: bytes) -> str:
    """Tell UTF-16 without a mark by where its zero bytes are."""
    zeros = start.count(0)
    if not zeros:
        return ""
    even, odd = (start[place::2].count(0) / max(len(start[place::2]), 1) for place in (0, 1))
    if max(even, odd) > _WIDE_ZEROS and min(even, odd) < _WIDE_ZEROS / 10:
        return "utf-16-le" if odd > even else "utf-16-be"
    if zeros > max(3, len(start) // _STRAY_ZEROS):
        raise DataError("it holds zero bytes, so it is not a text file; CSV is expected")
    return ""


def _count_utf8(path: Path) -> tuple[int, int]:
    """Count the characters beyond ASCII that are UTF-8, and the bytes that are not."""
    decoder = codecs.getincrementaldecoder("utf-8")(UNREAD_BYTES)
    good = bad = 0
    with path.open("rb") as stream:
        while True:
            chunk = stream.read(_CHUNK_BYTES)
            text = decoder.decode(chunk, final=not chunk)
            if not text.isascii():
                good += len(_BEYOND_ASCII.findall(text))
                bad += len(_NOT_UTF8.findall(text))
            if not chunk:
                return good, bad


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as stream:
        try:
            while chunk := stream.read(_CHUNK_BYTES):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _chinese_share(sample: bytes) -> float:
    """Share of two-byte characters that are among the 3,755 common ones of GB 2312."""
    text = sample.decode("gb18030", "ignore")
    foreign = [character for character in text if ord(character) > 0x7F]
    common = sum(
        0xB0 <= code[0] <= 0xD7 and code[1] >= 0xA1
        for code in (character.encode("gb18030") for character in foreign)
        if len(code) == 2
    )
    return common / max(len(foreign), 1)
