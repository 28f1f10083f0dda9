"""How long an answer a question asks for: in one line, in a paragraph, in detail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.understanding.folding import folded
from agent.understanding.plan import Length

if TYPE_CHECKING:
    from agent.understanding.questions import Questions


def read_length(text: str, words: Questions) -> tuple[Length | None, str]:
    """Find the length a question asks for, and blank its words out, letter for letter.

    Returns
    -------
    tuple
        The length, None where nothing is said of it, and what is left of the question.
    """
    plain = folded(text)
    for length in Length:
        match = words.slots[str(length)].search(plain)
        if match is not None:
            start, end = match.span()
            return length, text[:start] + " " * (end - start) + text[end:]
    return None, text
