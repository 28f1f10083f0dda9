"""What a run has done so far, kept on disk so that it goes on there after a kill."""

from __future__ import annotations

import logging
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from safetensors.numpy import load_file, save_file

from forecasting.experts.catalogue import load_expert
from forecasting.judging.backtest import EVERY_GROUP
from signals import ModelError, NotReady, current, publish, silent

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from forecasting.experts.expert import Expert, Fitted
    from forecasting.grid import FloatArray
    from signals import DriverGroup, Panel, Progress

logger = logging.getLogger(__name__)

_FORECAST: Final = "forecast.safetensors"
_QUANTILES: Final = "quantiles"


@dataclass(frozen=True, slots=True)
class Unfinished:
    """Forecasts of a backtest, and experts fitted to the whole history, of one run.

    Each is written with its hash and renamed into place, so a kill leaves it whole or leaves
    nothing; what is damaged is done again.

    Parameters
    ----------
    root
        Folder for all runs that were stopped.
    run_id
        Names the work; it follows from data, settings and code, so nothing else is taken over.
    """

    root: Path
    run_id: str

    def remember(self, experts: Sequence[Expert]) -> list[Expert]:
        """Make experts that forecast nothing twice at one origin."""
        return [_Remembering(expert, self) for expert in experts]

    def fit(
        self, expert: Expert, panel: Panel, levels: tuple[float, ...], progress: Progress
    ) -> Fitted:
        """Fit an expert to the whole history, unless that was done before."""
        place = self.place("fitted", expert.name)
        try:
            found = current(place)
        except (NotReady, ModelError):
            fitted = expert.fit(panel, progress=progress)
            publish(place, fitted.save, {"expert": expert.name})
            return fitted
        logger.info("%s was fitted before the run was stopped", expert.name)
        return load_expert(expert.name, found, levels)

    def place(self, *parts: str) -> Path:
        """Name the folder of a piece of work."""
        return self.root / self.run_id / "-".join(part.replace(" ", "-") for part in parts)

    def forget(self) -> None:
        """Remove everything: this run is stored, and the data of earlier ones have moved on."""
        shutil.rmtree(self.root, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class _Remembering:
    """An expert of a backtest whose forecasts outlive a kill."""

    expert: Expert
    unfinished: Unfinished

    @property
    def name(self) -> str:
        return self.expert.name

    @property
    def uses_text(self) -> bool:
        return self.expert.uses_text

    def fit(self, panel: Panel, *, progress: Progress = silent) -> _Remembered:
        return _Remembered(self, panel, progress)


@dataclass(slots=True)
class _Remembered:
    """Fits when a forecast is asked for that is not on disk."""

    made_by: _Remembering
    past: Panel
    progress: Progress
    _fitted: Fitted | None = None

    def predict(self, panel: Panel, *, present: frozenset[DriverGroup]) -> FloatArray:
        absent = [f"without {group}" for group in sorted(EVERY_GROUP - present)]
        day = f"{panel.made_on:%Y-%m-%dT%H}"
        place = self.made_by.unfinished.place(day, self.made_by.name, *absent)
        try:
            found = current(place)
        except (NotReady, ModelError):
            quantiles = self._fit().predict(panel, present=present)
            whole = {_QUANTILES: np.ascontiguousarray(quantiles)}
            publish(place, lambda draft: save_file(whole, draft / _FORECAST), {})
            return quantiles
        return np.asarray(load_file(found / _FORECAST)[_QUANTILES])

    def save(self, folder: Path) -> None:
        self._fit().save(folder)

    def _fit(self) -> Fitted:
        if self._fitted is None:
            self._fitted = self.made_by.expert.fit(self.past, progress=self.progress)
        return self._fitted
