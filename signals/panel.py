"""What a forecaster is given: sales and drivers of many series on one axis of periods."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from signals.frames import Col

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    import numpy.typing as npt
    import pandas as pd

    from signals.frequency import Frequency
    from signals.tables import Measure

WORDS_KEY: Final = "words_key"
"""Column of a panel's history: the row of its table of pooled text vectors."""


class DriverGroup(StrEnum):
    """What moves a forecast, in the words shown to users."""

    HISTORY = "recent sales"
    CALENDAR = "calendar"
    PRICE = "price and promotion"
    MACRO = "economy"
    BEHAVIOUR = "behaviour"
    SENTIMENT = "sentiment"
    CALIBRATION = "calibration"
    RECONCILIATION = "agreement of the sums"
    SMOOTHING = "smoothing"


class Grain(StrEnum):
    """Length of a period."""

    DAY = "day"
    WEEK = "week"

    @property
    def days(self) -> int:
        """Days in a period."""
        return 7 if self is Grain.WEEK else 1


@dataclass(frozen=True, slots=True)
class Panel:
    """Series of one measure, their past and what is known of their future.

    Parameters
    ----------
    history
        One row a series and complete period: series_id, scope, category, day (first day of the
        period), units, the known-ahead and the past-only columns. A series has no gap between its
        first and its last row.
    future
        One row a series and period of the horizon: series_id, day, step (1 and up), the
        known-ahead columns.
    made_on
        Last day whose data was visible.
    groups
        Columns of each driver group; every column of ``known`` and ``past`` is in one of them.
    known
        Columns known ahead; float64 without NaN.
    past
        Columns known only once a period has ended; at period t they summarise what was available
        before its end.
    polarity
        Columns of ``past`` that are a polarity in [-1, 1].
    cold
        series_id to category of what is sold but has too little history to be in ``history``.
    left_out
        Reason to number of products that have no series of their own.
    words
        Pooled text vectors, shape (pools, width), float32; the integer column ``WORDS_KEY`` of
        ``history`` names the row that stands for what was said, 0 (zeros) for nothing. None
        without texts.
    built_from
        JSON-able: what `rebuild_panel` needs to build it again; empty when it came from no lake.
    frequency
        Length of a period; None where it is days or weeks, which the days themselves tell.
    """

    history: pd.DataFrame
    future: pd.DataFrame
    measure: Measure
    made_on: pd.Timestamp
    groups: Mapping[DriverGroup, tuple[str, ...]]
    known: tuple[str, ...] = ()
    past: tuple[str, ...] = ()
    polarity: tuple[str, ...] = ()
    cold: Mapping[str, str] = field(default_factory=dict)
    left_out: Mapping[str, int] = field(default_factory=dict)
    words: npt.NDArray[np.float32] | None = None
    built_from: Mapping[str, Any] = field(default_factory=dict)
    frequency: Frequency | None = None

    def __post_init__(self) -> None:
        grouped = {column for columns in self.groups.values() for column in columns}
        ungrouped = sorted({*self.known, *self.past} - grouped)
        if ungrouped:
            raise ValueError(f"columns {ungrouped} belong to no driver group")
        unheard = sorted(set(self.polarity) - set(self.past))
        if unheard:
            raise ValueError(f"polarity columns {unheard} are not among the past-only columns")
        keys = {Col.SERIES_ID, Col.DAY}
        wanted = {
            "history": {*keys, Col.SCOPE, Col.CATEGORY, Col.UNITS, *self.known, *self.past}
            | ({WORDS_KEY} if self.words is not None else set()),
            "future": {*keys, Col.STEP, *self.known},
        }
        for name, columns in wanted.items():
            missing = sorted(columns - set(getattr(self, name).columns))
            if missing:
                raise ValueError(f"{name} of the panel lacks the column(s) {missing}")
