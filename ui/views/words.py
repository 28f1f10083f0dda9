"""The page's own words in the language of the reader; a table a language, ``words_en.toml``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

from agent import LANGUAGES, read_language

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from agent import Language

_MINUS: Final = "−"
_DASH: Final = " – "

Forms = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language.

    Parameters
    ----------
    texts
        By ``table.name``: one form, or that for one and that for many.
    language
        How answers write numbers, days and the names of contributions.
    """

    code: str
    texts: Mapping[str, Forms]
    language: Language

    def __getitem__(self, key: str) -> str:
        return self.texts[key][-1]

    def say(self, key: str, **values: object) -> str:
        """Fill a text; ``count`` picks the form for one or for many."""
        forms = self.texts[key]
        count = values.get("count")
        form = forms[0] if count == 1 else forms[-1]
        if isinstance(count, int):
            values["count"] = self.number(count)
        return form.format(**values)

    def called(self, table: str, name: str) -> str:
        """Give the word for a name of the program; the name itself where there is none."""
        return self.texts.get(f"{table}.{name.replace(' ', '_')}", (name.replace("_", " "),))[-1]

    def part(self, name: str) -> str:
        """Call a group of contributions."""
        return self.language.parts.get(name) or self.called("parts", name)

    def number(self, value: float, digits: int = 0, *, signed: bool = False) -> str:
        """Write a number as the language does; what rounds to 0 has no sign."""
        text = f"{abs(value):,.{digits}f}"
        swapped = text.translate({ord(","): self.language.group, ord("."): self.language.decimal})
        if not any(digit in "123456789" for digit in text):
            return swapped
        return (_MINUS if value < 0 else "+" if signed else "") + swapped

    def share(self, value: float, digits: int = 0, *, signed: bool = False) -> str:
        """Write a share as a percentage."""
        return f"{self.number(100 * value, digits, signed=signed)}%"

    def day(self, day: date) -> str:
        """Write a day: ``6 Aug 2018``."""
        return self.language.dates.say_day(day)

    def days(self, first: date, last: date) -> str:
        """Write two days with a dash between them."""
        return self.day(first) + (f"{_DASH}{self.day(last)}" if last != first else "")


@cache
def words_in(code: str) -> Words:
    """Read the words of a language, of the first one where there is none of this code."""
    known = code if code in LANGUAGES else LANGUAGES[0]
    file = resources.files("ui.views") / f"words_{known}.toml"
    tables = tomllib.loads(file.read_text(encoding="utf-8"))
    return Words(known, dict(_flat(tables)), read_language(known))


def language_wanted(asked: str | None, accepted: str) -> str:
    """Choose the language of a visitor.

    Parameters
    ----------
    asked
        What the address of the page says.
    accepted
        What the browser says: an ``Accept-Language`` header, the best first.
    """
    preferred = [part.split(";")[0].strip().split("-")[0].lower() for part in accepted.split(",")]
    return next((code for code in (asked, *preferred) if code in LANGUAGES), LANGUAGES[0])


def _flat(tables: Mapping[str, Any]) -> Iterator[tuple[str, Forms]]:
    for table, texts in tables.items():
        for name, text in texts.items():
            yield f"{table}.{name}", (text,) if isinstance(text, str) else tuple(text)
