"""Typed refusals: what is missing, and what is nearest to it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Reason(StrEnum):
    """Why a question is not answered."""

    UNKNOWN_PRODUCT = "unknown_product"
    NO_HISTORY = "no_history"
    NOT_READY = "not_ready"
    BEYOND_HORIZON = "beyond_horizon"
    NO_EVIDENCE = "no_evidence"
    OUT_OF_SCOPE = "out_of_scope"
    FALSE_PREMISE = "false_premise"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Abstention:
    """A refusal.

    Parameters
    ----------
    missing
        What would be needed: a name, a period, a step.
    alternatives
        What can be asked instead, nearest first.
    """

    reason: Reason
    missing: str = ""
    alternatives: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Give the refusal as JSON values."""
        return {
            "reason": str(self.reason),
            "missing": self.missing,
            "alternatives": list(self.alternatives),
        }
