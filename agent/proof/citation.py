"""A passage that an answer cites, and the letters of it that are quoted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import date


@dataclass(frozen=True, slots=True)
class Citation:
    """A passage that an answer cites.

    Parameters
    ----------
    number
        What stands in brackets, from 1.
    text
        The passage as stored.
    start, end
        Where the quote lies in ``text``.
    kind
        Review, post, ...
    stars
        None when nobody gave any.
    """

    number: int
    passage_id: str
    text: str
    start: int
    end: int
    day: date
    kind: str
    lang: str = ""
    stars: float | None = None

    @property
    def quote(self) -> str:
        """The quoted words, letter by letter."""
        return self.text[self.start : self.end]

    def to_dict(self) -> dict[str, Any]:
        """Give the citation as JSON values."""
        return {
            "number": self.number,
            "passage_id": self.passage_id,
            "quote": self.quote,
            "text": self.text,
            "span": [self.start, self.end],
            "day": self.day.isoformat(),
            "kind": self.kind,
            "lang": self.lang,
            "stars": self.stars,
        }
