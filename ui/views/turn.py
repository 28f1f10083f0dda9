"""A question of a conversation, with what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agent import Answer, Step


@dataclass(frozen=True, slots=True)
class Turn:
    """A question with its answer, or with the reason why there is none.

    Parameters
    ----------
    failure
        In words, or the key of words of ours.
    steps
        How the answer was made.
    """

    question: str
    answer: Answer | None = None
    failure: str = ""
    conversation_id: str | None = None
    steps: tuple[Step, ...] = ()
