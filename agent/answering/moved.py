"""Answers to why something sold more or less than before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.abstain import Abstention, Reason
from agent.answering.past import chart_of, find_past
from agent.answering.refusals import no_sales
from agent.answering.session import Said
from agent.language.language import shown
from agent.tools.demand import trend
from agent.tools.moved import moved
from agent.tools.voices import find_quotes, mood
from agent.understanding.catalogue import EntityKind
from agent.understanding.plan import Direction
from agent.writing import render, render_moved, render_why
from agent.writing.sentence import Role

if TYPE_CHECKING:
    from agent.answering.session import Session
    from agent.proof.facts import Fact
    from agent.understanding.catalogue import Entity
    from agent.understanding.plan import Plan

_NAMED = 3
_QUOTED = 2


def say_moved(session: Session, plan: Plan) -> Said:
    """Answer where a change of past sales lies, and what was paid and written meanwhile.

    Nothing says that prices or comments made the change.
    """
    desk, sheet, write = session.desk, session.sheet, session.write
    entity = session.about(plan.slots)
    period = find_past(session, plan, weeks=4)
    found = trend(desk, sheet, entity, period)
    if found is None:
        return no_sales(session, period)
    drafts = render.say_trend(write, found)
    questions = (session.question("ask_why", entity), session.question("ask_said", entity))
    apart = moved(desk, sheet, found, _members(session, entity), _NAMED)
    if found.growth is None or apart is None:
        return Said(tuple(drafts), chart_of(entity), suggestions=questions)
    missing, premise = None, []
    if _is_otherwise(plan, found.growth):
        premise = [write.compose("premise", Role.VERDICT)]
        way = f"sales that went {plan.slots.direction}"
        missing = Abstention(Reason.FALSE_PREMISE, way, questions)
    verdict, *others = drafts
    drafts = [*premise, verdict, *render_moved.say_moved(write, apart), *others]
    heard = mood(desk, sheet, entity, period)
    if heard is not None:
        drafts += render_why.say_mood(write, heard, Role.DRIVERS)
        find_quotes(desk, session.book, entity, period, (found.growth.sign, _QUOTED))
        cited = session.book.citations
        drafts += render_why.say_quotes(write, entity, period, cited, "quotes")
    drafts.append(write.compose("association", Role.CAVEAT))
    chart = chart_of(entity, *(each.entity for each in apart.parts))
    return Said(tuple(drafts), chart, missing, questions)


def _members(session: Session, entity: Entity) -> list[Entity]:
    """List what a series sums: categories make up the shop where there are several of them."""
    if entity.kind is EntityKind.PRODUCT:
        return []
    categories = session.catalogue.of_kind(EntityKind.CATEGORY)
    if entity.kind is EntityKind.TOTAL and len(categories) > 1:
        return list(categories)
    products = session.catalogue.of_kind(EntityKind.PRODUCT)
    whole = entity.kind is EntityKind.TOTAL
    return [each for each in products if whole or each.key in entity.members]


def _is_otherwise(plan: Plan, growth: Fact) -> bool:
    """Tell whether sales did not go the way that the question takes for granted."""
    way = plan.slots.direction
    if way is None:
        return False
    size = shown(growth)
    return size <= 0 if way is Direction.UP else size >= 0
