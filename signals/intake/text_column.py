"""Which column of a file holds the texts, where nobody said so."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from signals.errors import DataError
from signals.frames import Col
from signals.intake.column_map import plain_name
from signals.intake.column_names import SYNONYMS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_WORD: Final = re.compile(r"[^\W\d_]+")
_HAN: Final = re.compile("[\u3400-\u9fff]")
_FEWEST_WORDS: Final = 2.0  # a column of single words is a category, not a text


def find_text_column(sample: Mapping[str, Sequence[str | None]], named: str | None = None) -> str:
    """Find the column that holds the texts.

    Parameters
    ----------
    sample
        Some values of every column, as texts.
    named
        What a person said; None takes a column whose name says that it holds texts, else the one
        with the most words a row.

    Raises
    ------
    DataError
        When the column named is not there, or no column reads like texts; lists the columns.

    Examples
    --------
    >>> find_text_column({"id": ["a1", "a2"], "said": ["it works very well", "非常好用"]})
    'said'
    """
    columns = list(sample)
    if named is not None:
        if named not in sample:
            raise DataError(f"there is no column {named!r}; the columns are {columns}")
        return named
    words = {column: _mean_words(values) for column, values in sample.items()}
    likely = {plain_name(name) for name in (Col.TEXT, *SYNONYMS[Col.TEXT])}
    by_name = [c for c in columns if plain_name(c) in likely and words[c] > 0]
    readable = by_name or [c for c in columns if words[c] >= _FEWEST_WORDS]
    if not readable:
        raise DataError(
            f"no column reads like texts; name the one to score: --text COLUMN, one of {columns}"
        )
    return max(readable, key=lambda column: words[column])


def _mean_words(values: Sequence[str | None]) -> float:
    """Count words a filled row, a Chinese character as half a word."""
    filled = [value for value in values if value]
    words = sum(
        len(_WORD.findall(_HAN.sub(" ", value))) + 0.5 * len(_HAN.findall(value))
        for value in filled
    )
    return words / max(1, len(filled))
