"""What a language must know to say an answer and to check it; a table a language fills this.

The tables are ``en.toml``, ``zh.toml`` and ``pt.toml``. A language is data: where grammars differ
(plural, the place of time in a sentence, the order of a date, a preposition that melts into an
article) there is a field for it here, so that no language has sentences made of code.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from agent.language.grammar import Dates, Singular
from agent.proof.facts import Metric, PeriodKind, Unit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from agent.proof.facts import Fact, Period

LANGUAGES = ("en", "zh", "pt")
"""Codes of the languages there is a table for."""
MINUS = "−"
_SMALL, _TINY = 10, 1
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
    spaced
        Whether blanks part words and sentences.
    time_first
        Whether a period stands before the figures that are about it.
    singular
        Which amounts take the first form of a unit.
    phrases
        Sentences by name. ``{fact}`` shows a figure, ``{fact:signed}`` with its sign,
        ``{fact:size}`` without; ``{fact:rise|fall}`` picks the word that fits the sign.
        ``{period:short}`` leaves the dates out, ``{period:in}`` takes the form that means
        "in" it; ``{citation:quote}``, ``{citation:mark}`` and ``{citation:source}`` quote a
        passage, number it and say what it is.
    units
        What follows a number, with its blank: one and many.
    parts, sources, aspects, kinds
        Groups of inputs, sources of change between runs, aspects and kinds of passages as a person
        calls them.
    up, down
        Words that say which way something goes; each must be bound to a fact.
    idioms
        Expressions whose words of direction say nothing of any figure: ``growth rate``.
    causes
        Words that claim a cause; no sentence of ours may hold one.
    times
        Words that name a time without a period of ours: ``tomorrow``.
    negations
        Words that turn a sentence around.
    glue
        Words that carry no content of their own; rewording may add these and no others.
    cues
        Words that tell which metric a figure belongs to.
    periods, periods_in
        One week and many, by the manner of speaking; ``{weeks}``, ``{name}``, ``{days}``. The
        second holds the forms that mean "in" the period, where that takes more than a word
        before it.
    """

    code: str
    decimal: str
    group: str
    spaced: bool
    time_first: bool
    singular: Singular
    dates: Dates
    phrases: Mapping[str, str]
    units: Mapping[Unit, tuple[str, str]]
    parts: Mapping[str, str]
    sources: Mapping[str, str]
    aspects: Mapping[str, str]
    kinds: Mapping[str, str]
    up: frozenset[str]
    down: frozenset[str]
    idioms: frozenset[str]
    causes: frozenset[str]
    times: frozenset[str]
    negations: frozenset[str]
    glue: frozenset[str]
    cues: Mapping[Metric, tuple[str, ...]]
    periods: Mapping[PeriodKind, tuple[str, str]]
    periods_in: Mapping[PeriodKind, tuple[str, str]]

    def find(self, words: frozenset[str], text: str) -> Iterator[re.Match[str]]:
        """Find words in a text: whole ones where blanks part words, in any case."""
        return words_of(words, whole=self.spaced).finditer(text)

    def ways_in(self, text: str) -> list[re.Match[str]]:
        """Find the words of a text that say which way something goes."""
        idioms = [match.span() for match in self.find(self.idioms, text)]
        return [
            match
            for match in self.find(self.up | self.down, text)
            if not any(start <= match.start() < end for start, end in idioms)
        ]

    def speaks_of(self, name: str) -> bool:
        """Tell whether a name is also a stretch of the language's own phrases."""
        return name.casefold() in own_words(self.code)

    def say_value(self, fact: Fact, style: Style = Style.PLAIN) -> str:
        """Write a figure with its unit: ``1,240 units``, ``+12.3%``."""
        value = shown(fact)
        number = self._number(abs(value))
        if value < 0 and style is not Style.SIZE:
            number = MINUS + number
        elif value > 0 and style is Style.SIGNED:
            number = "+" + number
        return number + self.unit_text(fact.unit, value)

    def say_amount(self, amount: float) -> str:
        """Write a number that is no fact: a count of stars, of weeks."""
        return self._number(Decimal(f"{amount:g}"))

    def unit_text(self, unit: Unit, value: Decimal) -> str:
        """Give what stands after a number: ``" units"``, ``"%"`` or nothing."""
        if unit is Unit.SHARE:
            return "%"
        one, many = self.units.get(unit, ("", ""))
        return one if self.singular.fits(value) else many

    def say_period(self, period: Period, *, short: bool = False, within: bool = False) -> str:
        """Write a period: ``the next 4 weeks (6 Aug to 2 Sep 2018)``.

        Parameters
        ----------
        short
            Leave the dates out where the period has another name.
        within
            Take the form that means "in" the period.
        """
        days = self.dates.say_span(period.first_day, period.last_day)
        forms = self.periods_in if within and period.kind in self.periods_in else self.periods
        one, many = forms[period.kind]
        if period.kind is PeriodKind.DATES:
            return (one if period.first_day == period.last_day else many).format(days=days)
        words = (one if period.weeks == 1 else many).format(weeks=period.weeks, name=period.name)
        return words if short else self.phrases["with_days"].format(words=words, days=days)

    def ways_to_say(self, period: Period) -> set[str]:
        """Give every way in which a period can be written."""
        choices = (False, True)
        return {
            self.say_period(period, short=short, within=within)
            for short in choices
            for within in choices
        }

    def _number(self, value: Decimal) -> str:
        return f"{value:,f}".translate({ord(","): self.group, ord("."): self.decimal})


