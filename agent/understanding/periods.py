"""Times in a question, resolved against the moment up to which data is visible."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING

from agent.understanding.days import find_days
from agent.understanding.folding import folded
from agent.understanding.plan import Window
from signals import festivals

if TYPE_CHECKING:
    from agent.understanding.questions import Questions

_WEEK = 7
_YEARS_LOOKED_AT = 3
_QUARTER = 3


_Found = tuple[int, int, Window]
_Reader = Callable[[str, "_Now", "Questions"], "_Found | None"]


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
    no_day
        A date that the calendar does not have, as it was written.
    dated
        The question with only the words of the window blanked out.
    back_at
        First letter of the words that gave ``weeks_back``, and the one after the last.
    """

    rest: str
    weeks_ahead: int | None = None
    weeks_back: int | None = None
    window: Window | None = None
    no_day: str = ""
    dated: str = ""
    back_at: tuple[int, int] = (0, 0)


def read_times(text: str, today: date, words: Questions, *, past: bool = False) -> Times:
    """Read the times a question names.

    Parameters
    ----------
    today
        The first day whose data is not visible yet.
    past
        Whether the question looks back, so that a month without a year is the latest one.
    """
    now, no_day = _Now(today, past), ""
    rest, window = _named_window(text, now, words, (_event,))
    if window is None:
        rest, window, no_day = find_days(text, today, words, past=past)
    if window is None and not no_day:
        rest, window = _named_window(text, now, words, (_month, _quarter, _year))
    dated = rest
    found: dict[str, int] = {}
    spans: dict[str, tuple[int, int]] = {}
    for name in ("ahead_after", "back_after", "ahead", "back", "bare"):
        for match in words.time[name].finditer(rest):
            side = "weeks_back" if name.startswith("back") else "weeks_ahead"
            found.setdefault(side, _weeks(match, words))
            spans.setdefault(side, match.span())
            rest = _blank(rest, match.start(), match.end())
    for name in ("now", "tomorrow", "yesterday"):
        side = "weeks_back" if name == "yesterday" else "weeks_ahead"
        for match in words.time[name].finditer(rest):
            found.setdefault(side, _weeks(match, words))
            spans.setdefault(side, match.span())
            rest = _blank(rest, match.start(), match.end())
    ahead, back = found.get("weeks_ahead"), found.get("weeks_back")
    back_at = spans.get("weeks_back", (0, 0))
    return Times(rest, ahead, back, window, no_day, dated, back_at)


def _weeks(match: re.Match[str], words: Questions) -> int:
    groups = [group for group in match.groups() if group]
    if not groups:
        return 1
    unit = groups[-1].lower()
    count = words.number(groups[0]) if len(groups) > 1 else 1
    return max(1, round(count * words.units[unit] / _WEEK))


def _named_window(
    text: str, now: _Now, words: Questions, readers: tuple[_Reader, ...]
) -> tuple[str, Window | None]:
    today = now.today
    for read in readers:
        found = read(text, now, words)
        if found is None:
            continue
        start, end, window = found
        since = words.time["since"].search(text[:start])
        if since and words.spaced and window.first_day < today:  # 从 also means "going by"
            start, window = since.start(), Window(window.first_day, today - timedelta(days=1))
        until = words.time["until"].search(text[:start])
        ends = words.time["before_it"].match(text, end)
        if (until or ends) and window.last_day >= today:
            start, end = until.start() if until else start, ends.end() if ends else end
            name = words.names["until"].format(name=window.name) if window.name else ""
            window = Window(today, window.last_day, name)
        return _blank(text, start, end), window
    return text, None


def _event(text: str, now: _Now, words: Questions) -> _Found | None:
    for key, ways in words.events.items():
        if match := _spelt(ways, spaced=words.spaced).search(text):
            start, end, year = match.start(), match.end(), None
            if after := words.time["year_after"].match(text, end):
                end, year = after.end(), _year_of(after, now, words)
            elif before := words.time["year_before"].search(text[:start]):
                start, year = before.start(), _year_of(before, now, words)
            window = _festival(key, (ways[0], words.names["event"]), now, year)
            if window:
                return start, end, window
    return None


