"""Losses against values worked out by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from signals.aspects import ASPECTS
from signals.sentiment.network import AspectReading
from signals.tuning.examples import UNKNOWN, ExampleBatch
from signals.tuning.losses import NEVER_NEUTRAL, SPAN_SHARE, aspect_losses, sentiment_losses


def batch_of(labels: list[int], *, has_neutral: bool = True) -> ExampleBatch:
    count = len(labels)
    unknown = torch.full((count, len(ASPECTS)), UNKNOWN)
    return ExampleBatch(
        rows=np.arange(count),
        tokens=torch.zeros(count, 1, dtype=torch.int64),
        mask=torch.ones(count, 1, dtype=torch.bool),
        labels=torch.tensor(labels),
        weights=torch.ones(count),
        has_neutral=torch.full((count,), has_neutral),
        mentions=unknown,
        polarities=unknown.clone(),
        aspect_weights=torch.ones(count),
        spans=torch.empty(0, 3, dtype=torch.int64),
        span_labels=torch.empty(0, dtype=torch.int64),
    )


def reading_of(mentions: torch.Tensor, polarities: torch.Tensor) -> AspectReading:
    return AspectReading(torch.empty(0), mentions, polarities)


def test_a_label_costs_its_cross_entropy_times_its_weights() -> None:
    logits = torch.tensor([[1.0, 0.0, 0.0], [1.0, 0.0, 0.0]])
    batch = replace(batch_of([0, 2]), weights=torch.tensor([1.0, 0.5]))

    losses = sentiment_losses(logits, batch, torch.tensor([2.0, 1.0, 1.0]), 0.0)

    right, wrong = np.log(np.e + 2) - 1, np.log(np.e + 2)
    assert losses.tolist() == pytest.approx([2 * right, 0.5 * wrong])


def test_a_text_without_a_label_costs_nothing() -> None:
    losses = sentiment_losses(torch.randn(2, 3), batch_of([UNKNOWN, 1]), torch.ones(3), 0.1)

    assert losses[0] == 0
    assert losses[1] > 0


def test_a_set_without_neutral_judges_between_the_two_and_speaks_softly_against_neutral() -> None:
    logits = torch.tensor([[0.3, 2.0, -0.4]])

    losses = sentiment_losses(logits, batch_of([0], has_neutral=False), torch.ones(3), 0.0)

    neutral = np.exp(2.0) / np.exp([0.3, 2.0, -0.4]).sum()
    by_hand = np.log(1 + np.exp(-0.7)) - NEVER_NEUTRAL * np.log(1 - neutral)
    assert losses.item() == pytest.approx(by_hand, rel=1e-5)


def test_smoothing_spreads_a_share_of_the_label() -> None:
    logits = torch.tensor([[2.0, 0.0, 0.0]])

    loss = sentiment_losses(logits, batch_of([0]), torch.ones(3), 0.3).item()

    costs = -torch.log_softmax(logits, -1)[0].numpy()
    assert loss == pytest.approx(0.7 * costs[0] + 0.1 * costs.sum(), rel=1e-5)


def test_only_aspects_that_somebody_decided_about_cost() -> None:
    batch = batch_of([UNKNOWN])
    batch.mentions[0, :2] = torch.tensor([1, 0])
    batch.polarities[0, 0] = 2
    mentions = torch.zeros(1, len(ASPECTS))
    mentions[0, 0] = 1.5
    mentions[0, 5] = 9.0  # nobody decided about this one
    polarities = torch.zeros(1, len(ASPECTS), 3)

    losses = aspect_losses(reading_of(mentions, polarities), batch)

    mentioned = (np.log1p(np.exp(-1.5)) + np.log(2)) / 2
    assert losses.item() == pytest.approx(mentioned + SPAN_SHARE * np.log(3), rel=1e-5)


def test_silver_aspects_count_less() -> None:
    batch = batch_of([UNKNOWN, UNKNOWN])
    batch.mentions[:, 0] = 1
    batch = replace(batch, aspect_weights=torch.tensor([1.0, 0.3]))

    losses = aspect_losses(
        reading_of(torch.zeros(2, len(ASPECTS)), torch.zeros(2, len(ASPECTS), 3)), batch
    )

    assert losses[1].item() == pytest.approx(0.3 * losses[0].item())
