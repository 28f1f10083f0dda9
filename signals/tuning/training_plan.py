"""How to train the sentiment model."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TrainingPlan:
    """How to train.

    Parameters
    ----------
    rows
        At most so many training rows from each public set; None takes the shares that ship.
    layers
        Layers of the encoder that learn, counted from the top; the rest and the word embeddings
        are frozen.
    adapter_rank
        Train low-rank adapters of this rank beside those layers in place of the layers themselves.
    aspect_layers, aspect_epochs
        When all is learnt together, the aspects get a copy of so many of the last layers, which
        learns alone for so many epochs from the texts in which people marked aspects; 0 leaves this
        out.
    patience
        Epochs without a better validation figure before training stops.
    rate, head_rate
        Largest step of AdamW for the layers and for the new heads.
    warm_up
        Share of training during which the step grows; after it the step falls to zero.
    budget
        Most padded tokens in a batch; where there is little to learn from, batches are smaller.
    accumulate
        Batches whose gradients are added up before a step.
    average
        Share of the averaged weights that a step keeps; the averaged ones are judged and kept.
    smoothing
        Share of each label that is spread over all classes, because labels from stars are noisy.
    keep_every_s
        Seconds between two checkpoints.
    """

    rows: int | None = None
    layers: int = 8
    adapter_rank: int | None = None
    epochs: int = 2
    aspect_layers: int = 3
    aspect_epochs: int = 4
    patience: int = 2
    rate: float = 1.5e-4
    head_rate: float = 1e-3
    weight_decay: float = 0.01
    warm_up: float = 0.06
    budget: int = 3072
    accumulate: int = 1
    average: float = 0.998
    smoothing: float = 0.05
    max_tokens: int = 128
    seed: int = 7
    keep_every_s: float = 120.0

    def __post_init__(self) -> None:
        if self.layers < 1 or self.epochs < 1 or self.accumulate < 1:
            raise ValueError(
                f"layers {self.layers}, epochs {self.epochs} and accumulate {self.accumulate} "
                "must be at least 1"
            )
