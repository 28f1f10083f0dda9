"""What training needs to go on after it was killed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from safetensors.torch import load_file, save_file

from signals.artefacts import current, publish, read_manifest
from signals.errors import ConfigError, ModelError, NotReady

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import torch

_TENSORS: Final = "state.safetensors"
_PLACE: Final = "place"
_KEY: Final = "fingerprint"


def save_checkpoint(
    folder: Path, tensors: Mapping[str, torch.Tensor], place: Mapping[str, Any], fingerprint: str
) -> None:
    """Write where training is; a death in the middle leaves the checkpoint before it."""

    def write(draft: Path) -> None:
        save_file({name: value.detach().contiguous() for name, value in tensors.items()},
                  draft / _TENSORS)  # fmt: skip

    publish(folder, write, {_PLACE: json.dumps(place), _KEY: fingerprint}, keep=2)


def load_checkpoint(
    folder: Path, fingerprint: str
) -> tuple[dict[str, torch.Tensor], dict[str, Any]] | None:
    """Read where training was; None when it never began or every checkpoint is damaged.

    Raises
    ------
    ConfigError
        When the checkpoint is of another plan, other data or another encoder.
    """
    try:
        version = current(folder)
    except (NotReady, ModelError):
        return None
    about = read_manifest(version)
    if about[_KEY] != fingerprint:
        raise ConfigError(
            f"{folder} holds the checkpoint of a training with another plan, other data or another "
            "encoder; go on with those, or start anew with --restart"
        )
    return load_file(version / _TENSORS), json.loads(about[_PLACE])


def flat_optimizer_state(optimizer: torch.optim.Optimizer) -> dict[str, torch.Tensor]:
    """Name each tensor that the optimizer remembers by the parameter's number."""
    return {
        f"optimizer.{number}.{name}": value
        for number, entry in optimizer.state_dict()["state"].items()
        for name, value in entry.items()
    }


def restore_optimizer(
    optimizer: torch.optim.Optimizer, tensors: Mapping[str, torch.Tensor]
) -> None:
    """Give back what ``flat_optimizer_state`` took."""
    state: dict[int, dict[str, torch.Tensor]] = {}
    for key, value in tensors.items():
        head, _, rest = key.partition(".")
        if head == "optimizer":
            number, _, name = rest.partition(".")
            state.setdefault(int(number), {})[name] = value
    optimizer.load_state_dict({**optimizer.state_dict(), "state": state})
