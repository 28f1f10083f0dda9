"""What comments are to be about: a question without the name and times that filters keep to."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent.understanding.catalogue import TOTAL
from agent.understanding.folding import folded
from agent.understanding.names import find_names, without_names
from agent.understanding.periods import read_times
from agent.understanding.questions import questions
from retrieval import complaints_of, without_complaints
from signals import aspects_of, without_aspects

if TYPE_CHECKING:
    from datetime import date

    from agent.understanding.catalogue import Catalogue, Match
    from agent.understanding.plan import Plan
    from agent.understanding.questions import Questions


_LOOSE = {"quality", "use"}
"""Aspects whose words often go with those of another."""


@dataclass(frozen=True, slots=True)
class Topic:
    """What comments are searched for.

    Parameters
    ----------
    aspects
        Those it speaks of outside names: a screen protector is no word about a screen.
    tone
        -1 where complaints are asked for, 1 for praise, 0 for either.
    complaints
        Which ones are asked for, see ``complaints_of``; none where praise is.
    named_only
        Whether comments have to name its one aspect in words.
    """

    text: str
    aspects: tuple[str, ...] = ()
    tone: int = 0
    complaints: tuple[str, ...] = ()
    named_only: bool = False

    def __str__(self) -> str:
        return self.text

    @property
    def aspect(self) -> str:
        """Give the one aspect it is about, "" for none or several; of "sound quality" the sound."""
        named = [each for each in self.aspects if each not in _LOOSE] or self.aspects
        return named[0] if len(named) == 1 else ""


def topic_of(plan: Plan, catalogue: Catalogue, today: date) -> Topic:
    """Leave out the name and the times that texts were picked by; others may be what is asked.

    Parameters
    ----------
    today
        The first day whose data is not visible yet.

    Returns
    -------
    Topic
        The question itself where nothing is left of it; a topic that was given, as it stands.
    """
    words = questions(plan.language)
    text = unicodedata.normalize("NFKC", plan.topic or plan.question)
    matches = find_names(text, catalogue, today, words)
    unnamed = without_names(text, matches)
    plain = words.slots["not_topics"].sub(" ", unnamed)
    aspects, tone = _aspects_of(plain, plan.aspect), _tone_of(folded(unnamed), words)
    blamed = () if tone > 0 else tuple(complaints_of(unnamed))
    if plan.topic:
        return Topic(text, aspects, tone, blamed)
    rest = without_names(text, [match for match in matches if _is_filter(match, plan)])
    for start, end in _times_kept_to(unnamed, plan, today):
        rest = rest[:start] + " " * (end - start) + rest[end:]
    return Topic(" ".join(rest.split()) or text, aspects, tone, blamed)


def _aspects_of(text: str, meant: str | None) -> tuple[str, ...]:
    """List the aspects that words name; where they name none or several, the one that is meant."""
    named = tuple(aspects_of(text))
    if meant is None or len(named) == 1:
        return named
    return (meant,) if meant else named


def names_topic(text: str) -> bool:
    """Tell whether a text names something that comments can be about."""
    return bool(aspects_of(text) or complaints_of(text))


def without_topics(text: str, rest: str) -> str:
    """Blank out what comments can be about: aspects and complaints.

    Parameters
    ----------
    text, rest
        A question, and what is left of it, letter for letter.
    """
    left = without_aspects(without_complaints(text))
    pairs = zip(left, text, rest, strict=True)
    return "".join(" " if kept != letter else blank for kept, letter, blank in pairs)


def _tone_of(text: str, words: Questions) -> int:
    """Tell whether complaints are asked for, or praise; both is neither."""
    blame, praise = (bool(words.slots[name].search(text)) for name in ("blame", "praise"))
    return praise - blame


def _is_filter(match: Match, plan: Plan) -> bool:
    """Tell whether a name is that of the one thing whose comments are searched."""
    entities = plan.slots.entities
    kept = entities[0].series_id if entities else TOTAL
    return kept in {entity.series_id for entity in match.entities}


def _times_kept_to(text: str, plan: Plan, today: date) -> list[tuple[int, int]]:
    """Find the words that gave the days whose comments are searched."""
    slots = plan.slots
    times = read_times(folded(text), today, questions(plan.language), past=True)
    if slots.window is not None and slots.window.first_day < today:
        blanked = enumerate(zip(text, times.dated, strict=True))
        dated = [at for at, (letter, left) in blanked if left == " " != letter]
        return [(at, at + 1) for at in dated] if times.window == slots.window else []
    back = times.weeks_back
    return [times.back_at] if back is not None and back == slots.weeks_back else []
