"""The tuned weights on disk: 8 bits a number and a scale a row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import torch
from safetensors.torch import load_file, save_file

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

TUNED_FILE: Final = "model.safetensors"

_SCALE: Final = ".scale"
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
