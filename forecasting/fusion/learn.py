"""Train the fusion network on what a forecast missed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np
import torch
from torch.nn.functional import smooth_l1_loss

from forecasting.fusion.network import WIDEST, FusionNetwork
from forecasting.fusion.ridge import sums_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy.typing as npt

    from forecasting.fusion.heard import Heard
    from forecasting.fusion.ridge import Ridge
    from forecasting.grid import FloatArray

_EPOCHS: Final = 12
_STRENGTHS: Final = (4.0, 16.0, 64.0, 256.0)
_WORTH: Final = 0.998  # share of a loss that has to be left for a network to be worth it
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
class Effort:
    """How much is learnt of a lesson.

    Parameters
    ----------
    epochs
        Passes of the network over the lesson; 0 leaves what signals say by themselves.
    strength
        How far that is held back, see `Sums.ridge`.
    """

    epochs: int
    strength: float


def usual_effort(efforts: Sequence[Effort]) -> Effort:
    """Say what suits several lessons: as few epochs as any, the geometric mean of strengths.

    A network that did not help in each of them does not speak.
    """
    if not efforts:
        return Effort(0, _STRENGTHS[-1])
    strengths = [effort.strength for effort in efforts]
    epochs = min(effort.epochs for effort in efforts)
    return Effort(epochs, float(np.exp(np.mean(np.log(strengths)))))


@dataclass(frozen=True, slots=True)
class Learnt:
    """What signals say by themselves, a network for the rest, and how they were learnt."""

    ridge: Ridge
    network: FusionNetwork
    effort: Effort

    @torch.inference_mode()
    def correct(self, heard: Heard) -> FloatArray:
        """Say how far outcomes will exceed the forecasts, in log units, shape (rows,)."""
        self.network.eval()
        moved = self.network(*_tensors(heard), torch.from_numpy(self.ridge.say(heard)).float())
        return np.asarray(moved.double().numpy())


def learn(
    lesson: Lesson, seed: int, effort: Effort | None = None, *, held_out: Lesson | None = None
) -> Learnt:
    """Learn with a given effort, or with that which tells a held-out lesson best.

    Parameters
    ----------
    effort
        None finds it out by ``held_out``.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        random = np.random.default_rng(seed)
        heard = lesson.heard
        sizes, beside = (
            {name: vectors.table.shape[1] for name, vectors in part.items()}
            for part in (heard.blocks, heard.beside)
        )
        network = FusionNetwork(sizes, heard.context.shape[1], beside)
        rows = random.permutation(len(lesson.misses))[:_MOST_ROWS]
        sums = sums_of(heard.take(rows), _clipped(lesson.misses[rows]))
        if effort is not None:
            learnt = Learnt(sums.ridge(effort.strength), network, effort)
            for _ in _passes(learnt, lesson, random, effort.epochs):
                pass
            return learnt
        if held_out is None:
            raise TypeError("learn needs an effort, or a held-out lesson to find it out")
        untrained = [
            Learnt(sums.ridge(strength), network, Effort(0, strength)) for strength in _STRENGTHS
        ]
        losses = [_loss(learnt, held_out) for learnt in untrained]
        best = untrained[int(np.argmin(losses))]
        return _stopped_early(best, lesson, held_out, random)


def _stopped_early(
    learnt: Learnt, lesson: Lesson, held_out: Lesson, random: np.random.Generator
) -> Learnt:
    """Train until the held-out lesson is told no better, and keep the best."""
    network, best, reached = learnt.network, _loss(learnt, held_out), 0
    kept = {name: value.clone() for name, value in network.state_dict().items()}
    for epoch in _passes(learnt, lesson, random, _EPOCHS):
        loss = _loss(learnt, held_out)
        if loss < _WORTH * best:
            best, reached = loss, epoch
            kept = {name: value.clone() for name, value in network.state_dict().items()}
        elif epoch - reached >= _PATIENCE:
            break
    network.load_state_dict(kept)
    return replace(learnt, effort=Effort(reached, learnt.effort.strength))


def miss_loss(misses: FloatArray, corrections: FloatArray) -> FloatArray:
    """Say what is left of each miss, in absolute log units; shape (rows,)."""
    return np.abs(_clipped(misses) - corrections)


def _loss(learnt: Learnt, lesson: Lesson) -> float:
    return float(miss_loss(lesson.misses, learnt.correct(lesson.heard)).mean())


def _clipped(misses: FloatArray) -> FloatArray:
    return np.clip(misses, -2 * WIDEST, 2 * WIDEST)


def _passes(
    learnt: Learnt, lesson: Lesson, random: np.random.Generator, epochs: int
) -> Iterator[int]:
    """Show the network every row of the lesson once, or a fresh sample of a long one, per epoch."""
    network = learnt.network
    optimizer = torch.optim.AdamW(network.parameters(), lr=_RATE, weight_decay=_DECAY)
    plain = learnt.ridge.say(lesson.heard)
    for epoch in range(1, epochs + 1):
        network.train()
        order = random.permutation(len(lesson.misses))[:_MOST_ROWS]
        for start in range(0, len(order), _BATCH):
            rows: npt.NDArray[np.int64] = order[start : start + _BATCH]
            part = lesson.heard.take(rows)
            moved = network(*_tensors(part), torch.from_numpy(plain[rows]).float())
            missed = torch.from_numpy(_clipped(lesson.misses[rows])).float()
            loss = smooth_l1_loss(moved, missed, beta=_BEND)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        yield epoch


def _tensors(heard: Heard) -> tuple[torch.Tensor, dict[str, torch.Tensor], dict[str, torch.Tensor]]:
    blocks, beside = (
        {name: torch.from_numpy(vectors.dense()) for name, vectors in part.items()}
        for part in (heard.blocks, heard.beside)
    )
    return torch.from_numpy(heard.context), blocks, beside
