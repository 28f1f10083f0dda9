"""Training learns what it is shown, only that, and ends alike however often it is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch

from signals import ConfigError, DataError
from signals.artefacts import read_manifest
from signals.aspects import ASPECTS
from signals.sentiment.bert import BertScorer
from signals.sentiment.e5 import E5, Precision, load_e5
from signals.sentiment.network import SentimentNetwork
from signals.tuning.examples import make_examples
from signals.tuning.finetune import finetune
from signals.tuning.reading import mean_f1, predict_sentiment
from signals.tuning.training_plan import TrainingPlan
from signals.tuning.training_sets import PART, Part
from signals.tuning.tuned_model import save_tuned
from tests.signals.tuning import small_talk
from tests.signals.tuning.small_talk import judged_things, parts, shop_talk

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PLAN = TrainingPlan(
    layers=2, epochs=10, patience=9, rate=3e-3, head_rate=3e-2, budget=64, average=0.9
)
SHORT = TrainingPlan(layers=2, epochs=1, budget=256)


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


def test_it_learns_which_word_carries_the_sentiment(tiny: E5, tmp_path: Path) -> None:
    steps: list[tuple[str, int, int]] = []

    model = finetune(
        tiny, *parts(tiny, shop_talk()), PLAN, progress=lambda *step: steps.append(step)
    )
    save_tuned(model, PLAN, {"encoder_id": tiny.encoder_id}, tmp_path)
    chances = BertScorer(tiny, tmp_path).score(["cup bad lid", "cup plain lid", "cup good lid"])

    assert chances.probabilities.argmax(axis=1).tolist() == [0, 1, 2]
    assert model.history[-1]["loss"] < model.history[0]["loss"]
    assert all(done <= total for _, done, total in steps)
    assert "loss" in steps[-1][0]
    assert "macro-F1" in steps[-1][0]


def test_it_learns_how_each_thing_in_a_text_is_judged(tiny: E5, tmp_path: Path) -> None:
    train, validation = parts(tiny, shop_talk(), aspects=(judged_things(400),))

    model = finetune(tiny, train, validation, PLAN)
    save_tuned(model, PLAN, {"encoder_id": tiny.encoder_id}, tmp_path)
    scorer = BertScorer(tiny, tmp_path)
    texts = ["good tea bad box"] * 2
    terms = scorer.judge_terms(texts, [(5, 8), (13, 16)])
    aspects = scorer.score(texts[:1]).aspects

    assert terms.argmax(axis=1).tolist() == [2, 0]
    assert aspects is not None
    taste, packaging = (aspects[0, ASPECTS.index(name)] for name in ("taste", "packaging"))
    assert taste.sum() > 0.5
    assert packaging.sum() > 0.5
    assert aspects[0, ASPECTS.index("battery")].sum() < 0.5


def test_the_same_seed_gives_the_same_weights(tiny: E5) -> None:
    first, again = (finetune(tiny, *parts(tiny, shop_talk(count=40)), SHORT) for _ in range(2))

    for name, values in first.network.state_dict().items():
        assert torch.equal(values, again.network.state_dict()[name]), name
    assert first.temperatures == again.temperatures


def test_what_is_kept_judges_no_worse_than_any_epoch(tiny: E5) -> None:
    train, validation = parts(tiny, shop_talk(count=80))

    model = finetune(tiny, train, validation, PLAN)

    kept = mean_f1(predict_sentiment(model.network, tiny, validation, PLAN.budget), validation)
    assert kept >= max(epoch["validation"] for epoch in model.history)


def test_every_tuned_weight_moves(tiny: E5) -> None:
    torch.manual_seed(SHORT.seed)
    before = SentimentNetwork(tiny, 2).state_dict()

    model = finetune(tiny, *parts(tiny, shop_talk(count=40), aspects=(judged_things(16),)), SHORT)

    stuck = [
        name
        for name, values in before.items()
        if torch.equal(values, model.network.state_dict()[name]) and not name.endswith("key.bias")
    ]
    assert stuck == []  # a key's bias has no gradient: softmax does not see it


def test_training_leaves_the_encoder_as_it_was(tiny: E5) -> None:
    before = tiny.encode_passages(["good tea"])

    finetune(tiny, *parts(tiny, shop_talk(count=40)), SHORT)

    np.testing.assert_array_equal(tiny.encode_passages(["good tea"]), before)


def test_adapters_train_a_few_numbers_and_melt_into_the_layers(tiny: E5, tmp_path: Path) -> None:
    plan = TrainingPlan(
        layers=2, adapter_rank=4, epochs=12, patience=11, rate=1e-2, head_rate=3e-2, budget=64,
        average=0.9,
    )  # fmt: skip

    model = finetune(tiny, *parts(tiny, shop_talk()), plan)
    save_tuned(model, plan, {"encoder_id": tiny.encoder_id}, tmp_path)

    assert set(model.network.state_dict()) == set(SentimentNetwork(tiny, 2).state_dict())
    scored = BertScorer(tiny, tmp_path).score(["cup bad lid", "cup good lid"])
    assert scored.polarity[0] < scored.polarity[1]
    own = tiny.section(tiny.depth - 2, tiny.depth).state_dict()
    moved = [
        name for name, values in model.network.layers.state_dict().items()
        if not torch.equal(values, own[name])
    ]  # fmt: skip
    assert moved
    assert all("LayerNorm" not in name and name.endswith("weight") for name in moved)


def test_accumulated_batches_step_as_one(tiny: E5) -> None:
    plan = TrainingPlan(layers=1, epochs=1, budget=64, accumulate=4)

    model = finetune(tiny, *parts(tiny, shop_talk(count=40)), plan)

    assert np.isfinite(model.history[0]["loss"])


def test_a_killed_training_goes_on_to_the_same_weights(tiny_folder: Path, tmp_path: Path) -> None:
    command = [sys.executable, small_talk.__file__, str(tiny_folder)]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": os.pathsep.join(sys.path)}
    rng = np.random.default_rng(11)

    subprocess.run([*command, str(tmp_path / "whole")], env=environment, check=True, timeout=120)
    kills = 0
    for stage in ("together", "aspects", "aspects"):
        child = subprocess.Popen([*command, str(tmp_path / "killed")], env=environment)
        while not list((tmp_path / "killed" / "keep" / stage).glob("v*")):
            assert child.poll() in {None, -signal.SIGKILL}
            time.sleep(0.02)
        time.sleep(rng.uniform(0, 0.4))
        child.send_signal(signal.SIGKILL)
        kills += child.wait() == -signal.SIGKILL
    subprocess.run([*command, str(tmp_path / "killed")], env=environment, check=True, timeout=120)

    assert kills >= 1
    whole, killed = (
        read_manifest(tmp_path / name / "out")["files"]["model.safetensors"]["sha256"]
        for name in ("whole", "killed")
    )
    assert killed == whole


def test_a_checkpoint_of_another_plan_is_not_gone_on_with(tiny: E5, tmp_path: Path) -> None:
    train, validation = parts(tiny, shop_talk(count=24))
    finetune(tiny, train, validation, SHORT, keep=tmp_path)

    with pytest.raises(ConfigError, match=r"another plan.*--restart"):
        finetune(
            tiny, train, validation, TrainingPlan(layers=2, epochs=1, budget=128), keep=tmp_path
        )


def test_sets_without_rows_for_a_part_are_told(tiny: E5) -> None:
    train_only = shop_talk(count=8)
    train_only.rows[PART] = Part.TRAIN

    with pytest.raises(DataError, match="hold no rows for validation"):
        make_examples(tiny, [train_only], [], Part.VALIDATION, 64)


def test_a_plan_without_epochs_makes_no_sense() -> None:
    with pytest.raises(ValueError, match="epochs 0 and accumulate 1 must be at least 1"):
        TrainingPlan(epochs=0)
