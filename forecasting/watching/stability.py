"""Whether the inputs of the models still look like those that they learnt from.

References
----------
Siddiqi (2006), *Credit Risk Scorecards*, for the index and its customary limits 0.1 and 0.25;
Yurdakul and Naranjo (2020), *Statistical properties of the population stability index*: where
nothing has changed, the index over 1/n + 1/m is chi-square with one degree of freedom less than
there are bins. That holds for rows that know nothing of each other, which rows of one shop do, so
it is a floor under the noise and not the noise itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from forecasting.grid import FloatArray

MOVED: Final = 0.25
"""Index from which a distribution counts as another one."""
_BINS: Final = 10
_SURE: Final = 0.999
_HALF: Final = 0.5  # added to each bin, so that an empty one does not make the index infinite


def stability_index(learnt: FloatArray, recent: FloatArray, bins: int = _BINS) -> float:
    """Measure how far two samples are apart: 0 where they are alike.

    Parameters
    ----------
    learnt
        Shape (n,); its quantiles are the edges of the bins.
    recent
        Shape (m,).

    Examples
    --------
    >>> same = np.arange(100.0)
    >>> stability_index(same, same)
    0.0
    >>> stability_index(same, same + 50) > 1
    True
    """
    edges: FloatArray = np.unique(np.quantile(learnt, np.linspace(0, 1, bins + 1)[1:-1]))
    before, after = _shares(learnt, edges), _shares(recent, edges)
    return float(np.sum((after - before) * np.log(after / before)))


def limit_of(learnt: int, recent: int, bins: int = _BINS) -> float:
    """Return the index from which to speak of a change, for samples of two sizes."""
    from scipy.stats import chi2

    noise = chi2.ppf(_SURE, bins - 1) * (1 / max(learnt, 1) + 1 / max(recent, 1))
    return max(MOVED, float(noise))


def _shares(values: FloatArray, edges: FloatArray) -> FloatArray:
    counts = np.bincount(np.searchsorted(edges, values, side="left"), minlength=len(edges) + 1)
    smoothed = (counts + _HALF) / (len(values) + _HALF * len(counts))
    return np.asarray(smoothed, dtype=np.float64)
