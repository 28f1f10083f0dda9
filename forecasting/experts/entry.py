"""How a run gets an expert of the catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from forecasting.experts.expert import Expert, Fitted
    from forecasting.settings import ForecastSettings

Levels = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """How to get an expert.

    Parameters
    ----------
    about
        One line for people who choose.
    make
        Makes it for the settings of a run; the flag says whether there is text to read.
    load
        Reads what `Fitted.save` wrote into a folder, for some quantile levels.
    """

    about: str
    make: Callable[[ForecastSettings, bool], Expert]
    load: Callable[[Path, Levels], Fitted]
