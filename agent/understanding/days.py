"""Dates in a question: one day, or all days from one to another."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from agent.understanding.plan import Window

if TYPE_CHECKING:
    import re

    from agent.understanding.questions import Questions

_WEEK = 7
_TWO = 2


def find_days(
    text: str, today: date, words: Questions, *, past: bool = False
) -> tuple[str, Window | None, str]:
    """Find the days a text names.

    Parameters
    ----------
    past
        Whether a day without a year is the latest one; else it is the nearest.

    Returns
    -------
    tuple
        The text with the dates blanked out, the days, and a date that the calendar does not have.
    """
    found: list[date] = []
    rest = text
    first = len(text)
    for pattern in words.dates:
        for match in pattern.finditer(rest):
            try:
                days = _days(match, today, words, past=past)
            except ValueError:
                return rest, None, match[0].strip()
            found += days
            first = min(first, match.start())
            rest = rest[: match.start()] + " " * len(match[0]) + rest[match.end() :]
    if not found:
        return text, None, ""
    return rest, _window(sorted(found), text[:first], today, words), ""


def _days(match: re.Match[str], today: date, words: Questions, *, past: bool) -> list[date]:
    """Read one match: a day, or two where the pattern holds the first day of a span."""
    parts = match.groupdict()
    month = words.month(parts["m"])
    days = [words.number(parts[name]) for name in ("d0", "d") if parts.get(name)]
    if parts.get("y"):
        return [date(int(parts["y"]), month, day) for day in days]
    return [_nearest(month, day, today, past=past) for day in days]


def _nearest(month: int, day: int, today: date, *, past: bool) -> date:
    years = (today.year - 1, today.year, today.year + 1)
    leap = [year for year in years if month != _TWO or day <= 28 or _has(year, month, day)]
    choices = [date(year, month, day) for year in leap or years]
    if past:
        choices = [choice for choice in choices if choice < today] or choices
    return min(choices, key=lambda choice: abs((choice - today).days))


def _has(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _window(days: list[date], before: str, today: date, words: Questions) -> Window | None:
    """Give the span that days and the words before them mean."""
    first, last = days[0], days[-1]
    if len(days) == 1:
        if words.time["until"].search(before) and last >= today:
            first = today
        elif words.time["since"].search(before) and first < today:
            last = today - timedelta(days=1)
        elif words.time["week_of"].search(before):
            first -= timedelta(days=first.weekday())
            last = first + timedelta(days=_WEEK - 1)
    return Window(first, last)
