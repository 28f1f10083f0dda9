"""Reads examples with a network in training, and says how well."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch

from signals.sentiment.e5 import Precision
from signals.tuning.score_quality import judge
from signals.tuning.training_sets import LABELS

if TYPE_CHECKING:
    import numpy.typing as npt

    from signals.sentiment.e5 import E5
    from signals.sentiment.network import Reading, SentimentNetwork
    from signals.tuning.examples import ExampleBatch, Examples


def read_batch(network: SentimentNetwork, e5: E5, batch: ExampleBatch) -> Reading:
    """Run the frozen layers, then the network, in the number format that is fastest here."""
    with torch.no_grad():
        hidden = e5.lower(batch.tokens, batch.mask, e5.depth - len(network.layers.layer))
    fast = e5.precision is Precision.BFLOAT16
    with torch.autocast(e5.device.type, torch.bfloat16, enabled=fast):
        reading: Reading = network(hidden.float(), batch.mask)
    return reading


@torch.no_grad()
def predict_sentiment(
    network: SentimentNetwork, e5: E5, examples: Examples, budget: int
) -> npt.NDArray[np.float32]:
    """Read the sentiment of examples; logits, shape (examples, 3)."""
    network.eval()
    logits = np.empty((len(examples), len(LABELS)), dtype=np.float32)
    for batch in examples.batches(budget):
        reading = read_batch(network, e5, batch.to(e5.device))
        logits[batch.rows] = reading.sentiment.cpu().numpy()
    return logits


@torch.no_grad()
def predict_spans(
    network: SentimentNetwork, e5: E5, examples: Examples, budget: int
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int64]]:
    """Judge the terms that people marked; logits, shape (terms, 3), and labels, shape (terms,)."""
    network.eval()
    logits, labels = [np.empty((0, len(LABELS)))], [np.empty(0, dtype=np.int64)]
    for batch in examples.batches(budget):
        if len(batch.spans):
            moved = batch.to(e5.device)
            states = read_batch(network, e5, moved).aspects.states
            judged = network.judge_spans(states, moved.spans)
            logits.append(judged.cpu().double().numpy())
            labels.append(batch.span_labels.numpy())
    return np.concatenate(logits), np.concatenate(labels)


def mean_f1(logits: npt.NDArray[np.float32], examples: Examples) -> float:
    """Average the macro-F1 of the sets, so that a large set counts as much as a small one."""
    figures = [
        judge(
            logits[rows], examples.labels[rows], has_neutral=bool(examples.has_neutral[rows[0]])
        ).macro_f1
        for _, rows in examples.sets()
    ]
    return float(np.mean(figures))


def share_right(logits: npt.NDArray[np.float64], labels: npt.NDArray[np.int64]) -> float:
    """Compare the likeliest class with the label; 0 where there is nothing to compare."""
    return float(np.mean(logits.argmax(1) == labels)) if len(labels) else 0.0
