"""What came of forecasts of earlier runs, and how calibration follows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_PACE: Final = 0.1  # of a miss that the next run makes good
_EDGE: Final = 0.01  # aims keep this distance from 0 and 1


@dataclass(frozen=True, slots=True)
class Outcome:
    """How the forecasts of a stored run went.

    Parameters
    ----------
    below
        By level, the share of outcomes at or below the forecast of that level.
    points
        Outcomes known by now.
    """

    run_id: str
    below: Mapping[float, float]
    points: int


def aims_after(outcomes: Sequence[Outcome], levels: Sequence[float]) -> tuple[float, ...]:
    """Follow the outcomes: a level that too many outcomes exceeded is aimed at from higher up.

    Parameters
    ----------
    outcomes
        Oldest first.

    References
    ----------
    Gibbs and Candès (2021), adaptive conformal inference under distribution shift, equation 2, for
    each level by itself, a run a step; its points together make one step, because they share the
    shocks of their time.

    Examples
    --------
    >>> missed = Outcome("a", {0.1: 0.1, 0.9: 0.7}, points=40)
    >>> [round(aim, 3) for aim in aims_after([missed], (0.1, 0.5, 0.9))]
    [0.1, 0.5, 0.92]
    """
    aims = list(levels)
    for outcome in outcomes:
        for place, level in enumerate(levels):
            if level in outcome.below and level != 0.5:
                moved = aims[place] + _PACE * (level - outcome.below[level])
                aims[place] = min(max(moved, _EDGE), 1 - _EDGE)
    return tuple(aims)
