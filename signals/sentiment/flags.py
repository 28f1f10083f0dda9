"""What is odd about a text, so that its score is read with care; and which part of it is read."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final

from signals.clean import clean_text, visible_text
from signals.markup import has_markup

LOOKED_AT: Final = 20_000
"""Characters of a text as it is written that are looked at, so that a megabyte takes no seconds."""
MOST_READ: Final = 4_096
"""Characters of a cleaned text that a scorer is given: 256 tokens of 16, the longest e5 knows."""

_TOKENS: Final = 256
_CHARS_PER_TOKEN: Final = 4.0
_HAN_PER_TOKEN: Final = 1.4
_TUNED_FOR: Final = frozenset({"en", "zh", "pt"})
_MANY: Final = 3  # letters of a script that make it more than a smiley or a sign
_SHARE: Final = 0.2

_LATIN: Final = "A-Za-z\xaa\xba\xc0-\u024f\u1e00-\u1eff"
_CJK: Final = "\u1100-\u11ff\u3005-\u3007\u3040-\u30ff\u3100-\u318f\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U000323af"  # noqa: E501
_OTHERS: Final = {
    "Cyrillic": "\u0400-\u052f\u1c80-\u1c8f",
    "Greek": "\u0370-\u03ff\u1f00-\u1fff",
    "Armenian": "\u0530-\u058f",
    "Cherokee": "\u13a0-\u13ff\uab70-\uabbf",
    "Hebrew": "\u0590-\u05ff",
    "Arabic": "\u0600-\u06ff\u0750-\u077f\u0870-\u08ff",
    "Indic": "\u0900-\u0dff",
    "Thai and Lao": "\u0e00-\u0eff",
    "Georgian": "\u10a0-\u10ff",
}
_UNITS: Final = "\u03bc\u03a9\u03c0\u03bb\u0394\u03a6"  # Greek letters that stand beside Latin ones
_ALIKE: Final = "".join(_OTHERS[name] for name in ("Cyrillic", "Greek", "Armenian", "Cherokee"))
_MIXED_WORD: Final = re.compile(
    rf"[{_LATIN}](?![{_UNITS}])[{_ALIKE}]|(?![{_UNITS}])[{_ALIKE}][{_LATIN}]"
    rf"|[{_OTHERS['Cyrillic']}][{_OTHERS['Greek']}]|[{_OTHERS['Greek']}][{_OTHERS['Cyrillic']}]"
)
_SCRIPTS: Final = {name: re.compile(f"[{letters}]") for name, letters in _OTHERS.items()}
_LATIN_LETTER: Final = re.compile(f"[{_LATIN}]")
_CJK_LETTER: Final = re.compile(f"[{_CJK}]")
_FOREIGN: Final = re.compile(rf"[^\W\d_{_LATIN}{_CJK}]")

_LETTER: Final = re.compile(r"[^\W\d_]")
_SEEN: Final = re.compile(r"[^\s\u0300-\u036f\u20d0-\u20ff\ufe00-\ufe0f\u115f\u1160\u2800]")
_RIGHT_TO_LEFT: Final = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
# joiners between emoji, or between letters of scripts that need them, are as they should be
_INVISIBLE: Final = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u206f\ue000-\uf8ff\ufff9-\ufffb\U000f0000-\U0010fffd]|(?<!^)\ufeff"
    f"|(?<=[0-9{_LATIN}{_CJK} ])[\u200c\u200d]|[\u200c\u200d](?=[0-9{_LATIN}{_CJK} ])"
    "|(?<![\U0001f3f4\U000e0020-\U000e007f])[\U000e0001-\U000e007f]"
)
_UNDECODABLE: Final = re.compile("[\ufffd\ud800-\udfff]")
_MARKUP_SIGN: Final = re.compile("[<&＜＆]")
_PLACEHOLDER: Final = re.compile("<(?:email|phone|id-card|bank-card|cpf|qq|wechat)>")


class Flag(StrEnum):
    """What is odd about a text; its value is what files say."""

    EMPTY = "empty"
    """Nothing to read once cleaned; there is no score."""
    NO_WORDS = "no_words"
    """Emoji, punctuation or digits only; e5 knows the common emoji, so there is a score."""
    TRUNCATED = "truncated"
    """Most likely longer than the 256 tokens that are read, judged by its characters."""
    TOO_LONG = "too_long"
    """Longer than 20,000 characters; only its start was looked at."""
    HTML = "html"
    """Tags or entities of HTML were taken out before it was read."""
    INVISIBLE = "invisible"
    """Zero-width, control, bidirectional or private characters were taken out."""
    UNDECODABLE = "undecodable"
    """Holds U+FFFD or halves of characters: it was damaged before it came here."""
    RIGHT_TO_LEFT = "right_to_left"
    """Holds letters of a script that runs from right to left."""
    MIXED_SCRIPT = "mixed_script"
    """Scripts mixed within a word, as look-alikes do, or several scripts that seldom meet."""
    UNKNOWN_LANGUAGE = "unknown_language"
    """Not English, Chinese or Portuguese; the model was not tuned for it."""
    PERSONAL_DATA = "personal_data"
    """Addresses or numbers of persons were masked before it was read."""


def text_to_read(written: str) -> str:
    """Clean the start of a text, as far as a scorer reads it; bounded work for any text."""
    return clean_text(written[:LOOKED_AT])[:MOST_READ].rstrip()


def is_readable(cleaned: str) -> bool:
    """Tell whether anything can be seen in a text, be it one emoji."""
    return _SEEN.search(cleaned) is not None


def flags_of(written: str, cleaned: str, lang: str) -> tuple[Flag, ...]:
    r"""List what is odd about a text.

    Parameters
    ----------
    written
        The text as it came.
    cleaned
        What ``clean_text`` or ``text_to_read`` made of it.
    lang
        Its language, as ``detect_language`` tells it or as a person said.

    Examples
    --------
    >>> flags_of("so <b>gооd</b>\u200b", "so gооd", "en")
    (<Flag.HTML: 'html'>, <Flag.INVISIBLE: 'invisible'>, <Flag.MIXED_SCRIPT: 'mixed_script'>)
    """
    start = written[:LOOKED_AT]
    seen = is_readable(cleaned)
    bare = _PLACEHOLDER.sub("", cleaned)
    has_words = _LETTER.search(bare) is not None
    holds = {
        Flag.EMPTY: not seen,
        Flag.NO_WORDS: seen and not has_words,
        Flag.TRUNCATED: _is_truncated(cleaned),
        Flag.TOO_LONG: len(written) > LOOKED_AT,
        Flag.HTML: _MARKUP_SIGN.search(start) is not None and has_markup(visible_text(start)),
        Flag.PERSONAL_DATA: _count_masks(cleaned) > _count_masks(start),
    }
    if not start.isascii() or not start.isprintable():
        holds[Flag.INVISIBLE] = _INVISIBLE.search(start) is not None
        holds[Flag.UNDECODABLE] = _UNDECODABLE.search(start) is not None
        holds[Flag.RIGHT_TO_LEFT] = _RIGHT_TO_LEFT.search(cleaned) is not None
        holds[Flag.MIXED_SCRIPT] = _mixes_scripts(cleaned)
    holds[Flag.UNKNOWN_LANGUAGE] = has_words and lang not in _TUNED_FOR
    return tuple(flag for flag in Flag if holds.get(flag))


def _is_truncated(cleaned: str) -> bool:
    """Judge by characters a token; right for 97 % of long reviews."""
    if len(cleaned) <= _HAN_PER_TOKEN * _TOKENS:
        return False
    han = len(_CJK_LETTER.findall(cleaned))
    tokens = han / _HAN_PER_TOKEN + (len(cleaned) - han) / _CHARS_PER_TOKEN
    return tokens > _TOKENS


def _count_masks(text: str) -> int:
    return len(_PLACEHOLDER.findall(text)) if "<" in text else 0


def _mixes_scripts(cleaned: str) -> bool:
    if not _FOREIGN.search(cleaned):
        return False
    if _MIXED_WORD.search(cleaned):
        return True
    letters = {name: len(script.findall(cleaned)) for name, script in _SCRIPTS.items()}
    foreign = [count for count in letters.values() if count >= _MANY]
    latin, cjk = (len(script.findall(cleaned)) for script in (_LATIN_LETTER, _CJK_LETTER))
    if len(foreign) > 1 or (foreign and cjk >= _MANY):
        return True
    return bool(foreign) and min(latin, foreign[0]) >= max(_MANY, _SHARE * (latin + foreign[0]))
