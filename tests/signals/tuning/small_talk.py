"""Small labelled texts that a tiny model can learn, and a training of them to be killed."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import torch

from signals import Col
from signals.aspects import ASPECTS
from signals.sentiment.e5 import E5, Precision, load_e5
from signals.tuning.aspect_sets import AspectSet
from signals.tuning.examples import Examples, make_examples
from signals.tuning.finetune import finetune
from signals.tuning.training_plan import TrainingPlan
from signals.tuning.training_sets import LABEL, PART, WEIGHT, LabelledSet, Part
from signals.tuning.tuned_model import save_tuned


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


def judged_things(count: int = 160) -> AspectSet:
    """Make texts that praise one thing and blame another; a box is packaging, tea is taste."""
    rng = np.random.default_rng(6)
    rows = []
    for number in range(count):
        (first, first_label), (second, second_label) = [
            (thing, int(rng.choice([0, 2]))) for thing in rng.permutation(["tea", "box"])
        ]
        text = f"{('bad', '', 'good')[first_label]} {first} "
        second_start = len(text) + len(("bad", "", "good")[second_label]) + 1
        text += f"{('bad', '', 'good')[second_label]} {second}"
        found = {"tea": "taste", "box": "packaging"}
        first_start = text.index(first)
        rows.append(
            {
                Col.TEXT: text,
                PART: Part.VALIDATION if number % 4 == 0 else Part.TRAIN,
                "terms": [
                    (first_start, first_start + len(first), first_label),
                    (second_start, second_start + len(second), second_label),
                ],
                "aspects": {found[first]: first_label, found[second]: second_label},
                "known": frozenset(ASPECTS),
            }
        )
    return AspectSet("judged_things", "en", "own", pd.DataFrame(rows))


def parts(
    e5: E5, *sets: LabelledSet, aspects: tuple[AspectSet, ...] = ()
) -> tuple[Examples, Examples]:
    train, validation = (
        make_examples(e5, sets, aspects, part, 64) for part in (Part.TRAIN, Part.VALIDATION)
    )
    return train, validation


def train(encoder: Path, folder: Path) -> None:
    """Train with a checkpoint after every step."""
    torch.set_num_threads(1)
    e5 = load_e5(encoder, Precision.FLOAT32)
    plan = TrainingPlan(layers=2, epochs=4, patience=3, budget=64, keep_every_s=0.0)
    train, validation = parts(e5, shop_talk(), aspects=(judged_things(40),))
    model = finetune(e5, train, validation, plan, keep=folder / "keep")
    save_tuned(model, plan, {"encoder_id": e5.encoder_id}, folder / "out")


if __name__ == "__main__":
    train(Path(sys.argv[1]), Path(sys.argv[2]))
