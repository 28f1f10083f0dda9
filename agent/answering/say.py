"""Which way of answering goes with what is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.answering import ahead, back, changed, moved, voices
from agent.answering.ranked import is_past
from agent.answering.refusals import refuse
from agent.proof.facts import Unit
from agent.understanding.plan import BY_COMMENTS, Intent
from agent.writing.sentence import Role

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent.answering.session import Said, Session
    from agent.understanding.plan import Plan
    from agent.writing.compose import Draft


_SAY: dict[Intent, Callable[[Session, Plan], Said]] = {
    Intent.RANK_GROWTH: ahead.say_ranking,
    Intent.RANK_VOLUME: ahead.say_ranking,
    Intent.FORECAST: ahead.say_forecast,
    Intent.EXPLAIN: ahead.say_forecast,
    Intent.COMPARE: ahead.say_comparison,
    Intent.WHAT_IF: changed.say_what_if,
    Intent.CHANGED: changed.say_changed,
    Intent.TREND: back.say_trend,
    Intent.TOTAL: back.say_total,
    Intent.ASPECTS: voices.say_aspects,
    Intent.EVIDENCE: voices.say_evidence,
    Intent.SENTIMENT: voices.say_sentiment,
    Intent.ALERTS: voices.say_alerts,
    Intent.ACCURACY: back.say_accuracy,
    Intent.HELP: back.say_help,
    Intent.OUT_OF_SCOPE: back.say_out_of_scope,
}
_SAY_OF_THE_PAST = {
    Intent.EXPLAIN: moved.say_moved,
    Intent.RANK_GROWTH: back.say_grown,
    Intent.RANK_VOLUME: back.say_sold,
}
_SAY_BY_COMMENTS = {
    Intent.RANK_VOLUME: voices.say_comment_ranking,
    Intent.COMPARE: voices.say_moods,
}
_NOT_ABOUT_DEMAND = {Intent.HELP, Intent.OUT_OF_SCOPE}


def say(session: Session, plan: Plan) -> Said:
    """Refuse what cannot be answered as it was asked; answer the rest."""
    refused = None if plan.intent in _NOT_ABOUT_DEMAND else refuse(session, plan)
    if refused:
        return refused
    if plan.slots.metric in BY_COMMENTS and plan.intent in _SAY_BY_COMMENTS:
        return _SAY_BY_COMMENTS[plan.intent](session, plan)
    past = is_past(plan.slots, session.desk.today)
    ways = _SAY | _SAY_OF_THE_PAST if past else _SAY
    return ways[plan.intent](session, plan)


def stand_in(session: Session, plan: Plan) -> tuple[Draft, ...]:
    """Say in every answer about demand that reviews stand in for sales, where they do."""
    if session.desk.unit is not Unit.REVIEWS or plan.intent in _NOT_ABOUT_DEMAND:
        return ()
    return (session.write.compose("proxy", Role.CAVEAT),)
