"""What the tools work on: lake, search, run, and the moment up to which all is visible."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pandas as pd

from agent.abstain import Abstention, Reason
from agent.proof.facts import Period, PeriodKind, Unit
from agent.understanding.plan import Slots
from signals import DOCUMENTS, FORECASTS, RUNS, SCORES, Col, Measure, NotReady

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from agent.understanding.catalogue import Entity
    from forecasting import RunInfo
    from retrieval import Retriever
    from signals import Lake

DEFAULT_WEEKS = 4
_WEEK = 7


@dataclass(frozen=True, slots=True)
class Desk:
    """Where answers come from.

    Parameters
    ----------
    retriever
        None: comments are quoted from the lake without search.
    run
        None: nothing has been forecast; questions about the future are refused.
    as_of
        Rows known by this moment are visible; None takes the end of the run's last day.
    model_id
        Sentiment model whose scores are read; None takes that of the run.
    models
        Folder of the models of runs; None: what-if questions are refused.
    """

    lake: Lake
    retriever: Retriever | None = None
    run: RunInfo | None = None
    as_of: pd.Timestamp | None = None
    model_id: str | None = None
    models: Path | None = None

    @property
    def known_by(self) -> pd.Timestamp:
        """The moment up to which rows are visible."""
        if self.as_of is not None:
            return self.as_of
        if self.run is None:
            raise NotReady("nothing has been forecast yet; run: groundswell run")
        return pd.Timestamp(self.run.made_on).tz_localize("UTC") + pd.Timedelta(days=1)

    @property
    def today(self) -> date:
        """The first day that is not visible yet."""
        return self.known_by.date()

    @property
    def unit(self) -> Unit:
        """What demand is counted in."""
        is_proxy = self.run is not None and self.run.measure is Measure.REVIEW_COUNT
        return Unit.REVIEWS if is_proxy else Unit.UNITS

    @property
    def source(self) -> str:
        """Name the run, for the proof of its figures."""
        return f"{FORECASTS.name}, run {self.run.run_id}" if self.run else RUNS.name

    def still(self) -> Desk:
        """Give this desk over the tables as they are now: no write changes what it shows."""
        return replace(self, lake=self.lake.at(self.lake.versions()))

    def models_at_work(self) -> dict[str, str]:
        """Name what read the texts that are searched, by its task; empty without a search."""
        if self.retriever is None:
            return {}
        about = self.retriever.about
        sentiment = about.model_id if about else None
        found = {"search": self.retriever.search_id, "sentiment": sentiment}
        return {task: name for task, name in found.items() if name}

    def scorer(self) -> str | None:
        """Name the sentiment model of the run, else the one that scored most of what is visible.

        A model that scored the same texts later has no say in what a run tells. None when no text
        was scored.
        """
        of_run = self.run.config.get("panel", {}).get(Col.MODEL_ID) if self.run else None
        if self.model_id is not None or of_run is not None:
            return self.model_id or str(of_run)
        counted = self.lake.sql(
            f"SELECT {Col.MODEL_ID}, count(*) AS n FROM {SCORES.name} "
            f"JOIN {DOCUMENTS.name} USING ({Col.DOC_ID}, {Col.TEXT_HASH}) "
            f"GROUP BY {Col.MODEL_ID} ORDER BY n DESC, {Col.MODEL_ID} LIMIT 1",
            as_of=self.known_by,
        )
        return None if counted.empty else str(counted[Col.MODEL_ID].iloc[0])


@dataclass(frozen=True, slots=True)
class Horizon:
    """Periods of the run that an answer sums, and as many days before the run.

    Parameters
    ----------
    steps
        First and last step, both included.
    ahead, before
        The days of these steps; as many days that ended where the forecast begins.
    length
        Steps of the whole run.
    reach
        All days that the run forecasts.
    """

    steps: tuple[int, int]
    ahead: Period
    before: Period
    reach: Period
    length: int

    @property
    def single(self) -> bool:
        """Whether only one step is asked for, so that no sum is needed."""
        return self.steps[0] == self.steps[1]


def horizon_of(desk: Desk, slots: Slots) -> Horizon | Abstention:
    """Find the steps of the run that a question is about, four weeks where it does not say."""
    if desk.run is None:
        return Abstention(Reason.NOT_READY, "a run")
    calendar = desk.lake.sql(
        f"SELECT DISTINCT {Col.STEP}, {Col.DAY} FROM {FORECASTS.name} "
        f"WHERE {Col.RUN_ID} = $run ORDER BY {Col.STEP}",
        parameters={"run": desk.run.run_id},
    )
    if calendar.empty:
        return Abstention(Reason.NOT_READY, "a run with forecasts")
    days = [day.date() for day in calendar[Col.DAY]]
    length = (days[1] - days[0]).days if len(days) > 1 else _WEEK
    reach = Period(days[0], _plus(days[-1], length - 1), PeriodKind.DATES)
    found = _steps(slots, days, length)
    if found is None:
        return Abstention(Reason.BEYOND_HORIZON, _asked(slots))
    first, last = found
    start, end = days[first], _plus(days[last], length - 1)
    span = (end - start).days + 1
    return Horizon(
        steps=(first + 1, last + 1),
        ahead=_spoken(slots, Period(start, end, PeriodKind.NEXT), is_first=first == 0),
        before=Period(_plus(days[0], -span), _plus(days[0], -1), PeriodKind.LAST),
        reach=reach,
        length=len(days),
    )


def reach_of(desk: Desk) -> Horizon:
    """Give the whole horizon of the run."""
    found = horizon_of(desk, Slots(weeks_ahead=1))
    if isinstance(found, Abstention):
        raise NotReady("nothing has been forecast yet; run: groundswell run")
    return found


def past_of(desk: Desk, weeks: int = DEFAULT_WEEKS) -> Period:
    """Give whole weeks that ended before the forecast begins, or before the first unseen day."""
    found = horizon_of(desk, Slots(weeks_ahead=1))
    end = found.before.last_day if isinstance(found, Horizon) else _plus(desk.today, -1)
    return weeks_to(end, weeks)


def weeks_to(end: date, weeks: int) -> Period:
    """Give the whole weeks that end on a day."""
    return Period(_plus(end, 1 - _WEEK * weeks), end, PeriodKind.LAST)


def shifted(period: Period, weeks: int) -> Period:
    """Move a period by whole weeks; what results is spoken of by its dates."""
    days = _WEEK * weeks
    return Period(_plus(period.first_day, days), _plus(period.last_day, days), PeriodKind.DATES)


def preceding(period: Period) -> Period:
    """Give as many days that end where a period begins."""
    days = (period.last_day - period.first_day).days + 1
    return Period(_plus(period.first_day, -days), _plus(period.first_day, -1), PeriodKind.DATES)


def next_days(horizon: Horizon) -> list[Period]:
    """Part the days of a horizon into its steps."""
    first, last = horizon.steps
    count = last - first + 1
    length = horizon.ahead.days // count
    starts = [_plus(horizon.ahead.first_day, length * place) for place in range(count)]
    return [Period(start, _plus(start, length - 1)) for start in starts]


def is_forecast(desk: Desk, entity: Entity) -> bool:
    """Tell whether the run holds a forecast of a series, or of a brand's products."""
    if desk.run is None:
        return False
    rows = desk.lake.read(
        FORECASTS,
        where={Col.RUN_ID: desk.run.run_id, Col.SERIES_ID: series_of(entity), Col.STEP: 1},
        columns=[Col.SERIES_ID],
    )
    return not rows.empty


