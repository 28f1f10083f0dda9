"""A sentiment model small enough to be trained, and killed, hundreds of times."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import torch
from proofs.stored_kinds import digest
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from transformers import BertConfig, BertModel

from signals import Col, TrainingPlan
from signals.artefacts import put_in_place, standing
from signals.sentiment.e5 import Precision, load_e5
from signals.sentiment.tuned_file import TUNED_FILE, load_rows
from signals.tuning.examples import make_examples
from signals.tuning.finetune import finetune
from signals.tuning.training_sets import LABEL, PART, WEIGHT, LabelledSet, Part
from signals.tuning.tuned_model import save_tuned

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_WORDS: Final = (
    "<s>", "<pad>", "</s>", "<unk>", "▁passage:", "▁query:", "▁good", "▁bad", "▁plain", "▁tea",
    "▁cup", "▁lid",
)  # fmt: skip
_WORD_OF: Final = ("bad", "plain", "good")
_PLAN: Final = TrainingPlan(layers=1, epochs=3, budget=64, keep_every_s=0.0)


class TinyTraining:
    """A training with a checkpoint after every step, whose model replaces an earlier one."""

    name = "training"

    def __init__(self, folder: Path) -> None:
        torch.set_num_threads(1)
        self._e5 = load_e5(_tiny_encoder(folder / "tiny"), Precision.FLOAT32)
        told = _shop_talk()
        self._train_on, self._judge_by = (
            make_examples(self._e5, [told], (), part, 64) for part in (Part.TRAIN, Part.VALIDATION)
        )

    def prepare(self, folder: Path) -> None:
        self._train(folder, seed=1)

    def do(self, folder: Path, acknowledge: Callable[[], object]) -> None:
        self._train(folder, seed=2)
        acknowledge()

    def seen(self, folder: Path) -> str:
        """Read the model that serves."""
        rows = load_rows(standing(folder / "model") / TUNED_FILE)
        return digest(*(rows[name].numpy() for name in sorted(rows)))

    def _train(self, folder: Path, seed: int) -> None:
        plan = replace(_PLAN, seed=seed)
        keep = folder / f"training-{seed}"
        model = finetune(self._e5, self._train_on, self._judge_by, plan, keep=keep)
        draft = keep / "model"
        save_tuned(model, plan, {"encoder_id": self._e5.encoder_id}, draft)
        put_in_place(draft, folder / "model")


def _shop_talk() -> LabelledSet:
    """Make texts whose sentiment is in one word."""
    random = np.random.default_rng(5)
    labels = random.integers(0, 3, 48)
    things = random.choice(["tea", "cup", "lid"], len(labels))
    texts = [f"{_WORD_OF[label]} {thing}" for label, thing in zip(labels, things, strict=True)]
    parts = np.where(np.arange(len(labels)) % 4 == 0, Part.VALIDATION, Part.TRAIN)
    rows = pd.DataFrame({Col.TEXT: texts, LABEL: labels, WEIGHT: 1.0, PART: parts})
    return LabelledSet("shop_talk", "en", "own", rows, has_neutral=True)


def _tiny_encoder(folder: Path) -> Path:
    """Save a random BERT of two layers, 16 wide, that knows a dozen words."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        model = BertModel(
            BertConfig(
                vocab_size=len(_WORDS), hidden_size=16, num_hidden_layers=2, num_attention_heads=2,
                intermediate_size=32, max_position_embeddings=100, pad_token_id=1,
            ),
            add_pooling_layer=False,
        )  # fmt: skip
    model.save_pretrained(folder)
    tokenizer = Tokenizer(models.Unigram([(word, -2.0) for word in _WORDS], 3, False))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always", split=True)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    tokenizer.save(str(folder / "tokenizer.json"))
    return folder
