"""The last seven days of all series, as a scan looks at them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from signals.alerting.chance import WEEK

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from signals.alerting.counts import Counts, Layer
    from signals.alerting.statistic import Statistic
    from signals.alerting.tails import Numbers

    Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Week:
    """Cells of all series on seven days, the last one to be judged; shape (series, 7)."""

    statistic: Statistic
    events: Numbers
    exposure: Numbers
    expected: Numbers
    promoted: Numbers

    def add_up(self, layer: Layer) -> Week:
        """Give the cells of the groups of a layer."""
        parts = (self.events, self.exposure, self.expected, self.promoted)
        return Week(self.statistic, *(layer.add_up(part) for part in parts))

    def window(self, days: int) -> Week:
        """Keep the last days."""
        parts = (self.events, self.exposure, self.expected, self.promoted)
        return Week(self.statistic, *(part[:, -days:] for part in parts))


def week_of(counts: Counts, expected: Numbers, free: Mask, day: int) -> Week:
    """Take the week up to a day, without cells that are not free or of which nothing is known.

    Parameters
    ----------
    expected
        What is usual, shape (series, days); 0 where nothing can be said.
    free
        Cells that nothing else explains, shape (series, days).
    """
    week = slice(day - WEEK + 1, day + 1)
    left = free[:, week] & (expected[:, week] > 0)
    usual = expected[:, week] * left
    return Week(
        counts.statistic,
        counts.events[:, week] * left,
        counts.exposure[:, week] * left,
        usual,
        usual * (counts.promoted[:, week] > 0),
    )
