"""Words of three languages as one pattern."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


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
