"""The tuned weights on disk: 8 bits a number and a scale a row; lists of numbers in 16 bits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import torch
from safetensors.torch import load_file, save_file

from signals.sentiment.phrases import Phrases

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

TUNED_FILE: Final = "model.safetensors"

_SCALE: Final = ".scale"
_PHRASES: Final = "phrases."
_LARGEST: Final = 127


def save_rows(state: Mapping[str, torch.Tensor], file: Path) -> None:
    """Write matrices as int8 with one float16 scale a row, everything else as float16."""
    packed: dict[str, torch.Tensor] = {}
    for name, values in state.items():
        if values.ndim < 2:
            packed[name] = values.half().contiguous()
            continue
        scale = (values.abs().amax(1, keepdim=True) / _LARGEST).clamp(min=1e-7).half().float()
        packed[name] = (values / scale).round().clamp(-_LARGEST, _LARGEST).to(torch.int8)
        packed[name + _SCALE] = scale.half()
    save_file(packed, file)


def save_tuned_parts(
    network: Mapping[str, torch.Tensor], phrases: Phrases | None, file: Path
) -> None:
    """Write the state of a network, and what runs of tokens say where that was learnt."""
    parts = dict(network)
    if phrases is not None:
        parts[_PHRASES + "polarity"] = torch.from_numpy(phrases.polarity)
        parts[_PHRASES + "neutral"] = torch.from_numpy(phrases.neutral)
    save_rows(parts, file)


def load_tuned_parts(file: Path) -> tuple[dict[str, torch.Tensor], Phrases | None]:
    """Read what ``save_tuned_parts`` wrote."""
    network = load_rows(file)
    own = {name: network.pop(name).numpy() for name in list(network) if name.startswith(_PHRASES)}
    if not own:
        return network, None
    return network, Phrases(own[_PHRASES + "polarity"], own[_PHRASES + "neutral"])


def load_rows(file: Path) -> dict[str, torch.Tensor]:
    """Read what ``save_rows`` wrote, as float32."""
    packed = load_file(file)
    return {
        name: values.float() * packed[name + _SCALE].float()
        if values.dtype is torch.int8
        else values.float()
        for name, values in packed.items()
        if not name.endswith(_SCALE)
    }
