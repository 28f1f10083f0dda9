"""How the same period a season ago ran, and what has changed since."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from forecasting.grid import grid_of, horizon_of, trailing_sum
from forecasting.inputs.sales import category_units
from forecasting.once import OncePerTable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecasting.grid import FloatArray, Grid
    from signals import Panel

COLUMNS: Final = (
    "growth of the series",
    "growth of the category",
    "newest growth",
    "newest growth by step",
    "deviation of the series",
    "deviation of the category",
    "common pattern",
    "season before",
    "step",
)
"""Inputs that correct the season ago, the last axis of `Correction.inputs`."""
SERIES: Final = COLUMNS.index("deviation of the series")
CATEGORY: Final = COLUMNS.index("deviation of the category")
PATTERN: Final = COLUMNS.index("common pattern")
_TO_TELL: Final = 0.1  # seasons of growth before an origin, for it to be more than chance
_NEWEST: Final = 4  # periods whose growth is the newest
_FEWEST: Final = 3  # pairs of periods that tell growth
_LONG: Final = 28  # periods of a season of which a quarter tells the level; a shorter one, whole
_NOISE: Final = 2.0  # times the median singular value below which a pattern is taken for chance
_NOTHING: Final = 1e-9  # share of a sum that rounding leaves
_ALIKE: Final = 8  # series that have a pattern in common


@dataclass(frozen=True, slots=True)
class Correction:
    """The season ago as a forecast, and what tells how far it is off.

    Parameters
    ----------
    base
        Logs of 1 + units, shape (series, horizon); NaN where no season is known.
    inputs
        Shape (series, horizon, columns), in logs too.
    """

    base: FloatArray
    inputs: FloatArray

    @property
    def known(self) -> np.ndarray:
        """Whether a season is known, shape (series, horizon)."""
        return np.asarray(~np.isnan(self.base) & ~np.isnan(self.inputs).any(axis=-1))


@dataclass(frozen=True, slots=True)
class SeasonAgo:
    """Sales in logs of 1 + units, and how they grew over a season; NaN where nothing is known.

    Parameters
    ----------
    back
        Periods from the season ago to the period: the fewest whole seasons that reach over the
        horizon.
    own, category, pattern
        Of the series, of the others of its category, and of the series without what none alike
        shares; shape (series, periods).
    growth, newest, around
        Mean growth over ``back``: of the last periods, of the very last, and of the category; shape
        (series, periods).
    """

    horizon: int
    back: int
    window: int
    own: FloatArray
    category: FloatArray
    pattern: FloatArray
    growth: FloatArray
    newest: FloatArray
    around: FloatArray

    def at(self, origin: int) -> Correction:
        """Forecast from an origin; a series without a season of its own takes its category's.

        What its category was above its level then, such a series is taken to be above its level
        now.
        """
        shape = (len(self.own), self.horizon)
        ago = origin + 1 - self.back + np.arange(self.horizon)
        if origin + 1 < self.back + math.ceil(_TO_TELL * self.back):
            unknown = np.full((*shape, len(COLUMNS)), np.nan)
            return Correction(unknown[..., 0], unknown)
        then = slice(max(ago[0] - self.window, 0), ago[0])
        level = _mean(self.own[:, then])
        own = self.own[:, ago] - level
        ours = self.category[:, ago] - _mean(self.category[:, then])
        growth = self.growth[:, origin, None]
        young = np.isnan(own) | np.isnan(growth)
        now = _mean(self.own[:, max(origin + 1 - self.window, 0) : origin + 1])
        level = np.where(young, now, level)
        own = np.where(young, ours, own)
        share = np.broadcast_to(np.arange(self.horizon) / max(self.horizon - 1, 1), shape)
        newest = self.newest[:, origin, None] - growth
        inputs = [
            _or_nothing(growth, young),
            _or_nothing(self.around[:, origin, None], young),
            _or_nothing(newest, young),
            _or_nothing(newest, young) * share,
            own,
            np.where(np.isnan(ours), own, ours),
            _or_nothing(self.pattern[:, ago] - self.own[:, ago], young),
            _or_nothing(self._before(ago, own), young),
            share,
        ]
        return Correction(level + own, np.stack(inputs, axis=-1))

    def _before(self, ago: np.ndarray, own: FloatArray) -> FloatArray:
        """By how much the season before the season ago deviated otherwise; 0 where unknown."""
        start = int(ago[0]) - self.back
        if start < self.window:
            return np.zeros_like(own)
        level = _mean(self.own[:, start - self.window : start])
        return np.asarray(self.own[:, ago - self.back] - level - own)


_once: Final[OncePerTable[SeasonAgo]] = OncePerTable()


def season_ago_of(panel: Panel) -> SeasonAgo:
    """Read a panel's history, once for all the coalitions of an explanation."""
    horizon = horizon_of(panel)
    how = (panel.frequency, horizon)
    return _once.of(panel.history, how, lambda: _computed(grid_of(panel), horizon))


