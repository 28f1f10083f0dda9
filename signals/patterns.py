"""Words of three languages as one pattern."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_REST = re.compile(r"[^\W\u3400-\u9fff]*")
"""The rest of a word that a match begins; Chinese words have none."""


def word_pattern(words: Mapping[str, Iterable[str]]) -> re.Pattern[str]:
    """Match any of some words, whatever their case.

    Parameters
    ----------
    words
        ``en`` and ``pt`` match at a word's beginning, as whole words when a blank ends them; ``zh``
        matches anywhere.

    Examples
    --------
    >>> found = word_pattern({"en": ["late "], "pt": ["atras"], "zh": ["晚到"]})
    >>> [bool(found.search(text)) for text in ("It was late.", "Latest news", "又晚到了")]
    [True, False, True]
    """
    spaced = "|".join(
        re.escape(word.rstrip()) + (r"\b" if word.endswith(" ") else "")
        for word in (*words["en"], *words["pt"])
    )
    chinese = [re.escape(word) for word in words["zh"]]
    return re.compile("|".join([rf"\b(?:{spaced})", *chinese]), re.IGNORECASE)


def without_words(text: str, patterns: Iterable[re.Pattern[str]]) -> str:
    """Blank out, letter for letter, each word that a pattern matches the beginning of.

    Examples
    --------
    >>> late = word_pattern({"en": ["late "], "pt": ["atras"], "zh": ["晚到"]})
    >>> without_words("entrega atrasada", [late]).split()
    ['entrega']
    """
    for pattern in patterns:
        for match in pattern.finditer(text):
            rest = None if match[0][-1:] >= "\u3400" else _REST.match(text, match.end())
            end = rest.end() if rest else match.end()
            text = text[: match.start()] + " " * (end - match.start()) + text[end:]
    return text
