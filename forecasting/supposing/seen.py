"""Between which values a driver moved while the model learnt."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import numpy as np

from signals import Scope

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forecasting.grid import FloatArray, Grid

ENOUGH: Final = 4
"""Periods in which a driver of a series must have left its usual value to count as moved."""
_NOTICEABLE: Final = 0.005  # a share, or points of polarity
_ROUNDING: Final = 1e-9

Rows = np.ndarray[tuple[int], np.dtype[np.bool_]]


class Whose(StrEnum):
    """Where a range was seen."""

    OWN = "its own history"
    CATEGORY = "the products of its category"
    SHOP = "the products of the whole shop"


@dataclass(frozen=True, slots=True)
class Seen:
    """The range of one driver of one series, in the unit of the driver.

    Parameters
    ----------
    low, high
        What the model can speak about; NaN where ``whose`` is None.
    whose
        Whose range it is; None when the driver moved nowhere in the shop.
    own_low, own_high
        What the series itself went through; NaN where nothing is known.
    """

    low: float
    high: float
    whose: Whose | None
    own_low: float
    own_high: float

    def holds(self, values: FloatArray) -> bool:
        """Tell whether all values are inside."""
        slack = _ROUNDING * max(abs(self.low), abs(self.high), 1.0)
        inside = (values >= self.low - slack) & (values <= self.high + slack)
        return self.whose is not None and bool(inside.all())


def seen_range(grid: Grid, values: FloatArray, row: int, *, by_ratio: bool = False) -> Seen:
    """Find the range of a driver: of the series where it moved, else of products like it.

    Parameters
    ----------
    values
        Shape (series, periods); NaN where unknown.
    row
        The series asked about.
    by_ratio
        Compare series by the ratio to their own median, as for prices, of which 0 means unknown.
        A range that others have seen is then given in the unit of this series.
    """
    if by_ratio:
        values = np.where(values > 0, values, np.nan)
    unit = usual_of(values)[:, None] if by_ratio else np.ones((len(values), 1))
    shares = values / unit
    moved = np.abs(shares - usual_of(shares)[:, None]) > _NOTICEABLE
    varied = moved.sum(axis=1) >= ENOUGH
    own = values[row][~np.isnan(values[row])]
    own_low, own_high = (float(own.min()), float(own.max())) if len(own) else (np.nan, np.nan)
    for whose, rows in _wider_and_wider(grid, row):
        chosen = shares[rows & varied]
        if len(chosen) and len(own):
            low, high = np.nanmin(chosen) * unit[row, 0], np.nanmax(chosen) * unit[row, 0]
            low, high = min(float(low), own_low), max(float(high), own_high)
            return Seen(low, high, whose, own_low, own_high)
    return Seen(np.nan, np.nan, None, own_low, own_high)


def usual_of(values: FloatArray) -> FloatArray:
    """Median of what is known of each series, shape (series,); NaN where nothing is."""
    usual = np.full(len(values), np.nan)
    known = ~np.isnan(values).all(axis=1)
    usual[known] = np.nanmedian(values[known], axis=1)
    return usual


def _wider_and_wider(grid: Grid, row: int) -> Iterator[tuple[Whose, Rows]]:
    products = np.asarray(grid.scopes) == Scope.PRODUCT
    category = grid.categories[row]
    yield Whose.OWN, np.arange(len(products)) == row
    if category:
        yield Whose.CATEGORY, products & (np.asarray(grid.categories) == category)
    yield Whose.SHOP, products
