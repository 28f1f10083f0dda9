"""Follow-ups: what a question leaves out is what was asked before."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from agent.understanding.intents import RANKINGS
from agent.understanding.plan import BY_COMMENTS, Intent
from agent.understanding.topic import names_topic

if TYPE_CHECKING:
    from agent.understanding.plan import Plan, Slots

_TIMES = ("weeks_ahead", "weeks_back", "window")
_KEPT = ("scope", "count", "direction", "granularity")


def follow(before: Plan, after: Plan, *, asks: bool) -> Plan:
    """Fill in a follow-up from the question before it.

    Parameters
    ----------
    asks
        Whether the follow-up says by itself what is asked: then only names and times that it leaves
        out come from before, and of two rankings what is ranked.
    """
    old, new = before.slots, after.slots
    intent = after.intent if asks else _kept(before.intent, new)
    filled: dict[str, object] = {}
    if not new.entities and not new.unknown and not new.choices:
        filled |= {"entities": old.entities}
    if not any(getattr(new, name) for name in _TIMES) and (not asks or _same_side(before, after)):
        filled |= {name: getattr(old, name) for name in _TIMES}
    if not asks:
        filled |= {name: getattr(new, name) or getattr(old, name) for name in _KEPT}
        filled |= {"why": new.why or old.why, "changes": new.changes or old.changes}
        filled |= {"metric": old.metric, "brands": new.brands or old.brands}
    elif before.intent in RANKINGS and intent in RANKINGS:
        filled |= {"scope": new.scope or old.scope}
    slots: Slots = replace(new, **filled)  # type: ignore[arg-type]
    if intent is Intent.COMPARE and not asks and len(new.entities) == 1 and old.entities:
        slots = replace(slots, entities=(old.entities[0], *new.entities))
    topic, aspect, told = after.topic, after.aspect, before.topic or before.question
    own = topic or aspect or names_topic(after.question)
    if not asks and not own and (before.aspect or names_topic(told)):
        topic, aspect = told, before.aspect
    return replace(
        after, intent=intent, slots=slots, confidence=1.0, rivals=(), topic=topic, aspect=aspect
    )


def _kept(intent: Intent, new: Slots) -> Intent:
    """Give the intent before, turned round where the follow-up looks the other way."""
    if intent is Intent.FORECAST and new.weeks_back:
        return Intent.TREND
    if intent is Intent.TREND and new.weeks_ahead:
        return Intent.FORECAST
    return intent


def _same_side(before: Plan, after: Plan) -> bool:
    """Tell whether both questions look the same way, ahead or back."""
    return _is_past(before) == _is_past(after)


def _is_past(plan: Plan) -> bool:
    past = {Intent.TREND, Intent.TOTAL, Intent.SENTIMENT, Intent.ASPECTS, Intent.EVIDENCE}
    return plan.intent in past or plan.slots.metric in BY_COMMENTS