def _computed(grid: Grid, horizon: int) -> SeasonAgo:
    season = grid.season
    window = season // 4 if season >= _LONG else season
    back = season * math.ceil(horizon / season)
    own, category = np.log1p(grid.units), _others(grid)
    return SeasonAgo(
        horizon=horizon,
        back=back,
        window=window,
        own=own,
        category=category,
        pattern=common_pattern(own, _kinds(grid), season),
        growth=_growth(own, back, window),
        newest=_growth(own, back, _NEWEST),
        around=_growth(category, back, window),
    )


def _others(grid: Grid) -> FloatArray:
    """Sum the others of a category, as logs of 1 + units; a series without others is its own."""
    together = category_units(grid)
    others = together - np.nan_to_num(grid.units)
    alone = others.sum(axis=1, keepdims=True) <= _NOTHING * together.sum(axis=1, keepdims=True)
    units = np.where(alone, together, others)
    return np.where(np.cumsum(units, axis=1) > 0, np.log1p(np.maximum(units, 0.0)), np.nan)


def _kinds(grid: Grid) -> list[str]:
    """Name who is alike: products of a category, where there are enough, else of the scope."""
    counts = Counter(grid.groups)
    return [
        group if counts[group] >= _ALIKE else scope
        for group, scope in zip(grid.groups, grid.scopes, strict=True)
    ]


def common_pattern(logs: FloatArray, kinds: Sequence[str], season: int) -> FloatArray:
    """Take out of each series what none alike shares, which is chance more often than not.

    Parameters
    ----------
    logs
        Shape (series, periods); NaN before a series begins.
    kinds
        Which series are alike, shape (series,). Those of a kind that has few, or that are younger
        than a season, stay as they are.

    References
    ----------
    Shrinkage of singular values, by the noise that their median tells: Gavish and Donoho (2017),
    "Optimal shrinkage of singular values". That the seasons of shops become better forecasts so was
    found by D. Thaler for the sales of Walmart's departments (Kaggle, 2014).
    """
    smooth, of_kind = logs.copy(), np.asarray(kinds)
    told = (~np.isnan(logs)).sum(axis=1) >= season
    for kind in sorted(set(kinds)):
        rows = np.flatnonzero((of_kind == kind) & told)
        if len(rows) < _ALIKE:
            continue
        known = logs[rows]
        means = np.nanmean(known, axis=1)[:, None]
        left, values, right = np.linalg.svd(np.nan_to_num(known - means), full_matrices=False)
        chance = _NOISE * np.median(values)
        kept = np.sqrt(np.maximum(values**2 - chance**2, 0.0))
        smooth[rows] = np.where(np.isnan(known), np.nan, (left * kept) @ right + means)
    return smooth


def _growth(logs: FloatArray, back: int, window: int) -> FloatArray:
    """Mean growth over ``back`` periods of the ``window`` periods up to each; shape of ``logs``."""
    grown = np.full(logs.shape, np.nan)
    grown[:, back:] = logs[:, back:] - logs[:, :-back]
    sums = trailing_sum(np.nan_to_num(grown), window)
    counts = trailing_sum((~np.isnan(grown)).astype(np.float64), window)
    unknown = np.full(logs.shape, np.nan)
    return np.asarray(np.divide(sums, counts, out=unknown, where=counts >= _FEWEST))


def _or_nothing(values: FloatArray, young: np.ndarray) -> FloatArray:
    """Take what is unknown, or concerns a season of its own that a series lacks, as 0."""
    return np.where(young, 0.0, np.nan_to_num(values))


def _mean(values: FloatArray) -> FloatArray:
    """Mean of what is known of each row, shape (rows, 1); NaN where nothing is."""
    counts = (~np.isnan(values)).sum(axis=1)
    unknown = np.full(len(values), np.nan)
    means = np.divide(np.nan_to_num(values).sum(axis=1), counts, out=unknown, where=counts > 0)
    return np.asarray(means)[:, None]
