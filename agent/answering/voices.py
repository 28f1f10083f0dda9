"""Answers in other people's words: opinions, aspects, comments on a topic, alerts."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from agent.abstain import Abstention, Reason
from agent.answering.past import chart_of, find_past
from agent.answering.ranked import candidates, order_of
from agent.answering.refusals import no_evidence
from agent.answering.session import Said
from agent.proof.facts import Metric, Origin, Period, Subject, Unit
from agent.tools.alerts import alert_notes
from agent.tools.comments import aspect_mood, rank_by_comments
from agent.tools.desk import preceding
from agent.tools.voices import aspects, find_quotes, mood
from agent.understanding.plan import Ranked, Wanted
from agent.understanding.topic import Topic, topic_of
from agent.writing import render_comments, render_why
from agent.writing.compose import Context
from agent.writing.sentence import Role
from signals import ALERTS

if TYPE_CHECKING:
    from agent.answer import ChartSpec
    from agent.answering.session import Session
    from agent.understanding.catalogue import Entity
    from agent.understanding.plan import Plan
    from agent.writing.compose import Draft

_VOICES_WEEKS = 8
_QUOTED = 2
_SHOWN = 5
_RANKED = 3
_PAIR = 2
_ALERTS_SHOWN = 5
_CLEAR = 0.1
"""Tone from which an aspect counts as blamed or praised."""


def say_sentiment(session: Session, plan: Plan) -> Said:
    """Answer what people write about something, in figures and in their own words."""
    topic = topic_of(plan, session.catalogue, session.desk.today)
    if topic.aspect:
        return _say_aspect(session, plan, topic)
    if topic.complaints:
        return say_evidence(session, plan)
    entity = session.about(plan.slots)
    period = find_past(session, plan, weeks=_VOICES_WEEKS)
    found = mood(session.desk, session.sheet, entity, period)
    for tone in (-1, 1) if topic.tone < 0 else (1, -1):
        find_quotes(session.desk, session.book, entity, period, (tone, _QUOTED))
    if not session.book.citations:
        find_quotes(session.desk, session.book, entity, period, (0, _QUOTED))
    cited = session.book.citations
    if found is None and not cited:
        return no_evidence(session, entity, period)
    drafts = render_why.say_mood(session.write, found) if found else []
    session.name(entity)
    drafts += render_why.say_quotes(session.write, entity, period, cited, "quotes")
    questions = [session.question("ask_why", entity), session.question("ask_aspects", entity)]
    if entity == session.whole:
        questions.insert(0, session.question("ask_complaints"))
    return Said(tuple(drafts), chart_of(entity), suggestions=tuple(questions))


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
    """Answer what comments speak of most, and how; or what they say of one thing that is named."""
    topic = topic_of(plan, session.catalogue, session.desk.today)
    if topic.aspect or (topic.complaints and not topic.aspects):
        return say_sentiment(session, plan)
    entity = session.about(plan.slots)
    session.name(entity)
    period = find_past(session, plan, weeks=_VOICES_WEEKS)
    tone = topic.tone
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


def say_comment_ranking(session: Session, plan: Plan) -> Said:
    """Answer which series draw most complaints, or are spoken of best."""
    period = find_past(session, plan, weeks=_VOICES_WEEKS)
    scope, entities = candidates(session, plan)
    by, order = plan.slots.metric, order_of(plan)
    aspect = topic_of(plan, session.catalogue, session.desk.today).aspect
    wanted = (by, order, plan.slots.count or _RANKED)
    found = rank_by_comments(session.desk, session.sheet, entities, period, wanted, aspect)
    if found is None:
        return no_evidence(session, session.about(plan.slots), period)
    drafts = render_comments.say_comment_ranking(session.write, found, scope, by, order)
    if not found.lines:
        few = found.left_out.small is not None
        missing = Abstention(Reason.NO_EVIDENCE, "enough comments to rank") if few else None
        return Said(tuple(drafts), abstention=missing)
    first = found.lines[0].entity
    blamed = (by is Wanted.COMPLAINTS) == (order is Ranked.MOST)
    topic = Topic(plan.question, (aspect,), named_only=True) if aspect else None
    sought = (-1 if blamed else 1, _QUOTED)
    find_quotes(session.desk, session.book, first, period, sought, topic)
    cited = session.book.citations
    drafts += render_why.say_quotes(session.write, first, period, cited, "quotes")
    questions = (session.question("ask_aspects", first), session.question("ask_why", first))
    return Said(tuple(drafts), chart_of(first), suggestions=questions)


def say_moods(session: Session, plan: Plan) -> Said:
    """Answer how people write about each of two."""
    period = find_past(session, plan, weeks=_VOICES_WEEKS)
    pair = plan.slots.entities[:_PAIR]
    if len(pair) < _PAIR:
        return say_sentiment(session, plan)
    drafts: list[Draft] = []
    for entity in pair:
        found = mood(session.desk, session.sheet, entity, period)
        drafts += render_why.say_mood(session.write, found) if found else []
    if not drafts:
        return no_evidence(session, pair[0], period)
    for entity in pair:
        session.name(entity)
        before = len(session.book.citations)
        for tone in (1, -1):
            find_quotes(session.desk, session.book, entity, period, (tone, 1))
        cited = session.book.citations[before:]
        drafts += render_why.say_quotes(session.write, entity, period, cited, "quotes")
    questions = tuple(session.question("ask_aspects", entity) for entity in pair)
    return Said(tuple(drafts), chart_of(*pair), suggestions=questions)


def _say_aspect(session: Session, plan: Plan, topic: Topic) -> Said:
    """Answer what people write about one aspect of something."""
    entity = session.about(plan.slots)
    session.name(entity)
    period = find_past(session, plan, weeks=_VOICES_WEEKS)
    found = aspect_mood(session.desk, session.sheet, entity, period, topic.aspect)
    named = replace(topic, named_only=True)
    for tone in (topic.tone,) if topic.tone else (1, -1):
        count = 2 * _QUOTED if topic.tone else _QUOTED
        find_quotes(session.desk, session.book, entity, period, (tone, count), named)
    cited = session.book.citations
    questions = (session.question("ask_aspects", entity), session.question("ask_said", entity))
    if found is None:
        draft = render_comments.say_no_aspect(session.write, entity, period, topic.aspect)
        return Said((draft,), abstention=Abstention(Reason.NO_EVIDENCE, topic.aspect, questions))
    drafts = render_comments.say_aspect_mood(session.write, found, preceding(period))
    drafts += render_why.say_quotes(session.write, entity, period, cited, "quotes")
    return Said(tuple(drafts), _chart_of_named(session, entity), suggestions=questions)


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
    return Said(tuple(drafts), _chart_of_named(session, entity), suggestions=questions)


def _chart_of_named(session: Session, entity: Entity) -> ChartSpec | None:
    """Draw what was named; sales of the whole shop have little to do with some comments."""
    return None if entity == session.whole else chart_of(entity)
