"""What a question asks for, as a record that tools can carry out."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import date

    from agent.understanding.catalogue import Entity
    from forecasting import Change
    from signals import Scope


class Intent(StrEnum):
    """Kinds of questions."""

    RANK_GROWTH = "rank_growth"
    RANK_VOLUME = "rank_volume"
    FORECAST = "forecast"
    EXPLAIN = "explain"
    TREND = "trend"
    TOTAL = "total"
    CHANGED = "changed"
    WHAT_IF = "what_if"
    COMPARE = "compare"
    SENTIMENT = "sentiment"
    ASPECTS = "aspects"
    EVIDENCE = "evidence"
    ALERTS = "alerts"
    ACCURACY = "accuracy"
    HELP = "help"
    OUT_OF_SCOPE = "out_of_scope"


class Direction(StrEnum):
    """Which way demand is asked about."""

    UP = "up"
    DOWN = "down"


class Ranked(StrEnum):
    """What a ranking puts first."""

    RISE = "rise"
    FALL = "fall"
    MOST = "most"
    LEAST = "least"


class Granularity(StrEnum):
    """Length of the stretches a figure is to be parted into."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class Length(StrEnum):
    """How long an answer is to be."""

    LINE = "line"
    PARAGRAPH = "paragraph"
    REPORT = "report"


class Wanted(StrEnum):
    """What is to be counted."""

    UNITS = "units"
    MONEY = "money"
    COMPLAINTS = "complaints"
    TONE = "tone"


BY_COMMENTS = frozenset({Wanted.COMPLAINTS, Wanted.TONE})
"""What comments tell, not sales."""


class PlannedBy(StrEnum):
    """Who read the question."""

    GRAMMAR = "grammar"
    MODEL = "model"


@dataclass(frozen=True, slots=True)
class Window:
    """Days that a question names, both ends included.

    Parameters
    ----------
    name
        The words of the question: an event or a month; empty where it named plain dates.
    """

    first_day: date
    last_day: date
    name: str = ""

    def __post_init__(self) -> None:
        if self.first_day > self.last_day:
            raise ValueError(f"a window runs forward; got {self.first_day} to {self.last_day}")


@dataclass(frozen=True, slots=True)
class Slots:
    """What fills a question.

    Parameters
    ----------
    entities
        Things of the catalogue that were named, in order.
    unknown
        Names that the catalogue does not hold.
    scope
        What is to be ranked or listed: products, categories; None when the question leaves it open.
    count
        How many to list; None when not said.
    weeks_ahead, weeks_back
        Length of the future and of the past period; None when not said.
    window
        A named event or month; goes before ``weeks_ahead``.
    why
        Whether reasons are asked for besides.
    granularity
        Into which stretches the answer is to be parted; None for one figure.
    metric
        What is to be counted.
    brands
        Whether brands are to be ranked.
    changes
        What is supposed to be otherwise.
    no_day
        A date that the calendar does not have, as the question wrote it.
    choices
        A name that could mean several things, the likeliest first; none of them is in
        ``entities``.
    mention
        The words of the question that ``choices`` are about.
    """

    entities: tuple[Entity, ...] = ()
    unknown: tuple[str, ...] = ()
    scope: Scope | None = None
    count: int | None = None
    direction: Direction | None = None
    weeks_ahead: int | None = None
    weeks_back: int | None = None
    window: Window | None = None
    why: bool = False
    granularity: Granularity | None = None
    metric: Wanted = Wanted.UNITS
    brands: bool = False
    changes: tuple[Change, ...] = ()
    no_day: str = ""
    choices: tuple[Entity, ...] = ()
    mention: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """A question understood.

    Parameters
    ----------
    confidence
        In [0, 1]: the share of the evidence that speaks for this intent.
    rivals
        Other intents that the words speak for about as much, the likeliest first.
    language
        Of the question.
    length
        Of the answer; None where the question leaves it open.
    topic
        What comments are to be about, where that was asked apart from the question.
    aspect
        Which aspect of what is sold its meaning asks about, "" for none; None where words alone
        tell.
    """

    question: str
    intent: Intent
    slots: Slots = field(default_factory=Slots)
    confidence: float = 1.0
    planned_by: PlannedBy = PlannedBy.GRAMMAR
    rivals: tuple[Intent, ...] = ()
    language: str = "en"
    length: Length | None = None
    topic: str = ""
    aspect: str | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.confidence <= 1:
            raise ValueError(f"confidence lies in [0, 1]; got {self.confidence}")

    @property
    def kind(self) -> str:
        """Name the kind of question: its intent, or that comments are ranked or compared by."""
        if self.slots.metric not in BY_COMMENTS:
            return str(self.intent)
        return "compare_comments" if self.intent is Intent.COMPARE else "rank_comments"

    def to_dict(self) -> dict[str, Any]:
        """Give the plan as JSON values."""
        slots = self.slots
        window = slots.window
        return {
            "intent": str(self.intent),
            "entities": [entity.series_id for entity in slots.entities],
            "unknown": list(slots.unknown),
            "scope": slots.scope and str(slots.scope),
            "count": slots.count,
            "direction": slots.direction and str(slots.direction),
            "weeks_ahead": slots.weeks_ahead,
            "weeks_back": slots.weeks_back,
            "window": window
            and [window.name, window.first_day.isoformat(), window.last_day.isoformat()],
            "why": slots.why,
            "granularity": slots.granularity and str(slots.granularity),
            "metric": str(slots.metric),
            "brands": slots.brands,
            "changes": [[str(c.lever), str(c.how), c.amount] for c in slots.changes],
            "no_day": slots.no_day,
            "choices": [entity.series_id for entity in slots.choices],
            "language": self.language,
            "length": self.length and str(self.length),
            "confidence": round(self.confidence, 3),
            "planned_by": str(self.planned_by),
        }
