"""How well chances of negative, neutral and positive fit labels, and how far to trust them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from signals.tuning.labelled_set import LABELS, NEGATIVE, NEUTRAL, POSITIVE

if TYPE_CHECKING:
    import numpy.typing as npt

BINS: Final = 15
"""Groups of like confidence in a calibration error, as Guo et al. (2017) take them."""


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
    return quality_of_table(table_of_calls(chances, labels, has_neutral=has_neutral))


def table_of_calls(
    chances: npt.NDArray[np.floating],
    labels: npt.NDArray[np.integer],
    *,
    has_neutral: bool = True,
    weights: npt.NDArray[np.number] | None = None,
) -> npt.NDArray[np.float64]:
    """Count how often texts of each label are called what; ``weights`` is shape (texts,).

    Returns
    -------
    ndarray
        Shape (3, 3): rows are labels, columns the likeliest classes.

    Examples
    --------
    >>> table_of_calls(np.array([[0.1, 0.6, 0.3]]), np.array([2]))[2].tolist()
    [0.0, 1.0, 0.0]
    """
    classes = [NEGATIVE, NEUTRAL, POSITIVE] if has_neutral else [NEGATIVE, POSITIVE]
    called = np.array(classes)[chances[:, classes].argmax(axis=1)]
    cells = np.bincount(labels * len(LABELS) + called, weights, minlength=len(LABELS) ** 2)
    return cells.astype(np.float64).reshape(len(LABELS), len(LABELS))


def quality_of_table(table: npt.NDArray[np.floating]) -> ScoreQuality:
    """Work out the shares from a table of calls; shape (classes, classes).

    Examples
    --------
    >>> quality_of_table(np.array([[3.0, 1.0], [2.0, 2.0]])).macro_recall
    0.625
    """
    true, called, right = table.sum(axis=1), table.sum(axis=0), table.diagonal()
    there = true > 0
    return ScoreQuality(
        rows=round(float(table.sum())),
        accuracy=float(right.sum() / table.sum()),
        macro_f1=float(np.mean(2 * right[there] / (true + called)[there])),
        macro_recall=float(np.mean(right[there] / true[there])),
    )


def bar_neutral_chance(chances: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
    """Share the chance of neutral out to the others, in proportion; shape (texts, 3).

    For sets whose publisher never said neutral.

    Examples
    --------
    >>> bar_neutral_chance(np.array([[0.2, 0.5, 0.3]])).tolist()
    [[0.4, 0.0, 0.6]]
    """
    barred = chances.astype(np.float64)
    barred[:, NEUTRAL] = 0.0
    held: npt.NDArray[np.float64] = barred.sum(axis=1, keepdims=True)
    even = np.array([0.5, 0.0, 0.5])
    return np.where(held > 0, barred / np.where(held > 0, held, 1.0), even)


def expected_calibration_error(
    chances: npt.NDArray[np.floating],
    labels: npt.NDArray[np.integer],
    weights: npt.NDArray[np.floating] | None = None,
    *,
    bins: int = BINS,
) -> float:
    """Measure how far the chance of the likeliest class is from how often it is right, in [0, 1].

    Parameters
    ----------
    chances
        Shape (texts, classes), each row sums to 1.
    labels
        Shape (texts,).
    weights
        Shape (texts,), how much each text counts; None counts all alike.
    bins
        Groups of equal weight, by confidence; texts of the same confidence stay together.

    Raises
    ------
    ValueError
        When there is no text, or the shapes do not fit.

    Examples
    --------
    Said with 80 % and right one time out of two:

    >>> chances = np.array([[0.8, 0.1, 0.1], [0.8, 0.1, 0.1]])
    >>> round(expected_calibration_error(chances, np.array([0, 1])), 6)
    0.3

    References
    ----------
    Naeini, Cooper and Hauskrecht (2015), Obtaining well calibrated probabilities using Bayesian
    binning; Guo et al. (2017), On calibration of modern neural networks, equation 3. Here the bins
    hold equal weight instead of equal width, so that none is nearly empty, and texts may be
    weighted.
    """
    counted = np.ones(len(labels)) if weights is None else np.asarray(weights, dtype=np.float64)
    if not len(chances) == len(labels) == len(counted) or len(labels) == 0:
        raise ValueError(
            f"{len(chances)} chances, {len(labels)} labels and {len(counted)} weights; expected "
            "equally many, at least one"
        )
    right = chances.argmax(axis=1) == labels
    levels, level_of = np.unique(chances.max(axis=1), return_inverse=True)
    mass = np.bincount(level_of, counted)
    middle = (np.cumsum(mass) - mass / 2) / mass.sum()  # of each level, in [0, 1]
    bin_of = np.minimum((middle * bins).astype(np.int64), bins - 1)
    gaps = np.bincount(bin_of[level_of], counted * (levels[level_of] - right), minlength=bins)
    return float(np.abs(gaps).sum() / mass.sum())
