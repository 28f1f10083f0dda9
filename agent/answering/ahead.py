"""Answers about the future: forecasts, rankings, reasons, comparisons."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from agent.abstain import Abstention, Reason
from agent.answering.changed import report_of_change
from agent.answering.lengths import says_why
from agent.answering.past import chart_of
from agent.answering.ranked import candidates, order_of
from agent.answering.refusals import find_horizon
from agent.answering.session import Said, starters
from agent.tools.demand import compare, drivers, outlook, rank, trend
from agent.tools.desk import past_of, weeks_to
from agent.tools.totals import steps
from agent.tools.track_record import accuracy
from agent.tools.voices import find_quotes
from agent.understanding.catalogue import EntityKind
from agent.understanding.folding import folded
from agent.understanding.plan import Direction, Intent
from agent.understanding.questions import questions as question_words
from agent.writing import render, render_why
from agent.writing.sentence import Role

if TYPE_CHECKING:
    from agent.answering.session import Session
    from agent.tools.findings import Outlook
    from agent.understanding.catalogue import Entity
    from agent.understanding.plan import Plan
    from agent.writing.compose import Draft

_LISTED = 3
_EXPLAINED = 3
_QUOTED = 2
_VOICES_WEEKS = 8
_PAIR = 2


def say_forecast(session: Session, plan: Plan) -> Said:
    """Answer how much is expected of one series, and why where that is asked."""
    entity = session.about(plan.slots)
    horizon = find_horizon(session, plan.slots, entity)
    if isinstance(horizon, Said):
        return horizon
    found = outlook(session.desk, session.sheet, entity, horizon)
    drafts = render.say_outlook(session.write, found)
    if plan.slots.granularity is not None:
        drafts += render.say_steps(session.write, steps(session.desk, session.sheet, found))
    if says_why(plan):
        drafts += explanation(session, found, _QUOTED)
    drafts += report_of_change(session, plan, entity, horizon)
    drafts += _record(session, entity)
    drafts += _about_brand(session, entity)
    questions = _next_questions(session, entity, plan.intent)
    said = Said(tuple(drafts), chart_of(entity), suggestions=questions)
    return _with_premise(session, plan, found, said)


def say_ranking(session: Session, plan: Plan) -> Said:
    """Answer which series will grow or fall most, or sell most."""
    slots = plan.slots
    horizon = find_horizon(session, slots)
    if isinstance(horizon, Said):
        return horizon
    scope, entities = candidates(session, plan)
    order = order_of(plan)
    count = slots.count or _LISTED
    found = rank(session.desk, session.sheet, entities, horizon, (order, count))
    drafts = render.say_ranking(session.write, found, scope, order)
    if not found.outlooks:
        missing = Abstention(Reason.NO_HISTORY, "enough demand to rank", starters(session))
        return Said(tuple(drafts), abstention=missing)
    drafts[1:1] = render.say_range(session.write, found.outlooks[0])
    if says_why(plan):
        for place, each in enumerate(found.outlooks[:_EXPLAINED]):
            drafts += explanation(session, each, _QUOTED if place == 0 else 1)
    shown = [each.entity for each in found.outlooks]
    drafts += report_of_change(session, plan, shown[0], horizon)
    for place, entity in enumerate(shown[: _EXPLAINED if says_why(plan) else 1]):
        drafts += _record(session, entity, own_only=place > 0)
    questions = tuple(session.question("ask_why", entity) for entity in shown[:2])
    return Said(tuple(drafts), chart_of(*shown), suggestions=questions)


def say_comparison(session: Session, plan: Plan) -> Said:
    """Answer which of two is expected to have more demand."""
    if len(plan.slots.entities) < _PAIR:
        draft = session.write.compose("needs_two", Role.VERDICT)
        return Said((draft,), abstention=Abstention(Reason.UNCLEAR, "a second name"))
    first, second = plan.slots.entities[:_PAIR]
    horizon = find_horizon(session, plan.slots, first, second)
    if isinstance(horizon, Said):
        return horizon
    found = compare(session.desk, session.sheet, (first, second), horizon)
    drafts = render.say_comparison(session.write, found)
    if says_why(plan):
        for each in (found.first, found.second):
            drafts += explanation(session, each, 1)
    for entity in (first, second):
        drafts += report_of_change(session, plan, entity, horizon)
    drafts += [*_record(session, first), *_record(session, second, own_only=True)]
    questions = tuple(session.question("ask_why", entity) for entity in (first, second))
    return Said(tuple(drafts), chart_of(first, second), suggestions=questions)


def explanation(session: Session, found: Outlook, quotes: int) -> list[Draft]:
    """Take a forecast apart, and quote comments that go the way of its sentiment part."""
    parts = drivers(session.desk, session.sheet, found)
    if parts is None:
        name = session.name(found.entity)
        return [session.write.compose("no_drivers", Role.DRIVERS, name=name)]
    drafts = render_why.say_drivers(session.write, parts)
    sentiment = render_why.sentiment_part(parts)
    phrase, tone = ("quotes_with", sentiment.sign) if sentiment else ("quotes", 0)
    period = weeks_to(found.horizon.before.last_day, _VOICES_WEEKS)
    before = len(session.book.citations)
    find_quotes(session.desk, session.book, found.entity, period, (tone, quotes))
    cited = session.book.citations[before:]
    drafts += render_why.say_quotes(session.write, found.entity, period, cited, phrase)
    if parts.text_helped is False:
        drafts.append(session.write.compose("text_no_help", Role.CAVEAT))
    return [*drafts, session.write.compose("association", Role.CAVEAT)]


def _with_premise(session: Session, plan: Plan, found: Outlook, said: Said) -> Said:
    """Say so when a question asks why something happens that the figures do not show."""
    way = plan.slots.direction
    if plan.intent is not Intent.EXPLAIN or way is None or found.growth is None:
        return said
    sign = 1 if way is Direction.UP else -1
    past = trend(session.desk, session.sheet, found.entity, past_of(session.desk))
    signs = {found.growth.sign}
    if past is not None and past.growth is not None and not _asks_ahead(plan):
        signs.add(past.growth.sign)
    if sign in signs:
        return said
    drafts = [session.write.compose("premise", Role.VERDICT)]
    if past is not None:
        drafts += render.say_trend(session.write, past)[:1]
    missing = Abstention(Reason.FALSE_PREMISE, f"demand that goes {way}", said.suggestions)
    return replace(said, drafts=(*drafts, *said.drafts), abstention=missing)


def _asks_ahead(plan: Plan) -> bool:
    """Tell whether a question speaks of what is to come, so that the past bears nothing out."""
    words = question_words(plan.language).slots["ahead"]
    return bool(plan.slots.weeks_ahead or words.search(folded(plan.question)))


def _record(session: Session, entity: Entity, *, own_only: bool = False) -> list[Draft]:
    whole = session.whole
    found = accuracy(session.desk, session.sheet, entity, whole)
    if own_only and (found is None or found.entity is not entity):
        return []
    session.name(entity)
    return render_why.say_accuracy(session.write, entity, found, Role.ACCURACY)


def _about_brand(session: Session, entity: Entity) -> list[Draft]:
    if entity.kind is not EntityKind.BRAND:
        return []
    return [session.write.compose("brand", Role.CAVEAT, name=session.name(entity))]


def _next_questions(session: Session, entity: Entity, intent: Intent) -> tuple[str, ...]:
    first = "ask_past" if intent is Intent.EXPLAIN else "ask_why"
    return session.question(first, entity), session.question("ask_said", entity)
