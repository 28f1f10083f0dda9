"""Texts cut into words: Chinese by a dictionary, other scripts at spaces and signs."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from signals.words.gazetteer import fold
from signals.words.stop_words import STOP_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterator

_MASKED: Final = re.compile(r"<\w+>|https?://\S+|[@]\w+")
_RUN: Final = re.compile(
    r"[\u3400-\u9fff\uf900-\ufaff]+"
    r"|[^\W\d_\u3400-\u9fff\uf900-\ufaff](?:[^\W_\u3400-\u9fff\uf900-\ufaff]|['’-](?=\w))*"
    r"|\s+|."
)
_SEARCHED: Final = re.compile(
    r"[\u3400-\u9fff\uf900-\ufaff]+"
    r"|[^\W_\u3400-\u9fff\uf900-\ufaff]+(?:'[^\W\d_\u3400-\u9fff\uf900-\ufaff]+)?"
)
_LEAST_LETTERS: Final = 3
_LEAST_HAN: Final = 2


def terms_of(text: str) -> set[str]:
    """List the one- and two-word terms of a text, lower case, without stop words.

    Two words make a term when they stand side by side with nothing but a space between them.

    Examples
    --------
    >>> sorted(terms_of("The battery life is poor."))
    ['battery', 'battery life', 'life', 'poor']
    >>> sorted(terms_of("电池续航很差"))
    ['很差', '电池', '电池续航', '续航', '续航很差']
    """
    terms: set[str] = set()
    before = ""
    for word in _words(_MASKED.sub(" . ", text)):
        if word:
            terms.add(word)
            if before and before != word:
                terms.add(before + ("" if _is_han(before) and _is_han(word) else " ") + word)
        before = word
    return terms


def words_of(text: str) -> list[str]:
    """List words and numbers of a text in order, folded, but for stop words: what search compares.

    Examples
    --------
    >>> words_of("Péssimo! The P30 doesn't charge")
    ['pessimo', 'p30', 'charge']
    >>> words_of("电池续航2小时")
    ['电池', '续航', '2', '小时']
    """
    runs = _SEARCHED.findall(text.replace("’", "'"))
    words = (w for run in runs for w in (_dictionary().cut(run) if _is_han(run) else [run]))
    return [word for word in map(fold, words) if word not in STOP_WORDS]


def _words(text: str) -> Iterator[str]:
    """Yield the words that count; an empty one where a sign or a stop word parts them."""
    for run in _RUN.findall(text.lower()):
        if run.isspace():
            continue
        for word in _dictionary().cut(run) if _is_han(run) else [run]:
            least = _LEAST_HAN if _is_han(word) else _LEAST_LETTERS
            yield "" if len(word) < least or fold(word).replace("’", "'") in STOP_WORDS else word


def _is_han(text: str) -> bool:
    return "\u3400" <= text[0] <= "\u9fff" or "\uf900" <= text[0] <= "\ufaff"


@lru_cache(maxsize=1)
def _dictionary() -> Any:  # noqa: ANN401 - the library has no types
    """Load the Chinese dictionary, 0.3 s, once a process."""
    import rjieba

    return rjieba
