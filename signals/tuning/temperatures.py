"""Temperatures that make chances as true as they sound."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax

from signals.tuning.training_sets import NEGATIVE, POSITIVE

if TYPE_CHECKING:
    import numpy.typing as npt

    from signals.tuning.examples import Examples


def fit_temperatures(logits: npt.NDArray[np.float32], examples: Examples) -> dict[str, float]:
    """Find for each language the temperature by which chances fit the labels best.

    The sets of a language count the same, whatever their size. Sets without neutral are judged
    between negative and positive.

    Parameters
    ----------
    logits
        Shape (examples, 3).

    References
    ----------
    Guo et al. (2017), On calibration of modern neural networks, section 4.2. Here one temperature a
    language.
    """
    parts: dict[str, list[tuple[npt.NDArray[np.float64], npt.NDArray[np.int64]]]] = {}
    for _, rows in examples.sets():
        shown, labels = logits[rows].astype(float), examples.labels[rows]
        if not examples.has_neutral[rows[0]]:
            shown, labels = shown[:, [NEGATIVE, POSITIVE]], (labels == POSITIVE).astype(np.int64)
        parts.setdefault(str(examples.langs[rows[0]]), []).append((shown, labels))
    return {lang: fit_temperature(of_lang) for lang, of_lang in sorted(parts.items())}


def fit_temperature(
    parts: list[tuple[npt.NDArray[np.float64], npt.NDArray[np.int64]]],
) -> float:
    """Find one temperature for pairs of logits (rows, classes) and labels, each pair alike."""

    def misfit(log_temperature: float) -> float:
        misfits = [
            -log_softmax(logits / np.exp(log_temperature), axis=1)[np.arange(len(labels)), labels]
            for logits, labels in parts
        ]
        return float(np.mean([part.mean() for part in misfits]))

    found = minimize_scalar(misfit, bounds=(-1.5, 1.5), method="bounded")
    return round(float(np.exp(found.x)), 4)
