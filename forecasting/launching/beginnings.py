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
_SMOOTH: Final = 4.0  # launches that a smooth curve weighs against what was sold at each age
_COMMON: Final = 4.0  # launches that the curve of all weighs against that of the most alike
_PACES: Final = (1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0)  # periods in which a launch nears its level
_FLAT: Final = 0.5  # launches that a flat curve weighs
_LOWEST: Final = 0.05  # least share of its level that a launch sells
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
        squares = np.maximum((weights**2).sum(axis=1, keepdims=True), np.finfo(float).tiny)
        counts = weights / squares * (weights.sum(axis=1, keepdims=True) > 0)
        sold = counts @ self.sold + _COMMON * self.curve
        return np.asarray(sold / (counts @ self.expected + _COMMON))


def beginnings_of(stage: Stage, influences: FloatArray) -> Beginnings:
    """Fit level x curve x influences to the launches that were seen.

    References
    ----------
    Levels and curve in turn: the chain ladder of insurance (Renshaw and Verrall 1998), where a
    year that has just begun is completed as earlier ones went on. Deviation: the curve is drawn
    towards one that nears the level exponentially, from below or from above, and towards a flat
    one.
    """
    rows = np.flatnonzero(stage.launched)
    ages = stage.ages[rows][:, : stage.periods]
    known = (ages >= 0) & (ages < AGES) & ~np.isnan(stage.units[rows])
    where = np.nonzero(known)[0]
    sold, exposed = np.zeros((len(rows), AGES)), np.zeros((len(rows), AGES))
    share = np.where(ages == 0, stage.first_share[rows, None], 1.0)
    sold[where, ages[known]] = stage.units[rows][known]
    exposed[where, ages[known]] = (influences[rows, : stage.periods] * share)[known]
    curve, levels = np.ones(AGES), np.ones(len(rows))
    for _ in range(_ROUNDS):
        levels = np.maximum(sold.sum(axis=1) / np.maximum(exposed @ curve, _LEAST), _LEAST)
        told, seen = (sold / levels[:, None]).sum(axis=0), exposed.sum(axis=0)
        smooth, level = _smooth(told, seen)
        curve = (told / level + _SMOOTH * smooth) / (seen + _SMOOTH)
    return Beginnings(rows, sold / levels[:, None], exposed, curve)


def _smooth(told: FloatArray, seen: FloatArray) -> tuple[FloatArray, float]:
    """Fit level x (1 + gap x exp(-age / pace)); return it for a level of 1, and the level."""
    ages = np.arange(AGES)
    oldest = int(np.flatnonzero(seen > 0).max(initial=0))
    shares = np.divide(told, seen, out=np.zeros(AGES), where=seen > 0)
    best: tuple[float, FloatArray, float] = (np.inf, np.ones(AGES), 1.0)
    for pace in _PACES:
        if pace > max(oldest / 2, _PACES[0]):
            break
        inputs = np.column_stack([np.ones(AGES), np.exp(-ages / pace)])
        squares = (inputs * seen[:, None]).T @ inputs + np.diag([_LEAST, _FLAT])
        level, gap = np.linalg.solve(squares, (inputs * seen[:, None]).T @ shares)
        miss = float((seen * (shares - inputs @ [level, gap]) ** 2).sum() + _FLAT * gap**2)
        if miss < best[0] and level > 0:
            best = (miss, np.maximum(1 + gap / level * inputs[:, 1], _LOWEST), float(level))
    return best[1], best[2]
