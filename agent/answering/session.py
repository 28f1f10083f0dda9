"""One question being answered: what is on the desk, what was found, and how to refuse."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent.abstain import Abstention, Reason
from agent.tools.desk import Horizon, horizon_of, is_forecast, reach_of
from agent.understanding.catalogue import TOTAL, EntityKind
from agent.writing.compose import Mention, Named, joined
from agent.writing.sentence import Role

if TYPE_CHECKING:
    from agent.answer import ChartSpec
    from agent.proof.citing import CitationBook
    from agent.proof.facts import FactSheet, Period
    from agent.tools.desk import Desk
    from agent.understanding.catalogue import Catalogue, Entity
    from agent.understanding.plan import Slots
    from agent.writing.compose import Composer, Draft

_LONGEST_MENTION = 80
_NAMES_TRIED = 3


@dataclass(frozen=True, slots=True)
class Session:
    """What the answer to one question is made with."""

    desk: Desk
    catalogue: Catalogue
    sheet: FactSheet
    book: CitationBook
    write: Composer

    def name(self, entity: Entity) -> Named:
        """Call an entity by its name from here on."""
        self.sheet.names[entity.series_id] = entity.name
        return Named(entity.series_id)

    def about(self, slots: Slots) -> Entity:
        """Give the entity a question is about, the whole shop where it names none."""
        return slots.entities[0] if slots.entities else self.catalogue[TOTAL]


@dataclass(frozen=True, slots=True)
class Said:
    """Sentences of an answer before they are checked, and what goes with them."""

    drafts: tuple[Draft, ...]
    chart: ChartSpec | None = None
    abstention: Abstention | None = None
    suggestions: tuple[str, ...] = ()


def find_horizon(session: Session, slots: Slots) -> Horizon | Said:
    """Find the steps a question is about, or refuse."""
    found = horizon_of(session.desk, slots)
    if isinstance(found, Horizon):
        return found
    if found.reason is Reason.BEYOND_HORIZON:
        reach = reach_of(session.desk)
        draft = session.write.compose("beyond_horizon", Role.VERDICT, reach=reach.reach)
        options = (f"What is the forecast for the next {reach.length} weeks?",)
        return Said((draft,), abstention=Abstention(found.reason, found.missing, options))
    return Said((session.write.compose("not_ready", Role.VERDICT),), abstention=found)


def forecastable(session: Session, entity: Entity) -> Said | None:
    """Refuse an entity without a forecast; None when it has one."""
    if is_forecast(session.desk, entity):
        return None
    draft = session.write.compose("no_history", Role.VERDICT, name=session.name(entity))
    options = [f"What are people saying about {entity.name}?"]
    if entity.category is not None:
        parent = f"{EntityKind.CATEGORY}:{entity.category}"
        if parent in session.catalogue:
            options.insert(0, f"What is the forecast for {session.catalogue[parent].name}?")
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
    options = tuple(f"What is the forecast for {entity.name}?" for entity in nearest)
    return Said(tuple(drafts), abstention=Abstention(Reason.UNKNOWN_PRODUCT, mention, options))


def no_evidence(session: Session, entity: Entity, period: Period) -> Said:
    """Refuse to speak of what nobody wrote about."""
    draft = session.write.compose(
        "no_evidence", Role.VERDICT, name=session.name(entity), last=period
    )
    options = (f"What is the forecast for {entity.name}?", "What are people saying?")
    return Said((draft,), abstention=Abstention(Reason.NO_EVIDENCE, "comments", options))


def list_names(session: Session, phrase: str, entities: tuple[Entity, ...]) -> Draft:
    """List names in one sentence."""
    named = [session.write.compose("name", name=session.name(entity)) for entity in entities]
    names = joined(named, last=", ")
    return session.write.compose(phrase, Role.DETAIL, names=names)


def starters(session: Session) -> tuple[str, ...]:
    """Give questions that can be asked of this shop."""
    categories = session.catalogue.of_kind(EntityKind.CATEGORY)[:_NAMES_TRIED]
    first = categories[0].name if categories else session.catalogue[TOTAL].name
    return (
        "Which categories will grow most in the next four weeks, and why?",
        f"What is the forecast for {first}?",
        f"What are people saying about {first}?",
        "Are there any alerts?",
        "How accurate are the forecasts?",
    )
