"""Training learns what it is shown, and only that."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
import torch

from signals import Col, DataError
from signals.sentiment.bert import BertScorer, SentimentTop
from signals.sentiment.e5 import E5, Precision, load_e5
from signals.sentiment.finetune import (
    TrainingPlan,
    finetune,
    fit_temperatures,
    masked_loss,
    save_tuned,
)
from signals.sentiment.training_sets import LABEL, PART, WEIGHT, LabelledSet, Part
from signals.sentiment.trunk_states import LabelledBatch, TrunkStates, labelled_rows, read_states

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PLAN = TrainingPlan(layers=2, epochs=10, patience=9, rate=3e-3, head_rate=3e-2, budget=64)


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Iterator[None]:
    """Keep threads from waiting for each other over matrices this small."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="module")
def tiny(tiny_folder: Path) -> E5:
    return load_e5(tiny_folder, Precision.FLOAT32)


def shop_talk(*, has_neutral: bool = True, count: int = 160) -> LabelledSet:
    """Make texts whose sentiment is in one word."""
    rng = np.random.default_rng(5)
    labels = rng.choice([0, 1, 2] if has_neutral else [0, 2], count)
    things = rng.choice(["tea", "cup", "lid", "box", "red box"], (count, 2))
    texts = [
        f"{first} {('bad', 'plain', 'good')[label]} {second}"
        for label, (first, second) in zip(labels, things, strict=True)
    ]
    parts = np.where(np.arange(count) % 4 == 0, Part.VALIDATION, Part.TRAIN)
    rows = pd.DataFrame({Col.TEXT: texts, LABEL: labels, WEIGHT: 1.0, PART: parts})
    return LabelledSet("shop_talk", "en", "own", rows, has_neutral)


def test_it_learns_which_word_carries_the_sentiment(tiny: E5, tmp_path: Path) -> None:
    steps: list[tuple[str, int, int]] = []

    model = finetune(tiny, [shop_talk()], PLAN, progress=lambda *step: steps.append(step))
    save_tuned(model, PLAN, {"encoder_id": tiny.encoder_id}, tmp_path)
    chances = BertScorer(tiny, tmp_path).score(["cup bad lid", "cup plain lid", "cup good lid"])

    assert chances.probabilities.argmax(axis=1).tolist() == [0, 1, 2]
    assert model.history[-1]["loss"] < model.history[0]["loss"] / 2
    assert {step for step, _, _ in steps} == {"reading texts", "training"}
    assert all(done <= total for _, done, total in steps)


def test_the_same_seed_gives_the_same_weights(tiny: E5) -> None:
    plan = TrainingPlan(layers=1, epochs=1, budget=256)

    first, again = (finetune(tiny, [shop_talk(count=40)], plan) for _ in range(2))

    for name, values in first.top.state_dict().items():
        assert torch.equal(values, again.top.state_dict()[name]), name
    assert first.temperatures == again.temperatures


def test_every_tuned_weight_moves(tiny: E5) -> None:
    before = SentimentTop(tiny, 2).state_dict()

    model = finetune(tiny, [shop_talk(count=40)], TrainingPlan(layers=2, epochs=1, budget=256))

    stuck = [
        name
        for name, values in model.top.layers.state_dict().items()
        if torch.equal(values, before[f"layers.{name}"]) and not name.endswith("key.bias")
    ]
    assert stuck == []  # a key's bias has no gradient: softmax does not see it


def test_training_leaves_the_encoder_as_it_was(tiny: E5) -> None:
    before = tiny.encode_passages(["good tea"])

    finetune(tiny, [shop_talk(count=40)], TrainingPlan(layers=2, epochs=1, budget=256))

    np.testing.assert_array_equal(tiny.encode_passages(["good tea"]), before)


