"""The experts, their weights and the calibration, as one forecaster."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from forecasting.contributions import Attribution, shapley
from forecasting.experts.expert import FallsBack
from forecasting.grid import grid_of
from forecasting.judging.backtest import EVERY_GROUP, predict_as
from signals import DriverGroup, silent

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forecasting.blend import Blend
    from forecasting.calibrate import Calibration
    from forecasting.experts.expert import Fitted
    from forecasting.grid import FloatArray
    from signals import Panel, Progress


@dataclass(frozen=True, slots=True)
class Forecaster:
    """What a run learnt; forecasts any panel with the same columns.

    Parameters
    ----------
    fitted
        By name of the expert.
    """

    levels: tuple[float, ...]
    fitted: Mapping[str, Fitted]
    blend: Blend
    calibration: Calibration

    def predict(self, panel: Panel) -> FloatArray:
        """Forecast, calibrated; shape (series, horizon, levels), units a period."""
        raw = self.uncalibrated(panel, EVERY_GROUP)
        return self.calibration.apply(raw, grid_of(panel).scopes)

    def fallbacks(self, panel: Panel) -> dict[str, dict[str, list[str]]]:
        """Name the series that an expert forecast by a simpler rule: expert, reason, series_ids."""
        found: dict[str, dict[str, list[str]]] = {}
        for name, fitted in sorted(self.fitted.items()):
            if isinstance(fitted, FallsBack):
                for series, reason in fitted.fallbacks(panel).items():
                    found.setdefault(name, {}).setdefault(reason, []).append(series)
        return found

    def uncalibrated(self, panel: Panel, present: frozenset[DriverGroup]) -> FloatArray:
        """Blend the experts with only some groups of drivers present."""
        quantiles = {
            key: predict_as(key.variant, self.fitted[key.name], panel, present)
            for key in self.blend.experts
        }
        return self.blend.combine(quantiles, grid_of(panel).scopes)

    def attribute(self, panel: Panel, *, progress: Progress = silent) -> Attribution:
        """Take the calibrated forecast apart; the calibration is the last part."""
        found = shapley(lambda present: self.uncalibrated(panel, present), progress=progress)
        raw = found.total
        moved = self.calibration.apply(self.uncalibrated(panel, EVERY_GROUP), grid_of(panel).scopes)
        return replace(found, parts={**found.parts, DriverGroup.CALIBRATION: moved - raw})
