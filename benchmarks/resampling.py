"""Intervals of figures by the bootstrap: rows are drawn again with replacement, from a seed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Callable

ROUNDS: Final = 1_000
SEED: Final = 20_150_101
LEVEL: Final = 0.95

Counts = npt.NDArray[np.int64]
"""How often each row is drawn."""


def interval(
    statistic: Callable[[Counts], float],
    groups: npt.NDArray[np.integer],
    *,
    mirror: float | None = None,
    rounds: int = ROUNDS,
    seed: int = SEED,
) -> tuple[float, float]:
    """Bound a figure by the percentiles of what other draws of the same rows give.

    Parameters
    ----------
    statistic
        The figure when each row counts as often as it was drawn.
    groups
        Shape (rows,): the group of each row; each group keeps its number of rows.
    mirror
        The figure itself, when drawing again pushes it to one side, as it does errors that are
        sums of absolute values: the percentiles are then mirrored at it. None leaves them.

    Returns
    -------
    tuple
        The bounds of the 95 % interval.

    References
    ----------
    Efron and Tibshirani (1993), An introduction to the bootstrap, section 13.3 (percentiles);
    Davison and Hinkley (1997), Bootstrap methods and their application, section 5.2.1 (mirrored).
    """
    rng = np.random.default_rng(seed)
    places = [np.flatnonzero(groups == group) for group in np.unique(groups)]
    values = []
    for _ in range(rounds):
        counts = np.zeros(len(groups), dtype=np.int64)
        for rows in places:
            drawn = rng.integers(0, len(rows), len(rows))
            counts[rows] = np.bincount(drawn, minlength=len(rows))
        values.append(statistic(counts))
    low, high = np.nanquantile(values, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    if mirror is not None:
        low, high = 2 * mirror - high, 2 * mirror - low
    return float(low), float(high)


def one_group(rows: int) -> npt.NDArray[np.int64]:
    """Say that all rows are drawn from together."""
    return np.zeros(rows, dtype=np.int64)
