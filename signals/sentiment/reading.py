"""Reads examples with a network in training, and says how well."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch

from signals.sentiment.e5 import Precision
from signals.sentiment.score_quality import judge
from signals.sentiment.temperatures import fit_temperature
from signals.sentiment.training_sets import LABELS

if TYPE_CHECKING:
    import numpy.typing as npt

    from signals.sentiment.e5 import E5
    from signals.sentiment.examples import ExampleBatch, Examples
    from signals.sentiment.network import Reading, SentimentNetwork


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
def fit_aspect_temperature(
    network: SentimentNetwork, e5: E5, examples: Examples, budget: int
) -> float:
    """Find one temperature for what is said of the terms that people marked."""
    network.eval()
    logits, labels = [np.empty((0, len(LABELS)))], [np.empty(0, dtype=np.int64)]
    for batch in examples.batches(budget):
        if len(batch.spans):
            moved = batch.to(e5.device)
            judged = network.judge_spans(read_batch(network, e5, moved).states, moved.spans)
            logits.append(judged.cpu().double().numpy())
            labels.append(batch.span_labels.numpy())
    found = np.concatenate(labels)
    return fit_temperature([(np.concatenate(logits), found)]) if len(found) else 1.0


def mean_f1(logits: npt.NDArray[np.float32], examples: Examples) -> float:
    """Average the macro-F1 of the sets, so that a large set counts as much as a small one."""
    figures = [
        judge(
            logits[rows], examples.labels[rows], has_neutral=bool(examples.has_neutral[rows[0]])
        ).macro_f1
        for _, rows in examples.sets()
    ]
    return float(np.mean(figures))
