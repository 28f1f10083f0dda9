"""What texts are about, by a small table of words in English, Chinese and Portuguese."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_TABLE = Path(__file__).with_name("aspects.toml")
_LEAST_SHARE = 0.2


def aspects_of(text: str) -> list[str]:
    """List the aspects that a text mentions, in the order of the table.

    Examples
    --------
    >>> aspects_of("The battery is empty after two hours and delivery was late.")
    ['battery', 'delivery']
    """
    return [aspect for aspect, pattern in _patterns().items() if pattern.search(text)]


def main_aspect(texts: Sequence[str]) -> str | None:
    """Return the aspect most texts mention; None when no aspect is in a fifth of them."""
    counts = dict.fromkeys(_patterns(), 0)
    for text in texts:
        for aspect in aspects_of(text):
            counts[aspect] += 1
    most = max(counts, key=lambda aspect: counts[aspect])
    return most if texts and counts[most] >= max(1, _LEAST_SHARE * len(texts)) else None


@lru_cache(maxsize=1)
def _patterns() -> dict[str, re.Pattern[str]]:
    table = tomllib.loads(_TABLE.read_text(encoding="utf-8"))
    return {
        aspect: re.compile(
            "|".join(
                [
                    rf"\b(?:{'|'.join(re.escape(w) for w in (*words['en'], *words['pt']))})",
                    *(re.escape(word) for word in words["zh"]),
                ]
            ),
            re.IGNORECASE,
        )
        for aspect, words in table.items()
    }
