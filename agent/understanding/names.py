"""Names in a question: those of the catalogue, those misspelt, and words that are none."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agent.understanding.catalogue import Match
from agent.understanding.folding import folded
from agent.understanding.periods import read_times
from agent.understanding.spelling import stems_of

if TYPE_CHECKING:
    from datetime import date

    from agent.understanding.catalogue import Catalogue
    from agent.understanding.questions import Questions

_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")


def find_names(text: str, catalogue: Catalogue, today: date, words: Questions) -> list[Match]:
    """Find the names in a text, those misspelt too, in the order they stand."""
    matches = catalogue.find(text, ignored=words.stopwords)
    rest = read_times(folded(without_names(text, matches)), today, words).rest
    for start, end in unknown_words(rest, words):
        found = catalogue.guess_within(text[start:end])
        if found is not None:
            first, last, entity = found
            word = stems_of(text[start + first : start + last])
            partial = len(word) == 1 and {*word} < {*stems_of(entity.name)}
            matches.append(Match(start + first, start + last, (entity,), partial=partial))
    return sorted(matches, key=lambda match: match.start)


def without_names(text: str, matches: list[Match]) -> str:
    """Blank names out, letter for letter."""
    for match in matches:
        text = text[: match.start] + " " * (match.end - match.start) + text[match.end :]
    return text


def unknown_words(
    text: str, words: Questions, also: frozenset[str] = frozenset()
) -> list[tuple[int, int]]:
    """Find runs of words that are neither names, times, nor common words.

    Parameters
    ----------
    also
        Words that are common besides.
    """
    spans: list[tuple[int, int]] = []
    common = words.stopwords | also
    for match in _WORD.finditer(words.without_words(text, common)):
        word = match[0].casefold().removesuffix("'s").removesuffix("’s")
        if word in common or (word.isdigit() and not spans):
            continue
        gap = text[spans[-1][1] : match.start()] if spans else ""
        linked = bool(words.slots["link"].fullmatch(gap))
        bare = gap.strip(" -/&'\"") == ""
        blank = gap == " " and _latin(text, spans, match)
        joins = linked or (bare and (words.spaced or not gap or blank))
        if spans and joins and not (linked and word.isdigit()):
            spans[-1] = (spans[-1][0], match.end())
        else:
            spans.append((match.start(), match.end()))
    return [span for span in spans if not text[slice(*span)].isdigit()]


def _latin(text: str, spans: list[tuple[int, int]], match: re.Match[str]) -> bool:
    """Tell whether a word and the run before it are of a script in which blanks part words."""
    return bool(spans) and text[spans[-1][1] - 1].isascii() and match[0][0].isascii()
