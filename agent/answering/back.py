"""Answers about what happened: trends, totals, past accuracy; and help."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from agent.abstain import Abstention, Reason
from agent.answering.past import chart_of, find_past
from agent.answering.ranked import candidates, order_of
from agent.answering.refusals import no_sales
from agent.answering.session import Said, list_names, starters
from agent.proof.facts import Period, PeriodKind
from agent.tools.demand import rank_grown, trend
from agent.tools.desk import horizon_of
from agent.tools.totals import rank_sold, total, total_with_rest
from agent.tools.track_record import accuracy
from agent.understanding.catalogue import EntityKind
from agent.writing import render, render_why
from agent.writing.sentence import Role

if TYPE_CHECKING:
    from agent.answering.session import Session
    from agent.tools.findings import Total
    from agent.understanding.catalogue import Entity
    from agent.understanding.plan import Plan

_NAMES_SHOWN = 6
_LISTED = 3


def say_trend(session: Session, plan: Plan) -> Said:
    """Answer how much was recorded, and how that compares."""
    entity = session.about(plan.slots)
    period = find_past(session, plan, weeks=4)
    found = trend(session.desk, session.sheet, entity, period)
    if found is None:
        return no_sales(session, period)
    drafts = render.say_trend(session.write, found)
    questions = (session.question("ask_forecast", entity),)
    return Said(tuple(drafts), chart_of(entity), suggestions=questions)


def say_total(session: Session, plan: Plan) -> Said:
    """Answer how much was sold over a period, and how much of it is still to come."""
    entity = session.about(plan.slots)
    period = find_past(session, plan, weeks=4)
    found = _with_rest(session, plan, entity) or total(session.desk, session.sheet, entity, period)
    if found is None:
        return no_sales(session, period)
    drafts = render.say_total(session.write, found)
    questions = (session.question("ask_past", entity), session.question("ask_forecast", entity))
    return Said(tuple(drafts), chart_of(entity), suggestions=questions)


def say_sold(session: Session, plan: Plan) -> Said:
    """Answer what sold most over past days, or least."""
    period = find_past(session, plan, weeks=4)
    scope, entities = candidates(session, plan)
    wanted = (order_of(plan), plan.slots.count or _LISTED)
    found = rank_sold(session.desk, session.sheet, entities, period, wanted)
    if found is None or not found.sales:
        return no_sales(session, period)
    drafts = render.say_sold_ranking(session.write, found, scope, wanted[0])
    first = session.catalogue[found.sales[0].entity]
    questions = (session.question("ask_past", first), session.question("ask_forecast", first))
    return Said(tuple(drafts), chart_of(first), suggestions=questions)


def say_grown(session: Session, plan: Plan) -> Said:
    """Answer what grew most over past days, or fell most."""
    period = find_past(session, plan, weeks=4)
    scope, entities = candidates(session, plan)
    order = order_of(plan)
    wanted = (order, plan.slots.count or _LISTED)
    found = rank_grown(session.desk, session.sheet, entities, period, wanted)
    if found is None:
        return no_sales(session, period)
    drafts = render.say_grown_ranking(session.write, found, scope, order)
    shown = [each.entity for each in found.trends]
    if not shown:
        missing = Abstention(Reason.NO_HISTORY, "enough demand to rank", starters(session))
        return Said(tuple(drafts), abstention=missing)
    questions = (session.question("ask_past", shown[0]), session.question("ask_why", shown[0]))
    return Said(tuple(drafts), chart_of(*shown), suggestions=questions)


def _with_rest(session: Session, plan: Plan, entity: Entity) -> Total | None:
    """Sum over a window that began and is not over; None for any other."""
    window, today = plan.slots.window, session.desk.today
    if window is None or not window.first_day < today <= window.last_day:
        return None
    rest = replace(plan.slots, window=replace(window, first_day=today, name=""))
    horizon = horizon_of(session.desk, rest)
    if isinstance(horizon, Abstention):
        return None
    kind = PeriodKind.DURING if window.name else PeriodKind.DATES
    period = Period(window.first_day, window.last_day, kind, window.name)
    return total_with_rest(session.desk, session.sheet, entity, period, horizon)


def say_accuracy(session: Session, plan: Plan) -> Said:
    """Answer how good past forecasts were."""
    entity = session.about(plan.slots)
    session.name(entity)
    found = accuracy(session.desk, session.sheet, entity, session.whole)
    drafts = render_why.say_accuracy(session.write, entity, found, Role.VERDICT)
    if found is None:
        missing = Abstention(Reason.NO_EVIDENCE, "a backtest", starters(session))
        return Said(tuple(drafts), abstention=missing)
    questions = (session.question("ask_forecast", entity),)
    return Said(tuple(drafts), chart_of(entity), suggestions=questions)


def say_help(session: Session, plan: Plan) -> Said:  # noqa: ARG001 - the shape of all answers
    """Say what can be asked."""
    names = tuple(session.catalogue.of_kind(EntityKind.CATEGORY))[:_NAMES_SHOWN]
    names = names or tuple(session.catalogue.of_kind(EntityKind.PRODUCT))[:_NAMES_SHOWN]
    drafts = [session.write.compose("help", Role.VERDICT)]
    if names:
        drafts.append(list_names(session, "help_names", names))
    return Said(tuple(drafts), suggestions=starters(session))


def say_out_of_scope(session: Session, plan: Plan) -> Said:  # noqa: ARG001 - likewise
    """Refuse what is not about the shop."""
    draft = session.write.compose("out_of_scope", Role.VERDICT)
    missing = Abstention(Reason.OUT_OF_SCOPE, "", starters(session))
    return Said((draft,), abstention=missing)
