"""The forecasts nearest to given ones that sum up along a tree and never fall below zero."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from forecasting.grid import FloatArray

IntArray = np.ndarray[tuple[int, ...], np.dtype[np.intp]]
"""Indices, of any shape."""


@dataclass(frozen=True, slots=True)
class Fused:
    """Every node estimated from its own forecast and from those below it.

    Parameters
    ----------
    estimate, variance
        Shape (nodes, columns).
    below, below_variance
        Sum of the children's estimates and of their variances; 0 at leaves. Same shape.
    """

    estimate: FloatArray
    variance: FloatArray
    below: FloatArray
    below_variance: FloatArray


def project(base: FloatArray, variance: FloatArray, parents: IntArray) -> FloatArray:
    """Move forecasts as little as possible so that every parent is the sum of its children.

    Minimises the sum of (new - base)² / variance over all nodes, subject to the sums and to no
    node below zero.

    Parameters
    ----------
    base
        Shape (nodes, columns); each column is solved by itself. Negative values count as 0.
    variance
        Of the error of ``base``, same shape; above 0 at parents, 0 at a leaf that may not move.
    parents
        Shape (nodes,), index of the parent; -1 at a root.

    Returns
    -------
    ndarray
        Shape (nodes, columns).

    Notes
    -----
    On a tree the least squares problem is solved exactly by one pass up and one pass down. A leaf
    that falls below zero is fixed at zero and the rest is solved again: this raises the sums above
    it, so the others can only fall, no fixed leaf would ever return, and the end is the optimum.
    A general solver of quadratic programs, as hierarchicalforecast brings, stops at a tolerance
    of the objective that leaves leaves of small weight off by whole units, and gives up at very
    unequal sizes.

    References
    ----------
    Wickramasuriya, Athanasopoulos and Hyndman (2019), optimal forecast reconciliation (MinT), with
    a diagonal covariance; Wickramasuriya, Turlach and Hyndman (2020), the non-negative problem and
    its conditions; Chou, Willsky and Benveniste (1994), the two passes over a tree.

    Examples
    --------
    >>> base = np.array([[10.0], [6.0], [2.0]])
    >>> project(base, np.ones((3, 1)), np.array([-1, 0, 0])).ravel().round(3).tolist()
    [9.333, 6.667, 2.667]
    """
    free, start = variance.copy(), np.maximum(base, 0.0)
    leaves = np.ones(len(parents), dtype=bool)
    leaves[parents[parents >= 0]] = False
    while True:
        found = _least_squares(start, free, parents)
        below = leaves[:, None] & (found < 0.0)
        if not below.any():
            return _sum_up(found, parents)
        start[below], free[below] = 0.0, 0.0


def fuse(base: FloatArray, variance: FloatArray, parents: IntArray) -> Fused:
    """Estimate every node from its own forecast and those below; shapes as in `project`."""
    estimate, spread = base.copy(), variance.copy()
    below, below_spread = np.zeros_like(base), np.zeros_like(base)
    for here in reversed(generations(parents)[1:]):
        above = parents[here]
        np.add.at(below, above, estimate[here])
        np.add.at(below_spread, above, spread[here])
        above = np.unique(above)
        own, theirs = variance[above], below_spread[above]
        estimate[above] = (base[above] * theirs + below[above] * own) / (own + theirs)
        spread[above] = own * theirs / (own + theirs)
    return Fused(estimate, spread, below, below_spread)


def generations(parents: IntArray) -> list[IntArray]:
    """Group the nodes by their distance from a root, roots first.

    Examples
    --------
    >>> [nodes.tolist() for nodes in generations(np.array([-1, 0, 0, 2]))]
    [[0], [1, 2], [3]]
    """
    found: list[IntArray] = [np.flatnonzero(parents < 0)]
    while True:
        children = np.flatnonzero(np.isin(parents, found[-1]))
        if not len(children):
            return found
        found.append(children)


def _least_squares(base: FloatArray, variance: FloatArray, parents: IntArray) -> FloatArray:
    fused = fuse(base, variance, parents)
    found = fused.estimate.copy()
    for here in generations(parents)[1:]:
        above = parents[here]
        whole = fused.below_variance[above]
        share = np.divide(fused.variance[here], whole, out=np.zeros_like(whole), where=whole > 0)
        found[here] += share * (found[above] - fused.below[above])
    return found


def _sum_up(found: FloatArray, parents: IntArray) -> FloatArray:
    """Take every parent anew as the sum of its children, against what rounding left."""
    sums = found.copy()
    sums[np.unique(parents[parents >= 0])] = 0.0
    for here in reversed(generations(parents)[1:]):
        np.add.at(sums, parents[here], sums[here])
    return sums
