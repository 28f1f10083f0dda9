"""A question to a typed plan without a model: clues for the intent, names for the slots."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from agent.language.language import LANGUAGES, read_language
from agent.understanding.folding import folded
from agent.understanding.follow import follow
from agent.understanding.intents import (
    PLAINLY,
    RANKINGS,
    asks_best_sold,
    asks_plainly,
    confidence_of,
    near,
    rivals_of,
    scores_of,
    settled,
    speaks_of_comments,
)
from agent.understanding.lengths import read_length
from agent.understanding.names import find_names, without_names
from agent.understanding.periods import read_times
from agent.understanding.plan import BY_COMMENTS, Intent, Plan
from agent.understanding.questions import questions
from agent.understanding.sense import FAR, gist_of
from agent.understanding.slots import OF_COMMENTS, Reading, read_slots, with_choices
from agent.understanding.supposed import read_changes, with_amount
from agent.understanding.tongue import language_of
from agent.understanding.topic import names_topic
from agent.understanding.voiced import Voiced, hints, turned, voiced_by_words

if TYPE_CHECKING:
    from datetime import date

    from agent.understanding.catalogue import Catalogue, Entity, Match
    from agent.understanding.periods import Times
    from agent.understanding.questions import Questions
    from agent.understanding.sense import Gist, Sense

LONGEST = 2000
"""Characters of a question that are read."""

_PAST = {Intent.TREND, Intent.TOTAL, Intent.SENTIMENT, Intent.ASPECTS, Intent.EVIDENCE}
_SOLD = {Intent.TREND, Intent.TOTAL}
_MISTAKEN = {
    Intent.ALERTS, Intent.TREND, Intent.TOTAL, Intent.FORECAST, Intent.RANK_GROWTH,
    Intent.OUT_OF_SCOPE, Intent.HELP, None,
}  # fmt: skip
"""What a question about comments on one thing is mistaken for."""
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


@dataclass(frozen=True, slots=True)
class _Heard:
    """Scores of intents by words, shares by meaning, and what is asked about comments.

    Parameters
    ----------
    of_comments
        Whether it can only be about comments, and so about the past.
    aspect
        Which aspect it asks about by its meaning; None where only words tell.
    """

    scores: dict[Intent, float]
    shares: dict[Intent, float] = field(default_factory=dict)
    of_comments: bool = False
    voiced: Voiced | None = None
    aspect: str | None = None

    @property
    def weights(self) -> dict[Intent, float]:
        """Give what counts: the shares, or where there are none the scores."""
        return self.shares or self.scores

    @property
    def likeliest(self) -> Intent | None:
        """Give the intent that weighs most; None where nothing speaks for any."""
        return max(self.weights, key=lambda each: self.weights[each], default=None)

    def rivals_of(self, intent: Intent) -> tuple[tuple[Intent, ...], float]:
        """List other intents that are nearly as likely, and give the confidence in this one."""
        if self.shares:
            return near(self.shares, intent), self.shares[intent]
        return rivals_of(self.scores, intent), confidence_of(self.scores, intent)


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
    matches = _named(text, catalogue, today, words, sense)
    unnamed = without_names(text, matches)
    plain = folded(unnamed)
    times = read_times(plain, today, words)
    gist = gist_of(text, matches, times, today)
    heard = _hear(unnamed, matches, words, gist, sense)
    if heard.of_comments or _looks_back(
        heard.likeliest,
        ahead=gist.ahead and not words.slots["gone"].search(plain),
        far=_lies_far(times, today) and not words.slots["ahead"].search(plain),
    ):
        times = read_times(plain, today, words, past=True)
    named = tuple(dict.fromkeys(match.entities[0] for match in matches if match.certain))
    is_name = partial(sense.is_name, gist) if sense else None
    reading = Reading(text, times.rest, catalogue, words, is_name)
    intent = _intent(reading, heard.weights, named, times)
    slots = read_slots(reading, intent, named, times, heard.voiced)
    slots = with_choices(slots, text, matches)
    if intent is Intent.WHAT_IF:
        changes = read_changes(times.rest, words, read_language(language).decimal)
        slots = replace(slots, changes=changes, direction=None)
    rivals, confidence = heard.rivals_of(intent)
    intent = settled(intent, slots, times, today)
    others = dict.fromkeys(settled(each, slots, times, today) for each in rivals)
    rivals = tuple(each for each in others if each is not intent)
    aspect = heard.aspect if intent in OF_COMMENTS or heard.voiced else None
    plan = Plan(
        question, intent, slots, confidence, rivals=rivals, language=language, length=length,
        aspect=aspect,
    )  # fmt: skip
    if before is not None and _follows(plan, heard.scores, reading):
        return _followed(before, plan, reading, asks=asks_plainly(heard.scores))
    return plan


def _named(
    text: str, catalogue: Catalogue, today: date, words: Questions, sense: Sense | None
) -> list[Match]:
    """Find names; words of longer ones that mean something else ("answer the phone") are none."""
    matches = find_names(text, catalogue, today, words)
    sure = [match for match in matches if not match.partial]
    if sense is None or len(sure) == len(matches):
        return matches
    times = read_times(folded(without_names(text, sure)), today, words)
    gist = gist_of(text, sure, times, today)
    return [m for m in matches if not m.partial or sense.is_name(gist, text[m.start : m.end])]


def _followed(before: Plan, plan: Plan, reading: Reading, *, asks: bool) -> Plan:
    """Take what a follow-up leaves out from the question before it."""
    slots = plan.slots
    if before.slots.metric in BY_COMMENTS and not asks:
        slots = replace(slots, direction=turned(before.slots.metric, reading.said, reading.words))
    decimal = read_language(plan.language).decimal
    amount = with_amount(before.slots.changes, reading.rest, decimal)
    plan = replace(plan, slots=replace(slots, changes=slots.changes or amount))
    return follow(before, plan, asks=asks)


def _hear(
    unnamed: str, matches: list[Match], words: Questions, gist: Gist, sense: Sense | None
) -> _Heard:
    """Weigh what the words of a question speak for with what it means as a whole.

    Parameters
    ----------
    unnamed
        The question without the names.
    """
    said = " ".join(folded(unnamed).split())
    hinted = hints(said, matches, words)
    voiced = sense.voiced(gist, hinted) if sense else voiced_by_words(hinted)
    aspect = sense.aspect(gist, hinted) if sense else None
    if voiced is not None:
        return replace(_of_comments(voiced, gist, said, words), aspect=aspect)
    scores = scores_of(said, matches, words)
    if asks_best_sold(said, matches, words, scores):
        return _Heard({Intent.RANK_VOLUME: PLAINLY})
    shares = sense.shares(gist, hinted, scores) if sense else {}
    if asks_plainly(scores) and max(shares.values(), default=0.0) < _SURE:
        shares = {}
    heard = _Heard(scores, shares, aspect=aspect)
    named = aspect or names_topic(unnamed)
    if heard.likeliest in _MISTAKEN and speaks_of_comments(said, words) and named:
        return _Heard({Intent.SENTIMENT: PLAINLY}, of_comments=True, aspect=aspect)
    return heard


def _of_comments(voiced: Voiced, gist: Gist, said: str, words: Questions) -> _Heard:
    """Set two things side by side rather than rank them; one product cannot be ranked."""
    listed = any(words.slots[slot].search(said) for slot in ("product", "category"))
    if gist.several and not listed:
        return _Heard({Intent.COMPARE: PLAINLY}, of_comments=True, voiced=voiced)
    if gist.of_product:
        voiced = Voiced.HOW_MANY
    return _Heard({voiced.intent: PLAINLY}, of_comments=True, voiced=voiced)


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
    if reading.text.strip() and not any(map(str.isalnum, reading.text)):
        return Intent.OUT_OF_SCOPE
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
