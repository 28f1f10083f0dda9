"""What asking a chat model cost, for the trace of an answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class ModelCall:
    """What one call of a model cost, and whether its reply was of use.

    Parameters
    ----------
    purpose
        ``plan``, ``wording`` or ``loop``.
    seconds
        From asking to the reply, or to giving up.
    tokens_read, tokens_written
        None where the model does not say.
    problem
        Why the reply was not used; empty when it was.
    """

    purpose: str
    seconds: float
    tokens_read: int | None = None
    tokens_written: int | None = None
    problem: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Give the call as JSON values."""
        return {
            "purpose": self.purpose,
            "seconds": round(self.seconds, 3),
            "tokens_read": self.tokens_read,
            "tokens_written": self.tokens_written,
            "problem": self.problem,
        }


def tokens_of(calls: Sequence[ModelCall]) -> tuple[int, int] | None:
    """Sum the tokens read and written, where a model says them; None where none does."""
    told = [
        (call.tokens_read, call.tokens_written)
        for call in calls
        if call.tokens_read is not None and call.tokens_written is not None
    ]
    return (sum(read for read, _ in told), sum(wrote for _, wrote in told)) if told else None
