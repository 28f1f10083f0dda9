"""Questions that rank things by what is written of them, or count what is written.

Rules know the words that were thought of; where an encoder is at hand a head that was fitted to
many wordings, with the rules among its inputs, has the say (``benchmarks/question_sense.py``).
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from agent.understanding.catalogue import EntityKind
from agent.understanding.plan import Direction, Intent, Wanted

if TYPE_CHECKING:
    from agent.understanding.catalogue import Match
    from agent.understanding.questions import Questions

HINTS: Final = (
    "things", "ordered", "remark", "not_ranked", "of_demand", "counted", "complained", "fewest",
    "disliked", "best_sold",
)  # fmt: skip
"""Slots of the tables of questions whose words tell such questions from others."""


class Voiced(StrEnum):
    """What is asked about comments."""

    MOST_COMPLAINTS = "most_complaints"
    FEWEST_COMPLAINTS = "fewest_complaints"
    BEST_LIKED = "best_liked"
    WORST_LIKED = "worst_liked"
    HOW_MANY = "how_many"

    @property
    def intent(self) -> Intent:
        """Give the kind of question that this is one of."""
        return Intent.SENTIMENT if self is Voiced.HOW_MANY else Intent.RANK_VOLUME

    @property
    def metric(self) -> Wanted:
        """Give what is ranked by."""
        match self:
            case Voiced.MOST_COMPLAINTS | Voiced.FEWEST_COMPLAINTS:
                return Wanted.COMPLAINTS
            case Voiced.BEST_LIKED | Voiced.WORST_LIKED:
                return Wanted.TONE
            case _:
                return Wanted.UNITS

    @property
    def direction(self) -> Direction | None:
        """Give the end that comes first: down for the fewest and the worst."""
        last = {Voiced.FEWEST_COMPLAINTS, Voiced.WORST_LIKED}
        return Direction.DOWN if self in last else None


def hints(text: str, matches: list[Match], words: Questions) -> tuple[bool, ...]:
    """Tell which of ``HINTS`` occur in a question without its names, then if it names a product."""
    found = [bool(words.slots[slot].search(text)) for slot in HINTS]
    return (*found, any(match.entities[0].kind is EntityKind.PRODUCT for match in matches))


def voiced_by_words(hinted: tuple[bool, ...]) -> Voiced | None:
    """Read such a question by rules alone; None for any other."""
    says = dict(zip((*HINTS, "product"), hinted, strict=True))
    if not says["remark"] or says["of_demand"]:
        return None
    if not (says["things"] and says["ordered"]) or says["not_ranked"] or says["product"]:
        return Voiced.HOW_MANY if says["counted"] else None
    if says["complained"]:
        return Voiced.FEWEST_COMPLAINTS if says["fewest"] else Voiced.MOST_COMPLAINTS
    return Voiced.WORST_LIKED if says["disliked"] else Voiced.BEST_LIKED


def turned(metric: Wanted, text: str, words: Questions) -> Direction | None:
    """Tell which end of a ranking by comments a follow-up asks for; None where it does not say."""
    least = "fewest" if metric is Wanted.COMPLAINTS else "disliked"
    if words.slots[least].search(text):
        return Direction.DOWN
    return Direction.UP if words.slots["ordered"].search(text) else None
