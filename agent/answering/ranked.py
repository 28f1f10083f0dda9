"""What is ranked, in which order, and over which days."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.understanding.catalogue import EntityKind
from agent.understanding.plan import Direction, Intent, Ranked
from signals import Scope

if TYPE_CHECKING:
    from datetime import date

    from agent.answering.session import Session
    from agent.understanding.catalogue import Entity
    from agent.understanding.plan import Plan, Slots


def order_of(plan: Plan) -> Ranked:
    """Tell what a ranking puts first."""
    down = plan.slots.direction is Direction.DOWN
    if plan.intent is Intent.RANK_GROWTH:
        return Ranked.FALL if down else Ranked.RISE
    return Ranked.LEAST if down else Ranked.MOST


def is_past(slots: Slots, today: date) -> bool:
    """Tell whether all days that a question names are gone by."""
    if slots.window is not None:
        return slots.window.last_day < today
    return slots.weeks_back is not None and slots.weeks_ahead is None


def candidates(session: Session, plan: Plan) -> tuple[str, list[Entity]]:
    """Find what is to be ranked, and its word: by growth, categories go first.

    Products of what was named are ranked, or brands that have some of them.
    """
    slots = plan.slots
    inside = {member for entity in slots.entities for member in entity.members}
    if slots.brands:
        brands = session.catalogue.of_kind(EntityKind.BRAND)
        return "brand_scope", [each for each in brands if not inside or inside & set(each.members)]
    scope = slots.scope if slots.scope is not Scope.TOTAL else None
    categories = session.catalogue.of_kind(EntityKind.CATEGORY)
    if inside and scope is not Scope.CATEGORY:
        scope = Scope.PRODUCT
    if scope is None:
        by_growth = plan.intent is Intent.RANK_GROWTH
        scope = Scope.CATEGORY if by_growth and len(categories) > 1 else Scope.PRODUCT
    if scope is Scope.CATEGORY:
        return str(scope), list(categories)
    products = session.catalogue.of_kind(EntityKind.PRODUCT)
    return str(scope), [entity for entity in products if not inside or entity.key in inside]
