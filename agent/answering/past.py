"""Which past days a question is about, and what is drawn beside an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.answer import ChartSpec
from agent.proof.facts import Period, PeriodKind
from agent.tools.desk import past_of
from agent.understanding.catalogue import EntityKind

if TYPE_CHECKING:
    from agent.answering.session import Session
    from agent.understanding.catalogue import Entity
    from agent.understanding.plan import Plan


def find_past(session: Session, plan: Plan, weeks: int) -> Period:
    """Give the past days a question is about; a window that is not over ends where data does."""
    slots = plan.slots
    today = session.desk.today
    if slots.window is not None and slots.window.first_day < today:
        window = slots.window
        last = past_of(session.desk, 1).last_day if window.last_day >= today else window.last_day
        if last >= window.first_day:
            kind = PeriodKind.DURING if window.name else PeriodKind.DATES
            return Period(window.first_day, last, kind, window.name)
    return past_of(session.desk, slots.weeks_back or weeks)


def chart_of(*entities: Entity) -> ChartSpec | None:
    """Draw the series of things, the first in front; a brand has none."""
    drawn = [entity.series_id for entity in entities if entity.kind is not EntityKind.BRAND]
    return ChartSpec(drawn[0], tuple(drawn[1:])) if drawn else None
