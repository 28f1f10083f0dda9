"""Plans carried to another day, and what is said of answers that were given on one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from agent.understanding.understand import understand

if TYPE_CHECKING:
    from datetime import date

    from agent.language.language import Language
    from agent.understanding.catalogue import Catalogue
    from agent.understanding.plan import Plan
    from forecasting import RunInfo


def known_again(plan: Plan, catalogue: Catalogue) -> Plan:
    """Take the things a plan names as a catalogue has them; what it lacks stays as it was."""
    known = {each.series_id: each for each in catalogue}
    found = tuple(known.get(each.series_id, each) for each in plan.slots.entities)
    return replace(plan, slots=replace(plan.slots, entities=found))


def leans(question: str, before: Plan, catalogue: Catalogue, today: date) -> bool:
    """Tell whether a question takes anything from the one before it."""
    alone = understand(question, catalogue, today)
    return understand(question, catalogue, today, before=before).slots != alone.slots


def say_hindsight(day: date | None, run: RunInfo | None, language: Language) -> tuple[str, ...]:
    """Say which run speaks, in answers as of an earlier day; nothing in those of today."""
    if day is None or run is None:
        return ()
    said = language.dates.say_day
    phrase = language.phrases["hindsight"]
    return (phrase.format(day=said(day), made_on=said(run.made_on.date())),)
