"""One question being answered: what is on the desk, and what was found."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from agent.understanding.catalogue import TOTAL, EntityKind
from agent.writing.compose import Named, joined
from agent.writing.sentence import Role

if TYPE_CHECKING:
    from agent.abstain import Abstention
    from agent.answer import ChartSpec
    from agent.proof.citing import CitationBook
    from agent.proof.facts import FactSheet
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
        entity = slots.entities[0] if slots.entities else None
        return self.whole if entity is None or entity.series_id == TOTAL else entity

    @property
    def whole(self) -> Entity:
        """Give the whole shop, called as the language of the answer does."""
        return replace(self.catalogue[TOTAL], name=self.write.word("whole"))

    def question(self, phrase: str, entity: Entity | None = None) -> str:
        """Write a question that can be asked next, about an entity."""
        return self.write.question(phrase, name=entity.name if entity else "")


@dataclass(frozen=True, slots=True)
class Said:
    """Sentences of an answer before they are checked, and what goes with them."""

    drafts: tuple[Draft, ...]
    chart: ChartSpec | None = None
    abstention: Abstention | None = None
    suggestions: tuple[str, ...] = ()


def list_names(session: Session, phrase: str, entities: tuple[Entity, ...]) -> Draft:
    """List names in one sentence."""
    named = [session.write.compose("name", name=session.name(entity)) for entity in entities]
    comma = session.write.word("comma")
    names = joined(named, comma, comma)
    return session.write.compose(phrase, Role.DETAIL, names=names)


def starters(session: Session) -> tuple[str, ...]:
    """Give questions that can be asked of this shop."""
    categories = session.catalogue.of_kind(EntityKind.CATEGORY)
    first = categories[0] if categories else session.whole
    asked = ("ask_growth", "ask_forecast", "ask_said", "ask_alerts", "ask_accuracy")
    return tuple(session.question(phrase, first) for phrase in asked)
