"""Clues to intents: how loudly the words of a question speak for each."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from agent.understanding.catalogue import EntityKind
from agent.understanding.plan import Intent
from signals import Scope

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from agent.understanding.catalogue import Match
    from agent.understanding.periods import Times
    from agent.understanding.plan import Slots
    from agent.understanding.questions import Questions

RANKINGS = frozenset({Intent.RANK_GROWTH, Intent.RANK_VOLUME})
_NEAR = 0.1
"""Score by which an intent may fall short of the best and still be meant."""
PLAINLY = 5.0
"""Score of what words leave no doubt about."""
_PLAIN = 2.5
"""Score from which words say plainly what is asked."""
_DOUBT = 1.0
_HALF = 0.5
_TWO = 2
_COMPARE_BONUS = 1.5
_OF_SALES = RANKINGS | {Intent.TOTAL, Intent.TREND, Intent.FORECAST}
_REPEATED = 0.1  # what a second clue for the same intent adds


def scores_of(text: str, matches: list[Match], words: Questions) -> dict[Intent, float]:
    """Score each intent that words of a question speak for; absent ones have no clue."""
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
            for ranking in RANKINGS & scores.keys():
                scores[ranking] -= _DOUBT  # two that are named are set side by side
        if named and any(entity.kind is EntityKind.PRODUCT for entity in named):
            for ranking in RANKINGS & scores.keys():
                scores[ranking] -= 2 * _DOUBT  # one product cannot be ranked
    return scores


def speaks_of_comments(text: str, words: Questions) -> bool:
    """Tell whether a text speaks of what people write, and not of sales or forecasts."""
    slots = words.slots
    return bool(slots["remark"].search(text)) and not slots["of_demand"].search(text)


def asks_best_sold(
    text: str, matches: list[Match], words: Questions, scores: Mapping[Intent, float]
) -> bool:
    """Tell whether things are to be ranked by what was or will be sold of them, and no more.

    Parameters
    ----------
    scores
        Of the clues that were found: nothing else may be asked plainly.
    """
    plain = {intent for intent, score in scores.items() if score >= _PLAIN}
    products = any(match.entities[0].kind is EntityKind.PRODUCT for match in matches)
    if products or words.slots["moves"].search(text) or not plain <= _OF_SALES:
        return False
    return bool(words.slots["best_sold"].search(text))


def confidence_of(scores: dict[Intent, float], intent: Intent) -> float:
    """Give the share of the evidence that speaks for an intent, in [0, 1)."""
    best = scores.get(intent, 0.0)
    others = [score for each, score in scores.items() if each is not intent]
    return best / (best + max(others, default=0.0) + _DOUBT) if best > 0 else 0.0


def rivals_of(scores: dict[Intent, float], intent: Intent) -> tuple[Intent, ...]:
    """List other intents that score nearly as high."""
    best = scores.get(intent, 0.0)
    near = [each for each, score in scores.items() if score >= best - _NEAR and each is not intent]
    return tuple(sorted(near, key=lambda each: -scores[each]))


def near(shares: Mapping[Intent, float], intent: Intent) -> tuple[Intent, ...]:
    """List other intents that are nearly as likely."""
    close = [each for each in shares if shares[each] >= _HALF * shares[intent]]
    return tuple(sorted((e for e in close if e is not intent), key=lambda e: -shares[e]))


def asks_plainly(scores: dict[Intent, float]) -> bool:
    """Tell whether a question says by itself what it asks for."""
    return any(score >= _PLAIN for score in scores.values())


def settled(intent: Intent, slots: Slots, times: Times, today: date) -> Intent:
    """Mend an intent that its slots contradict.

    Parameters
    ----------
    today
        The first day whose data is not visible yet.
    """
    to_come = times.window.first_day >= today if times.window else times.weeks_ahead
    only_ahead = to_come and not times.weeks_back
    if intent in {Intent.TOTAL, Intent.TREND} and only_ahead:
        return Intent.FORECAST
    if intent is Intent.FORECAST and not slots.entities and not slots.unknown:
        return _of_many(slots)
    if intent is Intent.FORECAST and times.weeks_back and not times.weeks_ahead:
        intent = Intent.TREND
    if intent in {Intent.TREND, Intent.TOTAL} and slots.why:
        return Intent.EXPLAIN
    names = [entity for entity in slots.entities if entity.kind is not EntityKind.TOTAL]
    if intent in RANKINGS and names and all(e.kind is EntityKind.PRODUCT for e in names):
        return Intent.COMPARE if len(names) >= _TWO else Intent.FORECAST
    if intent is Intent.FORECAST and len(names) >= _TWO:
        return Intent.COMPARE
    return intent


def _of_many(slots: Slots) -> Intent:
    """Tell what is asked of products or categories that are not named one by one."""
    if slots.scope not in {Scope.PRODUCT, Scope.CATEGORY} or slots.choices:
        return Intent.FORECAST
    return Intent.RANK_VOLUME if slots.direction is None else Intent.RANK_GROWTH
