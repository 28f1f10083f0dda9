"""A report in rows: what a workbook and a CSV file hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from agent import Citation
from ui.exports.words import figure_name, words_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agent import Answer
    from ui.exports.report import Report

Cell = str | float | date | None
"""What a cell may hold; None where there is nothing to say."""

_FACTS: Final = (
    "answer", "fact", "about", "measure", "part", "first_day", "last_day", "value", "unit",
    "source", "formula",
)  # fmt: skip
_QUOTES: Final = ("answer", "quote", "text", "day", "kind", "stars", "passage")
_SAID: Final = ("section", "sentence", "value", "unit")


@dataclass(frozen=True, slots=True)
class Rows:
    """A table of a report.

    Parameters
    ----------
    key
        Name of its title in ``words.toml``.
    head
        Names of its columns there.
    """

    key: str
    head: tuple[str, ...]
    cells: tuple[tuple[Cell, ...], ...]


def rows_of(report: Report) -> tuple[Rows, Rows, Rows]:
    """Lay a report out: what it says, its facts at full length, its quotes with their sources."""
    facts = [row for answer in report.answers for row in _fact_rows(answer)]
    quotes = [row for answer in report.answers for row in _quote_rows(answer)]
    return (
        Rows("report", _SAID, tuple(_said_rows(report))),
        Rows("fact", _FACTS, tuple(facts)),
        Rows("quotes", _QUOTES, tuple(quotes)),
    )


def _said_rows(report: Report) -> Iterator[tuple[Cell, ...]]:
    for section in report.sections:
        title = words_of(report.language)[section.key]
        for sentence in section.said:
            yield title, sentence.text, None, None
        for fact in section.figures:
            yield title, figure_name(fact, report.language), fact.value, str(fact.unit)
        for each in section.quoting:
            text = f"[{each.number}] {each.quote}" if isinstance(each, Citation) else each.text
            yield title, text, None, None


def _fact_rows(answer: Answer) -> Iterator[tuple[Cell, ...]]:
    for fact in answer.facts:
        name = answer.names.get(fact.entity, fact.entity)
        days = (fact.period.first_day, fact.period.last_day)
        yield (
            answer.answer_id, fact.fact_id, name, str(fact.metric), fact.part, *days, fact.value,
            str(fact.unit), fact.source, fact.formula,
        )  # fmt: skip


def _quote_rows(answer: Answer) -> Iterator[tuple[Cell, ...]]:
    for each in answer.citations:
        yield (
            answer.answer_id, each.quote, each.text, each.day, each.kind, each.stars,
            each.passage_id,
        )  # fmt: skip
