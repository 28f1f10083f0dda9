"""Layers of a BERT over texts of like length, and what is made of their tokens."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import nn

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from transformers.models.bert.modeling_bert import BertEncoder


@dataclass(frozen=True, slots=True)
class TokenBatch:
    """Texts of like length after some layers.

    ``rows`` says which of the given texts they are; ``mask`` is shape (B, T), true on tokens;
    ``hidden`` is shape (B, T, W).
    """

    rows: npt.NDArray[np.int64]
    mask: torch.Tensor
    hidden: torch.Tensor


def run_layers(
    layers: BertEncoder,
    hidden: torch.Tensor,
    mask: torch.Tensor,
    start: int = 0,
    stop: int | None = None,
) -> torch.Tensor:
    """Run layers ``start`` to ``stop`` over hidden states (B, T, W); the mask is shape (B, T)."""
    attended = None if bool(mask.all()) else mask[:, None, None, :]  # (B, 1, 1, T)
    for layer in layers.layer[start:stop]:
        hidden = layer(hidden, attended)
    return hidden  # (B, T, W)


def learning_copy(layers: BertEncoder) -> BertEncoder:
    """Copy layers in float32, free to learn, without dropout inside.

    In there it costs a third of the time on a CPU.
    """
    own = copy.deepcopy(layers).float()
    own.requires_grad_(True)
    for module in own.modules():
        if isinstance(module, nn.Dropout):
            module.p = 0.0
    return own


def mean_pool(hidden: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """Average the tokens of each text, in float32; shape (B, W)."""
    weights = mask.unsqueeze(-1).float()  # (B, T, 1)
    return (hidden.float() * weights).sum(1) / weights.sum(1)


def unit_vectors(hidden: torch.Tensor, mask: torch.Tensor) -> npt.NDArray[np.float32]:
    """Average the tokens of each text and scale to unit length; shape (B, W), float32."""
    unit = nn.functional.normalize(mean_pool(hidden, mask))
    vectors: npt.NDArray[np.float32] = unit.cpu().numpy()
    return vectors
