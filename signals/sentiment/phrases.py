"""What short runs of tokens say by themselves, beside what the layers make of the whole text.

A text of few words is often judged by a turn of phrase that the layers have smoothed over. Tokens
and pairs of neighbours are hashed into buckets that have weights of their own; a text that holds no
known one is left to the layers.

References
----------
Wang and Manning (2012), Baselines and bigrams, section 2, for the bag; Joulin et al. (2017), Bag of
tricks for efficient text classification, section 2.2, for hashing; Cheng et al. (2016), Wide & deep
learning, for adding both. Here the two are learnt apart, and how far the bag counts is fitted to
held-out texts, language by language.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.sparse import csr_array

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

BUCKETS: Final = 1 << 19
LONGEST: Final = 2
"""Tokens in a run, at most."""

# odd constants of xxHash, whose products spread neighbouring ids over all buckets
_SPREAD: Final = np.uint64(0x9E3779B185EBCA87)
_AGAIN: Final = np.uint64(0xC2B2AE3D27D4EB4F)
_HALF: Final = np.uint64(32)


@dataclass(frozen=True, slots=True)
class Phrases:
    """Weights of the buckets, each shape (BUCKETS,), float32.

    ``polarity`` speaks for positive against negative, ``neutral`` for neutral against both.
    """

    polarity: npt.NDArray[np.float32]
    neutral: npt.NDArray[np.float32]

    def logits(self, tokens: Sequence[Sequence[int]]) -> npt.NDArray[np.float32]:
        """Read texts given as token ids; shape (texts, 3): negative, neutral, positive."""
        found = runs_of(tokens)  # (texts, BUCKETS)
        polarity, neutral = found @ self.polarity, found @ self.neutral
        return np.stack([-polarity / 2, neutral, polarity / 2], axis=1).astype(np.float32)


def runs_of(tokens: Sequence[Sequence[int]]) -> csr_array:
    """Mark the buckets of each text's runs.

    Parameters
    ----------
    tokens
        Ids of each text.

    Returns
    -------
    scipy.sparse.csr_array
        Shape (texts, BUCKETS), float32; a marked bucket counts one over the root of how many its
        text has, so that long texts shout no louder.
    """
    texts = np.repeat(np.arange(len(tokens)), [len(ids) for ids in tokens])
    ids = np.array([token for ids in tokens for token in ids], dtype=np.uint64)
    places = [np.empty(0, dtype=np.int64)]
    run = np.zeros(len(ids), dtype=np.uint64)
    for more in range(LONGEST):
        inside = texts[: len(texts) - more] == texts[more:]  # runs stay within a text
        run = (run[: len(inside)] + ids[more:] + np.uint64(1)) * _SPREAD
        run ^= run >> _HALF
        bucket = ((run * _AGAIN) >> _HALF) % np.uint64(BUCKETS)
        places.append(texts[: len(inside)][inside] * BUCKETS + bucket[inside].astype(np.int64))
    rows, columns = np.divmod(np.unique(np.concatenate(places)), BUCKETS)
    counts = np.bincount(rows, minlength=len(tokens))
    starts = np.concatenate([[0], np.cumsum(counts)])
    return csr_array(
        (
            (1 / np.sqrt(counts[rows])).astype(np.float32),
            columns.astype(np.int32),
            starts.astype(np.int32),
        ),
        shape=(len(tokens), BUCKETS),
    )
