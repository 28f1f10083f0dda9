"""Several rankings made one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

_SOFT: Final = 60.0  # how little the first ranks stand out; the paper's choice


def fuse(rankings: Sequence[npt.NDArray[np.int64]]) -> npt.NDArray[np.int64]:
    """Order the rows of several rankings by the sum of 1 / (60 + rank), best first.

    Parameters
    ----------
    rankings
        Row numbers, best first, no row twice in one ranking. Equal sums keep the order in which
        the rows come first, ranking after ranking.

    References
    ----------
    Cormack, Clarke and Büttcher (2009), reciprocal rank fusion.

    Examples
    --------
    >>> fuse([np.array([7, 3, 5]), np.array([5, 7])]).tolist()
    [7, 5, 3]
    """
    rows, places = np.unique(np.concatenate(rankings), return_inverse=True)
    worth = np.concatenate([1.0 / (_SOFT + 1.0 + np.arange(len(r))) for r in rankings])
    sums = np.bincount(places, weights=worth, minlength=len(rows))
    first = np.full(len(rows), len(places))
    np.minimum.at(first, places, np.arange(len(places)))
    order = np.lexsort((first, -np.round(sums, 12)))
    found: npt.NDArray[np.int64] = rows[order]
    return found
