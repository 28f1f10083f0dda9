"""A question to a typed plan without a model: clues for the intent, names for the slots."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from agent.language.language import LANGUAGES, read_language
from agent.understanding.catalogue import TOTAL, EntityKind, Match
from agent.understanding.folding import folded
from agent.understanding.follow import follow
from agent.understanding.periods import read_times
from agent.understanding.plan import Direction, Granularity, Intent, Plan, Slots, Wanted
from agent.understanding.questions import questions
from agent.understanding.supposed import read_changes, with_amount
from agent.understanding.tongue import language_of
from signals import Scope

if TYPE_CHECKING:
    from datetime import date

    from agent.understanding.catalogue import Catalogue, Entity
    from agent.understanding.periods import Times
    from agent.understanding.questions import Questions

LONGEST = 2000
"""Characters of a question that are read."""

_RANKINGS = {Intent.RANK_GROWTH, Intent.RANK_VOLUME}
_ABOUT_NAMES = {
    Intent.FORECAST, Intent.EXPLAIN, Intent.TREND, Intent.SENTIMENT, Intent.ACCURACY,
    Intent.COMPARE, Intent.TOTAL, Intent.CHANGED, Intent.ASPECTS,
}  # fmt: skip
_OF_NAMES = _RANKINGS | {Intent.ALERTS, Intent.WHAT_IF, Intent.OUT_OF_SCOPE, Intent.HELP}
_PAST = {Intent.TREND, Intent.TOTAL, Intent.SENTIMENT, Intent.ASPECTS, Intent.EVIDENCE}
_NEAR = 0.1
"""Score by which an intent may fall short of the best and still be meant."""
_ASIDE = {Intent.HELP, Intent.OUT_OF_SCOPE}
_BRIEF, _BRIEF_HAN = 9, 5
"""Letters up to which a question without a name leans on the one before it."""
_PLAIN = 2.5
"""Score from which words say plainly what is asked."""
_CHOICES = 4
_DOUBT = 1.0
_TWO = 2
_COMPARE_BONUS = 1.5
_REPEATED = 0.1  # what a second clue for the same intent adds
_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")


def understand(
    question: str,
    catalogue: Catalogue,
    today: date,
    language: str | None = None,
    before: Plan | None = None,
) -> Plan:
    """Read a question.

    Parameters
    ----------
    today
        The first day whose data is not visible yet; relative times count from it.
    language
        None: that of the question.
    before
        What was asked before in the same conversation; what a follow-up leaves out is taken
        from it.

    Returns
    -------
    Plan
        Out of scope when nothing in the question speaks of the shop.
    """
    text = unicodedata.normalize("NFKC", question)[:LONGEST]
    if language is None:
        usual = before.language if before else LANGUAGES[0]
        language = language_of(text, catalogue.find(text), usual)
    words = questions(language)
    matches = _named(text, catalogue, today, words)
    plain = folded(_without(text, matches))
    scores = _scores(" ".join(plain.split()), matches, words)
    likeliest = max(scores, key=lambda each: scores[each], default=None)
    times = read_times(plain, today, words, past=likeliest in _PAST)
    named = tuple(dict.fromkeys(match.entities[0] for match in matches if match.certain))
    reading = _Reading(text, times.rest, catalogue, words)
    intent = _intent(reading, scores, named)
    slots = _slots(reading, intent, named, times)
    slots = _with_choices(slots, text, matches)
    if intent is Intent.WHAT_IF:
        changes = read_changes(times.rest, words, read_language(language).decimal)
        slots = replace(slots, changes=changes, direction=None, unknown=())
    heard, intent = intent, _settled(intent, slots, times)
    rivals = _rivals(scores, heard)
    confidence = _confidence(scores, heard)
    plan = Plan(question, intent, slots, confidence, rivals=rivals, language=language)
    if before is not None and _follows(plan, scores, reading):
        decimal = read_language(language).decimal
        said = with_amount(before.slots.changes, times.rest, decimal)
        plan = replace(plan, slots=replace(plan.slots, changes=plan.slots.changes or said))
        return follow(before, plan, asks=_asks_anew(scores))
    return plan


@dataclass(frozen=True, slots=True)
class _Reading:
    """A question, and what of it is left once names and times are blanked out."""

    text: str
    rest: str
    catalogue: Catalogue
    words: Questions

    def has(self, slot: str) -> bool:
        return bool(self.words.slots[slot].search(self.rest))


def _without(text: str, matches: list[Match]) -> str:
    for match in matches:
        text = text[: match.start] + " " * (match.end - match.start) + text[match.end :]
    return text


def _scores(text: str, matches: list[Match], words: Questions) -> dict[Intent, float]:
    named = {match.entities[0] for match in matches}
    heard: dict[Intent, list[float]] = defaultdict(list)
    for clue in words.clues:
        if clue.pattern.search(text):
            heard[clue.intent].append(clue.weight)
    scores = {
        intent: max(weights) + _REPEATED * (sum(weights) - max(weights))
        for intent, weights in heard.items()
    }
    if scores:
        if len(named) >= _TWO:
            scores[Intent.COMPARE] = scores.get(Intent.COMPARE, 0.0) + _COMPARE_BONUS
        if named and any(entity.kind is EntityKind.PRODUCT for entity in named):
            for ranking in _RANKINGS & scores.keys():
                scores[ranking] -= 2 * _DOUBT  # one product cannot be ranked
    return scores


def _intent(reading: _Reading, scores: dict[Intent, float], named: tuple[Entity, ...]) -> Intent:
    intent = max(scores, key=lambda each: scores[each], default=Intent.OUT_OF_SCOPE)
    if intent is Intent.OUT_OF_SCOPE and not scores and named:
        return Intent.FORECAST
    if intent is Intent.FORECAST and not named and not reading.has("shop"):
        return Intent.OUT_OF_SCOPE
    return intent


def _rivals(scores: dict[Intent, float], intent: Intent) -> tuple[Intent, ...]:
    """List other intents that score nearly as high."""
    best = scores.get(intent, 0.0)
    near = [each for each, score in scores.items() if score >= best - _NEAR and each is not intent]
    return tuple(sorted(near, key=lambda each: -scores[each]))


def _asks_anew(scores: dict[Intent, float]) -> bool:
    """Tell whether a question says by itself what it asks for."""
    return any(score >= _PLAIN for score in scores.values())


def _follows(plan: Plan, scores: dict[Intent, float], reading: _Reading) -> bool:
    """Tell whether a question leans on the one before it."""
    opens = bool(reading.words.slots["follow"].search(reading.rest.strip()))
    points = bool(reading.words.slots["no_name"].search(reading.rest))
    bare = not scores or max(scores.values()) < _PLAIN
    if plan.intent in _ASIDE & scores.keys():
        return False
    named = bool(plan.slots.entities or plan.slots.choices)
    letters = len(reading.text.strip("?？!！。. "))
    brief = letters <= (_BRIEF if reading.words.spaced else _BRIEF_HAN)
    return opens or bare or ((points or brief) and not named)


def _with_choices(slots: Slots, text: str, matches: list[Match]) -> Slots:
    """Keep what a name may mean where that is not certain and nothing else is named."""
    open_ones = [match for match in matches if not match.certain]
    if slots.entities or not open_ones:
        return slots
    first = open_ones[0]
    mention = text[first.start : first.end]
    return replace(slots, choices=first.entities[:_CHOICES], mention=mention, unknown=())


def _confidence(scores: dict[Intent, float], intent: Intent) -> float:
    best = scores.get(intent, 0.0)
    others = [score for each, score in scores.items() if each is not intent]
    return best / (best + max(others, default=0.0) + _DOUBT) if best > 0 else 0.0


def _slots(reading: _Reading, intent: Intent, named: tuple[Entity, ...], times: Times) -> Slots:
    found, unknown = _leftover(reading, intent, named)
    direction = _direction(reading)
    if intent is Intent.RANK_GROWTH and direction is None:
        direction = Direction.UP
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
        metric=Wanted.MONEY if reading.has("money") else Wanted.UNITS,
        no_day=times.no_day,
    )


def _direction(reading: _Reading) -> Direction | None:
    if reading.has("down"):
        return Direction.DOWN
    return Direction.UP if reading.has("up") else None


def _scope(reading: _Reading, named: tuple[Entity, ...]) -> Scope | None:
    for scope in (Scope.CATEGORY, Scope.PRODUCT, Scope.TOTAL):
        if reading.has(str(scope)):
            return scope
    return Scope.PRODUCT if any(entity.kind is EntityKind.CATEGORY for entity in named) else None


def _count(reading: _Reading) -> int | None:
    match = reading.words.slots["count"].search(reading.rest)
    if match:
        return max(1, reading.words.number(next(each for each in match.groups() if each)))
    return 1 if reading.has("single") else None


def _leftover(
    reading: _Reading, intent: Intent, named: tuple[Entity, ...]
) -> tuple[tuple[Entity, ...], tuple[str, ...]]:
    """Take words that mean nothing else for names that the catalogue does not hold."""
    enough = _TWO if intent is Intent.COMPARE else 1
    named = tuple(entity for entity in named if entity.series_id != TOTAL or len(named) == 1)
    unknown: list[str] = []
    for start, end in _mentions(reading.rest, reading.words):
        if len(named) >= enough and intent not in _RANKINGS:
            break
        if intent in _ABOUT_NAMES or (intent in _OF_NAMES and _is_place(reading, start)):
            unknown.append(reading.text[start:end])
    if not named and not unknown and intent not in _RANKINGS and reading.has("total"):
        named = tuple(reading.catalogue.of_kind(EntityKind.TOTAL))
    return named, tuple(unknown)


def _named(text: str, catalogue: Catalogue, today: date, words: Questions) -> list[Match]:
    """Find the names in a text, those misspelt too, in the order they stand."""
    matches = catalogue.find(text, ignored=words.stopwords)
    rest = read_times(folded(_without(text, matches)), today, words).rest
    for start, end in _mentions(rest, words):
        found = catalogue.guess_within(text[start:end])
        if found is not None:
            matches.append(Match(start + found[0], start + found[1], (found[2],)))
    return sorted(matches, key=lambda match: match.start)


def _mentions(text: str, words: Questions) -> list[tuple[int, int]]:
    """Find runs of words that are neither names, times, nor common words."""
    spans: list[tuple[int, int]] = []
    for match in _WORD.finditer(words.without_stopwords(text)):
        word = match[0].casefold().removesuffix("'s").removesuffix("’s")
        if word in words.stopwords or (word.isdigit() and not spans):
            continue
        gap = text[spans[-1][1] : match.start()] if spans else ""
        linked = bool(words.slots["link"].fullmatch(gap))
        joins = linked or (gap.strip(" -/&'\"") == "" and (words.spaced or not gap))
        if spans and joins and not (linked and word.isdigit()):
            spans[-1] = (spans[-1][0], match.end())
        else:
            spans.append((match.start(), match.end()))
    return [span for span in spans if not text[slice(*span)].isdigit()]


def _is_place(reading: _Reading, start: int) -> bool:
    return bool(reading.words.slots["inside"].search(reading.rest[:start]))


def _settled(intent: Intent, slots: Slots, times: Times) -> Intent:
    """Mend an intent that its slots contradict."""
    if intent is Intent.TOTAL and times.weeks_ahead and not (times.weeks_back or times.window):
        return Intent.FORECAST
    if intent is Intent.FORECAST and not slots.entities and not slots.unknown:
        return _of_many(slots)
    if intent is Intent.FORECAST and times.weeks_back and not times.weeks_ahead:
        return Intent.TREND
    names = [entity for entity in slots.entities if entity.kind is not EntityKind.TOTAL]
    if intent in _RANKINGS and names and all(e.kind is EntityKind.PRODUCT for e in names):
        return Intent.COMPARE if len(names) >= _TWO else Intent.FORECAST
    if intent is Intent.FORECAST and len(names) >= _TWO:
        return Intent.COMPARE
    return intent


def _of_many(slots: Slots) -> Intent:
    """Tell what is asked of products or categories that are not named one by one."""
    if slots.scope not in {Scope.PRODUCT, Scope.CATEGORY} or slots.choices:
        return Intent.FORECAST
    return Intent.RANK_VOLUME if slots.direction is None else Intent.RANK_GROWTH


def with_names(plan: Plan, entities: tuple[Entity, ...]) -> Plan:
    """Give a plan other names, as when a person picks one of several."""
    return replace(plan, slots=replace(plan.slots, entities=entities, unknown=()))