def test_a_set_without_neutral_pulls_neutral_neither_up_nor_down() -> None:
    logits = torch.tensor([[0.3, 2.0, -0.4], [0.1, 0.2, 0.3]], requires_grad=True)
    batch = LabelledBatch(
        rows=np.arange(2),
        hidden=torch.zeros(2, 1, 4),
        mask=torch.ones(2, 1, dtype=torch.bool),
        labels=torch.tensor([0, 1]),
        weights=torch.ones(2),
        has_neutral=torch.tensor([False, True]),
    )

    loss = masked_loss(logits, batch, torch.ones(3))
    loss.backward()

    assert logits.grad is not None
    assert logits.grad[0, 1] == 0
    assert logits.grad[1, 1] != 0
    by_hand = np.log(1 + np.exp(-0.7)), np.log(np.exp([0.1, 0.2, 0.3]).sum()) - 0.2
    assert loss.item() == pytest.approx(np.mean(by_hand), abs=1e-6)


def test_a_row_of_half_weight_counts_half() -> None:
    batch = LabelledBatch(
        rows=np.arange(2),
        hidden=torch.zeros(2, 1, 4),
        mask=torch.ones(2, 1, dtype=torch.bool),
        labels=torch.tensor([0, 2]),
        weights=torch.tensor([1.0, 0.5]),
        has_neutral=torch.tensor([True, True]),
    )
    logits = torch.tensor([[1.0, 0.0, 0.0], [1.0, 0.0, 0.0]])

    loss = masked_loss(logits, batch, torch.ones(3))

    right, wrong = np.log(np.e + 2) - 1, np.log(np.e + 2)
    assert loss.item() == pytest.approx((right + 0.5 * wrong) / 1.5, abs=1e-6)


def test_the_temperature_undoes_exaggeration() -> None:
    rng = np.random.default_rng(3)
    logits = rng.normal(0, 1.5, (6000, 3))
    chances = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    labels = (chances.cumsum(axis=1) < rng.random((6000, 1))).sum(axis=1)
    rows = pd.DataFrame({Col.LANG: "pt", LABEL: labels, WEIGHT: 1.0, "has_neutral": True})
    states = TrunkStates(rows, np.ones(6000, dtype=np.int64), np.zeros((6000, 1), np.float16))

    temperatures = fit_temperatures((3 * logits).astype(np.float32), states)

    assert temperatures == {"pt": pytest.approx(3, rel=0.08)}


def test_batches_hold_every_text_once_within_the_budget(tiny: E5, tmp_path: Path) -> None:
    rows = labelled_rows([shop_talk()], Part.TRAIN)
    states = read_states(tiny, rows, 1, 128, tmp_path / "states", progress=lambda *_: None)

    batches = list(states.batches(64, np.random.default_rng(1)))

    assert sorted(np.concatenate([batch.rows for batch in batches])) == list(range(len(rows)))
    assert all(batch.mask.numel() <= 64 for batch in batches)
    assert [len(b.rows) for b in states.batches(64, np.random.default_rng(1))] == [
        len(b.rows) for b in batches
    ]


def test_kept_states_are_those_of_the_trunk(tiny: E5, tmp_path: Path) -> None:
    rows = labelled_rows([shop_talk(count=12)], Part.TRAIN)
    states = read_states(tiny, rows, 3, 128, tmp_path / "states", progress=lambda *_: None)
    vectors = tiny.encode_passages(rows[Col.TEXT].tolist())

    for batch in states.batches(64):
        mean = (batch.hidden * batch.mask.unsqueeze(-1)).sum(1) / batch.mask.sum(1, keepdim=True)
        unit = torch.nn.functional.normalize(mean).numpy()
        np.testing.assert_allclose(unit, vectors[batch.rows], atol=2e-3)


def test_sets_without_rows_for_a_part_are_told() -> None:
    train_only = shop_talk(count=8)
    train_only.rows[PART] = Part.TRAIN

    with pytest.raises(DataError, match="hold no rows for validation"):
        labelled_rows([train_only], Part.VALIDATION)


def test_a_plan_without_epochs_makes_no_sense() -> None:
    with pytest.raises(ValueError, match="epochs 0 must be at least 1"):
        TrainingPlan(epochs=0)


def test_the_top_starts_as_a_copy_of_the_encoders_own(tiny: E5) -> None:
    top = SentimentTop(tiny, 2)

    own = tiny.section(1, 3).state_dict()

    assert all(torch.equal(values, own[name]) for name, values in top.layers.state_dict().items())
    assert all(
        values.data_ptr() != own[name].data_ptr()
        for name, values in top.layers.state_dict().items()
    )
