"""What a reading costs against the labels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import torch
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy

from signals.tuning.examples import UNKNOWN
from signals.tuning.training_sets import NEUTRAL

if TYPE_CHECKING:
    from signals.sentiment.network import AspectReading, Reading, SentimentNetwork
    from signals.tuning.examples import ExampleBatch

NEVER_NEUTRAL: Final = 0.3
"""How far a set without neutral speaks against neutral: 0 not at all, 1 as far as a full label."""
SPAN_SHARE: Final = 0.5
"""What a judged term costs against the sentiment of a text."""


def reading_loss(
    network: SentimentNetwork,
    reading: Reading,
    batch: ExampleBatch,
    class_weights: torch.Tensor,
    smoothing: float,
) -> torch.Tensor:
    """Add up what the sentiment, the terms and the aspects of a batch cost, a text."""
    costs = sentiment_losses(reading.sentiment, batch, class_weights, smoothing).sum()
    costs = costs + aspect_losses(reading.aspects, batch).sum()
    if len(batch.spans):
        logits = network.judge_spans(reading.aspects.states, batch.spans)
        costs = costs + SPAN_SHARE * cross_entropy(logits, batch.span_labels, reduction="sum")
    return costs / len(batch.labels)


def sentiment_losses(
    logits: torch.Tensor, batch: ExampleBatch, class_weights: torch.Tensor, smoothing: float
) -> torch.Tensor:
    """Weigh the cross-entropy of each text; shape (B,), 0 where there is no label.

    A set that knows no neutral is judged between negative and positive, and speaks against neutral
    at ``NEVER_NEUTRAL`` of the weight; at 1 the two would add up to the full cross-entropy.
    """
    labelled = batch.labels != UNKNOWN
    labels = batch.labels.clamp(min=0)
    full = cross_entropy(logits, labels, reduction="none", label_smoothing=smoothing)
    barred = cross_entropy(
        without_neutral(logits), (labels == logits.shape[-1] - 1).long(),
        reduction="none", label_smoothing=smoothing,
    )  # fmt: skip
    not_neutral = -torch.log1p(-logits.softmax(-1)[:, NEUTRAL].clamp(max=1 - 1e-6))
    losses = torch.where(
        batch.has_neutral, full * class_weights[labels], barred + NEVER_NEUTRAL * not_neutral
    )
    return losses * batch.weights * labelled


def aspect_losses(reading: AspectReading, batch: ExampleBatch) -> torch.Tensor:
    """Weigh what the mentions and polarities of aspects cost; shape (B,)."""
    known = batch.mentions != UNKNOWN
    mentions = binary_cross_entropy_with_logits(
        reading.mentions, batch.mentions.clamp(min=0).float(), reduction="none"
    )
    judged = batch.polarities != UNKNOWN
    polarities = cross_entropy(
        reading.polarities.flatten(0, 1), batch.polarities.clamp(min=0).flatten(), reduction="none"
    ).view_as(judged)
    costs = (mentions * known).sum(1) / known.sum(1).clamp(min=1)
    costs = costs + SPAN_SHARE * (polarities * judged).sum(1)
    return costs * batch.aspect_weights


def without_neutral(logits: torch.Tensor) -> torch.Tensor:
    """Keep negative and positive; shape (B, 2)."""
    return torch.cat([logits[:, :NEUTRAL], logits[:, NEUTRAL + 1 :]], dim=1)
