"""How a series sells: often or seldom, evenly or in lumps."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from forecasting.grid import FloatArray

RARE: Final = 2
"""Sales below which neither interval nor size can be told."""
_OFTEN: Final = 1.32  # periods between sales below which demand is not intermittent
_EVEN: Final = 0.49  # squared coefficient of variation of the sizes below which they are even
_SILENT: Final = 3.0  # times the usual interval, from which a series may have been delisted


class Demand(StrEnum):
    """How a series sells."""

    SMOOTH = "smooth"
    ERRATIC = "erratic"
    INTERMITTENT = "intermittent"
    LUMPY = "lumpy"
    FADING = "fading"
    RARE = "rare"


def demand_of(units: FloatArray) -> Demand:
    """Tell how a series sells.

    Parameters
    ----------
    units
        Units a period, shape (periods,), without NaN.

    Examples
    --------
    >>> str(demand_of(np.array([5.0, 6.0, 5.0, 4.0, 5.0, 6.0])))
    'smooth'
    >>> str(demand_of(np.array([0.0, 1.0, 0.0, 0.0, 1.0, 0.0, 1.0])))
    'intermittent'
    >>> str(demand_of(np.array([0.0, 1.0, 0.0, 0.0, 9.0, 0.0, 1.0])))
    'lumpy'
    >>> str(demand_of(np.array([2.0, 1.0, 2.0, 0.0, 0.0, 0.0, 0.0, 0.0])))
    'fading'

    References
    ----------
    Syntetos, Boylan and Croston (2005), On the categorization of demand patterns. Deviation: the
    classes "fading" and "rare".
    """
    sold = np.flatnonzero(units > 0)
    if len(sold) < RARE:
        return Demand.RARE
    between = float(np.diff(sold, prepend=-1).mean())
    if len(units) - 1 - sold[-1] > _SILENT * between:
        return Demand.FADING
    sizes = units[sold]
    even = bool(sizes.std() ** 2 < _EVEN * sizes.mean() ** 2)
    if between < _OFTEN:
        return Demand.SMOOTH if even else Demand.ERRATIC
    return Demand.INTERMITTENT if even else Demand.LUMPY
