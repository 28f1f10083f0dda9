"""Which series are alike: by scope, by how much they sell, by how long they have sold."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forecasting.grid import FloatArray, Grid
    from forecasting.judging.backtest import Backtest

Names = np.ndarray[tuple[int, ...], np.dtype[Any]]
"""Names of segments; the last axis has those of one series, from wide to narrow."""
YOUNG: Final = "under a year of history"
GROWN: Final = "a year of history or more"
_MOST: Final = 5  # classes of size in a scope
_LEAST: Final = 6  # series in a class: fewer share too much luck to stand for a class


@dataclass(frozen=True, slots=True)
class Segments:
    """Names the segments that a series belongs to, from nothing but its history.

    Parameters
    ----------
    sizes
        By scope, the mean units a period that part its classes of size, rising; a scope without
        any is one class.
    """

    sizes: Mapping[str, tuple[float, ...]] = field(default_factory=dict)

    def of(self, grid: Grid) -> Names:
        """Name scope, size and age of each series as a grid shows it, shape (series, 3)."""
        year = grid.frequency.cycle
        return np.asarray(
            [
                (scope, self._size(scope, mean), YOUNG if age < year else GROWN)
                for scope, mean, age in zip(grid.scopes, _means(grid), grid.ages, strict=True)
            ],
            dtype=object,
        ).reshape(len(grid.scopes), 3)

    def to_dict(self) -> dict[str, Any]:
        """Say it in JSON: the bounds of the sizes by scope."""
        return {"sizes": {scope: list(bounds) for scope, bounds in self.sizes.items()}}

    def _size(self, scope: str, mean: float) -> str:
        bounds = self.sizes.get(scope, ())
        return f"{scope}, size {np.searchsorted(bounds, mean) + 1} of {len(bounds) + 1}"


def learn_segments(grid: Grid) -> Segments:
    """Part the series of each scope into up to five classes of size, as many series in each."""
    means, scopes = _means(grid), np.asarray(grid.scopes)
    sizes = {}
    for scope in sorted(set(grid.scopes)):
        own = means[(scopes == scope) & (grid.ages > 0)]
        classes = int(np.clip(len(own) // _LEAST, 1, _MOST))
        bounds = np.quantile(own, np.arange(1, classes) / classes) if classes > 1 else []
        sizes[scope] = tuple(float(bound) for bound in bounds)
    return Segments(sizes)


def segments_from(body: Mapping[str, Any]) -> Segments:
    """Read what `Segments.to_dict` wrote; nothing written is no classes of size."""
    return Segments({scope: tuple(bounds) for scope, bounds in body.get("sizes", {}).items()})


def segments_seen(backtest: Backtest) -> tuple[Segments, Names]:
    """Learn segments from what was visible at the newest origin of a backtest.

    Returns
    -------
    tuple
        The segments, and their names at each origin, shape (series, origins, 3).
    """
    origins = range(len(backtest.made_on))
    if not origins:
        return Segments(), np.empty((len(backtest.grid.series_ids), 0, 3), dtype=object)
    segments = learn_segments(backtest.seen(origins[-1]))
    return segments, np.stack([segments.of(backtest.seen(place)) for place in origins], axis=1)


def joined(names: Names) -> list[str]:
    """Name what the names of each series describe together; that of the size tells the scope.

    Examples
    --------
    >>> joined(np.array([["total", "total, size 1 of 1", "young"]], dtype=object))
    ['total, size 1 of 1; young']
    >>> joined(np.array([["total"]], dtype=object))
    ['total']
    """
    return ["; ".join(row[1:] if len(row) > 1 else row) for row in names]


def _means(grid: Grid) -> FloatArray:
    """Units a period since a series began, shape (series,); 0 before."""
    return np.asarray(np.nansum(grid.units, axis=1) / np.maximum(grid.ages, 1.0))