def series_of(entity: Entity) -> list[str]:
    """List the stored series whose sum an entity is."""
    if entity.series_id.startswith("brand:"):
        return [f"product:{member}" for member in entity.members]
    return [entity.series_id]


def _steps(slots: Slots, days: list[date], length: int) -> tuple[int, int] | None:
    """Find the first and last place in the calendar; None when it does not reach so far."""
    if slots.window is None:
        weeks = slots.weeks_ahead or min(DEFAULT_WEEKS, max(1, len(days) * length // _WEEK))
        count = max(1, round(weeks * _WEEK / length))
        return (0, count - 1) if count <= len(days) else None
    window = slots.window
    ends = [_plus(day, length - 1) for day in days]
    late = _plus(ends[-1], length // 2)  # windows are told in whole steps, and rounded to them
    if window.last_day > late or window.first_day > ends[-1] or window.last_day < days[0]:
        return None
    inside = [
        place
        for place, (day, end) in enumerate(zip(days, ends, strict=True))
        if day <= window.last_day and end >= window.first_day
    ]
    return inside[0], inside[-1]


def _spoken(slots: Slots, period: Period, *, is_first: bool) -> Period:
    if slots.window is not None and slots.window.name:
        return Period(period.first_day, period.last_day, PeriodKind.NAMED, slots.window.name)
    return period if is_first else Period(period.first_day, period.last_day)


def _asked(slots: Slots) -> str:
    if slots.window is not None:
        return slots.window.name or slots.window.last_day.isoformat()
    return f"{slots.weeks_ahead} weeks"


def _plus(day: date, days: int) -> date:
    return (pd.Timestamp(day) + pd.Timedelta(days=days)).date()
