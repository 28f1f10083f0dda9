"""An answer given again, beside what it was."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from agent.answer import Answer
    from agent.memory.record import Kept


@dataclass(frozen=True, slots=True)
class Replay:
    """An answer as it was given, and as it is given again.

    Parameters
    ----------
    again
        By ``Analyst.repeat``: over the versions of the lake that the answer was made from it is the
        same; over newer ones it shows what they change.
    """

    kept: Kept
    again: Answer

    @property
    def is_same(self) -> bool:
        """Whether text, facts and citations are the same to the byte."""
        return self.again.answer_id == self.kept.answer.answer_id

    @property
    def difference(self) -> str:
        """The texts as a unified diff; empty where they are the same."""
        then, again = (each.text.splitlines() for each in (self.kept.answer, self.again))
        names = (f"answered {self.kept.answer.as_of[:10]}", f"answered {self.again.as_of[:10]}")
        return "\n".join(difflib.unified_diff(then, again, *names, lineterm="", n=1))

    def to_dict(self) -> dict[str, Any]:
        """Give the replay as JSON values."""
        return {
            "answer_id": self.kept.answer.answer_id,
            "conversation_id": self.kept.conversation_id,
            "asked_at": self.kept.asked_at.isoformat(),
            "code_version": self.kept.code_version,
            "is_same": self.is_same,
            "difference": self.difference,
            "then": self.kept.answer.to_dict(),
            "again": self.again.to_dict(),
        }
