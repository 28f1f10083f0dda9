"""Which p-values are discoveries when many series are watched every day."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from signals.alerting.tails import Numbers


def discoveries(p_values: Numbers, watched: int, rate: float, most: float) -> npt.NDArray[np.bool_]:
    """Mark the discoveries of one day, at most a share ``rate`` of them false on average.

    Parameters
    ----------
    p_values
        Of the series with enough texts, shape (series,).
    watched
        Series in all; those without enough texts count as watched without a finding.
    most
        No p-value above it counts, so that a shop of few series is not alarmed every other day.

    References
    ----------
    Benjamini and Hochberg (1995), Controlling the false discovery rate.

    Examples
    --------
    >>> discoveries(np.array([0.001, 0.3, 0.02]), watched=3, rate=0.1, most=0.01).tolist()
    [True, False, False]
    """
    ordered = np.sort(p_values)
    passing = ordered <= rate * np.arange(1, len(ordered) + 1) / max(watched, 1)
    limit = ordered[np.flatnonzero(passing)[-1]] if passing.any() else -1.0
    return np.asarray(p_values <= min(limit, most))
