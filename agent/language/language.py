"""What a language must know to say an answer and to check it. One table a language fills this."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING

from agent.proof.facts import Metric, PeriodKind, Unit

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from agent.proof.facts import Fact, Period

MINUS = "−"
_SMALL = 10
_DECIMALS = {Unit.SHARE: 1, Unit.SCORE: 2, Unit.STARS: 1}


class Style(StrEnum):
    """How a figure shows its sign."""

    PLAIN = ""
    SIGNED = "signed"
    SIZE = "size"


@dataclass(frozen=True, slots=True)
class Language:
    """The words of one language.

    Parameters
    ----------
    decimal, group
        Marks inside numbers.
    phrases
        Sentences by name. ``{fact}`` shows a figure, ``{fact:signed}`` with its sign,
        ``{fact:size}`` without; ``{fact:rise|fall}`` picks the word that fits the sign.
        ``{period:short}`` leaves the dates out; ``{citation:quote}``, ``{citation:mark}`` and
        ``{citation:source}`` quote a passage, number it and say what it is.
    units
        One and many.
    parts
        Groups of inputs as a person calls them.
    up, down
        Words that say which way something goes; each must be bound to a fact.
    idioms
        Expressions whose words of direction say nothing of any figure: ``growth rate``.
    causes
        Words that claim a cause; no sentence of ours may hold one.
    negations
        Words that turn a sentence around.
    glue
        Words that carry no content of their own; rewording may add these and no others.
    cues
        Words that tell which metric a figure belongs to.
    periods
        One week and many, by the manner of speaking; ``{weeks}``, ``{name}``.
    """

    code: str
    decimal: str
    group: str
    phrases: Mapping[str, str]
    units: Mapping[Unit, tuple[str, str]]
    parts: Mapping[str, str]
    up: frozenset[str]
    down: frozenset[str]
    idioms: frozenset[str]
    causes: frozenset[str]
    negations: frozenset[str]
    glue: frozenset[str]
    cues: Mapping[Metric, tuple[str, ...]]
    months: tuple[str, ...]
    periods: Mapping[PeriodKind, tuple[str, str]]
    kinds: Mapping[str, str]

    def ways_in(self, text: str) -> list[re.Match[str]]:
        """Find the words of a text that say which way something goes."""
        idioms = [match.span() for match in words_of(self.idioms).finditer(text)]
        return [
            match
            for match in words_of(self.up | self.down).finditer(text)
            if not any(start <= match.start() < end for start, end in idioms)
        ]

    def say_value(self, fact: Fact, style: Style = Style.PLAIN) -> str:
        """Write a figure with its unit: ``1,240 units``, ``+12.3%``."""
        value = shown(fact)
        number = self._number(abs(value))
        if value < 0 and style is not Style.SIZE:
            number = MINUS + number
        elif value > 0 and style is Style.SIGNED:
            number = "+" + number
        return number + self.unit_text(fact.unit, value)

    def unit_text(self, unit: Unit, value: Decimal) -> str:
        """Give what stands after a number: ``" units"``, ``"%"`` or nothing."""
        if unit is Unit.SHARE:
            return "%"
        one, many = self.units.get(unit, ("", ""))
        word = one if abs(value) == 1 else many
        return f" {word}" if word else ""

    def say_days(self, first: date, last: date) -> str:
        """Write a span of days: ``6 Aug to 2 Sep 2018``."""
        end = self.say_day(last)
        if first == last:
            return end
        start = self.say_day(first)
        if first.year == last.year:
            start = start.removesuffix(f" {first.year}")
        return self.phrases["days"].format(first=start, last=end)

    def say_day(self, day: date) -> str:
        """Write a day: ``6 Aug 2018``."""
        return self.phrases["day"].format(
            day=day.day, month=self.months[day.month - 1], year=day.year
        )

    def say_period(self, period: Period, *, short: bool = False) -> str:
        """Write a period: ``the next 4 weeks (6 Aug to 2 Sep 2018)``."""
        days = self.say_days(period.first_day, period.last_day)
        if period.kind is PeriodKind.DATES:
            return days
        one, many = self.periods[period.kind]
        words = (one if period.weeks == 1 else many).format(weeks=period.weeks, name=period.name)
        return words if short else f"{words} ({days})"

    def _number(self, value: Decimal) -> str:
        return f"{value:,f}".translate({ord(","): self.group, ord("."): self.decimal})


@cache
def words_of(words: frozenset[str]) -> re.Pattern[str]:
    """Build a pattern that finds any of these words, whole and in any case."""
    ordered = sorted(words, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, ordered))})(?!\w)", re.IGNORECASE)


def shown(fact: Fact) -> Decimal:
    """Round a fact the one way in which it is shown: shares as percentages, trailing zeros off.

    Amounts of ten and above are shown whole, smaller ones with one decimal.
    """
    value = Decimal(repr(fact.value)) * (100 if fact.unit is Unit.SHARE else 1)
    places = _DECIMALS.get(fact.unit)
    if places is None:
        whole = fact.value.is_integer() or abs(round(fact.value, 1)) >= _SMALL
        places = 0 if whole else 1
    rounded = value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_EVEN)
    plain = rounded.normalize()
    exponent = plain.as_tuple().exponent
    if isinstance(exponent, int) and exponent > 0:
        plain = plain.quantize(Decimal(1))
    return abs(plain) if plain == 0 else plain
