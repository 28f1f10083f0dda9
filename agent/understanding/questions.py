"""The words of questions in one language, read from its table (``questions_en.toml``)."""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

from agent.language.figures import read_numbers
from agent.understanding.folding import folded
from agent.understanding.plan import Intent

if TYPE_CHECKING:
    from collections.abc import Mapping

SAID_WORDS: Final = "said_words.json"
"""Written by ``benchmarks/question_sense.py``."""
_DEPTH = 3  # fragments may hold fragments


@dataclass(frozen=True, slots=True)
class Clue:
    """Words that speak for an intent, and how loudly."""

    intent: Intent
    weight: float
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Questions:
    """What a language needs to understand a question.

    Parameters
    ----------
    spaced
        Whether blanks part words.
    capitals
        Whether the names of months begin with a capital.
    slots, time
        Patterns by name; they, and all words but those of ``months`` and ``events``, are without
        accents.
    dates
        Patterns of a day, with the groups ``d``, ``m`` and perhaps ``y``; ``d0`` is the first day
        of a span in one month.
    names
        How windows are called: ``month``, ``quarter``, ``year``, ``event`` with a year, ``until``.
    shifts
        Words for a year to how far it lies from this one.
    numbers, months, units
        Word to number: how many, month of the year, days.
    events
        Festival of the calendar to the ways it is called, the one for answers first.
    stopwords
        Words that are never the name of a product.
    said
        Other such words of questions about comments, taken from many wordings of such.
    shares
        Words for a share of a price ("doubled"), and the same in figures ("+100%").
    """

    spaced: bool
    capitals: bool
    clues: tuple[Clue, ...]
    slots: Mapping[str, re.Pattern[str]]
    time: Mapping[str, re.Pattern[str]]
    dates: tuple[re.Pattern[str], ...]
    names: Mapping[str, str]
    shifts: Mapping[str, int]
    numbers: Mapping[str, int]
    units: Mapping[str, float]
    months: Mapping[str, int]
    events: Mapping[str, tuple[str, ...]]
    stopwords: frozenset[str]
    said: frozenset[str]
    shares: tuple[tuple[re.Pattern[str], str], ...]

    def number(self, word: str) -> int:
        """Read a count written in digits, in words or in Chinese numerals."""
        if word.isdigit():
            return int(word)
        known = self.numbers.get(word.lower())
        return int(read_numbers(word)[0].value) if known is None else known

    def month(self, word: str) -> int:
        """Read a month written as a word or as a number."""
        known = {folded(name): number for name, number in self.months.items()}
        return known.get(word.lower()) or self.number(word)

    def without_words(self, text: str, common: frozenset[str]) -> str:
        """Blank out common words inside runs of letters, where no blanks part words."""
        return text if self.spaced else _run_of(common).sub(_blanked, text)


@cache
def questions(language: str = "en") -> Questions:
    """Read the table of a language; kept after the first time."""
    file = resources.files("agent.understanding") / f"questions_{language}.toml"
    table = tomllib.loads(file.read_text(encoding="utf-8"))
    fragments = {"n": r"\d{1,3}|" + _any(table["numbers"])} | table["fragments"]
    fragments |= {"unit": _any(table["units"]), "month": _any(table["months"])}

    def compiled(pattern: str) -> re.Pattern[str]:
        for _ in range(_DEPTH):
            for name, fragment in fragments.items():
                pattern = pattern.replace("{" + name + "}", fragment)
        return re.compile(folded(pattern), re.IGNORECASE)

    return Questions(
        spaced=table["spaced"],
        capitals=table["capitals"],
        clues=tuple(
            Clue(Intent(entry["name"]), weight, compiled(pattern))
            for entry in table["intent"]
            for weight, pattern in entry["patterns"]
        ),
        slots={name: compiled(pattern) for name, pattern in table["slots"].items()},
        time={name: compiled(pattern) for name, pattern in table["time"].items()},
        dates=tuple(compiled(pattern) for pattern in table["dates"]),
        names=table["names"],
        shifts=table["shifts"],
        numbers=_by_word(table["numbers"]),
        units=_by_word(table["units"]),
        months=table["months"],
        events={name: tuple(ways) for name, ways in table["events"].items()},
        stopwords=frozenset(folded(table["words"]["stop"]).split()),
        said=frozenset(_said()[language]),
        shares=tuple((compiled(said), figure) for said, figure in table["shares"].items()),
    )


@cache
def _said() -> dict[str, list[str]]:
    file = resources.files("agent.understanding") / SAID_WORDS
    words: dict[str, list[str]] = json.loads(file.read_text(encoding="utf-8"))
    return words


def _by_word(table: Mapping[str, Any]) -> dict[str, Any]:
    return {folded(word): value for word, value in table.items()}


def _any(words: Mapping[str, Any]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


@cache
def _run_of(words: frozenset[str]) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, sorted(words, key=len, reverse=True))), re.IGNORECASE)


def _blanked(match: re.Match[str]) -> str:
    return " " * len(match[0])
