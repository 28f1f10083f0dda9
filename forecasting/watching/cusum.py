"""Shifts that stay, told from chance: cumulative sums of standardised residuals.

References
----------
Page (1954), *Continuous inspection schemes*; Hawkins and Olwell (1998), *Cumulative Sum Charts and
Charting for Quality Improvement*, section 3.3 for residuals that are cut off, so that one outlier
is not taken for a shift. By Siegmund's approximation a slack of 0.5 and a limit of 10 cry wolf once
in 70,000 periods where residuals are standard normal, and see a shift of 1.5 in about 11.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecasting.grid import FloatArray

SLACK: Final = 0.5
"""Standard deviations that add nothing: half the shift that is to be seen soonest."""
LIMIT: Final = 10.0
"""Sum of standard deviations at which a shift is told."""
_CUT: Final = 3.0
_TINY: Final = 1e-9
_NORMAL: Final = NormalDist()


@dataclass(frozen=True, slots=True)
class Shift:
    """A shift in a row of residuals.

    Parameters
    ----------
    began
        Place of the first residual that counted towards it.
    seen
        Place of the residual at which it was told.
    is_rise
        Whether more came than was foretold.
    """

    began: int
    seen: int
    is_rise: bool


def standardised(came: FloatArray, told: FloatArray, levels: Sequence[float]) -> FloatArray:
    """Express outcomes in standard deviations of the forecasts that foretold them.

    Above the middle forecast by the distance to the highest level, below it by that to the lowest,
    so that a forecast may be skew.

    Parameters
    ----------
    came
        Shape (...), units; NaN where it was not observed.
    told
        Shape (..., levels), units.
    levels
        Rising, with 0.5 among them, and others on both sides of it.

    Returns
    -------
    ndarray
        Shape (...).

    Examples
    --------
    >>> standardised(np.array([118.0]), np.array([[90.0, 100.0, 118.0]]), (0.1, 0.5, 0.9)).round(2)
    array([1.28])
    """
    middle = told[..., list(levels).index(0.5)]
    up = (told[..., -1] - middle) / _NORMAL.inv_cdf(levels[-1])
    down = (middle - told[..., 0]) / -_NORMAL.inv_cdf(levels[0])
    apart = came - middle
    scale = np.where(apart > 0, up, down)
    found: FloatArray = apart / np.maximum(scale, _TINY)
    return found


def shifts(residuals: FloatArray, slack: float = SLACK, limit: float = LIMIT) -> list[Shift]:
    """Find the shifts in a row of residuals; after each the sums begin at nothing again.

    Parameters
    ----------
    residuals
        Shape (periods,), standardised; NaN where nothing was observed, which changes nothing.
    """
    found: list[Shift] = []
    sums, began = np.zeros(2), np.zeros(2, dtype=np.int64)
    for place, residual in enumerate(np.clip(residuals, -_CUT, _CUT)):
        if np.isnan(residual):
            continue
        began[sums == 0] = place
        sums = np.maximum(0.0, sums + np.array([residual, -residual]) - slack)
        if sums.max() > limit:
            side = int(sums.argmax())
            found.append(Shift(int(began[side]), place, is_rise=side == 0))
            sums = np.zeros(2)
    return found
