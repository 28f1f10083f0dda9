"""What a user might pick instead of the sentiment model, each read in the same run.

VADER, LeIA and SnowNLP come as they are (SnowNLP's own model was trained on shopping reviews, so it
may have seen texts of ours). The other two learn from the training rows of the set.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np
import numpy.typing as npt
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from signals import Col
from signals.tuning.training_sets import LABEL, LabelledSet, Part

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from signals.sentiment.e5 import E5

Chances = npt.NDArray[np.float64]
"""Shape (texts, 3): negative, neutral, positive."""

NEUTRAL_WIDTH: Final = 0.05
"""Compound scores of VADER nearer to zero are neutral, as its authors say."""


class Peer(Protocol):
    """Something else that reads sentiment."""

    @property
    def name(self) -> str:
        """How tables call it."""
        ...

    def fits(self, labelled: LabelledSet) -> bool:
        """Tell whether it was made for the language and the classes of the set."""
        ...

    def judge_test(self, labelled: LabelledSet) -> Chances:
        """Read the test part, after learning from the training part if it learns."""
        ...


class Vader:
    """Word list and rules for English (Hutto and Gilbert 2014), or LeIA, its Portuguese child."""

    def __init__(self, lang: str) -> None:
        self._lang = lang
        self.name = {"en": "VADER", "pt": "LeIA"}[lang]

    def fits(self, labelled: LabelledSet) -> bool:
        return labelled.lang == self._lang

    def judge_test(self, labelled: LabelledSet) -> Chances:
        score = _vader_of(self._lang)
        compound = np.array([score(text)["compound"] for text in _test_texts(labelled)])
        neutral = (np.abs(compound) < NEUTRAL_WIDTH).astype(np.float64)
        return np.column_stack([(1 - compound) / 2, neutral, (1 + compound) / 2])


class SnowNlp:
    """Naive Bayes over Chinese words; it knows no neutral."""

    name = "SnowNLP"

    def fits(self, labelled: LabelledSet) -> bool:
        return labelled.lang == "zh" and not labelled.has_neutral

    def judge_test(self, labelled: LabelledSet) -> Chances:
        from snownlp import sentiment

        sentiment.classify("好")  # loads its model
        positive = np.array([sentiment.classify(text) for text in _test_texts(labelled)])
        return np.column_stack([1 - positive, np.zeros(len(positive)), positive])


class TfIdf:
    """TF-IDF of characters with logistic regression."""

    name = "TF-IDF + logistic regression"

    def fits(self, labelled: LabelledSet) -> bool:
        return _has_classes(labelled)

    def judge_test(self, labelled: LabelledSet) -> Chances:
        train = labelled.part(Part.TRAIN)
        model = tfidf(labelled.lang).fit(train[Col.TEXT], train[LABEL])
        return in_three(model, _test_texts(labelled))


class LinearHead:
    """The encoder as it is, untuned: logistic regression on its mean-pooled vectors.

    Parameters
    ----------
    rows
        At most so many training rows are encoded.
    """

    name = "untuned encoder + logistic regression"

    def __init__(self, e5: E5, rows: int) -> None:
        self._e5 = e5
        self._rows = rows
        self._known: dict[str, npt.NDArray[np.float32]] = {}

    def fits(self, labelled: LabelledSet) -> bool:
        return _has_classes(labelled)

    def judge_test(self, labelled: LabelledSet) -> Chances:
        few = labelled.sample(self._rows, np.random.default_rng(0)).part(Part.TRAIN)
        head = make_pipeline(
            StandardScaler(), LogisticRegression(C=0.1, max_iter=500, class_weight="balanced")
        )
        head.fit(self._vectors(few[Col.TEXT].tolist()), few[LABEL])
        return in_three(head, self._vectors(_test_texts(labelled)))

    def _vectors(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        self._known.update(zip(new, self._e5.encode_passages(new), strict=True))
        return np.stack([self._known[text] for text in texts])


def tfidf(lang: str) -> Pipeline:
    """Set up the bag of characters: pieces of words, or of running text in Chinese."""
    grams = (1, 3) if lang == "zh" else (2, 5)
    analyzer = "char" if lang == "zh" else "char_wb"
    vectors = TfidfVectorizer(
        analyzer=analyzer, ngram_range=grams, min_df=2, sublinear_tf=True, max_features=200_000
    )
    return make_pipeline(vectors, LogisticRegression(C=4.0, max_iter=300, class_weight="balanced"))


def in_three(model: Pipeline, given: object) -> Chances:
    """Put the chances of a model that may know fewer classes into three columns."""
    found = model.predict_proba(given)
    chances = np.zeros((len(found), 3))
    chances[:, model.classes_] = found
    return chances


def _has_classes(labelled: LabelledSet) -> bool:
    return bool(labelled.part(Part.TRAIN)[LABEL].nunique() > 1)


def _test_texts(labelled: LabelledSet) -> list[str]:
    texts: list[str] = labelled.part(Part.TEST)[Col.TEXT].tolist()
    return texts


def _vader_of(lang: str) -> Callable[[str], dict[str, float]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # LeIA leaves its word lists open
        if lang == "en":
            from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer
        else:
            from LeIA import SentimentIntensityAnalyzer
        score: Callable[[str], dict[str, float]] = SentimentIntensityAnalyzer().polarity_scores
    return score
