"""Complaints that questions ask for: which they name, and what tells texts that make them.

"Complaints about late delivery" lies near every complaint about a delivery, and shares no word with
"I am still waiting". Sentences written for the table ``complaints.toml`` show how each complaint is
worded in three languages; what sets their vectors apart points to texts like them in any.
"""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from signals import without_words, word_pattern

if TYPE_CHECKING:
    import re

    import numpy.typing as npt

    from retrieval.encoder import Encoder

_TABLE: Final = Path(__file__).with_name("complaints.toml")
_WORDS, _EXAMPLES = "words", "examples"
_PENALTY: Final = 1.0


def complaints_of(text: str) -> list[str]:
    """List the complaints that a question asks for, in the order of the table.

    Examples
    --------
    >>> complaints_of("what do they say about late parcels and missing parts?")
    ['late', 'incomplete']
    >>> complaints_of("delivery")
    []
    """
    return [name for name, pattern in _patterns().items() if pattern.search(text)]


def without_complaints(text: str) -> str:
    """Blank out, letter for letter, the words that name a complaint."""
    return without_words(text, _patterns().values())


def complaint_directions(encoder: Encoder) -> dict[str, npt.NDArray[np.float32]]:
    """Learn for each complaint the direction in which vectors of its texts lie.

    Encodes some 200 short sentences.

    Returns
    -------
    dict
        Shape (dim,) each, float32, unit length: the slopes of a ridge regression that tells the
        sentences of a complaint from all others, so that what all complaints share counts little.
        Zeros where the encoder tells nothing apart.
    """
    examples = [
        (name, sentence)
        for name, told in _table().items()
        for sentences in told[_EXAMPLES].values()
        for sentence in sentences
    ]
    vectors = encoder.encode_passages([sentence for _, sentence in examples])
    centred = vectors - vectors.mean(axis=0)  # (sentences, dim)
    gram = centred.T @ centred + _PENALTY * np.eye(encoder.dim, dtype=np.float32)
    names = [*_patterns()]
    told = np.array([[name == own for own in names] for name, _ in examples], dtype=np.float32)
    slopes = np.linalg.solve(gram, centred.T @ told)  # (dim, complaints)
    lengths = np.linalg.norm(slopes, axis=0)
    np.divide(slopes, lengths, out=slopes, where=lengths > 0)
    return {name: slopes[:, place].astype(np.float32) for place, name in enumerate(names)}


@lru_cache(maxsize=1)
def _table() -> dict[str, Any]:
    return tomllib.loads(_TABLE.read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def _patterns() -> dict[str, re.Pattern[str]]:
    return {name: word_pattern(told[_WORDS]) for name, told in _table().items() if _WORDS in told}
