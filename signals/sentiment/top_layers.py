"""Upper layers of the encoder tuned to another end than vectors, with the heads that read them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

import torch

from signals.artefacts import damage, write_manifest
from signals.errors import ModelError
from signals.sentiment.layers import run_layers, unit_vectors
from signals.sentiment.tuned_file import TUNED_FILE, load_rows, save_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    import numpy as np
    import numpy.typing as npt
    from transformers.models.bert.modeling_bert import BertEncoder

    from signals.sentiment.layers import TokenBatch

_Numbers: TypeAlias = "npt.NDArray[np.float32]"

LAYERS: Final = "layers."
"""What the names of the layers' weights begin with in a file; the other tensors are heads."""


class TunedTop:
    """Reads questions through the encoder's lower layers, then its own upper ones and tuned ones.

    Parameters
    ----------
    lower
        Runs the lower layers over a text.
    layers
        What is above them: the encoder's own, and those that were tuned.
    locate
        Turns stretches of characters of a text into stretches of tokens: first, and after the last.
    heads
        What else the file holds, by name.
    """

    def __init__(
        self,
        lower: Callable[[str], TokenBatch],
        layers: tuple[BertEncoder, BertEncoder],
        locate: Callable[[str, Sequence[tuple[int, int]]], list[tuple[int, int]]],
        heads: Mapping[str, torch.Tensor],
    ) -> None:
        self._lower = lower
        self._own, self._tuned = layers
        self.locate = locate
        self.heads = {name: values.numpy() for name, values in heads.items()}

    @torch.inference_mode()
    def read(self, text: str) -> tuple[_Numbers, _Numbers]:
        """Read a question: the tuned states of its tokens (tokens, W), and its vector (W,)."""
        batch = self._lower(text)
        vector = unit_vectors(run_layers(self._own, batch.hidden, batch.mask), batch.mask)
        hidden = run_layers(self._tuned, batch.hidden, batch.mask)
        states: _Numbers = hidden[0][batch.mask[0]].float().cpu().numpy()
        return states, vector[0]


def save_tuned_top(state: Mapping[str, torch.Tensor], folder: Path, encoder_id: str) -> None:
    """Write the weights of layers and heads, with a manifest, in place of what was there."""
    folder.mkdir(exist_ok=True)
    save_rows(state, folder / TUNED_FILE)
    (folder / TUNED_FILE).chmod(0o644)  # safetensors leaves it to its owner alone
    write_manifest(folder, {"encoder_id": encoder_id})


def load_tuned_top(folder: Path) -> tuple[dict[str, torch.Tensor], dict[str, torch.Tensor]]:
    """Read what ``save_tuned_top`` wrote: the weights of layers, and the heads.

    Raises
    ------
    ModelError
        When the files are missing, or differ from their manifest.
    """
    problems = damage(folder)
    if problems:
        raise ModelError(
            f"the reader of questions cannot be used: {folder} is damaged: {'; '.join(problems)}; "
            "install groundswell again"
        )
    heads = load_rows(folder / TUNED_FILE)
    own = {name: heads.pop(name) for name in list(heads) if name.startswith(LAYERS)}
    return {name.removeprefix(LAYERS): values for name, values in own.items()}, heads


def count_layers(state: Mapping[str, torch.Tensor]) -> int:
    """Count the layers whose weights a state holds, named as ``BertEncoder`` does."""
    return len({name.split(".")[1] for name in state})
