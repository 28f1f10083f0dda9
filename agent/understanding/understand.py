"""A question to a typed plan without a model: clues for the intent, names for the slots."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from typing import TYPE_CHECKING

from agent.language.language import LANGUAGES, read_language
from agent.understanding.folding import folded
from agent.understanding.follow import follow
from agent.understanding.intents import (
    RANKINGS,
    asks_plainly,
    confidence_of,
    near,
    rivals_of,
    scores_of,
    settled,
)
from agent.understanding.lengths import read_length
from agent.understanding.names import find_names, without_names
from agent.understanding.periods import read_times
from agent.understanding.plan import Intent, Plan
from agent.understanding.questions import questions
from agent.understanding.sense import FAR, gist_of
from agent.understanding.slots import Reading, read_slots, with_choices
from agent.understanding.supposed import read_changes, with_amount
from agent.understanding.tongue import language_of

if TYPE_CHECKING:
    from datetime import date

    from agent.understanding.catalogue import Catalogue, Entity
    from agent.understanding.periods import Times
    from agent.understanding.sense import Sense

LONGEST = 2000
"""Characters of a question that are read."""

_PAST = {Intent.TREND, Intent.TOTAL, Intent.SENTIMENT, Intent.ASPECTS, Intent.EVIDENCE}
_SOLD = {Intent.TREND, Intent.TOTAL}
_ASIDE = {Intent.HELP, Intent.OUT_OF_SCOPE}
_SURE = 0.5
"""Share of an intent under which plain words go before their meaning."""
_UNPARTED = re.compile(
    r"(?<=[\u4e00-\u9fff])(?:vs\.?|pk)(?=\w)|(?<=\w)(?:vs\.?|pk)(?=[\u4e00-\u9fff])"
    r"|(?<=[a-z])(?=\d(?:\.?\d)?折)",
    re.IGNORECASE,
)
"""No blank parts it from the names beside it: 厨房PK美妆, a discount as in Zenlux6折."""
_BRIEF, _BRIEF_HAN = 9, 5
"""Letters up to which a question without a name leans on the one before it."""


def understand(
    question: str,
    catalogue: Catalogue,
    today: date,
    language: str | None = None,
    before: Plan | None = None,
    sense: Sense | None = None,
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
    sense
        Tells meanings apart; None goes by the words alone.

    Returns
    -------
    Plan
        Out of scope when nothing in the question speaks of the shop.
    """
    text = _UNPARTED.sub(r" \g<0> ", unicodedata.normalize("NFKC", question)[:LONGEST])
    if language is None:
        usual = before.language if before else LANGUAGES[0]
        language = language_of(text, catalogue.find(text), usual)
    words = questions(language)
    length, text = read_length(text, words)
    matches = find_names(text, catalogue, today, words)
    plain = folded(without_names(text, matches))
    scores = scores_of(" ".join(plain.split()), matches, words)
    times = read_times(plain, today, words)
    gist = gist_of(text, matches, times, today)
    shares = sense.shares(gist, scores) if sense else {}
    if asks_plainly(scores) and max(shares.values(), default=0.0) < _SURE:
        shares = {}
    likeliest = max(shares or scores, key=lambda each: (shares or scores)[each], default=None)
    if _looks_back(
        likeliest,
        ahead=gist.ahead and not words.slots["gone"].search(plain),
        far=_lies_far(times, today) and not words.slots["ahead"].search(plain),
    ):
        times = read_times(plain, today, words, past=True)
    named = tuple(dict.fromkeys(match.entities[0] for match in matches if match.certain))
    reading = Reading(text, times.rest, catalogue, words)
    intent = _intent(reading, shares or scores, named, times)
    slots = read_slots(reading, intent, named, times)
    slots = with_choices(slots, text, matches)
    if intent is Intent.WHAT_IF:
        changes = read_changes(times.rest, words, read_language(language).decimal)
        slots = replace(slots, changes=changes, direction=None)
    heard, intent = intent, settled(intent, slots, times, today)
    rivals, confidence = rivals_of(scores, heard), confidence_of(scores, heard)
    if shares:
        rivals, confidence = near(shares, heard), shares[heard]
    plan = Plan(
        question, intent, slots, confidence, rivals=rivals, language=language, length=length
    )
    if before is not None and _follows(plan, scores, reading):
        decimal = read_language(language).decimal
        said = with_amount(before.slots.changes, times.rest, decimal)
        plan = replace(plan, slots=replace(plan.slots, changes=plan.slots.changes or said))
        return follow(before, plan, asks=asks_plainly(scores))
    return plan


def _looks_back(intent: Intent | None, *, ahead: bool, far: bool) -> bool:
    """Tell whether a month without a year is one gone by.

    Parameters
    ----------
    ahead
        Whether times lie ahead, and no words say that they have gone by.
    far
        Whether they lie far ahead, and no words say that they are to come.
    """
    if intent in RANKINGS:
        return far
    return intent in _PAST and not (ahead and intent in _SOLD)


def _lies_far(times: Times, today: date) -> bool:
    """Tell whether a window without a year is likelier the one gone by than the one to come."""
    return times.window is not None and times.window.first_day - today >= FAR


def _intent(
    reading: Reading, scores: dict[Intent, float], named: tuple[Entity, ...], times: Times
) -> Intent:
    intent = max(scores, key=lambda each: scores[each], default=Intent.OUT_OF_SCOPE)
    if intent is Intent.OUT_OF_SCOPE and not scores:
        listed = reading.has("product") or reading.has("category")
        asked_for = named or (listed and (times.window or times.weeks_ahead))
        return Intent.FORECAST if asked_for else intent
    of_shop = named or reading.has("shop") or reading.has("money")
    if intent is Intent.FORECAST and not of_shop:
        return Intent.OUT_OF_SCOPE
    return intent


def _follows(plan: Plan, scores: dict[Intent, float], reading: Reading) -> bool:
    """Tell whether a question leans on the one before it."""
    opens = bool(reading.words.slots["follow"].search(reading.rest.strip()))
    points = bool(reading.words.slots["no_name"].search(reading.rest))
    bare = not asks_plainly(scores)
    if plan.intent in _ASIDE & scores.keys():
        return False
    named = bool(plan.slots.entities or plan.slots.choices)
    letters = len(reading.text.strip("?？!！。. "))
    brief = letters <= (_BRIEF if reading.words.spaced else _BRIEF_HAN)
    return opens or bare or ((points or brief) and not named)
