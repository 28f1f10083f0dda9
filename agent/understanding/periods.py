"""Times in a question, resolved against the moment up to which data is visible."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from agent.understanding.plan import Window
from signals import festivals

if TYPE_CHECKING:
    from agent.understanding.questions import Questions

_WEEK = 7
_YEARS_LOOKED_AT = 3


_Found = tuple[int, int, Window]


@dataclass(frozen=True, slots=True)
class _Now:
    """The first day not visible yet, and whether the question looks back from it."""

    today: date
    past: bool


@dataclass(frozen=True, slots=True)
class Times:
    """What a question says about time.

    Parameters
    ----------
    weeks_ahead, weeks_back
        Whole weeks, at least 1; None when not said.
    rest
        The question with the words about time blanked out, letter for letter.
    """

    rest: str
    weeks_ahead: int | None = None
    weeks_back: int | None = None
    window: Window | None = None


def read_times(text: str, today: date, words: Questions, *, past: bool = False) -> Times:
    """Read the times a question names.

    Parameters
    ----------
    today
        The first day whose data is not visible yet.
    past
        Whether the question looks back, so that a month without a year is the latest one.
    """
    rest, window = _named_window(text, _Now(today, past), words)
    found: dict[str, int] = {}
    for name in ("ahead_after", "back_after", "ahead", "back", "bare"):
        for match in words.time[name].finditer(rest):
            side = "weeks_back" if name.startswith("back") else "weeks_ahead"
            found.setdefault(side, _weeks(match, words))
            rest = _blank(rest, match.start(), match.end())
    for name in ("now", "tomorrow", "yesterday"):
        side = "weeks_back" if name == "yesterday" else "weeks_ahead"
        for match in words.time[name].finditer(rest):
            found.setdefault(side, _weeks(match, words))
            rest = _blank(rest, match.start(), match.end())
    return Times(rest, found.get("weeks_ahead"), found.get("weeks_back"), window)


def _weeks(match: re.Match[str], words: Questions) -> int:
    groups = [group for group in match.groups() if group]
    if not groups:
        return 1
    unit = groups[-1].lower()
    count = words.number(groups[0]) if len(groups) > 1 else 1
    return max(1, round(count * words.units[unit] / _WEEK))


def _named_window(text: str, now: _Now, words: Questions) -> tuple[str, Window | None]:
    today = now.today
    for read in (_event, _month, _year):
        found = read(text, now, words)
        if found is None:
            continue
        start, end, window = found
        until = words.time["until"].search(text[:start])
        if until and window.last_day >= today:
            start = until.start()
            name = window.name
            window = Window(today, window.last_day, f"the time until {name}" if name else "")
        return _blank(text, start, end), window
    return text, None


def _event(text: str, now: _Now, words: Questions) -> _Found | None:
    for key, ways in words.events.items():
        spelt = "|".join(re.escape(way) for way in sorted(ways, key=len, reverse=True))
        if match := re.search(rf"(?<![\w.])(?:{spelt})(?![\w.]*\d)", text, re.IGNORECASE):
            year = re.match(r"\s*(?:in |of )?(\d{4})\b", text[match.end() :])
            end = match.end() + (year.end() if year else 0)
            window = _festival(key, ways[0], now.today, int(year[1]) if year else None)
            if window:
                return match.start(), end, window
    return None


def _festival(key: str, name: str, today: date, year: int | None) -> Window | None:
    """Give the peak days of a festival: of a year, else the next to come."""
    known = {festival.name: festival for festival in festivals()}
    if key not in known:
        return None
    festival = known[key]
    years = [year] if year else range(today.year, today.year + _YEARS_LOOKED_AT)
    for each in years:
        first = festival.peak(each)
        last = first + timedelta(days=festival.peak_days - 1)
        if year or last >= today:
            return Window(first, last, name if not year else f"{name} {each}")
    return None


def _month(text: str, now: _Now, words: Questions) -> _Found | None:
    match = words.time["month"].search(text)
    if match is None:
        return None
    name, year = match[1] or match[3], match[2] or match[4]
    month = words.months[name.lower()]
    past = now.past or bool(re.match(r"last|since", match[0], re.IGNORECASE))
    found = int(year) if year else _nearest_year(month, now.today, past=past)
    last = calendar.monthrange(found, month)[1]
    window = Window(date(found, month, 1), date(found, month, last), f"{name.title()} {found}")
    word = re.search(rf"(?:the month of )?{name}", match[0], re.IGNORECASE)
    start = match.start() + (word.start() if word else 0)
    return start, match.end(), window


def _nearest_year(month: int, today: date, *, past: bool) -> int:
    if past:
        return today.year if month < today.month else today.year - 1
    return today.year if month >= today.month else today.year + 1


def _year(text: str, _: _Now, words: Questions) -> _Found | None:
    match = words.time["year"].search(text)
    if match is None:
        return None
    year = int(match[1])
    return match.start(1), match.end(), Window(date(year, 1, 1), date(year, 12, 31), match[1])


def _blank(text: str, start: int, end: int) -> str:
    return text[:start] + " " * (end - start) + text[end:]
