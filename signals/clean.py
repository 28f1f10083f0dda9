"""Texts as they are stored: one Unicode form, nothing invisible, no personal data."""

from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata
from typing import TYPE_CHECKING, Any, Final

from signals.markup import without_markup
from signals.privacy import mask_personal_data

if TYPE_CHECKING:
    import pandas as pd

# Written for people or by people: letters, marks, numbers, punctuation, symbols and spaces stay.
_INVISIBLE: Final = frozenset({"Cf", "Co", "Cs", "Cn"})
_NORMALISED: Final = re.compile("[^，！？：；（）]+")
_BREAKS: Final = frozenset({"Cc", "Zl", "Zp"})
_MOST_MARKS: Final = 8
"""Marks that one letter keeps; Python puts more of them in order in quadratic time."""
_FLOOD: Final = re.compile(rf"[^\w\s]{{{_MOST_MARKS + 1},}}")
_ROUNDS: Final = 3
_NO_MORE_MARKUP: Final = str.maketrans("<&", "  ")


def clean_text(text: str) -> str:
    r"""Bring a text into the form that is stored.

    Unicode NFKC, but for Chinese punctuation, which stays as people write it; zero-width,
    bidirectional and private characters out; control characters and runs of white space become one
    space; tags of HTML out and entities read; personal data masked.

    Examples
    --------
    >>> clean_text("Ｇｒｅａｔ\u200b  kettle\x00, mail me: bob@example.com ")
    'Great kettle , mail me: <email>'
    >>> clean_text("&lt;p&gt;Great<br/>value &amp;amp; I &lt;3 it</p>")
    'Great value & I <3 it'
    """
    for _ in range(_ROUNDS):
        text = visible_text(text)
        bare = without_markup(text)
        if bare == text:
            return mask_personal_data(text)
        text = bare
    return mask_personal_data(visible_text(text.translate(_NO_MORE_MARKUP)))


def visible_text(text: str) -> str:
    """Do as ``clean_text`` does, but leave markup and personal data; for names and ids."""
    if not (text.isascii() and text.isprintable()):
        text = _normal_form("".join(map(_shown, text)))
    return " ".join(text.split())


def is_changed(written: str, stored: str) -> bool:
    """Tell whether cleaning took something out, beyond spaces and forms of the same character."""
    return written != stored and " ".join(_normal_form(written).split()) != stored


def joined_text(title: pd.Series[Any], message: pd.Series[Any]) -> pd.Series[Any]:
    """Join titles and messages to one text each; either may be missing."""
    title, message = (part.str.strip().replace("", None) for part in (title, message))
    stop = title.str[-1].isin(list(".!?。！？…")).map({True: " ", False: ". "})
    both = title + stop + message
    return both.fillna(message).fillna(title)


def text_hash(text: str) -> str:
    """Return 32 hex digits of the sha256 of a cleaned text; equal texts are scored once."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def pseudonym(author: str, key: bytes = b"") -> str:
    """Return a stable stand-in for a name, 16 hex digits.

    Parameters
    ----------
    key
        Secret of the lake, see ``author_key``; an empty one gives what anybody can work out.
    """
    named = f"author:{author}".encode()
    digest = hmac.digest(key, named, "sha256") if key else hashlib.sha256(named).digest()
    return digest.hex()[:16]


def _normal_form(text: str) -> str:
    normal = _NORMALISED.sub(
        lambda run: unicodedata.normalize("NFKC", run.group()), _with_few_marks(text)
    )
    return _with_few_marks(normal)


def _with_few_marks(text: str) -> str:
    return _FLOOD.sub(lambda run: _first_marks(run.group()), text)


def _first_marks(run: str) -> str:
    """Drop the marks on a letter beyond the first eight."""
    kept, marks = [], 0
    for character in run:
        marks = marks + 1 if unicodedata.combining(character) else 0
        if marks <= _MOST_MARKS:
            kept.append(character)
    return "".join(kept)


def _shown(character: str) -> str:
    category = unicodedata.category(character)
    if category in _INVISIBLE:
        return ""
    return " " if category in _BREAKS else character
