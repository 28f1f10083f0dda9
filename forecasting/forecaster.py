"""The experts, their weights, calibration and reconciliation, as one forecaster."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from forecasting.agreement.reconcile import Reconciled
from forecasting.agreement.tree import hierarchy_of, recently
from forecasting.contributions import Attribution, players_of, shapley
from forecasting.experts.expert import FallsBack
from forecasting.grid import grid_of, horizon_of
from forecasting.judging.backtest import EVERY_GROUP, predict_as
from forecasting.preparation.prepare import Preparation, prepare
from forecasting.segments import Segments
from signals import DriverGroup, silent

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forecasting.agreement.reconcile import Reconciliation
    from forecasting.blend import Blend
    from forecasting.calibrate import Calibration
    from forecasting.experts.expert import Fitted
    from forecasting.grid import FloatArray
    from forecasting.launch import Launches
    from signals import Panel, Progress


@dataclass(frozen=True, slots=True)
class Forecaster:
    """What a run learnt; forecasts any panel with the same columns.

    Parameters
    ----------
    fitted
        By name of the expert.
    reconciliation
        None leaves every series as it was forecast by itself.
    launches
        Young series of the run that learnt this; they take part in the sums. None is no such.
    preparation
        How the history of a panel is made ready, unless it was already.
    segments
        How weights and calibration tell series apart.
    smooth
        Steps over which forecasts are averaged at last; 1 leaves them as they are.
    """

    levels: tuple[float, ...]
    fitted: Mapping[str, Fitted]
    blend: Blend
    calibration: Calibration
    reconciliation: Reconciliation | None = None
    launches: Launches | None = None
    preparation: Preparation = field(default_factory=Preparation)
    segments: Segments = field(default_factory=Segments)
    smooth: int = 1

    def predict(self, panel: Panel) -> FloatArray:
        """Forecast as users see it; shape (series, horizon, levels), units a period.

        The series are those of ``panel``: launches and remainders take part and are left away.
        """
        panel = prepare(panel, self.preparation)
        calibrated = self.calibrated(panel)
        agreed = self.reconcile(panel, calibrated)
        return agreed.smoothed(self.smooth).units[: len(calibrated)]

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
        panel = prepare(panel, self.preparation)
        quantiles = {
            key: predict_as(key.variant, self.fitted[key.name], panel, present)
            for key in self.blend.experts
        }
        return self.blend.combine(quantiles, self.segments.of(grid_of(panel)))

    def calibrated(self, panel: Panel) -> FloatArray:
        """Forecast each series by itself, with all drivers; shape as of `predict`.

        Series that came of age lately are drawn towards their forecast as a launch.
        """
        shares, quantiles = self._fading(panel)
        return np.asarray((1 - shares) * self._by_experts(panel) + shares * quantiles)

    def _by_experts(self, panel: Panel) -> FloatArray:
        raw = self.uncalibrated(panel, EVERY_GROUP)
        return self.calibration.apply(raw, self.segments.of(grid_of(panel)))

    def _fading(self, panel: Panel) -> tuple[FloatArray, FloatArray]:
        """Tell what forecasts as a launch count, shape (series, 1, 1), and those forecasts."""
        series_ids, horizon = grid_of(panel).series_ids, horizon_of(panel)
        if self.launches is None:
            return np.zeros((len(series_ids), 1, 1)), np.zeros((1, 1, 1))
        return self.launches.fading.among(series_ids, horizon)

    def reconcile(self, panel: Panel, calibrated: FloatArray) -> Reconciled:
        """Make the forecasts of a panel agree; the launches follow its series."""
        grid = grid_of(panel)
        if self.reconciliation is None:
            return Reconciled(self.levels, grid.series_ids, calibrated, calibrated)
        ids, scopes, categories = grid.series_ids, grid.scopes, grid.categories
        recent = recently(grid.units)
        if self.launches is not None:
            new = self.launches.without(grid.series_ids)
            ids, scopes = ids + new.series_ids, scopes + new.scopes
            categories, recent = categories + new.categories, np.append(recent, new.recent)
            calibrated = np.concatenate([calibrated, new.over(horizon_of(panel))])
        tree = hierarchy_of(ids, scopes, categories)
        return self.reconciliation.apply(calibrated, tree, tree.shares(recent))

    def attribute(self, panel: Panel, *, progress: Progress = silent) -> Attribution:
        """Take the forecast apart; what moves it once the inputs are read comes last.

        What a series owes to its forecast as a launch is in the baseline.
        """
        panel = prepare(panel, self.preparation)
        found = shapley(
            lambda present: self.uncalibrated(panel, present), players_of(panel), progress=progress
        )
        calibrated = self._by_experts(panel)
        shares, quantiles = self._fading(panel)
        parts = {**found.parts, DriverGroup.CALIBRATION: calibrated - found.total}
        parts = {group: (1 - shares) * part for group, part in parts.items()}
        own = (1 - shares) * calibrated + shares * quantiles
        reconciled = self.reconcile(panel, own)
        agreed = reconciled.units[: len(own)]
        parts[DriverGroup.RECONCILIATION] = agreed - own
        if self.smooth > 1:
            parts[DriverGroup.SMOOTHING] = (
                reconciled.smoothed(self.smooth).units[: len(own)] - agreed
            )
        baseline = (1 - shares) * found.baseline + shares * quantiles
        return replace(found, baseline=baseline, parts=parts)
