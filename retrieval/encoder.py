"""Texts to vectors: the seam, and an encoder that needs nothing but numpy."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Protocol

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

_FIRST_CJK = 0x2E80  # radicals, kana, hanzi, hangul: one character carries about one word
_CJK_SIZES = (1, 2)
_OTHER_SIZES = (3, 4, 5)
_MULTIPLIER = 0x9E3779B97F4A7C15


class Encoder(Protocol):
    """Turns texts into vectors whose inner product is their likeness in meaning.

    Attributes
    ----------
    encoder_id
        Names the weights: vectors of different ids must not be compared.
    dim
        Length of a vector.
    """

    @property
    def encoder_id(self) -> str: ...
    @property
    def dim(self) -> int: ...

    def encode_queries(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Encode questions. Returns shape (texts, dim), rows of length 1."""
        ...

    def encode_passages(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Encode texts to be found. Returns shape (texts, dim), rows of length 1."""
        ...


class HashingEncoder:
    """Likeness by shared character sequences: no weights, any language, no understanding.

    Sequences of one and two characters count in Chinese, of three to five elsewhere. Questions and
    passages are encoded alike. A text without any letter becomes a vector of zeros.
    """

    def __init__(self, dim: int = 512) -> None:
        self.dim = dim
        self.encoder_id = f"hashing-{dim}-v1"

    def encode_queries(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        return self.encode_passages(texts)

    def encode_passages(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        vectors = np.zeros((len(texts), self.dim), dtype=np.float32)
        for row, text in enumerate(texts):
            vectors[row] = self._counts(text)
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        np.divide(vectors, lengths, out=vectors, where=lengths > 0)
        return vectors

    def _counts(self, text: str) -> npt.NDArray[np.float32]:
        hashes = _sequences(text)
        signs = np.where(hashes >> np.uint64(63), 1.0, -1.0)
        slots = (hashes % np.uint64(self.dim)).astype(np.int64)
        counts = np.bincount(slots, weights=signs, minlength=self.dim)
        # the root keeps one repeated word from drowning the others
        return (np.sign(counts) * np.sqrt(np.abs(counts))).astype(np.float32)


def _sequences(text: str) -> npt.NDArray[np.uint64]:
    """Hash every character sequence that counts; words are kept apart by single spaces."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    spaced = "".join(c if c.isalnum() else " " for c in plain)
    padded = f" {' '.join(spaced.split())} "
    codes = np.frombuffer(padded.encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)
    is_cjk = codes >= _FIRST_CJK
    parts = [
        *(_windows(codes, is_cjk, size) for size in _CJK_SIZES),
        *(_windows(codes, ~is_cjk, size) for size in _OTHER_SIZES),
    ]
    return np.concatenate(parts)


def _windows(
    codes: npt.NDArray[np.uint64],
    counted: npt.NDArray[np.bool_],
    size: int,
) -> npt.NDArray[np.uint64]:
    if codes.size < size:
        return np.zeros(0, dtype=np.uint64)
    windows = np.lib.stride_tricks.sliding_window_view(codes, size)
    whole = np.lib.stride_tricks.sliding_window_view(counted, size).all(axis=1)
    hashes = np.full(int(whole.sum()), size, dtype=np.uint64)
    for place in range(size):
        hashes = _mixed(hashes ^ windows[whole, place])
    return hashes


def _mixed(values: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """Spread the bits; products wrap around at 64 bits, as meant."""
    product = values * np.uint64(_MULTIPLIER)
    return product ^ (product >> np.uint64(32))
