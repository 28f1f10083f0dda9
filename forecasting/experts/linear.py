"""Ridge regression over all series at once: effects that can be read off and that extrapolate."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from sklearn.linear_model import RidgeCV

from forecasting.experts.expert import ceiling, tidy
from forecasting.experts.naive import recent_level
from forecasting.inputs.drivers import design_of, known_columns
from forecasting.inputs.last_design import LastDesign
from forecasting.inputs.lessons import lessons_of
from forecasting.preparation.prepare import observed_units
from signals import DriverGroup, silent

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from forecasting.grid import FloatArray
    from forecasting.inputs.design import Design
    from forecasting.inputs.lessons import Lessons
    from signals import Panel, Progress

NAME: Final = "linear"
_FILE: Final = "linear.json"
_PENALTIES: Final = (0.1, 1.0, 10.0, 100.0, 1000.0)
_ENOUGH: Final = 8  # rows a step needs to be taught
_PRIOR: Final = 20.0  # rows that the common spread weighs against those of a series
_INSTEAD: Final = "no period of the past teaches: forecast by the mean of the last four periods"


@dataclass(frozen=True, slots=True)
class Linear:
    """One ridge regression a step, on lags, calendar, price and promotion, without text.

    The target is log(1 + units) minus log(1 + scale of the series); sales enter by asinh, so that
    a peak moves the forecast by its order of magnitude. The penalty is chosen by leave-one-out
    error. Quantiles are those of the residuals of a step over all series, widened or narrowed by
    how well each series was fitted. A step that the history is too short to teach is forecast as
    the last one that it teaches.
    """

    levels: tuple[float, ...]
    name: str = NAME
    uses_text: bool = False

    def fit(self, panel: Panel, *, progress: Progress = silent) -> FittedLinear:
        known = known_columns(panel)
        design = design_of(panel, known, use_text=False)
        lessons = lessons_of(design, observed_units(panel))
        inputs = _squash(lessons.inputs.astype(np.float64), design.groups)
        targets = np.log1p(lessons.targets * lessons.scale) - np.log1p(lessons.scale)
        steps = lessons.inputs[:, design.columns.index("step")]
        fits, misses = [], np.full(len(targets), np.nan)
        for step in range(1, design.horizon + 1):
            rows = steps == step
            if rows.sum() < _ENOUGH:
                break
            fits.append(_ridge(inputs[rows], targets[rows]))
            misses[rows] = targets[rows] - fits[-1].answer(inputs[rows])
            progress("linear", step, design.horizon)
        spreads = _spreads(misses, lessons, design.grid.series_ids)
        own = np.asarray([spreads[series] for series in design.grid.series_ids])
        residuals = misses / own[lessons.series]
        tails = [
            tuple(np.quantile(residuals[steps == step], self.levels).tolist())
            for step in range(1, len(fits) + 1)
        ]
        return FittedLinear(self.levels, known, design.columns, tuple(fits), tuple(tails), spreads)


@dataclass(frozen=True, slots=True)
class Ridge:
    """A linear answer to columns; those that never varied count nothing.

    Parameters
    ----------
    centres
        What stands for an unknown value, shape (columns,).
    effects
        Log units of sales for one unit of each column, shape (columns,).
    lowest, highest
        Range of the targets in training; no answer lies outside.
    """

    centres: FloatArray
    effects: FloatArray
    intercept: float
    lowest: float
    highest: float

    def answer(self, inputs: FloatArray) -> FloatArray:
        """Give the log ratio of units to scale for inputs of shape (..., columns)."""
        offsets = np.where(np.isnan(inputs), 0.0, inputs - self.centres)
        # summed a row at a time: a matrix product may differ in the last bit with its shape
        answers = (offsets * self.effects).sum(axis=-1) + self.intercept
        return np.asarray(np.clip(answers, self.lowest, self.highest))

    def to_dict(self) -> dict[str, Any]:
        """Say it in JSON."""
        return {
            "centres": self.centres.tolist(),
            "effects": self.effects.tolist(),
            "intercept": self.intercept,
            "lowest": self.lowest,
            "highest": self.highest,
        }

    @classmethod
    def from_dict(cls, about: Mapping[str, Any]) -> Ridge:
        """Read what `to_dict` gave."""
        arrays = {name: np.asarray(about[name]) for name in ("centres", "effects")}
        return cls(**{**about, **arrays})


@dataclass(frozen=True, slots=True)
class FittedLinear:
    """A ridge regression and the quantiles of its residuals for each step.

    Parameters
    ----------
    spreads
        By series_id, how wide its residuals are against those of all; 1 for a series never seen.
    """

    levels: tuple[float, ...]
    known: tuple[str, ...]
    columns: tuple[str, ...]
    steps: tuple[Ridge, ...]
    tails: tuple[tuple[float, ...], ...]
    spreads: Mapping[str, float]
    _designs: LastDesign = field(default_factory=LastDesign, compare=False, repr=False)

    def predict(self, panel: Panel, *, present: frozenset[DriverGroup]) -> FloatArray:
        design = self._designs.of(panel, self.known, self.columns)
        if not self.steps and DriverGroup.HISTORY in present:
            return recent_level(design.grid, self.levels, design.horizon)
        origin = len(design.grid.days) - 1
        seen = [group is None or group in present for group in design.groups]
        inputs = np.where(seen, design.rows(origin), design.rows(origin, neutral=True))
        ratios = self._ratios(_squash(inputs, design.groups), design)
        scale = design.scale[:, origin] if DriverGroup.HISTORY in present else design.long_run
        logs = ratios + np.log1p(scale)[:, None, None]
        return tidy(np.expm1(np.minimum(logs, ceiling(design.grid.units)[:, None, None])))

    def fallbacks(self, panel: Panel) -> Mapping[str, str]:
        ids = (
            () if self.steps else self._designs.of(panel, self.known, self.columns).grid.series_ids
        )
        return dict.fromkeys(ids, _INSTEAD)

    def save(self, folder: Path) -> None:
        """Write the coefficients as JSON."""
        about = {
            "levels": self.levels,
            "known": self.known,
            "columns": self.columns,
            "steps": [ridge.to_dict() for ridge in self.steps],
            "tails": self.tails,
            "spreads": dict(self.spreads),
        }
        (folder / _FILE).write_text(json.dumps(about, indent=1), encoding="utf-8")

    def _ratios(self, inputs: FloatArray, design: Design) -> FloatArray:
        """Log ratios of units to scale, shape (series, horizon, levels)."""
        own = np.asarray([self.spreads.get(series, 1.0) for series in design.grid.series_ids])
        ratios = np.zeros((*inputs.shape[:2], len(self.levels)))
        for step in range(design.horizon if self.steps else 0):
            taught = min(step, len(self.steps) - 1)
            middle = self.steps[taught].answer(inputs[:, step])
            ratios[:, step] = middle[:, None] + own[:, None] * np.asarray(self.tails[taught])
        return ratios


def load_linear(folder: Path) -> FittedLinear:
    """Read what `FittedLinear.save` wrote; it forecasts to the byte what the saved one did."""
    about = json.loads((folder / _FILE).read_text(encoding="utf-8"))
    return FittedLinear(
        levels=tuple(about["levels"]),
        known=tuple(about["known"]),
        columns=tuple(about["columns"]),
        steps=tuple(Ridge.from_dict(ridge) for ridge in about["steps"]),
        tails=tuple(tuple(tail) for tail in about["tails"]),
        spreads=about["spreads"],
    )


def _squash(inputs: FloatArray, groups: Sequence[DriverGroup | None]) -> FloatArray:
    sales = np.asarray([group is DriverGroup.HISTORY for group in groups])
    return np.where(sales, np.arcsinh(inputs), inputs)


def _ridge(inputs: FloatArray, targets: FloatArray) -> Ridge:
    """Fit standardised columns, and say the effects in the units of the columns."""
    known = ~np.isnan(inputs)
    centres = np.where(known, inputs, 0.0).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
    offsets = np.where(known, inputs - centres, 0.0)
    spreads = offsets.std(axis=0)
    varied = spreads > 1e-9 * np.maximum(np.abs(centres), 1.0)
    fitted = RidgeCV(_PENALTIES).fit(offsets[:, varied] / spreads[varied], targets)
    effects = np.zeros(len(centres))
    effects[varied] = fitted.coef_ / spreads[varied]
    lowest, highest = float(targets.min()), float(targets.max())
    return Ridge(centres, effects, float(fitted.intercept_), lowest, highest)


def _spreads(misses: FloatArray, lessons: Lessons, ids: Sequence[str]) -> dict[str, float]:
    """Say how wide the residuals of each series are against those of all, shrunk to 1."""
    known = np.isfinite(misses)
    squares, series = misses[known] ** 2, lessons.series[known]
    common = float(squares.mean()) if len(squares) else 0.0
    if common == 0:
        return dict.fromkeys(ids, 1.0)
    sums = np.bincount(series, squares / common, len(ids)) + _PRIOR
    counts = np.bincount(series, minlength=len(ids)) + _PRIOR
    return dict(zip(ids, np.sqrt(sums / counts).tolist(), strict=True))
