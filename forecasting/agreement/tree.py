"""Which series are the sums of which, and what no series holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from signals import Scope

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecasting.agreement.projection import IntArray
    from forecasting.grid import FloatArray

RECENT: Final = 13
"""Periods of history from which the share of a remainder is read."""
REST: Final = "rest"
"""Scope of a remainder, and the beginning of its name."""


@dataclass(frozen=True, slots=True)
class Hierarchy:
    """Series as a tree, with a remainder below each sum.

    The remainder of a category are its products without a series of their own; that of the total
    are, besides, categories without one. Remainders make the sums exact and are not shown.

    Parameters
    ----------
    nodes
        The series in the order given, then ``rest:<series_id>`` of each series that has children.
    scopes
        By node.
    parents
        Shape (nodes,), index of the node each belongs to; -1 for none.
    """

    nodes: tuple[str, ...]
    scopes: tuple[str, ...]
    parents: IntArray

    @property
    def summed(self) -> IntArray:
        """Index of the series that each remainder is a part of, shape (remainders,)."""
        return self.parents[len(self.nodes) - self.scopes.count(REST) :]

    def remainders(self, units: FloatArray) -> FloatArray:
        """Subtract from each sum its children that are series; NaN counts as 0.

        Parameters
        ----------
        units
            Shape (series, ...).

        Returns
        -------
        ndarray
            Shape (remainders, ...), at least 0.
        """
        known = np.nan_to_num(units)
        children = np.zeros_like(known)
        below = np.flatnonzero(self.parents[: len(known)] >= 0)
        np.add.at(children, self.parents[below], known[below])
        return np.maximum(known[self.summed] - children[self.summed], 0.0)

    def shares(self, recent: FloatArray) -> FloatArray:
        """Tell what part of each sum its remainder was, shape (remainders,), in [0, 1].

        Parameters
        ----------
        recent
            Units of each series over the last `RECENT` periods, shape (series,).
        """
        whole = np.nan_to_num(recent)[self.summed]
        part = self.remainders(recent)
        return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)

    def with_rests(self, units: FloatArray, shares: FloatArray) -> FloatArray:
        """Add the remainders as their shares of the sums: shape (series, ...) to (nodes, ...)."""
        shares = shares.reshape(*shares.shape, *(1,) * (units.ndim - shares.ndim))
        return np.concatenate([units, shares * units[self.summed]])


def hierarchy_of(
    series_ids: Sequence[str], scopes: Sequence[str], categories: Sequence[str],
) -> Hierarchy:  # fmt: skip
    """Find the tree of series; a product whose category is no series joins the total.

    Examples
    --------
    >>> ids = ["category:tea", "product:green", "product:loose", "total"]
    >>> scopes = ["category", "product", "product", "total"]
    >>> tree = hierarchy_of(ids, scopes, ["tea", "tea", "", ""])
    >>> tree.nodes[4:], tree.parents.tolist()
    (('rest:category:tea', 'rest:total'), [3, 0, 3, -1, 0, 3])
    """
    total = next((row for row, scope in enumerate(scopes) if scope == Scope.TOTAL), -1)
    of_category = {
        category: row
        for row, (scope, category) in enumerate(zip(scopes, categories, strict=True))
        if scope == Scope.CATEGORY
    }
    above = [
        -1 if scope == Scope.TOTAL
        else total if scope == Scope.CATEGORY
        else of_category.get(category, total)
        for scope, category in zip(scopes, categories, strict=True)
    ]  # fmt: skip
    summed = sorted({row for row in above if row >= 0})
    return Hierarchy(
        (*series_ids, *(f"{REST}:{series_ids[row]}" for row in summed)),
        (*(str(scope) for scope in scopes), *[REST] * len(summed)),
        np.asarray([*above, *summed], dtype=np.intp),
    )


def recently(units: FloatArray) -> FloatArray:
    """Add up the last `RECENT` periods of each series: shape (series, periods) to (series,)."""
    return np.asarray(np.nansum(units[:, -RECENT:], axis=1))
