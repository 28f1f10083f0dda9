"""The same period a season ago, with what has changed since.

A feast multiplies sales more than any ordinary period did; trees, which repeat what they have seen,
fall short of it, and so does last year's figure taken as it is where a shop has grown.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from forecasting.experts.curve import Curve, Rows, fit_curve
from forecasting.experts.expert import ceiling, tidy
from forecasting.experts.naive import recent_level, typical_level
from forecasting.grid import grid_of, horizon_of, trailing_sum
from forecasting.inputs.lessons import MOST_ROWS, YOUNGEST, drawn_targets, weights_by_units
from forecasting.inputs.season_ago import (
    CATEGORY,
    COLUMNS,
    PATTERN,
    SERIES,
    Correction,
    season_ago_of,
)
from forecasting.preparation.prepare import observed_units
from signals import DriverGroup, ModelError, silent

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from forecasting.grid import FloatArray
    from signals import Panel, Progress

    Mask = np.ndarray[tuple[int], np.dtype[np.bool_]]

NAME: Final = "last season"
_FILE: Final = "last_season.json"
_ORDINARY: Final = (0.01, 0.99)  # share of lessons between which a slope is learnt
_ENOUGH: Final = 100  # rows that teach a curve
_OWN_ROWS: Final = 1000.0  # that the slopes of all weigh against those of a category
_HALF_LIFE_DAYS: Final = 200.0  # age at which an origin teaches half as much
_YOUNG: Final = "no season of sales known yet: forecast by the mean of the last four periods"


@dataclass(frozen=True, slots=True)
class LastSeason:
    """The season ago, corrected by a curve on growth since and on what series alike have in common.

    Units are in logs of 1 + units. A lesson counts by the units of its series: a large series is
    the less noisy one, and tells best how far a season repeats. Only sales are read: with no more
    than a season of lessons, effects of plans and feasts would be learnt twice, from the plans and
    from the season.
    """

    levels: tuple[float, ...]
    name: str = NAME
    uses_text: bool = False

    def fit(self, panel: Panel, *, progress: Progress = silent) -> FittedLastSeason:
        grid, horizon = grid_of(panel), horizon_of(panel)
        seasons, observed = season_ago_of(panel), observed_units(panel)
        lately = trailing_sum(np.nan_to_num(grid.units), seasons.window) / seasons.window
        half_life = _HALF_LIFE_DAYS / grid.frequency.days
        logs, inputs, bases, scales, tells, places = [], [], [], [], [], []
        progress("last season", 1, 2)
        for origin, actual in drawn_targets(grid.units, observed, horizon, YOUNGEST - 1, MOST_ROWS):
            ago = seasons.at(origin)
            taught = ~np.isnan(actual) & ago.known
            series, step = np.nonzero(taught)
            logs.append(np.log1p(actual[taught]))
            bases.append(ago.base[taught])
            inputs.append(ago.inputs[taught])
            scales.append(1.0 + lately[series, origin])
            tells.append(np.full(len(series), 0.5 ** ((len(grid.days) - origin) / half_life)))
            places.append(np.stack([series, step]))
        curve, reach = None, np.zeros((2, len(COLUMNS)))
        if sum(map(len, logs)) >= _ENOUGH:
            lessons = Correction(np.concatenate(bases), np.concatenate(inputs))
            reach = np.quantile(lessons.inputs, _ORDINARY, axis=0)
            ordinary = _within(lessons, reach)
            series, step = np.concatenate(places, axis=1)
            told = np.concatenate(tells)
            by_units = weights_by_units(
                np.asarray(grid.scopes)[series], np.concatenate(scales), 1.0
            )
            rows = Rows(
                inputs=ordinary.inputs,
                targets=np.concatenate(logs) - ordinary.base,
                weights=by_units * told,
                tells=told,
                steps=step,
                groups=np.asarray(grid.groups)[series],
                spread_by=np.asarray(grid.series_ids)[series],
            )
            curve = fit_curve(rows, self.levels, own_rows=_OWN_ROWS)
        progress("last season", 2, 2)
        return FittedLastSeason(self.levels, reach, curve)


@dataclass(frozen=True, slots=True)
class FittedLastSeason:
    """A curve; None where the past was too short to teach one.

    Parameters
    ----------
    reach
        Least and most of each input that the curve was taught, shape (2, inputs).
    """

    levels: tuple[float, ...]
    reach: FloatArray
    curve: Curve | None

    def predict(self, panel: Panel, *, present: frozenset[DriverGroup]) -> FloatArray:
        grid, horizon = grid_of(panel), horizon_of(panel)
        if DriverGroup.HISTORY not in present:
            return typical_level(grid, self.levels, horizon)
        recent = recent_level(grid, self.levels, horizon)
        if self.curve is None:
            return recent
        ago = _now(panel)
        ordinary = _within(ago, self.reach)
        missed = self.curve.answer(np.nan_to_num(ordinary.inputs), grid.groups, grid.series_ids)
        logs = np.minimum(ordinary.base[..., None] + missed, ceiling(grid.units)[:, None, None])
        young = ~_with_season(ago)[:, None, None]
        return np.where(young, recent, tidy(np.expm1(np.where(young, 0.0, logs))))

    def fallbacks(self, panel: Panel) -> Mapping[str, str]:
        ids = np.asarray(grid_of(panel).series_ids)
        if self.curve is not None:
            ids = ids[~_with_season(_now(panel))]
        return dict.fromkeys(ids.tolist(), _YOUNG)

    def save(self, folder: Path) -> None:
        """Write the slopes as JSON."""
        about: dict[str, Any] = {
            "levels": self.levels,
            "columns": COLUMNS,
            "reach": self.reach.tolist(),
            "curve": self.curve.to_dict() if self.curve else None,
        }
        (folder / _FILE).write_text(json.dumps(about, indent=1), encoding="utf-8")


def load_last_season(folder: Path) -> FittedLastSeason:
    """Read what `FittedLastSeason.save` wrote; it forecasts the same to the byte.

    Raises
    ------
    ModelError
        When an earlier release wrote it, whose curve read other columns.
    """
    about = json.loads((folder / _FILE).read_text(encoding="utf-8"))
    if tuple(about["columns"]) != COLUMNS:
        raise ModelError(
            f"{folder / _FILE} is of an earlier release, whose season ago had other columns; "
            "run: groundswell run"
        )
    curve = Curve.from_dict(about["curve"]) if about["curve"] else None
    return FittedLastSeason(tuple(about["levels"]), np.asarray(about["reach"]), curve)


def _now(panel: Panel) -> Correction:
    return season_ago_of(panel).at(len(grid_of(panel).days) - 1)


def _with_season(ago: Correction) -> Mask:
    """Tell which series have a season, of their own or their category's, at every step."""
    return np.asarray(ago.known.all(axis=1))


def _within(ago: Correction, reach: FloatArray) -> Correction:
    """Keep inputs to what is ordinary, and a spike of the season ago to what its category shared.

    Slopes learnt from ordinary periods, most of whose ups and downs are chance, say little of a
    feast: what it sold beyond them is taken as it was, as far as its category sold beyond them too.
    """
    beyond = ago.inputs - np.clip(ago.inputs, reach[0], reach[1])
    own, ours = beyond[..., SERIES], beyond[..., CATEGORY]
    above = np.minimum(np.maximum(own, 0.0), np.maximum(ours, 0.0))
    below = np.maximum(np.minimum(own, 0.0), np.minimum(ours, 0.0))
    alone = own - above - below
    inputs = ago.inputs.copy()
    inputs[..., PATTERN] += alone
    return Correction(ago.base - alone, np.clip(inputs, reach[0], reach[1]))
