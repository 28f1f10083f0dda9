"""Questions that step back to a day: "as of 1 June, what would you have told me?"."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from agent.language.language import LANGUAGES
from agent.understanding.days import find_days
from agent.understanding.folding import folded
from agent.understanding.questions import questions

if TYPE_CHECKING:
    from datetime import date

_GROUP = re.compile(r"\(\?P<\w+>")
_EDGES = " \t\n,，、:;?？!.。"


@dataclass(frozen=True, slots=True)
class Back:
    """A step back in time.

    Parameters
    ----------
    day
        The last day that may be known.
    rest
        What is asked of that day; empty where the question asks for nothing but the step back.
    language
        Of the words that step back.
    """

    day: date
    rest: str
    language: str


@dataclass(frozen=True, slots=True)
class _Words:
    told: re.Pattern[str]
    clause: re.Pattern[str]
    weak: re.Pattern[str]


def read_back(text: str, today: date) -> Back | None:
    """Read the day a question steps back to; None when it does not.

    Parameters
    ----------
    today
        The first day that is not visible yet: a day without a year is the latest one before it.
    """
    plain = folded(text)
    for language in LANGUAGES:
        words = _words(language)
        told = words.told.search(plain)
        found = words.clause.search(plain) or (words.weak.search(plain) if told else None)
        if found is None:
            continue
        _, window, _ = find_days(found[0], today, questions(language), past=True)
        if window is not None:
            rest = _without(text, [match.span() for match in (found, told) if match])
            return Back(window.first_day, rest, language)
    return None


def _without(text: str, spans: list[tuple[int, int]]) -> str:
    for start, end in sorted(spans, reverse=True):
        text = f"{text[:start]} {text[end:]}"
    return " ".join(text.split()).strip(_EDGES)


@cache
def _words(language: str) -> _Words:
    file = resources.files("agent.understanding") / "as_of.toml"
    table = tomllib.loads(file.read_text(encoding="utf-8"))[language]
    dates = "|".join(_GROUP.sub("(?:", each.pattern) for each in questions(language).dates)

    def compiled(name: str) -> re.Pattern[str]:
        return re.compile(table[name].replace("{date}", f"(?:{dates})"), re.IGNORECASE)

    return _Words(compiled("told"), compiled("clause"), compiled("weak"))
