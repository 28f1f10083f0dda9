"""How well chances of negative, neutral and positive fit labels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from signals.sentiment.training_sets import NEGATIVE, NEUTRAL, POSITIVE

if TYPE_CHECKING:
    import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class ScoreQuality:
    """Shares in [0, 1]; classes without a label do not count."""

    rows: int
    accuracy: float
    macro_f1: float
    macro_recall: float


def judge(
    chances: npt.NDArray[np.floating], labels: npt.NDArray[np.integer], *, has_neutral: bool = True
) -> ScoreQuality:
    """Compare the likeliest class with the label.

    Parameters
    ----------
    chances
        Shape (texts, 3).
    labels
        Shape (texts,), 0 negative, 1 neutral, 2 positive.
    has_neutral
        False where labels know no neutral: then only negative and positive stand for election.

    Examples
    --------
    >>> chances = np.array([[0.1, 0.6, 0.3], [0.8, 0.1, 0.1]])
    >>> judge(chances, np.array([2, 0])).accuracy
    0.5
    >>> judge(chances, np.array([2, 0]), has_neutral=False).accuracy
    1.0
    """
    classes = [NEGATIVE, NEUTRAL, POSITIVE] if has_neutral else [NEGATIVE, POSITIVE]
    guessed = np.array(classes)[chances[:, classes].argmax(axis=1)]
    recalls, f1s = [], []
    for label in np.unique(labels):
        right = float(np.sum((guessed == label) & (labels == label)))
        told, true = float(np.sum(guessed == label)), float(np.sum(labels == label))
        recalls.append(right / true)
        f1s.append(2 * right / (told + true))
    return ScoreQuality(
        rows=len(labels),
        accuracy=float(np.mean(guessed == labels)),
        macro_f1=float(np.mean(f1s)),
        macro_recall=float(np.mean(recalls)),
    )
