"""How launches went by age: the share of its later level that a product sells when it is new."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from forecasting.grid import FloatArray
    from forecasting.launching.stage import Places, Stage

AGES: Final = 26
"""Periods after which a launch is over."""
_ROUNDS: Final = 20
_FLAT: Final = 0.5  # launches that a flat curve weighs
_COMMON: Final = 4.0  # launches that the curve of all weighs against that of the most alike
_TAIL: Final = 4  # ages whose mean is the level
_LEAST: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Beginnings:
    """The first periods of all launches, L of them, and what they have in common.

    Parameters
    ----------
    rows
        Where they stand on the stage, shape (L,).
    sold, expected
        Units by age, and those of the level that the launch came to; both divided by that level,
        0 where not observed; shape (L, AGES).
    curve
        Share of the level that is sold by age, shape (AGES,); 1 where no launch tells.
    """

    rows: Places
    sold: FloatArray
    expected: FloatArray
    curve: FloatArray

    def curves(self, weights: FloatArray) -> FloatArray:
        """Draw the curve of some products by launches like them.

        Parameters
        ----------
        weights
            Of each launch for each product, rows sum to 1 (or 0: none is known), shape
            (products, L).

        Returns
        -------
        ndarray
            Shape (products, AGES).
        """
        counts = weights * len(self.rows)
        sold = counts @ self.sold + _COMMON * self.curve
        return np.asarray(sold / (counts @ self.expected + _COMMON))


def beginnings_of(stage: Stage, influences: FloatArray) -> Beginnings:
    """Fit level x curve x influences to the launches that were seen.

    References
    ----------
    Levels and curve in turn: the chain ladder of insurance (Renshaw and Verrall 1998), where a
    year that has just begun is completed as earlier ones went on. Deviation: the curve is shrunk
    to a flat one, and is 1 at the last ages that were seen.
    """
    rows = np.flatnonzero(stage.launched)
    ages = stage.ages[rows][:, : stage.periods]
    known = (ages >= 0) & (ages < AGES) & ~np.isnan(stage.units[rows])
    where, when = np.nonzero(known)
    sold, exposed = np.zeros((len(rows), AGES)), np.zeros((len(rows), AGES))
    share = np.where(ages == 0, stage.first_share[rows, None], 1.0)
    sold[where, ages[known]] = stage.units[rows][known]
    exposed[where, ages[known]] = (influences[rows, : stage.periods] * share)[known]
    curve, levels = np.ones(AGES), np.ones(len(rows))
    for _ in range(_ROUNDS):
        levels = np.maximum(sold.sum(axis=1) / np.maximum(exposed @ curve, _LEAST), _LEAST)
        told = (sold / levels[:, None]).sum(axis=0) + _FLAT
        curve = told / (exposed.sum(axis=0) + _FLAT)
        curve /= _tail(curve, exposed)
    return Beginnings(rows, sold / levels[:, None], exposed, curve)


def _tail(curve: FloatArray, exposed: FloatArray) -> FloatArray:
    """What to divide the ages by that launches tell of, shape (AGES,)."""
    told = np.flatnonzero(exposed.sum(axis=0) > 0)
    if not len(told):
        return np.ones(AGES)
    return np.where(np.arange(AGES) <= told[-1], curve[told[-_TAIL:]].mean(), 1.0)
