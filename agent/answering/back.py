"""Answers about what happened: trends, what people write, alerts, past accuracy, and help."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.abstain import Abstention, Reason
from agent.answer import ChartSpec
from agent.answering.session import Said, list_names, no_evidence, starters
from agent.proof.facts import Metric, Origin, Period, PeriodKind, Subject, Unit
from agent.tools.alerts import alert_notes
from agent.tools.demand import trend
from agent.tools.desk import past_of
from agent.tools.track_record import accuracy
from agent.tools.voices import find_quotes, mood
from agent.understanding.catalogue import TOTAL, EntityKind
from agent.writing import render, render_why
from agent.writing.compose import Context
from agent.writing.sentence import Role
from signals import ALERTS

if TYPE_CHECKING:
    from agent.answering.session import Session
    from agent.understanding.catalogue import Entity
    from agent.understanding.plan import Plan

_VOICES_WEEKS = 8
_QUOTED = 2
_ALERTS_SHOWN = 5
_NAMES_SHOWN = 6


def say_trend(session: Session, plan: Plan) -> Said:
    """Answer how much was recorded, and how that compares."""
    entity = session.about(plan.slots)
    period = _past(session, plan, weeks=4)
    found = trend(session.desk, session.sheet, entity, period)
    if found is None:
        draft = session.write.compose("no_sales", Role.VERDICT, last=period)
        return Said((draft,), abstention=Abstention(Reason.NO_HISTORY, "sales on record"))
    drafts = render.say_trend(session.write, found)
    questions = (f"What is the forecast for {entity.name}?",)
    return Said(tuple(drafts), _chart(entity), suggestions=questions)


def say_sentiment(session: Session, plan: Plan) -> Said:
    """Answer what people write about something, in figures and in their own words."""
    entity = session.about(plan.slots)
    period = _past(session, plan, weeks=_VOICES_WEEKS)
    found = mood(session.desk, session.sheet, entity, period)
    for tone in (1, -1):
        find_quotes(session.desk, session.book, entity, period, (tone, _QUOTED))
    if not session.book.citations:
        find_quotes(session.desk, session.book, entity, period, (0, _QUOTED))
    cited = session.book.citations
    if found is None and not cited:
        return no_evidence(session, entity, period)
    drafts = render_why.say_mood(session.write, found) if found else []
    session.name(entity)
    drafts += render_why.say_quotes(session.write, entity, period, cited, "quotes")
    questions = (f"Why is the forecast for {entity.name} what it is?", "Are there any alerts?")
    return Said(tuple(drafts), _chart(entity), suggestions=questions)


def say_alerts(session: Session, plan: Plan) -> Said:
    """Answer which alerts are open."""
    about = plan.slots.entities
    notes = alert_notes(session.desk, session.sheet, session.book, session.catalogue, about)
    if not notes:
        if about:
            name = session.name(about[0])
            return Said((session.write.compose("no_alerts_for", Role.VERDICT, name=name),))
        return Said((session.write.compose("no_alerts", Role.VERDICT),))
    whole = about[0] if about else session.catalogue[TOTAL]
    session.name(whole)
    today = Period(session.desk.today, session.desk.today)
    subject = Subject(whole.series_id, Metric.ALERTS, today)
    count = session.sheet.add(
        subject, len(notes), Unit.ALERTS, Origin(ALERTS.name, "count of open alerts")
    )
    context = Context(whole.series_id, (today,))
    drafts = [session.write.compose("alerts", Role.VERDICT, context, count=count)]
    for note in notes[:_ALERTS_SHOWN]:
        drafts += render_why.say_alert(session.write, note)
    first = notes[0].entity
    questions = (f"What are people saying about {first.name}?",)
    return Said(tuple(drafts), _chart(first), suggestions=questions)


def say_accuracy(session: Session, plan: Plan) -> Said:
    """Answer how good past forecasts were."""
    entity = session.about(plan.slots)
    session.name(entity)
    found = accuracy(session.desk, session.sheet, entity, session.catalogue[TOTAL])
    drafts = render_why.say_accuracy(session.write, entity, found, Role.VERDICT)
    if found is None:
        missing = Abstention(Reason.NO_EVIDENCE, "a backtest", starters(session))
        return Said(tuple(drafts), abstention=missing)
    questions = (f"What is the forecast for {entity.name}?",)
    return Said(tuple(drafts), _chart(entity), suggestions=questions)


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


def _past(session: Session, plan: Plan, weeks: int) -> Period:
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


def _chart(entity: Entity) -> ChartSpec | None:
    return None if entity.kind is EntityKind.BRAND else ChartSpec(entity.series_id)
