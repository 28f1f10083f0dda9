"""Low-rank adapters: train a few matrices beside frozen layers, then melt them into the layers."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Final

from signals.errors import MissingExtra

if TYPE_CHECKING:
    from transformers.models.bert.modeling_bert import BertEncoder

_TARGETS: Final = r".*\.(query|key|value|dense)"


def add_adapters(layers: BertEncoder, rank: int) -> None:
    """Freeze the layers and put an adapter beside each of their linear maps.

    References
    ----------
    Hu et al. (2021), LoRA: low-rank adaptation of large language models. Scaled by 1: alpha is the
    rank.
    """
    try:
        from peft import LoraConfig, inject_adapter_in_model
    except ImportError as error:
        raise MissingExtra("peft", "train") from error
    layers.requires_grad_(False)
    config = LoraConfig(r=rank, lora_alpha=rank, target_modules=_TARGETS, lora_dropout=0.0)
    inject_adapter_in_model(config, layers)


def melted(layers: BertEncoder) -> BertEncoder:
    """Return a copy in which the adapters have become part of the linear maps."""
    from peft.tuners.lora import LoraLayer

    layers = copy.deepcopy(layers)
    for name, module in list(layers.named_modules()):
        if isinstance(module, LoraLayer):
            module.merge()
            parent, _, child = name.rpartition(".")
            setattr(layers.get_submodule(parent), child, module.get_base_layer())
    return layers
