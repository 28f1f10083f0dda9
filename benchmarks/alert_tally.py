"""Alarms held against what was planted: recall, precision, delay and false alarms."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from alert_worlds import DAYS, JUDGED_FROM

from signals.alerting.scan import QUIET_DAYS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

LATEST: Final = 9
"""Days after the first day of a wave within which an alarm counts as finding it."""


@dataclass(slots=True)
class Tally:
    """Alarms of one detector, held against what was planted."""

    planted: int = 0
    false: int = 0
    years: float = 0.0
    delays: list[int] = field(default_factory=list)

    def add(self, alarms: Sequence[Iterable[int]], waves: Sequence[Sequence[int]]) -> None:
        """Count the alarms of each product: the first of a wave finds it, others elsewhere err."""
        for days, starts in zip(alarms, waves, strict=True):
            found: dict[int, int] = {}
            for day in first_days(days):
                start = next((s for s in starts if s <= day <= s + LATEST), None)
                if start is None:
                    self.false += 1
                else:
                    found.setdefault(start, day - start)
            self.planted += len(starts)
            self.delays += found.values()
            self.years += (DAYS - JUDGED_FROM) / 365

    @property
    def recall(self) -> float:
        """Share of the planted waves that were found."""
        return len(self.delays) / max(self.planted, 1)

    @property
    def precision(self) -> float:
        """Share of the alarms that found one; 1 without alarms."""
        alarms = len(self.delays) + self.false
        return len(self.delays) / alarms if alarms else 1.0

    @property
    def delay(self) -> float:
        """Median days from the first day of a wave to its alarm."""
        return float(np.median(self.delays)) if self.delays else float("nan")

    @property
    def false_a_year(self) -> float:
        """False alarms a product-year."""
        return self.false / self.years

    def to_dict(self) -> dict[str, Any]:
        """Give the row of a table."""
        return {"recall": round(self.recall, 3), "precision": round(self.precision, 3),
                "median_delay_days": self.delay if self.delays else None,
                "planted": self.planted,
                "false_a_product_year": round(self.false_a_year, 3)}  # fmt: skip


def first_days(days: Iterable[int]) -> list[int]:
    """Keep the first day of each run of days without two quiet weeks between them."""
    kept, last = [], -DAYS
    for day in sorted(days):
        if day - last > QUIET_DAYS:
            kept.append(day)
        last = day
    return kept
