"""Train the fusion network on what a forecast missed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import torch
from torch.nn.functional import smooth_l1_loss

from forecasting.fusion.network import WIDEST, FusionNetwork

if TYPE_CHECKING:
    import numpy.typing as npt

    from forecasting.fusion.heard import Heard
    from forecasting.grid import FloatArray

_EPOCHS: Final = 12
_PATIENCE: Final = 2
_BATCH: Final = 1024
_RATE: Final = 1.5e-3
_DECAY: Final = 0.05
_BEND: Final = 0.25  # log units up to which a miss counts by its square
_MOST_ROWS: Final = 60_000  # an epoch sees so many of the rows


@dataclass(frozen=True, slots=True)
class Lesson:
    """Signals and how far the outcomes exceeded the forecasts, in log units, shape (rows,)."""

    heard: Heard
    misses: FloatArray


@dataclass(frozen=True, slots=True)
class Learnt:
    """A trained network, and after how many passes over its lesson it was best."""

    network: FusionNetwork
    epochs: int

    @torch.inference_mode()
    def correct(self, heard: Heard) -> FloatArray:
        """Say how far outcomes will exceed the forecasts, in log units, shape (rows,)."""
        self.network.eval()
        moved = self.network(*_tensors(heard))
        return np.asarray(moved.double().numpy())


def learn(
    lesson: Lesson, seed: int, *, held_out: Lesson | None = None, epochs: int = _EPOCHS
) -> Learnt:
    """Train until the held-out lesson is told no better, or for a number of epochs without one.

    Parameters
    ----------
    epochs
        At most so many; without ``held_out`` exactly so many.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        heard = lesson.heard
        sizes, beside = (
            {name: vectors.table.shape[1] for name, vectors in part.items()}
            for part in (heard.blocks, heard.beside)
        )
        network = FusionNetwork(sizes, heard.context.shape[1], beside)
        optimizer = torch.optim.AdamW(network.parameters(), lr=_RATE, weight_decay=_DECAY)
        random = np.random.default_rng(seed)
        best, kept, reached = np.inf, network.state_dict(), 0
        for epoch in range(1, epochs + 1):
            _pass(network, optimizer, lesson, random)
            if held_out is None:
                reached = epoch
                continue
            loss = miss_loss(held_out.misses, Learnt(network, epoch).correct(held_out.heard)).mean()
            if loss < best:
                best, reached = loss, epoch
                kept = {name: value.clone() for name, value in network.state_dict().items()}
            elif epoch - reached >= _PATIENCE:
                break
        if held_out is not None:
            network.load_state_dict(kept)
    return Learnt(network.eval(), reached)


def miss_loss(misses: FloatArray, corrections: FloatArray) -> FloatArray:
    """Say what is left of each miss, in absolute log units; shape (rows,)."""
    return np.abs(np.clip(misses, -2 * WIDEST, 2 * WIDEST) - corrections)


def _pass(
    network: FusionNetwork,
    optimizer: torch.optim.Optimizer,
    lesson: Lesson,
    random: np.random.Generator,
) -> None:
    """Show the network every row of the lesson once, or a fresh sample of a long one."""
    network.train()
    order = random.permutation(len(lesson.misses))[:_MOST_ROWS]
    for start in range(0, len(order), _BATCH):
        rows: npt.NDArray[np.int64] = order[start : start + _BATCH]
        part = lesson.heard.take(rows)
        moved = network(*_tensors(part))
        missed = torch.from_numpy(np.clip(lesson.misses[rows], -2 * WIDEST, 2 * WIDEST)).float()
        loss = smooth_l1_loss(moved, missed, beta=_BEND)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


def _tensors(heard: Heard) -> tuple[torch.Tensor, dict[str, torch.Tensor], dict[str, torch.Tensor]]:
    blocks, beside = (
        {name: torch.from_numpy(vectors.dense()) for name, vectors in part.items()}
        for part in (heard.blocks, heard.beside)
    )
    return torch.from_numpy(heard.context), blocks, beside
