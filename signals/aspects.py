"""What texts are about: thirteen aspects, and a table of words for twelve of them."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from signals.patterns import without_words, word_pattern

if TYPE_CHECKING:
    import re
    from collections.abc import Container, Sequence

ASPECTS: Final[tuple[str, ...]] = (
    "quality", "price", "delivery", "service", "packaging", "look", "fit", "use", "battery",
    "screen", "sound", "taste", "other",
)  # fmt: skip
"""In this order everywhere. Fit: size and comfort; use: ease of use, setup, cleaning and effect;
sound: noise too; taste: smell too; other: something else that is specific."""

_TABLE = Path(__file__).with_name("aspects.toml")
_LEAST_SHARE = 0.2


def aspects_of(text: str, among: Container[str] = ASPECTS) -> list[str]:
    """List the aspects that a text mentions by a word of the table, in the order of ``ASPECTS``.

    No word stands for ``other``, so that it is never in the list.

    Parameters
    ----------
    among
        Only these are looked for.

    Examples
    --------
    >>> aspects_of("The battery is empty after two hours and delivery was late.")
    ['delivery', 'battery']
    """
    patterns = _patterns().items()
    return [aspect for aspect, pattern in patterns if aspect in among and pattern.search(text)]


def without_aspects(text: str) -> str:
    """Blank out, letter for letter, the words that name an aspect."""
    return without_words(text, _patterns().values())


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
    return {aspect: word_pattern(table[aspect]) for aspect in ASPECTS if aspect in table}
