"""The language a question is asked in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agent.language.language import LANGUAGES
from agent.understanding.folding import folded
from agent.understanding.questions import questions
from signals import detect_language

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agent.understanding.catalogue import Match

_HAN = re.compile(r"[\u4e00-\u9fff]")
_WORD = re.compile(r"[^\W\d_]+")
_CHINESE, _LATIN = "zh", ("en", "pt")


def language_of(text: str, names: Sequence[Match], usual: str) -> str:
    """Tell the language of a question.

    Names of the catalogue say nothing of it, in whatever script they are. It is Chinese where there
    are more Chinese characters than common words of another language; else the language that knows
    more of the words as common ones; where none knows any, a language detector tells. Else it is
    the usual one.

    Parameters
    ----------
    usual
        Language of the conversation so far, or of the shop.
    """
    rest = text
    for match in names:
        rest = rest[: match.start] + " " * (match.end - match.start) + rest[match.end :]
    plain = _WORD.findall(folded(rest).casefold())
    known = {code: sum(word in questions(code).stopwords for word in plain) for code in _LATIN}
    most = max(known.values())
    if len(_HAN.findall(rest)) > most:
        return _CHINESE
    best = [code for code, count in known.items() if count == most]
    if most:
        return best[0] if len(best) == 1 else usual
    if not plain:
        return _CHINESE if _HAN.search(text) else usual
    detected = detect_language(rest)
    return detected if detected in LANGUAGES else usual
