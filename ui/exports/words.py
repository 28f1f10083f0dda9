"""The words of a report beside its answers, in the language of the report."""

from __future__ import annotations

import tomllib
from datetime import date, timedelta
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

from agent import Metric, Style, read_language

if TYPE_CHECKING:
    from agent import Fact
    from ui.exports.report import Report

_SIGNED: Final = {
    Metric.CONTRIBUTION, Metric.GROWTH, Metric.REVISION_PART, Metric.REVISION, Metric.MOVED,
    Metric.PRICE_CHANGE,
}  # fmt: skip


@cache
def words_of(code: str) -> dict[str, Any]:
    """Read the words of a language; kept after the first time."""
    text = resources.files("ui.exports").joinpath("words.toml").read_text(encoding="utf-8")
    found: dict[str, Any] = tomllib.loads(text)[code]
    return found


def figure_name(fact: Fact, code: str) -> str:
    """Call a figure by what it is: ``expected``, ``recent sales``, ``plans and drivers``."""
    language = read_language(code)
    match fact.metric:
        case Metric.CONTRIBUTION:
            return language.parts.get(fact.part, fact.part)
        case Metric.REVISION_PART:
            return language.sources.get(fact.part, fact.part)
        case metric:
            names: dict[str, str] = words_of(code)["figures"]
            return names.get(metric, metric.replace("_", " "))


def figure_text(fact: Fact, code: str) -> str:
    """Write a figure as answers do; what is added carries its sign."""
    style = Style.SIGNED if fact.metric in _SIGNED else Style.PLAIN
    return read_language(code).say_value(fact, style)


def title_of(report: Report) -> str:
    """Give the title: the name and the week."""
    days = read_language(report.language).dates.say_span(report.first_day, report.last_day)
    return f"{report.name}, {days}"


def made_of(report: Report) -> str:
    """Say from which data and run a report is."""
    answer = report.answers[0]
    known = date.fromisoformat(answer.as_of[:10]) - timedelta(days=1)  # the last whole day
    words: str = words_of(report.language)["made_of"]
    day = read_language(report.language).dates.say_day(known)
    return words.format(as_of=day, run=answer.run_id)