@cache
def _spelt(ways: tuple[str, ...], *, spaced: bool) -> re.Pattern[str]:
    """Find one of the ways to write an event, the longest first."""
    before, after = (r"(?<![\w.])", r"(?![\w.]*\d)") if spaced else (r"(?<![\d.])", r"(?!\.?\d)")
    ways_in_turn = "|".join(re.escape(folded(way)) for way in sorted(ways, key=len, reverse=True))
    return re.compile(f"{before}(?:{ways_in_turn}){after}", re.IGNORECASE)


def _festival(key: str, names: tuple[str, str], now: _Now, year: int | None) -> Window | None:
    """Give the peak days of a festival: of a year, else the next to come or the last one gone.

    Parameters
    ----------
    names
        How it is called, and the form that joins this with a year.
    """
    known = {festival.name: festival for festival in festivals()}
    if key not in known:
        return None
    festival, (name, form) = known[key], names
    ahead = range(now.today.year, now.today.year + _YEARS_LOOKED_AT)
    back = range(now.today.year, now.today.year - _YEARS_LOOKED_AT, -1)
    for each in [year] if year else back if now.past else ahead:
        first = festival.peak(each)
        last = first + timedelta(days=festival.peak_days - 1)
        if year or (first < now.today if now.past else last >= now.today):
            return Window(first, last, form.format(name=name, year=each) if year else name)
    return None


def _month(text: str, now: _Now, words: Questions) -> _Found | None:
    match = words.time["month"].search(text)
    if match is None:
        return None
    where = next(name for name, found in match.groupdict().items() if found and name[:2] == "mo")
    month = words.month(match[where])
    past = now.past or bool(match.groupdict().get("past"))
    year = _year_of(match, now, words) or _nearest_year(month, now.today, past=past)
    last = calendar.monthrange(year, month)[1]
    called = next(name for name, number in words.months.items() if number == month)
    name = words.names["month"].format(
        month=called.title() if words.capitals else called, year=year
    )
    start = match.start(where) if words.spaced else match.start()
    return start, match.end(), Window(date(year, month, 1), date(year, month, last), name)


def _nearest_year(month: int, today: date, *, past: bool) -> int:
    if past:
        begun = (today - timedelta(days=1)).month if today.month == month else month
        return today.year if month < today.month or begun == today.month else today.year - 1
    return today.year if month >= today.month else today.year + 1


def _quarter(text: str, now: _Now, words: Questions) -> _Found | None:
    match = words.time["quarter"].search(text)
    if match is None:
        return None
    ways = match.groupdict()
    quarter = words.number(next(ways[name] for name in ways if name[:2] == "qu" and ways[name]))
    year = _year_of(match, now, words)
    first = _QUARTER * (quarter - 1) + 1
    year = year or _year_of_quarter(
        first, now, coming=any(ways[name] for name in ways if name[:2] == "co")
    )
    last = calendar.monthrange(year, first + 2)[1]
    name = words.names["quarter"].format(quarter=quarter, year=year)
    window = Window(date(year, first, 1), date(year, first + 2, last), name)
    return match.start(), match.end(), window


def _year_of_quarter(first: int, now: _Now, *, coming: bool) -> int:
    """Give the year of a quarter that names none: of its months, one that is on counts as near.

    Parameters
    ----------
    first
        Its first month.
    coming
        Whether it has yet to begin, as in "next Q4".
    """
    this = (now.today.month - 1) // _QUARTER * _QUARTER + 1
    if first == this and (coming or not now.past):
        return now.today.year + coming
    return _nearest_year(first, now.today, past=now.past)


def _year(text: str, now: _Now, words: Questions) -> _Found | None:
    match = words.time["year"].search(text)
    if match is None:
        return None
    year = _year_of(match, now, words)
    if year is None:
        return None
    name = words.names["year"].format(year=year)
    return match.start(), match.end(), Window(date(year, 1, 1), date(year, 12, 31), name)


def _year_of(match: re.Match[str], now: _Now, words: Questions) -> int | None:
    """Read the year a match names, in digits or by a word such as "last year"."""
    for name, found in match.groupdict().items():
        if found and name.startswith("year"):
            return int(found)
        if found and name.startswith("shift"):
            return now.today.year + words.shifts[found.lower()]
    return None


def _blank(text: str, start: int, end: int) -> str:
    return text[:start] + " " * (end - start) + text[end:]
