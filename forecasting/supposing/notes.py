"""What has to be known to read the difference between two forecasts."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from forecasting.supposing.changes import SAID_PERIODS, STOCK_PERIODS


class NoteKind(StrEnum):
    """What a note is about."""

    DEAF = "deaf"
    """Part of the forecast comes from experts that do not answer to the change."""
    TOGETHER = "together"
    """Price and promotion moved together, so that one cannot be told from the other."""
    PAST_TALK = "past_talk"
    """What people say is known for the past alone."""
    STOCK_RULE = "stock_rule"
    """Stock is a rule, not learnt."""


@dataclass(frozen=True, slots=True)
class Note:
    """One thing to know; in words, in English, as text.

    Parameters
    ----------
    share
        Of the forecast, in [0, 1]; only for `NoteKind.DEAF`.
    """

    kind: NoteKind
    share: float = 0.0

    def __str__(self) -> str:
        match self.kind:
            case NoteKind.DEAF:
                return (
                    f"{self.share:.0%} of this forecast comes from experts that do not answer to "
                    "this change"
                )
            case NoteKind.TOGETHER:
                return (
                    "price and promotion of this series moved together, so the model cannot tell "
                    "one from the other: change both"
                )
            case NoteKind.PAST_TALK:
                return (
                    f"what people say is known for the past alone: the last {SAID_PERIODS} periods "
                    "are read with another polarity; how many texts there are, and how many of "
                    "them are unhappy, stays as it is"
                )
            case NoteKind.STOCK_RULE:
                return (
                    "stock is a rule, not learnt: sales in proportion to days with stock, from the "
                    f"stock of the last {STOCK_PERIODS} periods; nobody waits or takes another "
                    "product"
                )