@cache
def read_language(code: str) -> Language:
    """Read the table of a language; kept after the first time."""
    file = resources.files("agent.language") / f"{code}.toml"
    table = tomllib.loads(file.read_text(encoding="utf-8"))
    words: dict[str, Any] = table["words"]
    return Language(
        code=code,
        decimal=table["decimal"],
        group=table["group"],
        spaced=table["spaced"],
        time_first=table["time_first"],
        singular=Singular(table["singular"]),
        dates=Dates(**table["dates"] | {"months": tuple(table["dates"]["months"])}),
        phrases=table["phrases"],
        units={Unit(unit): (forms[0], forms[-1]) for unit, forms in table["units"].items()},
        parts=table["parts"],
        sources=table["sources"],
        aspects=table["aspects"],
        kinds=table["kinds"],
        up=frozenset(words["up"].split()),
        down=frozenset(words["down"].split()),
        idioms=frozenset(words["idioms"]),
        causes=frozenset(words["causes"]),
        times=frozenset(words["times"]),
        negations=frozenset(words["negations"]),
        glue=frozenset(words["glue"].split()),
        cues={Metric(metric): tuple(found) for metric, found in table["cues"].items()},
        periods=_forms(table["periods"]),
        periods_in=_forms(table.get("periods_in", {})),
    )


@cache
def own_words(code: str) -> str:
    """Put all that a language says by itself into one text, case folded."""
    language = read_language(code)
    phrases = {name: text for name, text in language.phrases.items() if name != "whole"}
    tables = (phrases, language.parts, language.aspects, language.kinds)
    return "\n".join(text for table in tables for text in table.values()).casefold()


def _forms(table: Mapping[str, Any]) -> dict[PeriodKind, tuple[str, str]]:
    return {PeriodKind(kind): (forms[0], forms[-1]) for kind, forms in table.items()}


@cache
def words_of(words: frozenset[str], *, whole: bool = True) -> re.Pattern[str]:
    """Build a pattern that finds any of these words in any case, the longest first.

    Parameters
    ----------
    whole
        Whether letters may not touch them.
    """
    if not words:
        return re.compile("(?!)")
    found = "|".join(map(re.escape, sorted(words, key=len, reverse=True)))
    edges = (r"(?<!\w)", r"(?!\w)") if whole else ("", "")
    return re.compile(f"{edges[0]}(?:{found}){edges[1]}", re.IGNORECASE)


def shown(fact: Fact) -> Decimal:
    """Round a fact the one way in which it is shown: shares as percentages, trailing zeros off.

    Amounts of ten and above are shown whole, smaller ones with one decimal, those below one with
    two: so that what is shown lies within 5 % of all that is a tenth or more.
    """
    value = Decimal(repr(fact.value)) * (100 if fact.unit is Unit.SHARE else 1)
    places = _DECIMALS.get(fact.unit)
    if places is None:
        whole = fact.value.is_integer() or abs(round(fact.value, 1)) >= _SMALL
        places = 0 if whole else 1 if abs(fact.value) >= _TINY else 2
    rounded = value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_EVEN)
    plain = rounded.normalize()
    exponent = plain.as_tuple().exponent
    if isinstance(exponent, int) and exponent > 0:
        plain = plain.quantize(Decimal(1))
    return abs(plain) if plain == 0 else plain
