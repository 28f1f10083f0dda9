"""Trains the sentiment model on public sets and a user's own, and says how good it is."""

from __future__ import annotations

import logging
import shutil
import time
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from signals.artefacts import MANIFEST, put_in_place, read_manifest, write_manifest
from signals.errors import DataError
from signals.frames import Col
from signals.progress import Progress, silent
from signals.sentiment.confusion import CONFUSION
from signals.tuning.aspect_sets import keep_apart, load_aspect_sets
from signals.tuning.label_noise import without_contradictions
from signals.tuning.score_quality import judge
from signals.tuning.training_plan import TrainingPlan
from signals.tuning.training_sets import LABEL, LabelledSet, Part, load_training_sets
from signals.tuning.validation_calls import validation_calls

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from signals.sentiment.scoring import Scorer
    from signals.tuning.aspect_sets import AspectSet

SHARES: Final[Mapping[str, int]] = {
    "jd_phones": 1_500,
    "amazon_devices": 12_000,
}
"""Training rows taken from sets whose size or length would else outweigh the others."""

logger = logging.getLogger(__name__)


def train_sentiment(
    data: Path | None,
    out: Path,
    *,
    plan: TrainingPlan | None = None,
    own: Sequence[LabelledSet] = (),
    weights: Path | None = None,
    progress: Progress = silent,
) -> dict[str, Any]:
    """Train the tuned part of the sentiment model and write it with its manifest.

    Killed at any moment and begun again with the same arguments, it goes on from its last
    checkpoint, kept beside ``out`` until it ends, and gives the same weights.

    Parameters
    ----------
    data
        The folder that holds the public sets; None trains on ``own`` alone.
    out
        A new folder, or one with an earlier model, which is replaced once the new one is whole
        and stays beside it as ``OUT.before``.
    plan
        How to train; None takes the plan of the model that ships.
    own
        A user's own labelled texts, see ``labelled_frame``.
    weights
        The encoder, as for ``load_e5``.

    Returns
    -------
    dict
        The manifest: data sets, what was dropped as noise, cut-off day, figures on held-out texts,
        hashes.
    """
    _check_target(out)
    from signals.sentiment.bert import BertScorer
    from signals.sentiment.e5 import load_e5
    from signals.tuning.examples import make_examples
    from signals.tuning.finetune import finetune
    from signals.tuning.tuned_model import save_tuned

    started = time.perf_counter()
    plan = TrainingPlan() if plan is None else plan
    material = gather(data, own, plan.rows, plan.seed, progress=progress)
    e5 = load_e5(weights)
    train, validation = (
        make_examples(e5, material.sets, material.aspect_sets, part, plan.max_tokens)
        for part in (Part.TRAIN, Part.VALIDATION)
    )
    model = finetune(e5, train, validation, plan, keep=_checkpoints(out), progress=progress)
    about = {
        "encoder_id": e5.encoder_id,
        "encoder_origin": e5.origin,
        "precision": e5.precision,
        **_about(material),
    }
    draft = _checkpoints(out) / "model"
    save_tuned(model, plan, about, draft)
    scorer = BertScorer(e5, draft, with_vectors=False)
    held_out = held_out_figures(scorer, material.sets, progress=progress)
    confusion = validation_calls(scorer, material.sets)
    known = read_manifest(draft)
    del known["files"]
    write_manifest(draft, {**known, "held_out": held_out, CONFUSION: confusion})
    put_in_place(draft, out)
    forget_training(out)
    logger.info("trained the sentiment model in %.0f s", time.perf_counter() - started)
    return read_manifest(out)


def forget_training(out: Path) -> None:
    """Delete the checkpoints of a training that was stopped, so that the next one starts anew."""
    shutil.rmtree(_checkpoints(out), ignore_errors=True)


def _checkpoints(out: Path) -> Path:
    return out.with_name(f"{out.name}.training")


@dataclass(frozen=True, slots=True)
class Material:
    """What a model is trained on; ``noise`` says for each set from stars what was dropped."""

    sets: list[LabelledSet]
    aspect_sets: list[AspectSet] = field(default_factory=list)
    noise: dict[str, dict[str, Any]] = field(default_factory=dict)


def gather(
    data: Path | None,
    own: Sequence[LabelledSet] = (),
    rows: int | None = None,
    seed: int = 7,
    *,
    progress: Progress = silent,
) -> Material:
    """Read the sets, take the shares that ship, and drop texts that contradict their stars."""
    rng = np.random.default_rng(seed)
    public = [] if data is None else load_training_sets(data)
    sampled = [
        labelled.sample(
            SHARES.get(labelled.name, len(labelled.rows)) if rows is None else rows, rng
        )
        for labelled in public
    ]
    sets, noise = [], {}
    for done, labelled in enumerate((*sampled, *own), start=1):
        clean, report = without_contradictions(labelled, seed=seed)
        sets.append(clean)
        if report.rows:
            noise[report.name] = report.as_dict()
        progress("comparing texts with their stars", done, len(sampled) + len(own))
    sets, aspect_sets = keep_apart(sets, [] if data is None else load_aspect_sets(data))
    return Material(sets, aspect_sets, noise)


def _check_target(out: Path) -> None:
    if out.is_file():
        raise DataError(f"{out} is a file; give a folder as --out")
    if out.exists() and not (out / MANIFEST).is_file() and any(out.iterdir()):
        raise DataError(f"{out} holds files that are not a sentiment model; give another --out")


def held_out_figures(
    scorer: Scorer, sets: Sequence[LabelledSet], *, progress: Progress = silent
) -> dict[str, dict[str, float]]:
    """Judge a scorer on the test part of each set."""
    figures = {}
    tests = {labelled.name: labelled.part(Part.TEST) for labelled in sets}
    done, total = 0, sum(map(len, tests.values()))
    for labelled in sets:
        test = tests[labelled.name]
        chances = scorer.score(test[Col.TEXT].tolist()).probabilities
        labels = test[LABEL].to_numpy(np.int64)
        quality = judge(chances, labels, has_neutral=labelled.has_neutral)
        figures[labelled.name] = {
            "rows": quality.rows,
            "accuracy": round(quality.accuracy, 4),
            "macro_f1": round(quality.macro_f1, 4),
            "macro_recall": round(quality.macro_recall, 4),
            "called_neutral": round(float(np.mean(chances.argmax(axis=1) == 1)), 4),
        }
        done += len(test)
        progress("judging held-out texts", done, total)
    return figures


def _about(material: Material) -> dict[str, Any]:
    sets = material.sets
    days = [labelled.last_day for labelled in sets if labelled.last_day is not None]
    return {
        "cut_off_day": max(days).date().isoformat() if days else None,
        "code_version": version("groundswell"),
        "sets": [
            {
                "name": labelled.name,
                "lang": labelled.lang,
                "licence": labelled.licence,
                "has_neutral": labelled.has_neutral,
                "last_day": labelled.last_day.date().isoformat() if labelled.last_day else None,
                "rows": {part.value: len(labelled.part(part)) for part in Part},
            }
            for labelled in sets
        ],
        "aspect_sets": [
            {
                "name": aspects.name,
                "lang": aspects.lang,
                "licence": aspects.licence,
                "rows": {part.value: len(aspects.part(part)) for part in Part},
            }
            for aspects in material.aspect_sets
        ],
        "noise": material.noise,
    }
