"""What the columns of a long table mean, and what is done where it does not say enough."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from signals.calendar import CalendarRules
from signals.errors import ConfigError, DataError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from signals.frequency import Frequency
    from signals.intake.date_order import DateOrder


class Gaps(StrEnum):
    """What stands in a period of a series that has no value."""

    ZERO = "zero"
    INTERPOLATE = "interpolate"
    ERROR = "error"


class Duplicates(StrEnum):
    """What is done with several rows of a series in one period."""

    ERROR = "error"
    SUM = "sum"


class Negatives(StrEnum):
    """What is done with values below 0."""

    ERROR = "error"
    ZERO = "zero"
    KEEP = "keep"


@dataclass(frozen=True, slots=True)
class TableColumns:
    """Names of columns, as the file writes them.

    Parameters
    ----------
    ids
        Together they name a series; without any the table is one series.
    target
        What is forecast; a row without a value tells only what is known ahead.
    known
        Known ahead of time: prices, promotions, events.
    past
        Known only once a period has ended.
    static
        One value a series.
    text
        What people said in the period; it is read by a sentiment model.
    """

    ids: tuple[str, ...]
    time: str
    target: str
    known: tuple[str, ...] = ()
    past: tuple[str, ...] = ()
    static: tuple[str, ...] = ()
    text: str | None = None

    def __post_init__(self) -> None:
        used = self.used
        twice = sorted({name for name in used if used.count(name) > 1})
        if twice:
            raise ConfigError(f"the column(s) {twice} are given two meanings; give each one")

    @property
    def used(self) -> tuple[str, ...]:
        """Every column that is read."""
        text = () if self.text is None else (self.text,)
        return (*self.ids, self.time, self.target, *self.known, *self.past, *self.static, *text)

    def check(self, names: Sequence[str], file: str) -> None:
        """Refuse names that the file does not have.

        Raises
        ------
        DataError
            Naming what is missing and what there is.
        """
        missing = [name for name in self.used if name not in names]
        if missing:
            raise DataError(f"{file} lacks the column(s) {missing}; it has {list(names)}")


@dataclass(frozen=True, slots=True)
class TableRules:
    """How a table becomes series on one axis of periods.

    Parameters
    ----------
    horizon
        Periods ahead.
    frequency
        None finds it.
    gaps
        Zero is the default because tables of sales list what was sold: no row, no sale. Measured
        values (a temperature, a stock level) want interpolation.
    countries
        Whose public holidays and shopping festivals count, in tables of days and weeks.
    date_order
        For days such as 3/4/2024; None finds it.
    """

    horizon: int
    frequency: Frequency | None = None
    gaps: Gaps = Gaps.ZERO
    duplicates: Duplicates = Duplicates.ERROR
    negatives: Negatives = Negatives.ERROR
    countries: tuple[str, ...] = ()
    date_order: DateOrder | None = None

    def __post_init__(self) -> None:
        if self.horizon < 1:
            raise ConfigError(f"horizon is {self.horizon}; it must be at least 1")
        if self.countries:
            CalendarRules(self.countries)  # refuses those that have no calendar
