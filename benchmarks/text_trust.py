"""How far a fitted forecast trusts what people say."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from forecasting.experts.fused import FittedFusion
from signals import DriverGroup

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forecasting import Fitted


@dataclass(frozen=True, slots=True)
class TextTrust:
    """The gate before what people say, in [0, 1], and how strongly each series answers it."""

    gate: float = 0.0
    answers: Mapping[str, float] = field(default_factory=dict)


def trust_of(fitted: Fitted) -> TextTrust:
    """Look into the fusion of an expert; no trust where it heard nothing."""
    if not isinstance(fitted, FittedFusion) or fitted.voices is None:
        return TextTrust()
    heard = fitted.voices.fusions.get(DriverGroup.SENTIMENT)
    return TextTrust() if heard is None else TextTrust(heard.gate.value, heard.answers)
