"""The same period a season ago, with what has changed since: one curve over all series.

A feast multiplies sales more than any ordinary period did; trees, which repeat what they have seen,
fall short of it, and so does last year's figure taken as it is where a shop has grown.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from forecasting.experts.curve import Curve, fit_curve
from forecasting.experts.expert import ceiling, tidy
from forecasting.experts.naive import recent_level, typical_level
from forecasting.grid import grid_of, horizon_of
from forecasting.inputs.drivers import design_of
from forecasting.inputs.last_design import LastDesign
from forecasting.inputs.lessons import lessons_of, weights_by_units
from forecasting.preparation.prepare import observed_units
from signals import DriverGroup, silent

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from forecasting.grid import FloatArray
    from signals import Panel, Progress

NAME: Final = "last season"
_FILE: Final = "last_season.json"
_SEASONAL: Final = ("same period of the", "season of the", "growth of the")
"""Columns that a young series takes from its category."""
_RECENT: Final = ("short mean", "smooth level", "sales 0 ago", "long mean", "mean so far")
_AROUND: Final = ("category momentum", "shop momentum")
_FADING: Final = ("short mean", "smooth level", "growth of the series")
"""Columns that tell less of a period the further ahead it lies."""
_ORDINARY: Final = (0.01, 0.99)  # share of lessons between which a slope is learnt
_ENOUGH: Final = 100  # rows that teach a curve
_LEAST: Final = 0.02  # ratios below it count as it, before the logarithm
_HALF_LIFE_DAYS: Final = 420.0  # age at which an origin teaches half as much
_YOUNG: Final = "no season of sales known yet: forecast by the mean of the last four periods"


@dataclass(frozen=True, slots=True)
class LastSeason:
    """A curve in logs on the sales of a season ago, growth since, and recent sales.

    The target is log(1 + units) minus log(1 + scale of the series). A lesson counts by the units of
    its series: a large series is the less noisy one, and tells best how far a season repeats. Only
    sales are read: with no more than a season of lessons, effects of plans and feasts would be
    learnt twice, from the plans and from the season.
    """

    levels: tuple[float, ...]
    name: str = NAME
    uses_text: bool = False

    def fit(self, panel: Panel, *, progress: Progress = silent) -> FittedLastSeason:
        design = design_of(panel, (), use_text=False)
        lessons = lessons_of(design, observed_units(panel))
        inputs = _inputs(lessons.inputs.astype(np.float64), design.columns)
        known = np.flatnonzero(~np.isnan(inputs).any(axis=-1))
        progress("last season", 1, 2)
        curve, reach = None, np.zeros((2, inputs.shape[1]))
        if len(known) >= _ENOUGH:
            periods = design.grid.units.shape[1]
            half_life = _HALF_LIFE_DAYS / design.grid.frequency.days
            weights = weights_by_units(design, lessons, 1.0)
            weights *= 0.5 ** ((periods - lessons.origin) / half_life)
            series = lessons.series[known]
            reach = np.quantile(inputs[known], _ORDINARY, axis=0)
            within, beyond = _within(inputs[known], reach)
            curve = fit_curve(
                within,
                (lessons.logs[known] - beyond, weights[known] / weights[known].mean()),
                np.asarray(design.grid.scopes)[series],
                lessons.step[known],
                self.levels,
                spread_by=np.asarray(design.grid.series_ids)[series],
            )
        progress("last season", 2, 2)
        return FittedLastSeason(self.levels, design.columns, reach, curve)


@dataclass(frozen=True, slots=True)
class FittedLastSeason:
    """A curve; None where the past was too short to teach one.

    Parameters
    ----------
    reach
        Least and most of each input that the curve was taught, shape (2, inputs).
    """

    levels: tuple[float, ...]
    columns: tuple[str, ...]
    reach: FloatArray
    curve: Curve | None
    _designs: LastDesign = field(default_factory=LastDesign, compare=False, repr=False)

    def predict(self, panel: Panel, *, present: frozenset[DriverGroup]) -> FloatArray:
        grid, horizon = grid_of(panel), horizon_of(panel)
        if DriverGroup.HISTORY not in present:
            return typical_level(grid, self.levels, horizon)
        recent = recent_level(grid, self.levels, horizon)
        if self.curve is None:
            return recent
        inputs, scale = self._read(panel)
        within, beyond = _within(np.nan_to_num(inputs), self.reach)
        answers = self.curve.answer(within, grid.scopes, grid.series_ids) + beyond[..., None]
        logs = answers + np.log1p(scale)[:, None, None]
        quantiles = tidy(np.expm1(np.minimum(logs, ceiling(grid.units)[:, None, None])))
        young = np.isnan(inputs).any(axis=(1, 2), keepdims=True)
        return np.where(young, recent, quantiles)

    def fallbacks(self, panel: Panel) -> Mapping[str, str]:
        ids = grid_of(panel).series_ids
        if self.curve is not None:
            inputs, _ = self._read(panel)
            ids = tuple(ids[row] for row in np.unique(np.nonzero(np.isnan(inputs))[0]))
        return dict.fromkeys(ids, _YOUNG)

    def save(self, folder: Path) -> None:
        """Write the slopes as JSON."""
        about: dict[str, Any] = {
            "levels": self.levels,
            "columns": self.columns,
            "reach": self.reach.tolist(),
            "curve": self.curve.to_dict() if self.curve else None,
        }
        (folder / _FILE).write_text(json.dumps(about, indent=1), encoding="utf-8")

    def _read(self, panel: Panel) -> tuple[FloatArray, FloatArray]:
        """Give inputs, shape (series, horizon, inputs), and the scale of each series."""
        design = self._designs.of(panel, (), self.columns)
        origin = len(design.grid.days) - 1
        return _inputs(design.rows(origin), design.columns), design.scale[:, origin]


def load_last_season(folder: Path) -> FittedLastSeason:
    """Read what `FittedLastSeason.save` wrote; it forecasts the same to the byte."""
    about = json.loads((folder / _FILE).read_text(encoding="utf-8"))
    curve = Curve.from_dict(about["curve"]) if about["curve"] else None
    levels, columns = tuple(about["levels"]), tuple(about["columns"])
    return FittedLastSeason(levels, columns, np.asarray(about["reach"]), curve)


def _within(inputs: FloatArray, reach: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Keep inputs to what is ordinary, and give by how much the season ago was beyond it.

    Slopes learnt from ordinary periods, most of whose ups and downs are chance, say little of a
    feast: what it sold beyond them is taken as it was, as far as its category sold beyond them too.
    Shapes (..., inputs) and (...).
    """
    within = np.clip(inputs, reach[0], reach[1])
    own, ours = np.moveaxis((inputs - within)[..., :2], -1, 0)
    above = np.minimum(np.maximum(own, 0.0), np.maximum(ours, 0.0))
    below = np.maximum(np.minimum(own, 0.0), np.minimum(ours, 0.0))
    return within, np.asarray(above + below)


def _inputs(rows: FloatArray, columns: Sequence[str]) -> FloatArray:
    """Choose and bend columns of the design; NaN where neither series nor category has a season.

    Parameters
    ----------
    rows
        Shape (..., columns).

    Returns
    -------
    ndarray
        Shape (..., inputs): logs of ratios, first those of the same period a season ago, of the
        series and of its category; the step; what fades with the step.
    """
    found = {
        name: np.log(np.maximum(rows[..., columns.index(name)], _LEAST))
        for name in columns
        if name in (*_RECENT, *_AROUND) or name.startswith(_SEASONAL)
    }
    for name in _SEASONAL:
        own, ours = f"{name} series", f"{name} category"
        found[own] = np.where(np.isnan(found[own]), found[ours], found[own])
    found = {name: values for name, values in found.items() if not name.endswith("of the shop")}
    first = [found.pop(f"same period of the {whose}") for whose in ("series", "category")]
    step = rows[..., columns.index("step")]
    fading = [found[name] * step for name in _FADING]
    return np.stack([*first, *found.values(), step, *fading], axis=-1)
