"""How well the model finds what a text speaks of, and how it judges each thing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from reporting import Figure, Report
from resampling import Counts, interval, one_group
from sentiment_peers import TfIdf, in_three, tfidf

from signals import Col
from signals.aspects import ASPECTS
from signals.sentiment.scoring import MENTIONED
from signals.tuning.aspect_sets import ASPECT_LABELS, KNOWN, TERMS, AspectSet
from signals.tuning.training_sets import LABEL, NEUTRAL, Part

if TYPE_CHECKING:
    from collections.abc import Sequence

    from signals.sentiment.bert import BertScorer
    from signals.sentiment.scoring import Scored

Truth = npt.NDArray[np.bool_]
"""Shape (texts, aspects)."""

POLARITY_GOALS: Final = {"laptops_2014": 0.78, "restaurants_2014": 0.84}
CHINESE_GOAL: Final = 0.92
AROUND: Final = {"zh": 10}
"""Characters on either side of a term that the bag of characters sees; 30 in other languages."""
FEWEST: Final = 5
"""Aspects with fewer mentions among the texts are not judged."""

_START, _STOP, _TEXT_NUMBER, _LANG, _SET = "start", "stop", "number", "lang", "set"


@dataclass(frozen=True, slots=True)
class AspectReading:
    """What the model said about the test part of a set.

    ``terms`` has a row for each marked term: text, start, stop, label, number of its text;
    ``term_chances`` is shape (terms, 3).
    """

    marked: AspectSet
    rows: pd.DataFrame
    scored: Scored
    terms: pd.DataFrame
    term_chances: npt.NDArray[np.float32]


def read_aspects(scorer: BertScorer, sets: Sequence[AspectSet]) -> list[AspectReading]:
    """Let the model read the test parts."""
    readings = []
    for marked in sets:
        rows = marked.part(Part.TEST)
        if rows.empty:
            continue
        terms = terms_of(rows)
        spans = list(zip(terms[_START], terms[_STOP], strict=True))
        readings.append(
            AspectReading(
                marked, rows, scorer.score(rows[Col.TEXT].tolist()), terms,
                scorer.judge_terms(terms[Col.TEXT].tolist(), spans),
            )
        )  # fmt: skip
    return readings


def terms_of(rows: pd.DataFrame) -> pd.DataFrame:
    """Put every marked term in a row of its own."""
    found = [
        (text, start, stop, label, number)
        for number, (text, terms) in enumerate(zip(rows[Col.TEXT], rows[TERMS], strict=True))
        for start, stop, label in terms
    ]
    return pd.DataFrame(found, columns=[Col.TEXT, _START, _STOP, LABEL, _TEXT_NUMBER])


def add_aspect_polarity(report: Report, readings: Sequence[AspectReading]) -> None:
    """Judge the polarity of given terms, set by set and all Chinese sets together."""
    with_terms = [reading for reading in readings if len(reading.terms)]
    calls = {reading.marked.name: polarity_calls(reading) for reading in with_terms}
    for name, found in calls.items():
        add_polarity(report, name, found, POLARITY_GOALS.get(name))
    chinese = [calls[each.marked.name] for each in with_terms if each.marked.lang == "zh"]
    if chinese:
        add_polarity(report, "Chinese aspect sets", pd.concat(chinese), CHINESE_GOAL)


def polarity_calls(reading: AspectReading) -> pd.DataFrame:
    """Tell for every term whether the model and each peer judge it rightly."""
    terms, labels = reading.terms, reading.terms[LABEL].to_numpy(np.int64)
    train = terms_of(reading.marked.part(Part.TRAIN))
    stand = [0, NEUTRAL, 2] if (train[LABEL] == NEUTRAL).any() else [0, 2]
    usual = np.tile(np.bincount(train[LABEL], minlength=3), (len(terms), 1))
    sentences = reading.scored.probabilities[terms[_TEXT_NUMBER]]
    lang = reading.marked.lang
    bag = tfidf(lang).fit(surroundings(train, lang), train[LABEL])
    chances = {
        "model": reading.term_chances,
        "most frequent class": usual,
        "sentiment of the whole text": sentences,
        "TF-IDF around the term": in_three(bag, surroundings(terms, lang)),
    }
    right = {
        name: np.array(stand)[given[:, stand].argmax(axis=1)] == labels
        for name, given in chances.items()
    }
    group = reading.marked.name + " " + terms[_TEXT_NUMBER].astype(str)
    return pd.DataFrame(right).assign(**{_TEXT_NUMBER: group})


def surroundings(terms: pd.DataFrame, lang: str) -> list[str]:
    """Cut out each term with the characters around it."""
    around = AROUND.get(lang, 30)
    return [
        text[max(0, start - around) : stop + around]
        for text, start, stop in zip(terms[Col.TEXT], terms[_START], terms[_STOP], strict=True)
    ]


def add_polarity(report: Report, name: str, calls: pd.DataFrame, reach: float | None) -> None:
    """Report how many terms are judged rightly; whole texts are drawn again for the interval."""
    by_text = calls.groupby(_TEXT_NUMBER)["model"].agg(["sum", "size"]).to_numpy(np.float64)

    def of_draw(counts: Counts) -> float:
        right, terms = counts @ by_text
        return float(right / terms)

    shares = calls.drop(columns=_TEXT_NUMBER).mean().to_dict()
    report.add(
        Figure.with_peers(
            f"{name} ({len(calls)} terms): aspect polarity accuracy",
            shares.pop("model"),
            shares,
            interval(of_draw, one_group(len(by_text))),
            reach,
        )
    )


def add_aspect_detection(report: Report, readings: Sequence[AspectReading]) -> None:
    """Judge which aspects are found in texts, where people looked for them."""
    report.details["aspect_detection"] = {}
    for reading in readings:
        truth, known = marked_aspects(reading.rows)
        judged = np.flatnonzero((truth & known).sum(axis=0) >= FEWEST)
        if len(judged) == 0 or reading.scored.aspects is None:
            continue
        found = reading.scored.aspects.sum(axis=2) >= MENTIONED
        scores = f1_of_aspects(found, truth, known)[judged]
        bag = learned_aspects(reading)
        name = reading.marked.name
        report.add(
            Figure.with_peers(
                f"{name} ({len(truth)} texts, {len(judged)} aspects): aspect detection macro-F1",
                float(scores.mean()),
                {TfIdf.name: float(f1_of_aspects(bag, truth, known)[judged].mean())},
                detection_interval(found, truth, known, judged),
            )
        )
        report.details["aspect_detection"][name] = {
            ASPECTS[aspect]: {"f1": float(score), "texts": int((truth & known)[:, aspect].sum())}
            for aspect, score in zip(judged, scores, strict=True)
        }


def marked_aspects(rows: pd.DataFrame) -> tuple[Truth, Truth]:
    """Tell which aspects people marked, and about which they decided."""
    truth = [[aspect in marked for aspect in ASPECTS] for marked in rows[ASPECT_LABELS]]
    known = [[aspect in decided for aspect in ASPECTS] for decided in rows[KNOWN]]
    return np.array(truth), np.array(known)


def f1_of_aspects(
    found: Truth, truth: Truth, known: Truth, counts: Counts | None = None
) -> npt.NDArray[np.float64]:
    """Work out F1 of each aspect over the texts that people looked through for it.

    ``counts`` is shape (texts,): how often each counts; aspects that nobody found or marked are 0.
    """
    weights = np.ones(len(truth)) if counts is None else counts
    right = weights @ (found & truth & known)
    either = weights @ (known * found.astype(int) + known * truth.astype(int))
    share: npt.NDArray[np.float64] = 2 * right / np.maximum(either, 1)
    return share


def detection_interval(
    found: Truth, truth: Truth, known: Truth, judged: npt.NDArray[np.intp]
) -> tuple[float, float]:
    """Bound the mean F1 of the judged aspects."""

    def of_draw(counts: Counts) -> float:
        return float(f1_of_aspects(found, truth, known, counts)[judged].mean())

    return interval(of_draw, one_group(len(truth)))


def learned_aspects(reading: AspectReading) -> Truth:
    """Find the aspects by a bag of characters for each.

    The table of words is no peer here: where it finds a word, absence does not count as known.
    """
    texts = reading.rows[Col.TEXT]
    train = reading.marked.part(Part.TRAIN)
    truth, known = marked_aspects(train)
    learned = np.zeros((len(texts), len(ASPECTS)), dtype=bool)
    for aspect in range(len(ASPECTS)):
        there, told = known[:, aspect], truth[known[:, aspect], aspect]
        if 0 < told.sum() < len(told):
            bag = tfidf(reading.marked.lang).fit(train.loc[there, Col.TEXT], told)
            learned[:, aspect] = bag.predict(texts)
    return learned
