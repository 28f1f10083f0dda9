"""Calibration: how far to trust the layers, and how far runs of tokens count beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np
from scipy.optimize import minimize, minimize_scalar
from scipy.special import log_softmax

from signals.tuning.training_sets import NEGATIVE, POSITIVE

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from signals.tuning.examples import Examples

_Logits: TypeAlias = "npt.NDArray[np.float64]"
_Labels: TypeAlias = "npt.NDArray[np.int64]"

_LOGS: Final = (-1.5, 1.5)
"""Bounds of the logarithm of a temperature."""
_MOST: Final = 1.0
"""Runs of tokens count as much as they would alone, at most."""


def fit_calibration(
    logits: npt.NDArray[np.float32], beside: npt.NDArray[np.float32], examples: Examples
) -> tuple[dict[str, float], dict[str, float]]:
    """Find for each language the temperature, and the share of other logits, that fit best.

    Chances are the softmax of ``logits / temperature + share * beside``. The sets of a language
    count the same, whatever their size. Sets without neutral are judged between negative and
    positive.

    Parameters
    ----------
    logits, beside
        What the layers and what runs of tokens say, each shape (examples, 3).

    Returns
    -------
    dict, dict
        Temperature and share of each language, the share from 0 to 1.

    References
    ----------
    Guo et al. (2017), On calibration of modern neural networks, section 4.2. Here one temperature a
    language.
    """
    parts: dict[str, list[tuple[_Logits, _Logits, _Labels]]] = {}
    for _, rows in examples.sets():
        shown, other = logits[rows].astype(float), beside[rows].astype(float)
        labels = examples.labels[rows]
        if not examples.has_neutral[rows[0]]:
            shown, other = shown[:, [NEGATIVE, POSITIVE]], other[:, [NEGATIVE, POSITIVE]]
            labels = (labels == POSITIVE).astype(np.int64)
        parts.setdefault(str(examples.langs[rows[0]]), []).append((shown, other, labels))
    temperatures, shares = {}, {}
    for lang, of_lang in sorted(parts.items()):
        temperatures[lang], shares[lang] = _fit_both(of_lang)
    return temperatures, shares


def fit_temperature(parts: Sequence[tuple[_Logits, _Labels]]) -> float:
    """Find one temperature for pairs of logits (rows, classes) and labels, each pair alike."""

    def misfit(log_temperature: float) -> float:
        return float(np.mean([_misfit(x / np.exp(log_temperature), labels) for x, labels in parts]))

    return _rounded(np.exp(minimize_scalar(misfit, bounds=_LOGS, method="bounded").x))


def _fit_both(parts: Sequence[tuple[_Logits, _Logits, _Labels]]) -> tuple[float, float]:
    def misfit(both: npt.NDArray[np.float64]) -> float:
        scale, share = np.exp(-both[0]), both[1]
        return float(np.mean([_misfit(scale * x + share * y, labels) for x, y, labels in parts]))

    found = minimize(misfit, [0.0, 0.1], bounds=[_LOGS, (0.0, _MOST)], method="L-BFGS-B").x
    return _rounded(np.exp(found[0])), _rounded(found[1])


def _misfit(logits: _Logits, labels: _Labels) -> float:
    """Average the cross-entropy of some texts."""
    return -float(log_softmax(logits, axis=1)[np.arange(len(labels)), labels].mean())


def _rounded(value: float) -> float:
    return round(float(value), 4)
