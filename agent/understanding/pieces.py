"""Pieces of a question: the words, pairs and stems that a head can learn by heart.

References
----------
Weinberger et al. (2009), "Feature hashing for large scale multitask learning"; pieces are given
places without the signs of the paper.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Final
from zlib import crc32

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

PLACES: Final = 2**14
"""Where pieces are counted; two may share one."""
_STEM: Final = 5
_LONGEST_RUN: Final = 3
_RUN = re.compile(r"[\u4e00-\u9fff]+|[^\W_\u4e00-\u9fff]+(?:['’][^\W_]+)?|%")


def pieces_of(text: str) -> list[str]:
    """Cut a text into words, pairs of neighbours and stems, or runs of Chinese characters.

    Examples
    --------
    >>> pieces_of("sales dropped")
    ['sales', 'dropped', 'sales dropped', 'dropp-']
    >>> pieces_of("销量")
    ['销', '量', '销量']
    """
    runs = [match[0] for match in _RUN.finditer(text)]
    words = [run for run in runs if not _is_han(run)]
    han = [
        run[start : start + length]
        for run in runs
        if _is_han(run)
        for length in range(1, _LONGEST_RUN + 1)
        for start in range(len(run) - length + 1)
    ]
    pairs = [f"{first} {second}" for first, second in pairwise(words)]
    return [*han, *words, *pairs, *(f"{word[:_STEM]}-" for word in words if len(word) > _STEM)]


def places_of(text: str) -> npt.NDArray[np.int64]:
    """Give the places of the pieces of a text, each once; shape (places found,)."""
    return np.unique([crc32(piece.encode()) % PLACES for piece in pieces_of(text)]).astype(np.int64)


def _is_han(run: str) -> bool:
    return "\u4e00" <= run[0] <= "\u9fff"
