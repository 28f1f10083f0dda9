"""How often a sentiment model calls a text what it is not, and shares put right for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from signals.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_CLASSES: Final = 3
_LEAST_POWER: Final = 0.2
NEGATIVE, POSITIVE = 0, 2


@dataclass(frozen=True, slots=True)
class Confusion:
    """Texts of each label (rows) by what they were called (columns): negative, neutral, positive.

    Raises
    ------
    ConfigError
        When this is no table of 3 by 3 counts with texts of every label.
    """

    calls: tuple[tuple[float, ...], ...]

    def __post_init__(self) -> None:
        table = np.array(self.calls, dtype=float)
        if table.shape != (_CLASSES, _CLASSES) or (table < 0).any() or not table.sum(1).all():
            raise ConfigError(
                f"the confusion of the sentiment model is {self.calls}; expected 3 rows (labelled "
                "negative, neutral, positive) of 3 counts each (called so), none of the rows empty"
            )

    @classmethod
    def of(cls, calls: Sequence[Sequence[float]]) -> Confusion:
        """Read the table of a manifest."""
        return cls(tuple(tuple(float(count) for count in row) for row in calls))

    def power(self, label: int) -> float:
        """By how much the called share of a label rises when its true share rises from 0 to 1."""
        right, wrong = self.rates(label)
        return max(right - wrong, _LEAST_POWER)

    def corrected(self, share: float, label: int) -> float:
        """Estimate the true share of a label from the share that was called so, in [0, 1].

        Examples
        --------
        >>> made = Confusion.of([[8, 0, 2], [0, 1, 0], [1, 0, 8]])
        >>> round(made.corrected(0.4, NEGATIVE), 3)  # 80 % found, 10 % of the others called so
        0.429

        References
        ----------
        Rogan and Gladen (1978), Estimating prevalence from the results of a screening test.
        """
        _, wrong = self.rates(label)
        return float(np.clip((share - wrong) / self.power(label), 0.0, 1.0))

    def rates(self, label: int) -> tuple[float, float]:
        """Share of texts of a label called so, and of other texts called so."""
        table = np.array(self.calls)
        others = np.delete(table, label, axis=0)
        right = table[label, label] / table[label].sum()
        return float(right), float(others[:, label].sum() / others.sum())


CONFUSION: Final = "confusion"
"""Key of a sentiment model's manifest."""


def confusion_in(manifest: Mapping[str, Any]) -> Confusion | None:
    """Read the confusion of a manifest; None where it was not measured, or not on every label."""
    calls = manifest.get(CONFUSION)
    if calls is None or not all(map(sum, calls)):
        return None
    return Confusion.of(calls)
