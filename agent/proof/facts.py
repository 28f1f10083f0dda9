"""Facts: every figure an answer may show, with what it is about and where it comes from."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from agent.proof.formula import compute, ids_in

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

_TOLERANCE = 1e-9


class Metric(StrEnum):
    """What a fact measures."""

    SALES = "sales"
    SALES_YEAR_AGO = "sales_year_ago"
    FORECAST = "forecast"
    LOW = "low"
    HIGH = "high"
    NOMINAL = "nominal_coverage"
    SPREAD = "spread"
    TOGETHER = "errors_together"
    CHANGE = "change"
    GROWTH = "growth"
    RANK = "rank"
    BASELINE = "baseline"
    CONTRIBUTION = "contribution"
    CONTRIBUTION_SUM = "contribution_sum"
    WAPE = "wape"
    COVERAGE = "coverage"
    COMMENTS = "comments"
    TONE = "tone"
    TONE_CHANGE = "tone_change"
    NEGATIVE_SHARE = "negative_share"
    POSITIVE_SHARE = "positive_share"
    RIVAL_SHARE = "rival_share"
    EXPECTED_SHARE = "expected_share"
    DAILY_COMMENTS = "daily_comments"
    USUAL_COMMENTS = "usual_comments"
    AT_RISK = "at_risk"
    ALERTS = "alerts"
    STARS = "stars"
    SMALL = "small_series"
    SMALL_LIMIT = "small_limit"
    OTHERS = "others"
    HORIZON = "horizon"
    TOTAL = "total"
    WEEKLY_MEAN = "weekly_mean"
    EARLIER_FORECAST = "earlier_forecast"
    REVISION = "revision"
    REVISION_PART = "revision_part"
    SCENARIO = "scenario"
    SCENARIO_CHANGE = "scenario_change"
    ASSUMED = "assumed"
    SEEN_LOW = "seen_low"
    SEEN_HIGH = "seen_high"
    ASPECT_COMMENTS = "aspect_comments"
    ASPECT_TONE = "aspect_tone"
    ASPECT_NEGATIVE = "aspect_negative"
    COMPLAINTS = "complaints"
    MOVED = "moved"
    PRICE_CHANGE = "price_change"


class Unit(StrEnum):
    """What a fact is counted in. Shares lie around [0, 1]; scores in [-1, 1]."""

    UNITS = "units"
    REVIEWS = "reviews"
    COMMENTS = "comments"
    SHARE = "share"
    SCORE = "score"
    STARS = "stars"
    RANK = "rank"
    SERIES = "series"
    ALERTS = "alerts"
    WEEKS = "weeks"


class PeriodKind(StrEnum):
    """How a period is spoken of: next or last weeks, weeks of a time, a time itself, or dates."""

    NEXT = "next"
    LAST = "last"
    NAMED = "named"
    DURING = "during"
    DATES = "dates"


@dataclass(frozen=True, slots=True)
class Period:
    """Days from first to last, both included, and how to speak of them.

    Parameters
    ----------
    name
        Event or month, for ``NAMED`` and ``DURING``.
    """

    first_day: date
    last_day: date
    kind: PeriodKind = PeriodKind.DATES
    name: str = ""

    def __post_init__(self) -> None:
        if self.first_day > self.last_day:
            raise ValueError(f"a period runs forward; got {self.first_day} to {self.last_day}")

    @property
    def key(self) -> str:
        """Name the days, without the manner of speaking."""
        return f"{self.first_day.isoformat()}/{self.last_day.isoformat()}"

    @property
    def days(self) -> int:
        """Count the days."""
        return (self.last_day - self.first_day).days + 1

    @property
    def weeks(self) -> int:
        """Count whole weeks, at least 1."""
        return max(1, round(self.days / 7))


@dataclass(frozen=True, slots=True)
class Subject:
    """What a figure is about; ``part`` names one group of inputs in a contribution."""

    entity: str
    metric: Metric
    period: Period
    part: str = ""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a figure comes from.

    Parameters
    ----------
    source
        Tables, with the run where there is one.
    formula
        Begins with ``=`` when it computes from other facts by their ids (``= f1 / f2 - 1``) and can
        be recomputed; otherwise words.
    """

    source: str
    formula: str


@dataclass(frozen=True, slots=True)
class Fact:
    """One figure with its proof.

    Parameters
    ----------
    entity
        Series id.
    as_of
        The moment up to which data was visible, ISO 8601.
    """

    fact_id: str
    entity: str
    metric: Metric
    period: Period
    value: float
    unit: Unit
    as_of: str
    source: str
    formula: str
    part: str = ""

    def __post_init__(self) -> None:
        if not math.isfinite(self.value):
            raise ValueError(f"fact {self.fact_id} ({self.metric}) is {self.value}, not a number")

    @property
    def sign(self) -> int:
        """Give -1, 0 or 1."""
        return (self.value > 0) - (self.value < 0)

    def to_dict(self) -> dict[str, Any]:
        """Give the fact as JSON values."""
        return {
            "fact_id": self.fact_id,
            "entity": self.entity,
            "metric": str(self.metric),
            "part": self.part,
            "period": [self.period.first_day.isoformat(), self.period.last_day.isoformat()],
            "value": self.value,
            "unit": str(self.unit),
            "sign": self.sign,
            "as_of": self.as_of,
            "source": self.source,
            "formula": self.formula,
        }


@dataclass(slots=True)
class FactSheet:
    """The facts of one answer, numbered in the order they were found.

    Parameters
    ----------
    as_of
        The moment up to which data was visible, ISO 8601.
    names
        Series id to the name a person knows.
    """

    as_of: str
    names: dict[str, str] = field(default_factory=dict)
    _facts: dict[str, Fact] = field(default_factory=dict)

    def add(self, subject: Subject, value: float, unit: Unit, origin: Origin) -> Fact:
        """Keep a figure and number it."""
        fact = Fact(
            fact_id=f"f{len(self._facts) + 1}",
            entity=subject.entity,
            metric=subject.metric,
            period=subject.period,
            value=float(value),
            unit=unit,
            as_of=self.as_of,
            source=origin.source,
            formula=origin.formula,
            part=subject.part,
        )
        self._facts[fact.fact_id] = fact
        return fact

    def derive(self, subject: Subject, unit: Unit, formula: str) -> Fact:
        """Compute a figure from facts already kept; ``formula`` as `compute` reads it."""
        sources = dict.fromkeys(self[name].source for name in ids_in(formula))
        value = compute(formula, self.value_of)
        return self.add(subject, value, unit, Origin("; ".join(sources), f"= {formula}"))

    def value_of(self, fact_id: str) -> float:
        """Give the value of a fact."""
        return self._facts[fact_id].value

    def __getitem__(self, fact_id: str) -> Fact:
        return self._facts[fact_id]

    def __contains__(self, fact_id: object) -> bool:
        return fact_id in self._facts

    def __iter__(self) -> Iterator[Fact]:
        return iter(self._facts.values())

    def __len__(self) -> int:
        return len(self._facts)


def proves(fact: Fact, sheet: FactSheet) -> bool:
    """Tell whether a fact's formula gives its value; formulas in words are taken as they are."""
    if not fact.formula.startswith("="):
        return True
    try:
        value = compute(fact.formula[1:], sheet.value_of)
    except (ValueError, KeyError, ZeroDivisionError, SyntaxError):
        return False
    return math.isclose(value, fact.value, rel_tol=_TOLERANCE, abs_tol=_TOLERANCE)
