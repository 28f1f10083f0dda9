"""What each group of drivers added to a forecast, so that the parts sum to the whole."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from forecasting.shapley import shares
from signals import DriverGroup, silent

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forecasting.grid import FloatArray
    from signals import Panel, Progress

PLAYERS: Final = (
    DriverGroup.HISTORY,
    DriverGroup.CALENDAR,
    DriverGroup.PRICE,
    DriverGroup.MACRO,
    DriverGroup.BEHAVIOUR,
    DriverGroup.SENTIMENT,
    DriverGroup.PICTURES,
)
"""Groups of inputs; what comes after them is no input."""
AFTERWARDS: Final = (DriverGroup.CALIBRATION, DriverGroup.RECONCILIATION)
"""What moves a forecast once the inputs have been read, in this order; smoothing where it is on."""
BASELINE: Final = "baseline"
"""Row group of the forecast made with every group at its neutral value."""

Value = Callable[[frozenset[DriverGroup]], "FloatArray"]
"""The forecast when only some groups are read as they are."""


@dataclass(frozen=True, slots=True)
class Attribution:
    """A forecast taken apart: ``baseline`` plus all ``parts`` is the forecast.

    Every array has shape (series, horizon, levels), units a period.
    """

    baseline: FloatArray
    parts: Mapping[DriverGroup, FloatArray]

    @property
    def total(self) -> FloatArray:
        """The forecast itself."""
        return np.asarray(self.baseline + sum(self.parts.values()))


def players_of(panel: Panel) -> tuple[DriverGroup, ...]:
    """Name the groups that can move a forecast of a panel: the history, and those with columns."""
    return tuple(
        player for player in PLAYERS if player is DriverGroup.HISTORY or panel.groups.get(player)
    )


def shapley(
    value: Value,
    players: Sequence[DriverGroup] = PLAYERS,
    *,
    progress: Progress = silent,
) -> Attribution:
    """Share a forecast out among groups, exactly, for every series, step and level at once.

    Each group gets what `forecasting.shapley.shares` says it adds. Four groups need 16 forecasts,
    six need 64: so only groups that have columns should play, see `players_of`.

    References
    ----------
    Shapley (1953); baseline values in place of absent inputs as in Sundararajan and Najmi (2020),
    for groups of columns instead of single ones.

    Examples
    --------
    >>> both = {DriverGroup.HISTORY, DriverGroup.PRICE}
    >>> found = shapley(lambda present: np.array(10.0 * (both <= present)), PLAYERS)
    >>> {str(group): round(float(part), 9) for group, part in found.parts.items() if part}
    {'recent sales': 5.0, 'price and promotion': 5.0}
    """
    baseline, parts = shares(value, players, progress=progress)
    return Attribution(baseline, parts)
