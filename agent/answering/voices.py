"""Answers in other people's words: opinions, aspects, comments on a topic, alerts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.abstain import Abstention, Reason
from agent.answering.past import chart_of, find_past
from agent.answering.refusals import no_evidence
from agent.answering.session import Said
from agent.proof.facts import Metric, Origin, Period, Subject, Unit
from agent.tools.alerts import alert_notes
from agent.tools.voices import aspects, find_quotes, mood
from agent.understanding.topic import topic_of
from agent.writing import render_why
from agent.writing.compose import Context
from agent.writing.sentence import Role
from signals import ALERTS

if TYPE_CHECKING:
    from agent.answering.session import Session
    from agent.understanding.plan import Plan

_VOICES_WEEKS = 8
_QUOTED = 2
_SHOWN = 5
_ALERTS_SHOWN = 5
_CLEAR = 0.1
"""Tone from which an aspect counts as blamed or praised."""


def say_sentiment(session: Session, plan: Plan) -> Said:
    """Answer what people write about something, in figures and in their own words."""
    entity = session.about(plan.slots)
    period = find_past(session, plan, weeks=_VOICES_WEEKS)
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
    questions = (session.question("ask_why", entity), session.question("ask_aspects", entity))
    return Said(tuple(drafts), chart_of(entity), suggestions=questions)


def say_alerts(session: Session, plan: Plan) -> Said:
    """Answer which alerts are open."""
    about = plan.slots.entities
    notes = alert_notes(session.desk, session.sheet, session.book, session.catalogue, about)
    if not notes:
        if about:
            name = session.name(about[0])
            return Said((session.write.compose("no_alerts_for", Role.VERDICT, name=name),))
        return Said((session.write.compose("no_alerts", Role.VERDICT),))
    whole = about[0] if about else session.whole
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
    questions = (session.question("ask_said", first),)
    return Said(tuple(drafts), chart_of(first), suggestions=questions)


def say_aspects(session: Session, plan: Plan) -> Said:
    """Answer what comments speak of most, and how."""
    entity = session.about(plan.slots)
    session.name(entity)
    period = find_past(session, plan, weeks=_VOICES_WEEKS)
    tone = topic_of(plan, session.catalogue, session.desk.today).tone
    found = aspects(session.desk, session.sheet, entity, period)
    liked = [each for each in found if tone * each.tone.value > _CLEAR]
    tone, found = (tone, liked) if liked else (0, found)
    if not found:
        name = session.name(entity)
        draft = session.write.compose("no_aspects", Role.VERDICT, name=name, last=period)
        options = (session.question("ask_said", entity),)
        return Said((draft,), abstention=Abstention(Reason.NO_EVIDENCE, "aspects", options))
    found = found[: plan.slots.count or _SHOWN]
    drafts = render_why.say_aspects(session.write, entity, found, tone)
    find_quotes(session.desk, session.book, entity, period, (tone, _QUOTED))
    cited = session.book.citations
    drafts += render_why.say_quotes(session.write, entity, period, cited, "quotes")
    questions = (session.question("ask_said", entity), session.question("ask_alerts"))
    return Said(tuple(drafts), chart_of(entity), suggestions=questions)


def say_evidence(session: Session, plan: Plan) -> Said:
    """Answer with the comments that come nearest to the question."""
    entity = session.about(plan.slots)
    session.name(entity)
    period = find_past(session, plan, weeks=_VOICES_WEEKS)
    count = plan.slots.count or _SHOWN
    topic = topic_of(plan, session.catalogue, session.desk.today)
    found = find_quotes(session.desk, session.book, entity, period, (topic.tone, count), topic)
    if topic.tone and not found:
        find_quotes(session.desk, session.book, entity, period, (0, count), topic)
    cited = session.book.citations
    if not cited:
        return no_evidence(session, entity, period)
    drafts = render_why.say_quotes(session.write, entity, period, cited, "evidence")
    questions = (session.question("ask_said", entity), session.question("ask_why", entity))
    chart = None if entity == session.whole else chart_of(entity)  # quotes come first
    return Said(tuple(drafts), chart, suggestions=questions)
