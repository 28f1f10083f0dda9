"""Answers about forecasts beside each other: of two runs, and with something otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.abstain import Abstention, Reason
from agent.answering.past import chart_of
from agent.answering.refusals import find_horizon
from agent.answering.session import Said
from agent.tools.findings import Unseen
from agent.tools.revision import changed
from agent.tools.scenario import scenario
from agent.understanding.plan import Length
from agent.writing import render_why
from agent.writing.sentence import Role

if TYPE_CHECKING:
    from agent.answering.session import Session
    from agent.tools.desk import Horizon
    from agent.understanding.catalogue import Entity
    from agent.understanding.plan import Plan
    from agent.writing.compose import Draft


def say_changed(session: Session, plan: Plan) -> Said:
    """Answer how a forecast differs from that of the run before."""
    entity = session.about(plan.slots)
    horizon = find_horizon(session, plan.slots, entity)
    if isinstance(horizon, Said):
        return horizon
    found = changed(session.desk, session.sheet, entity, horizon)
    questions = (session.question("ask_why", entity), session.question("ask_forecast", entity))
    if found is None:
        draft = _no_earlier(session, entity, horizon, Role.VERDICT)
        missing = Abstention(Reason.NOT_READY, "an earlier run", questions)
        return Said((draft,), abstention=missing)
    drafts = render_why.say_changed(session.write, found, Role.VERDICT)
    return Said(tuple(drafts), chart_of(entity), suggestions=questions)


def report_of_change(session: Session, plan: Plan, entity: Entity, horizon: Horizon) -> list[Draft]:
    """Say in a report what changed since the run before, and in nothing shorter."""
    if plan.length is not Length.REPORT:
        return []
    found = changed(session.desk, session.sheet, entity, horizon)
    if found is None:
        return [_no_earlier(session, entity, horizon, Role.CHANGED)]
    return render_why.say_changed(session.write, found, Role.CHANGED)


def say_what_if(session: Session, plan: Plan) -> Said:
    """Answer what the model would forecast if something were otherwise."""
    entity = session.about(plan.slots)
    if not plan.slots.changes:
        draft = session.write.compose("what_if_unclear", Role.VERDICT)
        options = (session.question("ask_what_if", entity),)
        return Said((draft,), abstention=Abstention(Reason.UNCLEAR, "a change", options))
    horizon = find_horizon(session, plan.slots, entity)
    if isinstance(horizon, Said):
        return horizon
    found = scenario(session.desk, session.sheet, entity, plan.slots.changes, horizon)
    if found is None or isinstance(found, Unseen):
        name = session.name(entity)
        draft = (
            session.write.compose("what_if_refused", Role.VERDICT, name=name)
            if found is None
            else render_why.say_unseen(session.write, found)
        )
        options = (session.question("ask_forecast", entity),)
        return Said((draft,), abstention=Abstention(Reason.NO_EVIDENCE, "such a change", options))
    drafts = render_why.say_scenario(session.write, found)
    questions = (session.question("ask_forecast", entity), session.question("ask_why", entity))
    return Said(tuple(drafts), chart_of(entity), suggestions=questions)


def _no_earlier(session: Session, entity: Entity, horizon: Horizon, role: Role) -> Draft:
    name = session.name(entity)
    return session.write.compose("no_earlier", role, name=name, ahead=horizon.ahead)
