"""What fills a question: how many, which way, of what, and names nobody knows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from agent.understanding.catalogue import TOTAL, EntityKind
from agent.understanding.intents import RANKINGS, speaks_of_comments
from agent.understanding.names import unknown_words
from agent.understanding.plan import Direction, Granularity, Intent, Slots, Wanted
from agent.understanding.topic import names_topic, without_topics
from signals import Scope

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent.understanding.catalogue import Catalogue, Entity, Match
    from agent.understanding.periods import Times
    from agent.understanding.questions import Questions
    from agent.understanding.voiced import Voiced

_ABOUT_NAMES = {
    Intent.FORECAST, Intent.EXPLAIN, Intent.TREND, Intent.SENTIMENT, Intent.ACCURACY,
    Intent.COMPARE, Intent.TOTAL, Intent.CHANGED, Intent.ASPECTS,
}  # fmt: skip
_OF_NAMES = RANKINGS | {
    Intent.ALERTS, Intent.EVIDENCE, Intent.WHAT_IF, Intent.OUT_OF_SCOPE, Intent.HELP,
}  # fmt: skip
_TOLD_OF = {Intent.ALERTS, Intent.EVIDENCE, Intent.WHAT_IF}
OF_COMMENTS = {Intent.SENTIMENT, Intent.ASPECTS, Intent.EVIDENCE, Intent.ALERTS}
_CHOICES = 4
_TWO = 2


@dataclass(frozen=True, slots=True)
class Reading:
    """A question, and what of it is left once names and times are blanked out.

    Parameters
    ----------
    is_name
        Tells whether words that are not common call a thing; None where only their places tell.
    """

    text: str
    rest: str
    catalogue: Catalogue
    words: Questions
    is_name: Callable[[str], bool] | None = None

    def has(self, slot: str) -> bool:
        """Tell whether the words of a slot occur."""
        return bool(self.words.slots[slot].search(self.rest))

    @property
    def said(self) -> str:
        """Give what is left, without the blanks that names and times left."""
        return " ".join(self.rest.split())


def read_slots(
    reading: Reading,
    intent: Intent,
    named: tuple[Entity, ...],
    times: Times,
    voiced: Voiced | None = None,
) -> Slots:
    """Read all that fills a question of this intent.

    Parameters
    ----------
    voiced
        What is asked about comments, where they are ranked by or counted.
    """
    found, unknown = _unknown_names(reading, intent, named, voiced)
    direction = voiced.direction if voiced else _direction(reading, intent)
    return Slots(
        entities=found,
        unknown=unknown,
        scope=_scope(reading, found),
        count=_count(reading),
        direction=direction,
        weeks_ahead=times.weeks_ahead,
        weeks_back=times.weeks_back,
        window=times.window,
        why=reading.has("why"),
        granularity=next((each for each in Granularity if reading.has(str(each))), None),
        metric=_metric(reading, intent, voiced),
        brands=_ranks_brands(reading, intent, found),
        no_day=times.no_day,
    )


def with_choices(slots: Slots, text: str, matches: list[Match]) -> Slots:
    """Keep what a name may mean where that is not certain and nothing else is named."""
    open_ones = [match for match in matches if not match.certain]
    if slots.entities or not open_ones:
        return slots
    first = open_ones[0]
    mention = text[first.start : first.end]
    return replace(slots, choices=first.entities[:_CHOICES], mention=mention, unknown=())


def _ranks_brands(reading: Reading, intent: Intent, named: tuple[Entity, ...]) -> bool:
    """Tell whether brands are ranked; of one that is named its products are."""
    branded = any(entity.kind is EntityKind.BRAND for entity in named)
    asked = intent in RANKINGS and not branded and reading.has("brand")
    return asked and not reading.has("product") and not reading.has("category")


def _metric(reading: Reading, intent: Intent, voiced: Voiced | None) -> Wanted:
    """Tell what a question counts, or compares by."""
    of_comments = voiced is not None or speaks_of_comments(reading.said, reading.words)
    if intent is Intent.COMPARE and of_comments:
        return Wanted.TONE
    if voiced is not None:
        return voiced.metric
    return Wanted.MONEY if reading.has("money") else Wanted.UNITS


def _direction(reading: Reading, intent: Intent) -> Direction | None:
    """Give the way a question asks about; of volumes, down is from the least on."""
    if intent is Intent.RANK_VOLUME:
        return Direction.DOWN if reading.has("least") else None
    if reading.has("down"):
        return Direction.DOWN
    return Direction.UP if intent is Intent.RANK_GROWTH or reading.has("up") else None


def _scope(reading: Reading, named: tuple[Entity, ...]) -> Scope | None:
    for scope in (Scope.CATEGORY, Scope.PRODUCT, Scope.TOTAL):
        if reading.has(str(scope)):
            return scope
    return Scope.PRODUCT if any(entity.kind is EntityKind.CATEGORY for entity in named) else None


def _count(reading: Reading) -> int | None:
    match = reading.words.slots["count"].search(reading.rest)
    if match:
        return max(1, reading.words.number(next(each for each in match.groups() if each)))
    return 1 if reading.has("single") else None


def _unknown_names(
    reading: Reading, intent: Intent, named: tuple[Entity, ...], voiced: Voiced | None
) -> tuple[tuple[Entity, ...], tuple[str, ...]]:
    """Take words that mean nothing else for names that the catalogue does not hold."""
    enough = _TWO if intent is Intent.COMPARE else 1
    named = tuple(entity for entity in named if entity.series_id != TOTAL or len(named) == 1)
    if voiced or (intent in OF_COMMENTS and names_topic(reading.text)):
        unknown = [] if named else _names_in_comments(reading)
    elif len(named) >= enough and intent not in RANKINGS:
        unknown = []
    else:
        unknown = _names_besides(reading, intent)
    if reading.is_name is not None:
        unknown = [mention for mention in unknown if reading.is_name(mention)]
    silent = RANKINGS | {Intent.HELP, Intent.OUT_OF_SCOPE}
    if not named and not unknown and intent not in silent and reading.has("total"):
        named = tuple(reading.catalogue.of_kind(EntityKind.TOTAL))
    return named, tuple(unknown)


def _names_besides(reading: Reading, intent: Intent) -> list[str]:
    """Find words that are not common, where the question leaves room for a name."""
    found: list[str] = []
    for start, end in unknown_words(reading.rest, reading.words):
        mention = reading.text[start:end]
        foreign = intent in _TOLD_OF and _is_foreign(reading, mention)
        told = reading.is_name is not None and intent in _TOLD_OF | RANKINGS
        called = told or foreign or _is_place(reading, start)
        if intent in _ABOUT_NAMES or (intent in _OF_NAMES and called):
            found.append(mention)
    return found


def _names_in_comments(reading: Reading) -> list[str]:
    """Find what stands where a name would in a question about comments, which has many words."""
    slots = reading.words.slots
    rest = without_topics(reading.text, reading.rest)
    if reading.is_name is not None:
        return [reading.text[start:end] for start, end in unknown_words(rest, reading.words)]
    return [
        reading.text[start:end]
        for start, end in unknown_words(rest, reading.words, reading.words.said)
        if (reading.words.spaced or end - start >= _TWO)
        and (slots["of_name"].search(rest[:start]) or slots["name_of"].search(reading.rest[end:]))
    ]


def _is_place(reading: Reading, start: int) -> bool:
    return bool(reading.words.slots["inside"].search(reading.rest[:start]))


def _is_foreign(reading: Reading, mention: str) -> bool:
    """Tell whether Latin letters stand in a text of another script: a name, if anything."""
    return not reading.words.spaced and mention[0].isascii() and mention[0].isalpha()
