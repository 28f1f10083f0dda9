"""Topics: texts whose vectors lie together, named by the words that set them apart."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from signals.frames import Col
from signals.words.keywords import count_terms, keywords_of_groups
from signals.words.said import NEGATIVE

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt
    import pandas as pd

_LEAST_TO_SPLIT: Final = 24  # texts; fewer are one topic
_LEAST_A_TOPIC: Final = 8
_MOST_TOPICS: Final = 7
_LEAST_SILHOUETTE: Final = 0.03
_JUDGED: Final = 1_500  # texts that choose the number of topics
_FITTED: Final = 10_000
_LEAST_OF_A_LANGUAGE: Final = 5
_LONGEST_QUOTE: Final = 160
_SENTENCE_END: Final = re.compile(r"[.!?。！？…]+[\"”’)）]?")


@dataclass(frozen=True, slots=True)
class Topic:
    """Texts about the same thing.

    Parameters
    ----------
    keywords
        One- and two-word terms, the strongest first.
    documents
        Number of texts; their ``share`` of all.
    polarity
        Mean, in [-1, 1].
    negative
        Share of negative texts.
    doc_id, quote
        The document nearest to the centre, and a part of its text, letter by letter.
    """

    keywords: tuple[str, ...]
    documents: int
    share: float
    polarity: float
    negative: float
    doc_id: str
    quote: str


def find_topics(
    said: pd.DataFrame,
    vectors: npt.NDArray[np.float32] | None,
    *,
    names: Sequence[str] = (),
    seed: int = 7,
) -> list[Topic]:
    """Group texts to topics, the largest first; the same rows and seed give the same topics.

    K-means on the vectors less the mean of their language, so that topics are not languages. The
    number of topics is the one with the best silhouette; few texts, texts without vectors and texts
    that fall into no groups are one topic. Each text counts once.

    Parameters
    ----------
    said
        Rows of ``read_said``.
    vectors
        Shape (rows, width), rows of NaN where there is none; None when there are none at all.
    names
        Of what the texts are about; they are no keywords.

    References
    ----------
    Grootendorst (2022), "BERTopic"; deviation: K-means on all dimensions in place of HDBSCAN after
    UMAP, so that no text is left out and the result is the same on every machine.
    """
    first = ~said[Col.TEXT_HASH].duplicated().to_numpy()
    said = said[first].reset_index(drop=True)
    if said.empty:
        return []
    groups, centred = np.zeros(len(said), dtype=int), None
    if vectors is not None and len(said) >= _LEAST_TO_SPLIT:
        known = vectors[first]
        if np.isfinite(known).all(axis=1).all():
            centred = _centred(known.astype(np.float64), said[Col.LANG])
            groups = _grouped(centred, seed)
    members = [groups == group for group, _ in _by_size(groups)]
    counts = [count_terms(said.loc[rows, Col.TEXT], names) for rows in members]
    return [
        _topic(said, rows, words, centred)
        for rows, words in zip(members, keywords_of_groups(counts), strict=True)
    ]


def quote_of(text: str, longest: int = _LONGEST_QUOTE) -> str:
    """Take whole sentences, or whole words, from the start of a text.

    Examples
    --------
    >>> quote_of("It broke. I want my money back!", 12)
    'It broke.'
    """
    if len(text) <= longest:
        return text
    head = text[:longest]
    ends = [match.end() for match in _SENTENCE_END.finditer(head)]
    if ends and ends[-1] >= longest // 3:
        return head[: ends[-1]]
    space = head.rfind(" ")
    return head[:space] if space >= longest // 2 else head


def _by_size(groups: npt.NDArray[np.int_]) -> list[tuple[int, int]]:
    names, sizes = np.unique(groups, return_counts=True)
    return sorted(zip(names.tolist(), sizes.tolist(), strict=True), key=lambda g: (-g[1], g[0]))


def _centred(vectors: npt.NDArray[np.float64], lang: pd.Series) -> npt.NDArray[np.float64]:
    """Take the mean of each language off its vectors, and give them unit length."""
    centred = vectors - vectors.mean(axis=0)
    for rows in lang.fillna("").groupby(lang.fillna("")).indices.values():
        if len(rows) >= _LEAST_OF_A_LANGUAGE:
            centred[rows] = vectors[rows] - vectors[rows].mean(axis=0)
    length = np.linalg.norm(centred, axis=1, keepdims=True)
    unit: npt.NDArray[np.float64] = centred / np.maximum(length, 1e-12)
    return unit


def _grouped(vectors: npt.NDArray[np.float64], seed: int) -> npt.NDArray[np.int_]:
    """Split into as many groups as lie best apart; all zeros when none do."""
    from sklearn.cluster import KMeans
    from sklearn.metrics import silhouette_score

    rng = np.random.default_rng(seed)
    fitted = _some(vectors, _FITTED, rng)
    judged = _some(fitted, _JUDGED, rng)
    best, chosen = _LEAST_SILHOUETTE, None
    for size in range(2, min(_MOST_TOPICS, len(vectors) // _LEAST_A_TOPIC) + 1):
        means = KMeans(size, n_init=3, random_state=seed).fit(fitted)
        groups = means.predict(judged)
        if len(np.unique(groups)) < 2:
            continue
        apart = float(silhouette_score(judged, groups))
        if apart > best:
            best, chosen = apart, means
    if chosen is None:
        return np.zeros(len(vectors), dtype=int)
    return np.asarray(chosen.predict(vectors), dtype=int)


def _some(
    vectors: npt.NDArray[np.float64], most: int, rng: np.random.Generator
) -> npt.NDArray[np.float64]:
    if len(vectors) <= most:
        return vectors
    return vectors[np.sort(rng.choice(len(vectors), most, replace=False))]


def _topic(
    said: pd.DataFrame,
    members: npt.NDArray[np.bool_],
    keywords: list[str],
    vectors: npt.NDArray[np.float64] | None,
) -> Topic:
    told = said[members]
    nearest = 0
    if vectors is not None:
        inside = vectors[members]
        nearest = int(np.argmax(np.round(inside @ inside.mean(axis=0), 6)))
    example = told.iloc[nearest]
    return Topic(
        keywords=tuple(keywords),
        documents=len(told),
        share=round(len(told) / len(said), 4),
        polarity=round(float(told[Col.POLARITY].mean()), 4),
        negative=round(float(told[NEGATIVE].mean()), 4),
        doc_id=str(example[Col.DOC_ID]),
        quote=quote_of(str(example[Col.TEXT])),
    )
