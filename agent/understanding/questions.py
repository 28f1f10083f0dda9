"""The words of questions in one language, read from its table (``questions_en.toml``)."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from agent.understanding.plan import Intent

if TYPE_CHECKING:
    from collections.abc import Mapping

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
    slots, time
        Patterns by name.
    numbers, months, units
        Word to number: how many, month of the year, days.
    events
        Festival of the calendar to the ways it is called, the one for answers first.
    stopwords
        Words that are never the name of a product.
    """

    clues: tuple[Clue, ...]
    slots: Mapping[str, re.Pattern[str]]
    time: Mapping[str, re.Pattern[str]]
    numbers: Mapping[str, int]
    units: Mapping[str, float]
    months: Mapping[str, int]
    events: Mapping[str, tuple[str, ...]]
    stopwords: frozenset[str]

    def number(self, word: str) -> int:
        """Read a count written in digits or in words."""
        return int(word) if word.isdigit() else self.numbers[word.lower()]


@cache
def questions(language: str = "en") -> Questions:
    """Read the table of a language; kept after the first time."""
    file = resources.files("agent.understanding") / f"questions_{language}.toml"
    table = tomllib.loads(file.read_text(encoding="utf-8"))
    fragments = table["fragments"] | {
        "n": r"\d{1,3}|" + _any(table["numbers"]),
        "unit": _any(table["units"]),
        "month": _any(table["months"]),
    }

    def compiled(pattern: str) -> re.Pattern[str]:
        for _ in range(_DEPTH):
            for name, fragment in fragments.items():
                pattern = pattern.replace("{" + name + "}", fragment)
        return re.compile(pattern, re.IGNORECASE)

    return Questions(
        clues=tuple(
            Clue(Intent(entry["name"]), weight, compiled(pattern))
            for entry in table["intent"]
            for weight, pattern in entry["patterns"]
        ),
        slots={name: compiled(pattern) for name, pattern in table["slots"].items()},
        time={name: compiled(pattern) for name, pattern in table["time"].items()},
        numbers=table["numbers"],
        units=table["units"],
        months=table["months"],
        events={name: tuple(ways) for name, ways in table["events"].items()},
        stopwords=frozenset(table["words"]["stop"].split()),
    )


def _any(words: Mapping[str, Any]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
