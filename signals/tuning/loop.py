"""The training loop: it can be killed at any moment and goes on to the same weights."""

from __future__ import annotations

import copy
import hashlib
import json
import logging
import time
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np
import torch
from torch import nn
from torch.nn.attention import SDPBackend, sdpa_kernel

from signals.tuning.checkpoint import (
    flat_optimizer_state,
    load_checkpoint,
    restore_optimizer,
    save_checkpoint,
)
from signals.tuning.losses import reading_loss
from signals.tuning.reading import read_batch
from signals.tuning.training_sets import LABELS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from signals.progress import Progress
    from signals.sentiment.e5 import E5
    from signals.sentiment.network import SentimentNetwork
    from signals.tuning.examples import ExampleBatch, Examples
    from signals.tuning.training_plan import TrainingPlan

_LARGEST_NORM: Final = 1.0
_LEAST_BATCHES: Final = 30
_SMALLEST_BUDGET: Final = 64

logger = logging.getLogger(__name__)


class Training:
    """The loop, and what it needs to remember between steps."""

    def __init__(
        self,
        e5: E5,
        network: SentimentNetwork,
        train: Examples,
        plan: TrainingPlan,
        keep: Path | None,
    ) -> None:
        self._name = "training aspects" if network.own_layers else "training"
        self._e5 = e5
        self._train = train
        self._plan = plan
        # small sets get small batches, so that an epoch has steps enough
        fair = max(int(train.lengths.sum()) // _LEAST_BATCHES, _SMALLEST_BUDGET)
        self._budget = min(plan.budget, fair)
        self._keep = keep
        self._class_weights = _class_weights(train).to(e5.device)
        self._network = network.to(e5.device)
        self._averaged = copy.deepcopy(self._network).requires_grad_(False)
        self._optimizer = _optimizer(self._network, plan)
        self._best: dict[str, torch.Tensor] = {}
        self._place = _Place()
        self._kept_at = time.monotonic()

    @property
    def history(self) -> list[dict[str, float]]:
        """One entry an epoch."""
        return self._place.history

    def run(
        self, quality: Callable[[SentimentNetwork], float], measure: str, progress: Progress
    ) -> SentimentNetwork:
        """Train epoch by epoch; return the network with the averaged weights that judged best.

        Parameters
        ----------
        quality
            How good a network is, the higher the better, and ``measure`` what people call that.
        """
        fingerprint = self._fingerprint()
        self._restore(fingerprint)
        while self._place.epoch < self._plan.epochs and self._place.waited <= self._plan.patience:
            self._epoch(fingerprint, progress, measure)
            self._judge(quality)
            self._save(fingerprint)
        self._averaged.load_state_dict(self._best)
        return self._averaged

    def _epoch(self, fingerprint: str, progress: Progress, measure: str) -> None:
        """Train on every example once, from where the checkpoint was."""
        self._network.train()
        rng = np.random.default_rng([self._plan.seed, self._place.epoch])
        place = self._place
        for number, batch in enumerate(self._train.batches(self._budget, rng)):
            if number < place.batches:
                continue
            place.loss += self._learn(batch.to(self._e5.device))
            place.batches += 1
            place.seen += len(batch.rows)
            progress(self._told(measure), place.seen, self._plan.epochs * len(self._train))
            if place.batches % self._plan.accumulate == 0:
                self._step()
                if time.monotonic() - self._kept_at > self._plan.keep_every_s:
                    self._save(fingerprint)
        if place.batches % self._plan.accumulate:
            self._step()

    def _learn(self, batch: ExampleBatch) -> float:
        """Add the gradients of one batch; return its loss."""
        with sdpa_kernel(SDPBackend.MATH):  # backward through torch's fused kernel is 1.5 x slower
            reading = read_batch(self._network, self._e5, batch)
            loss = reading_loss(
                self._network, reading, batch, self._class_weights, self._plan.smoothing
            )
            (loss / self._plan.accumulate).backward()
        return loss.item()

    def _step(self) -> None:
        nn.utils.clip_grad_norm_(self._network.parameters(), _LARGEST_NORM)
        share = self._step_share()
        for group in self._optimizer.param_groups:
            group["lr"] = group["peak"] * share
        self._optimizer.step()
        self._optimizer.zero_grad()
        self._place.steps += 1
        # the average forgets fast at first, so that it does not remember the untrained heads
        kept = min(self._plan.average, self._place.steps / (self._place.steps + 10))
        with torch.no_grad():
            for mean, value in zip(
                self._averaged.parameters(), self._network.parameters(), strict=True
            ):
                mean.lerp_(value, 1 - kept)

    def _judge(self, quality: Callable[[SentimentNetwork], float]) -> None:
        """Note how good the averaged weights are; keep them when they are the best yet.

        From the second epoch on, their mean with the best of the earlier ones stands for election
        too: it often beats both (Wortsman et al. 2022, Model soups, the greedy recipe).
        """
        place = self._place
        figure = quality(self._averaged)
        place.epoch += 1
        place.history.append(
            {"epoch": place.epoch, "loss": place.loss / place.batches, "validation": figure}
        )
        logger.info("epoch %(epoch)d: loss %(loss).4f, validation %(validation).4f",
                    place.history[-1])  # fmt: skip
        own = {name: value.clone() for name, value in self._averaged.state_dict().items()}
        elected, weights = figure, own
        if self._best:
            mean = {name: (value + self._best[name]) / 2 for name, value in own.items()}
            self._averaged.load_state_dict(mean)
            of_mean = quality(self._averaged)
            self._averaged.load_state_dict(own)
            logger.info("mean with the best before: validation %.4f", of_mean)
            if of_mean >= elected:
                elected, weights = of_mean, mean
        place.waited = 0 if elected > place.best else place.waited + 1
        if place.waited == 0:
            place.best, self._best = elected, weights
        place.loss, place.batches = 0.0, 0

    def _step_share(self) -> float:
        """Grow to 1 during the warm-up, then fall to 0 at the last text of the last epoch."""
        done = (self._place.seen + 1) / (self._plan.epochs * len(self._train))
        warm_up = self._plan.warm_up
        return max(0.0, min(done / warm_up, (1 - done) / (1 - warm_up)))

    def _told(self, measure: str) -> str:
        place = self._place
        text = f"{self._name}: epoch {place.epoch + 1}, loss {place.loss / place.batches:.3f}"
        return f"{text}, {measure} {place.best:.3f}" if place.history else text

    def _fingerprint(self) -> str:
        plan = {**asdict(self._plan), "keep_every_s": None}
        if not self._network.own_layers:  # what comes afterwards does not matter yet
            plan |= {"aspect_layers": None, "aspect_epochs": None}
        parts = [json.dumps(plan, sort_keys=True), self._e5.encoder_id, self._train.fingerprint()]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()

    def _save(self, fingerprint: str) -> None:
        if self._keep is None:
            return
        tensors = {
            **{f"network.{name}": value for name, value in self._network.state_dict().items()},
            **{f"averaged.{name}": value for name, value in self._averaged.state_dict().items()},
            **{f"best.{name}": value for name, value in self._best.items()},
            **flat_optimizer_state(self._optimizer),
            "random": torch.get_rng_state(),
        }
        save_checkpoint(self._keep, tensors, asdict(self._place), fingerprint)
        self._kept_at = time.monotonic()

    def _restore(self, fingerprint: str) -> None:
        found = None if self._keep is None else load_checkpoint(self._keep, fingerprint)
        if found is None:
            return
        tensors, place = found
        self._network.load_state_dict(_under("network", tensors))
        self._averaged.load_state_dict(_under("averaged", tensors))
        self._best = _under("best", tensors)
        restore_optimizer(self._optimizer, tensors)
        torch.set_rng_state(tensors["random"])
        self._place = _Place(**place)
        logger.info("goes on in epoch %d, batch %d", self._place.epoch + 1, self._place.batches + 1)


@dataclass(slots=True)
class _Place:
    """How far training is; ``loss``, ``batches`` are of this epoch, ``steps``, ``seen`` of all."""

    epoch: int = 0
    batches: int = 0
    loss: float = 0.0
    steps: int = 0
    seen: int = 0
    waited: int = 0
    best: float = -1.0
    history: list[dict[str, float]] = field(default_factory=list)


def _optimizer(network: SentimentNetwork, plan: TrainingPlan) -> torch.optim.AdamW:
    encoders = [network.layers, network.aspect_layers or network.layers]
    layers = {id(value) for encoder in encoders for value in encoder.parameters()}
    learning = [value for value in network.parameters() if value.requires_grad]
    groups = [
        {"params": [value for value in learning if id(value) in layers], "peak": plan.rate},
        {"params": [v for v in learning if id(v) not in layers], "peak": plan.head_rate},
    ]
    return torch.optim.AdamW(groups, weight_decay=plan.weight_decay, fused=True)


def _under(name: str, tensors: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    return {
        key.removeprefix(f"{name}."): value
        for key, value in tensors.items()
        if key.startswith(f"{name}.")
    }


def _class_weights(train: Examples) -> torch.Tensor:
    """Weigh rare classes up, by the root of what would make them even."""
    counts = np.zeros(len(LABELS))
    for _, rows in train.sets():
        if train.has_neutral[rows[0]]:
            counts += np.bincount(train.labels[rows], minlength=len(LABELS))
    counts = np.maximum(counts, 1)
    weights = np.sqrt(counts.mean() / counts)
    return torch.tensor(weights / weights.mean(), dtype=torch.float32)
