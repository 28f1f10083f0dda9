"""What comments are to be about: a question without the names and times that filters keep to."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from agent.understanding.folding import folded
from agent.understanding.names import find_names, without_names
from agent.understanding.periods import read_times
from agent.understanding.questions import questions

if TYPE_CHECKING:
    from datetime import date

    from agent.understanding.catalogue import Catalogue


def topic_of(question: str, catalogue: Catalogue, today: date, language: str) -> str:
    """Leave names and times out, which say nothing about a text that they already picked.

    Parameters
    ----------
    today
        The first day whose data is not visible yet.

    Returns
    -------
    str
        The question itself where nothing is left of it.
    """
    text, words = unicodedata.normalize("NFKC", question), questions(language)
    unnamed = without_names(text, find_names(text, catalogue, today, words))
    rest = read_times(folded(unnamed), today, words).rest
    letters = (" " if blank == " " else letter for letter, blank in zip(unnamed, rest, strict=True))
    return " ".join("".join(letters).split()) or text
