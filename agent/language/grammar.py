"""Where the grammars of languages differ: which amounts are singular, how days are written."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

_PAIR = 2


class Singular(StrEnum):
    """Which amounts take the singular, as Unicode's plural rules say of each language."""

    ONE = "one"
    BELOW_TWO = "below two"
    ALWAYS = "always"

    def fits(self, amount: Decimal) -> bool:
        """Tell whether an amount takes the singular."""
        match self:
            case Singular.ONE:
                return abs(amount) == 1
            case Singular.BELOW_TWO:
                return abs(amount) < _PAIR
            case Singular.ALWAYS:
                return True


@dataclass(frozen=True, slots=True)
class Dates:
    """How days are written.

    Parameters
    ----------
    day, short
        A day with its year and without; ``{day}``, ``{month}``, ``{year}``.
    span
        From a day to another; ``{first}``, ``{last}``.
    year_first
        Whether the first day of a span keeps the year that both share, or the last one.
    months
        January first.
    """

    day: str
    short: str
    span: str
    year_first: bool
    months: tuple[str, ...]

    def say_day(self, day: date, *, year: bool = True) -> str:
        """Write a day: ``6 Aug 2018``."""
        form = self.day if year else self.short
        return form.format(day=day.day, month=self.months[day.month - 1], year=day.year)

    def say_span(self, first: date, last: date) -> str:
        """Write a span of days: ``6 Aug to 2 Sep 2018``."""
        if first == last:
            return self.say_day(last)
        same = first.year == last.year
        start = self.say_day(first, year=self.year_first or not same)
        end = self.say_day(last, year=not self.year_first or not same)
        return self.span.format(first=start, last=end)
