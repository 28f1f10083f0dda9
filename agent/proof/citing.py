"""Quotes cut from passages letter by letter, numbered as an answer cites them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pandas as pd

from agent.proof.citation import Citation

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from retrieval import Passage

_LONGEST = 200
_SHORTEST = 12
_FEWEST_WORDS = 4
_LONG_RUN = 8
_SENTENCE_END = re.compile(r"(?<![.!?…。！？])[.!?…。！？]+(?=\s|$|[^\x00-\x7f])")


class CitationBook:
    """The passages that one answer cites, each once, in the order they are shown."""

    def __init__(self) -> None:
        self._citations: dict[str, Citation] = {}
        self._words: set[str] = set()

    @property
    def citations(self) -> tuple[Citation, ...]:
        """All citations, by number."""
        return tuple(self._citations.values())

    def cite(self, passage: Passage) -> Citation | None:
        """Cite a passage; None when it was cited before or holds nothing worth quoting."""
        span = quote_span(passage.text) if is_telling(passage.text) else None
        words = " ".join(passage.text.casefold().split())
        if span is None or passage.passage_id in self._citations or words in self._words:
            return None
        citation = Citation(
            number=len(self._citations) + 1,
            passage_id=passage.passage_id,
            text=passage.text,
            start=span[0],
            end=span[1],
            day=passage.day.date(),
            kind=str(passage.kind),
            lang=passage.lang,
            stars=passage.stars,
        )
        self._citations[passage.passage_id] = citation
        self._words.add(words)
        return citation

    def cite_stored(self, quotes: Sequence[Mapping[str, Any]]) -> tuple[Citation, ...]:
        """Cite what an alert kept of its comments: doc_id, day, text, lang."""
        cited = []
        for quote in quotes:
            text, passage_id = str(quote.get("text", "")), str(quote.get("doc_id", ""))
            span = quote_span(text)
            if span is None or not passage_id or passage_id in self._citations:
                continue
            citation = Citation(
                number=len(self._citations) + 1,
                passage_id=passage_id,
                text=text,
                start=span[0],
                end=span[1],
                day=pd.Timestamp(str(quote["day"])).date(),
                kind=str(quote.get("kind", "review")),
                lang=str(quote.get("lang", "")),
            )
            self._citations[passage_id] = citation
            cited.append(citation)
        return tuple(cited)


def is_telling(text: str) -> bool:
    """Tell whether a text says enough to be quoted: four words, or eight letters without spaces."""
    words = re.findall(r"[^\W\d_]+", text)
    return len(words) >= _FEWEST_WORDS or max(map(len, words), default=0) >= _LONG_RUN


def quote_span(text: str) -> tuple[int, int] | None:
    r"""Choose the stretch of a text to quote: its first line worth quoting, cut at a sentence end.

    Returns
    -------
    tuple or None
        First letter and the one after the last; None for a text without words.

    Examples
    --------
    >>> quote_span("Ok.\nThe hinge broke after a week.")
    (4, 33)
    """
    lines = [
        (match.start(), match.end())
        for match in re.finditer(r"\S[^\r\n]*", text)
        if any(char.isalnum() for char in match[0])
    ]
    if not lines:
        return None
    start, end = next((s for s in lines if s[1] - s[0] >= _SHORTEST), lines[0])
    end = start + len(text[start:end].rstrip())
    if end - start <= _LONGEST:
        return start, end
    ends = [start + match.end() for match in _SENTENCE_END.finditer(text[start : start + _LONGEST])]
    if ends and ends[-1] - start >= _SHORTEST:
        return start, ends[-1]
    space = text.rfind(" ", start + _SHORTEST, start + _LONGEST)
    return start, space if space > 0 else start + _LONGEST
