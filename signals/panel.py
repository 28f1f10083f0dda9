"""What a forecaster is given: sales and drivers of many series on one axis of periods."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from signals.frames import Col

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt
    import pandas as pd

    from signals.frequency import Frequency
    from signals.shelf import Shelf
    from signals.tables import Measure

WORDS_KEY: Final = "words_key"
"""Column of a panel's history: the row of its table of pooled text vectors."""
ASPECTS_KEY: Final = "aspects_key"
"""The same for what was said of each aspect."""
TRAITS_KEY: Final = "traits_key"
"""The same for what a product is: its category, brand and price level."""
PICTURES_KEY: Final = "pictures_key"
"""The same for vectors of product pictures."""


class DriverGroup(StrEnum):
    """What moves a forecast, in the words shown to users."""

    HISTORY = "recent sales"
    CALENDAR = "calendar"
    PRICE = "price and promotion"
    MACRO = "economy"
    BEHAVIOUR = "behaviour"
    SENTIMENT = "sentiment"
    PICTURES = "pictures"
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

    Its tables are not changed in place: what was made of one is kept and used again.

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
    tables
        Vectors that stand for more than a column could say, by the integer column of ``history``
        that names their row: ``WORDS_KEY``, ``ASPECTS_KEY``, ``TRAITS_KEY``, ``PICTURES_KEY``.
        Shape (rows, width), float32; row 0 is zeros and stands for nothing.
    built_from
        JSON-able: what `rebuild_panel` needs to build it again; empty when it came from no lake.
    frequency
        Length of a period; None where it is days or weeks, which the days themselves tell.
    shelf
        What is known of the products beside their sales; None where nothing is.
    text_cut_off
        Last day of the texts that trained the sentiment model. No forecast may be made on an
        earlier day: see `forecasting.grid.cut`. None where no dated text trained it.
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
    tables: Mapping[str, npt.NDArray[np.float32]] = field(default_factory=dict)
    built_from: Mapping[str, Any] = field(default_factory=dict)
    frequency: Frequency | None = None
    shelf: Shelf | None = None
    text_cut_off: pd.Timestamp | None = None

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
            | set(self.tables),
            "future": {*keys, Col.STEP, *self.known},
        }
        for name, columns in wanted.items():
            missing = sorted(columns - set(getattr(self, name).columns))
            if missing:
                raise ValueError(f"{name} of the panel lacks the column(s) {missing}")

    def with_table(
        self, key: str, vectors: npt.NDArray[Any], rows: npt.NDArray[np.integer[Any]]
    ) -> Panel:
        """Add a table.

        Parameters
        ----------
        vectors
            Shape (vectors, width).
        rows
            Which vector each row of the history has, -1 for nothing.
        """
        nothing = np.zeros((1, vectors.shape[1]))
        return replace(
            self,
            history=self.history.assign(**{key: np.asarray(rows, dtype=np.int64) + 1}),
            tables={**self.tables, key: np.concatenate([nothing, vectors]).astype(np.float32)},
        )
