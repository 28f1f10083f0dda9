"""Trains the sentiment model on a folder of public data sets and says how good it is."""

from __future__ import annotations

import logging
import time
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from signals.artefacts import MANIFEST, read_manifest, write_manifest
from signals.errors import DataError
from signals.frames import Col
from signals.progress import Progress, silent
from signals.sentiment.score_quality import judge
from signals.sentiment.training_sets import LABEL, LabelledSet, Part, load_training_sets

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from signals.sentiment.scoring import Scorer

SHARES: Final[Mapping[str, int]] = {
    "amazon_multidomain": 2_400,
    "brand_tweets": 4_000,
    "airline_tweets": 5_000,
    "zh_shopping": 14_000,
    "chnsenticorp": 1_500,
}
"""Training rows taken from sets whose size or length would else outweigh the others."""

logger = logging.getLogger(__name__)


def train_sentiment(
    data: Path,
    out: Path,
    *,
    weights: Path | None = None,
    rows: int | None = None,
    seed: int = 7,
    progress: Progress = silent,
) -> dict[str, Any]:
    """Train the tuned part of the sentiment model and write it with its manifest.

    Parameters
    ----------
    data
        The folder that holds the public sets.
    out
        A new folder, or one with an earlier model, which is replaced.
    weights
        The encoder, as for ``load_e5``.
    rows
        At most so many training rows from each set; None takes the shares that ship.

    Returns
    -------
    dict
        The manifest: data sets, cut-off day, figures on held-out texts, hashes.
    """
    if out.exists() and not (out / MANIFEST).is_file() and any(out.iterdir()):
        raise DataError(f"{out} holds files that are not a sentiment model; give another --out")
    from signals.sentiment.bert import BertScorer
    from signals.sentiment.e5 import load_e5
    from signals.sentiment.finetune import TrainingPlan, finetune, save_tuned

    started = time.perf_counter()
    e5 = load_e5(weights)
    rng = np.random.default_rng(seed)
    sets = [
        labelled.sample(
            SHARES.get(labelled.name, len(labelled.rows)) if rows is None else rows, rng
        )
        for labelled in load_training_sets(data)
    ]
    plan = TrainingPlan(seed=seed)
    model = finetune(e5, sets, plan, progress=progress)
    about = {
        "encoder_id": e5.encoder_id,
        "encoder_origin": e5.origin,
        "precision": e5.precision,
        **_about(sets),
    }
    save_tuned(model, plan, about, out)
    held_out = held_out_figures(BertScorer(e5, out, with_vectors=False), sets, progress=progress)
    known = read_manifest(out)
    del known["files"]
    write_manifest(out, {**known, "held_out": held_out})
    logger.info("trained the sentiment model in %.0f s", time.perf_counter() - started)
    return read_manifest(out)


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


def _about(sets: Sequence[LabelledSet]) -> dict[str, Any]:
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
    }
