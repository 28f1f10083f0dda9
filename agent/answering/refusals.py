"""How to refuse: what is missing, what is not certain, and what can be asked instead."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from agent.abstain import Abstention, Reason
from agent.answering.session import Said, list_names
from agent.tools.desk import Horizon, horizon_of, is_forecast, reach_of
from agent.understanding.catalogue import EntityKind
from agent.understanding.plan import Intent, Wanted
from agent.writing.compose import Mention
from agent.writing.sentence import Role

if TYPE_CHECKING:
    from agent.answering.session import Session
    from agent.proof.facts import Period
    from agent.understanding.catalogue import Entity
    from agent.understanding.plan import Plan, Slots

_LONGEST_MENTION = 80
_NAMES_TRIED = 3
_UNSURE = 0.5
"""Confidence under which a question is asked back."""
_ASKED_AS: Final = {
    Intent.RANK_GROWTH: "ask_growth",
    Intent.RANK_VOLUME: "ask_volume",
    Intent.FORECAST: "ask_forecast",
    Intent.EXPLAIN: "ask_why",
    Intent.TREND: "ask_past",
    Intent.TOTAL: "ask_total",
    Intent.CHANGED: "ask_changed",
    Intent.WHAT_IF: "ask_what_if",
    Intent.SENTIMENT: "ask_said",
    Intent.ASPECTS: "ask_aspects",
    Intent.EVIDENCE: "ask_evidence",
    Intent.ALERTS: "ask_alerts",
    Intent.ACCURACY: "ask_accuracy_of",
    Intent.HELP: "ask_help",
}


def refuse(session: Session, plan: Plan) -> Said | None:
    """Refuse what cannot be answered as it was asked; None when it can."""
    slots = plan.slots
    if slots.unknown:
        return unknown(session, slots.unknown[0])
    if slots.no_day:
        draft = session.write.compose("bad_date", Role.VERDICT, mention=Mention(slots.no_day))
        return Said((draft,), abstention=Abstention(Reason.UNCLEAR, slots.no_day))
    if slots.choices:
        return _which_one(session, plan)
    if slots.metric is Wanted.MONEY:
        draft = session.write.compose("only_units", Role.VERDICT)
        options = (session.question("ask_forecast", session.about(slots)),)
        return Said((draft,), abstention=Abstention(Reason.OUT_OF_SCOPE, slots.metric, options))
    if plan.confidence < _UNSURE and plan.rivals:
        return _ask_back(session, plan)
    return None


def _which_one(session: Session, plan: Plan) -> Said:
    """Ask which of several things a name means."""
    choices = plan.slots.choices
    mention = Mention(plan.slots.mention[:_LONGEST_MENTION])
    names = list_names(session, "name_list", choices)
    draft = session.write.compose("which_one", Role.VERDICT, mention=mention, names=names)
    options = tuple(_asked(session, plan.intent, entity) for entity in choices)
    return Said((draft,), abstention=Abstention(Reason.UNCLEAR, plan.slots.mention, options))


def _ask_back(session: Session, plan: Plan) -> Said:
    """Ask which question is meant, where the words fit several."""
    entity = session.about(plan.slots)
    options = tuple(_asked(session, each, entity) for each in (plan.intent, *plan.rivals))
    draft = session.write.compose("unclear", Role.VERDICT)
    return Said((draft,), abstention=Abstention(Reason.UNCLEAR, "one reading", options))


def _asked(session: Session, intent: Intent, entity: Entity) -> str:
    return session.question(_ASKED_AS.get(intent, "ask_forecast"), entity)


def find_horizon(session: Session, slots: Slots, *about: Entity) -> Horizon | Said:
    """Find the steps a question is about; refuse them, or what has no forecast."""
    found = horizon_of(session.desk, slots)
    if isinstance(found, Horizon):
        refused = (_without_forecast(session, entity) for entity in about)
        return next((refusal for refusal in refused if refusal is not None), found)
    if found.reason is Reason.BEYOND_HORIZON:
        reach = reach_of(session.desk)
        draft = session.write.compose("beyond_horizon", Role.VERDICT, reach=reach.reach)
        options = (session.write.question("ask_forecast_reach", weeks=reach.length),)
        return Said((draft,), abstention=Abstention(found.reason, found.missing, options))
    return Said((session.write.compose("not_ready", Role.VERDICT),), abstention=found)


def _without_forecast(session: Session, entity: Entity) -> Said | None:
    """Refuse an entity without a forecast; None when it has one."""
    if is_forecast(session.desk, entity):
        return None
    draft = session.write.compose("no_history", Role.VERDICT, name=session.name(entity))
    options = [session.question("ask_said", entity)]
    if entity.category is not None:
        parent = f"{EntityKind.CATEGORY}:{entity.category}"
        if parent in session.catalogue:
            options.insert(0, session.question("ask_forecast", session.catalogue[parent]))
    left_out = session.desk.run.config.get("left_out", {}) if session.desk.run else {}
    missing = str(left_out.get(entity.series_id, "sales history"))
    return Said((draft,), abstention=Abstention(Reason.NO_HISTORY, missing, tuple(options)))


def unknown(session: Session, mention: str) -> Said:
    """Refuse a name that the catalogue does not hold, and name the nearest ones."""
    mention = mention[:_LONGEST_MENTION]
    drafts = [
        session.write.compose("unknown_product", Role.VERDICT, mention=Mention(mention)),
    ]
    nearest = session.catalogue.nearest(mention)
    if nearest:
        drafts.append(list_names(session, "nearest", nearest))
    else:
        nearest = tuple(session.catalogue.of_kind(EntityKind.CATEGORY))[:_NAMES_TRIED]
    options = tuple(session.question("ask_forecast", entity) for entity in nearest)
    return Said(tuple(drafts), abstention=Abstention(Reason.UNKNOWN_PRODUCT, mention, options))


def no_evidence(session: Session, entity: Entity, period: Period) -> Said:
    """Refuse to speak of what nobody wrote about."""
    draft = session.write.compose(
        "no_evidence", Role.VERDICT, name=session.name(entity), last=period
    )
    options = (session.question("ask_forecast", entity), session.question("ask_said_all"))
    return Said((draft,), abstention=Abstention(Reason.NO_EVIDENCE, "comments", options))


def no_sales(session: Session, period: Period) -> Said:
    """Refuse to speak of days that records do not cover."""
    draft = session.write.compose("no_sales", Role.VERDICT, last=period)
    return Said((draft,), abstention=Abstention(Reason.NO_HISTORY, "sales on record"))
