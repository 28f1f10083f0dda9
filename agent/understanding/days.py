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
    matches: list[re.Match[str]] = []
    rest = text
    for pattern in words.dates:
        for match in pattern.finditer(rest):
            matches.append(match)
            rest = rest[: match.start()] + " " * len(match[0]) + rest[match.end() :]
    if not matches:
        return text, None, ""
    days: list[date] = []
    matches.sort(key=lambda match: match.start())
    for match in matches:
        try:
            _read(match, days, today, words, past=past)
        except ValueError:
            return rest, None, match[0].strip()
    return rest, _window(sorted(days), text[: matches[0].start()], today, words), ""


def _read(
    match: re.Match[str], days: list[date], today: date, words: Questions, *, past: bool
) -> None:
    """Add the days of one match; where one came before, a day without a year follows it."""
    parts = match.groupdict()
    month = words.month(parts["m"])
    for name in ("d0", "d"):
        if not parts.get(name):
            continue
        day = words.number(parts[name])
        if parts.get("y"):
            days.append(date(int(parts["y"]), month, day))
        elif days:
            turn = (month, day) < (days[-1].month, days[-1].day)
            days.append(date(days[-1].year + turn, month, day))
        else:
            days.append(_nearest(month, day, today, past=past))


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
