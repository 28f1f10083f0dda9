"""A report for one series and one week: what the analyst answers, laid out in sections."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from agent import LANGUAGES, Asked, Fact, Intent, Length, MarkKind, Metric, Role, Window
from signals import DataError

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent import Answer, Citation, Entity, Plan, Sentence
    from ui.exports.fan import Fan

_ROLES: Final = {
    "verdict": (Role.VERDICT, Role.INTERVAL, Role.DETAIL, Role.LINE),
    "drivers": (Role.DRIVERS, Role.QUOTE),
    "changed": (Role.CHANGED,),
    "accuracy": (Role.ACCURACY,),
    "caveats": (Role.CAVEAT,),
}
_FIGURES: Final = {
    "verdict": (
        Metric.FORECAST, Metric.LOW, Metric.HIGH, Metric.SALES, Metric.GROWTH,
        Metric.SALES_YEAR_AGO,
    ),
    "changed": (Metric.REVISION_PART, Metric.REVISION),
    "voices": (Metric.COMMENTS, Metric.TONE, Metric.NEGATIVE_SHARE),
    "accuracy": (Metric.WAPE, Metric.COVERAGE, Metric.NOMINAL),
}  # fmt: skip
_SEVERAL: Final = {Metric.REVISION_PART}
_PARTED: Final = ("drivers", "changed")
_DAYS: Final = 7


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a report.

    Parameters
    ----------
    key
        Name of its heading in ``words.toml``.
    answer
        The answer that its sentences and figures are of.
    figures
        What is shown as a table; of parts, the last is their sum.
    """

    key: str
    answer: Answer
    sentences: tuple[Sentence, ...]
    figures: tuple[Fact, ...] = ()

    @property
    def are_parts(self) -> bool:
        """Whether the last figure is the sum of the others."""
        return self.key in _PARTED

    @property
    def said(self) -> tuple[Sentence, ...]:
        """The sentences before its figures: all up to the first quote."""
        return self.sentences[: self._first_quote]

    @property
    def quoting(self) -> tuple[Sentence | Citation, ...]:
        """What comes after its figures: quotes, and the sentences that lead to them."""
        cited = {str(each.number): each for each in self.answer.citations}
        return tuple(
            next((cited[m.ref] for m in each.marks if m.kind is MarkKind.QUOTE), each)
            for each in self.sentences[self._first_quote :]
        )

    @property
    def _first_quote(self) -> int:
        roles = [each.role for each in self.sentences]
        return roles.index(Role.QUOTE) if Role.QUOTE in roles else len(roles)


@dataclass(frozen=True, slots=True)
class Report:
    """What is known of one series and one week.

    Parameters
    ----------
    name
        Of the series, as a person knows it.
    answers
        What it is made of: the forecast, the alerts, what people say.
    fan
        The forecast as a chart, where there is one.
    """

    name: str
    first_day: date
    last_day: date
    language: str
    answers: tuple[Answer, ...]
    sections: tuple[Section, ...]
    fan: Fan | None = None


@dataclass(frozen=True, slots=True)
class ReportOrder:
    """What a report is to be about.

    Parameters
    ----------
    day
        Any day of the week, which runs from Monday to Sunday.
    """

    entity: Entity
    day: date
    language: str = LANGUAGES[0]

    @property
    def week(self) -> Window:
        """The seven days, from Monday."""
        monday = self.day - timedelta(days=self.day.weekday())
        return Window(monday, monday + timedelta(days=_DAYS - 1))

    def plans(self) -> tuple[Plan, ...]:
        """Give what is asked: the forecast with all about it, the alerts, what people say."""
        about, language = self.entity, self.language
        asked = (
            Asked(Intent.EXPLAIN, about, self.week, length=Length.REPORT, language=language),
            Asked(Intent.ALERTS, about, language=language),
            Asked(Intent.SENTIMENT, about, language=language),
        )
        return tuple(each.plan() for each in asked)


def make_report(order: ReportOrder, answer: Callable[[Plan], Answer]) -> Report:
    """Ask all that a report says.

    Parameters
    ----------
    answer
        Answers a plan: `Analyst.answer`, or `Conversation.answer`, which keeps what it answers.

    Raises
    ------
    DataError
        When there is no forecast of the series for that week; the message is the analyst's.
    """
    plans = order.plans()
    forecast = answer(plans[0])
    if forecast.abstention is not None and not forecast.facts:
        raise DataError(forecast.text)
    alerts, voices = (answer(plan) for plan in plans[1:])
    parts = [_section(key, forecast, roles) for key, roles in _ROLES.items()]
    whole = [_section(key, each) for key, each in (("alerts", alerts), ("voices", voices))]
    order_of = [*parts[:3], *whole, *parts[3:]]
    week = order.week
    return Report(
        name=forecast.names.get(order.entity.series_id, order.entity.name),
        first_day=week.first_day,
        last_day=week.last_day,
        language=order.language,
        answers=(forecast, alerts, voices),
        sections=tuple(section for section in order_of if section.sentences),
    )


def _section(key: str, answer: Answer, roles: tuple[Role, ...] = tuple(Role)) -> Section:
    sentences = tuple(each for each in answer.sentences if each.role in roles)
    if key == "drivers":
        return Section(key, answer, sentences, _parts(answer))
    return Section(key, answer, sentences, _figures(answer, _FIGURES.get(key, ())))


def _figures(answer: Answer, metrics: tuple[Metric, ...]) -> tuple[Fact, ...]:
    """Take the first fact of each metric, and all of those that have several parts."""
    found: list[Fact] = []
    for metric in metrics:
        of_it = [fact for fact in answer.facts if fact.metric is metric]
        found += of_it if metric in _SEVERAL else of_it[:1]
    return tuple(found)


def _parts(answer: Answer) -> tuple[Fact, ...]:
    """Take the baseline, the contributions and the sum of them, where there are any."""
    baseline = [fact for fact in answer.facts if fact.metric is Metric.BASELINE]
    parts = [fact for fact in answer.facts if fact.metric is Metric.CONTRIBUTION]
    if not baseline:
        return ()
    start = f"= {baseline[0].fact_id} "
    return (*baseline, *parts, *(fact for fact in answer.facts if fact.formula.startswith(start)))
