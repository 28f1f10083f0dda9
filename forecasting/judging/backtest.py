"""Forecast the past as if it were not known, and keep what came out."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from forecasting.grid import Grid, cut, grid_of, horizon_of
from forecasting.judging.metrics import change_scale
from forecasting.preparation.prepare import Preparation, observed_units, prepare
from signals import DriverGroup, silent

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from forecasting.experts.expert import Expert, Fitted
    from forecasting.grid import FloatArray
    from signals import Panel, Progress

logger = logging.getLogger(__name__)

EVERY_GROUP: Final = frozenset(DriverGroup)
LEAST_HISTORY: Final = 16
"""Periods before the first origin."""
_PARTS: Final = 20  # ticks of progress one fit gets


class Variant(StrEnum):
    """How an expert was run."""

    PLAIN = ""
    WITH_TEXT = "with_text"
    WITHOUT_TEXT = "without_text"
    UNCALIBRATED = "uncalibrated"
    CALIBRATED = "calibrated"
    RECONCILED = "reconciled"


class ExpertKey(NamedTuple):
    """An expert and how it was run."""

    name: str
    variant: Variant


@dataclass(frozen=True, slots=True)
class Backtest:
    """Forecasts of every expert at every origin, and what happened.

    Parameters
    ----------
    made_on
        Last visible day of each origin, oldest first; may be empty.
    actual
        Units, shape (series, origins, horizon); NaN where nothing was forecast.
    quantiles
        Shape (series, origins, horizon, levels) for each expert.
    change
        Mean absolute one-period change of each series before the first origin, shape (series,).
    """

    grid: Grid
    levels: tuple[float, ...]
    made_on: tuple[pd.Timestamp, ...]
    actual: FloatArray
    quantiles: Mapping[ExpertKey, FloatArray]
    change: FloatArray

    def seen(self, origin: int) -> Grid:
        """Show the history as it was visible at an origin."""
        return self.grid.until(self.made_on[origin])

    def at(self, origins: Sequence[int]) -> Backtest:
        """Keep some origins only."""
        chosen = list(origins)
        return replace(
            self,
            made_on=tuple(self.made_on[i] for i in chosen),
            actual=self.actual[:, chosen],
            quantiles={key: values[:, chosen] for key, values in self.quantiles.items()},
        )


def keys_of(expert: Expert) -> tuple[ExpertKey, ...]:
    """Name how an expert is run: with and without text where it reads text."""
    variants = (Variant.WITH_TEXT, Variant.WITHOUT_TEXT) if expert.uses_text else (Variant.PLAIN,)
    return tuple(ExpertKey(expert.name, variant) for variant in variants)


def predict_as(
    variant: Variant,
    fitted: Fitted,
    panel: Panel,
    present: frozenset[DriverGroup] = EVERY_GROUP,
) -> FloatArray:
    """Forecast by a variant of an expert: without text, sentiment is absent."""
    if variant is Variant.WITHOUT_TEXT:
        present = present - {DriverGroup.SENTIMENT}
    return fitted.predict(panel, present=present)


def origins_of(periods: int, horizon: int, *, origins: int, every: int) -> list[int]:
    """Choose the last visible period of each origin, oldest first.

    The newest origin leaves exactly one horizon of known periods after it; fewer origins than
    asked come back where the history is short.

    Examples
    --------
    >>> origins_of(104, 8, origins=4, every=4)
    [83, 87, 91, 95]
    >>> origins_of(20, 8, origins=4, every=4)
    []
    """
    newest = periods - 1 - horizon
    chosen = [newest - every * back for back in range(origins)]
    return sorted(origin for origin in chosen if origin + 1 >= max(LEAST_HISTORY, 2 * horizon))


def backtest(
    panel: Panel,
    experts: Sequence[Expert],
    levels: tuple[float, ...],
    origins: Sequence[int],
    *,
    preparation: Preparation | None = None,
    progress: Progress = silent,
) -> Backtest:
    """Refit every expert at every origin with only what was visible then, and forecast.

    Documents count from the period in which they became available, because the past-only columns
    of a panel are made so. Plans count as kept: see `forecasting.grid.cut`.

    Parameters
    ----------
    panel
        As it was read, not prepared: each origin fills its gaps by what was visible then. Periods
        that were not observed are judged by nobody.
    preparation
        How gaps are filled; None means as usual.
    """
    preparation = preparation or Preparation()
    grid, horizon = grid_of(panel), horizon_of(panel)
    judged = ~np.isnan(observed_units(prepare(panel, preparation)))
    happened = np.where(judged, grid.units, np.nan)
    shape = (len(grid.series_ids), len(origins), horizon)
    actual = np.full(shape, np.nan)
    quantiles = {
        key: np.full((*shape, len(levels)), np.nan) for expert in experts for key in keys_of(expert)
    }
    rows = {series: row for row, series in enumerate(grid.series_ids)}
    total = max(len(origins) * len(experts), 1) * _PARTS
    for fold, origin in enumerate(origins):
        past = prepare(cut(panel, origin, horizon), preparation)
        seen = np.asarray([rows[series] for series in grid_of(past).series_ids])
        actual[seen, fold] = happened[seen, origin + 1 : origin + 1 + horizon]
        for number, expert in enumerate(experts):
            done = (fold * len(experts) + number) * _PARTS
            fitted = expert.fit(past, progress=_within(progress, done, total))
            for key in keys_of(expert):
                quantiles[key][seen, fold] = predict_as(key.variant, fitted, past)
            progress("backtest", done + _PARTS, total)
    first = grid.units[:, : min(origins) + 1] if origins else grid.units
    logger.info(
        "backtest: %d series, %d origins, %d experts", len(rows), len(origins), len(experts)
    )
    made_on = tuple(cut(panel, origin, horizon).made_on for origin in origins)
    return Backtest(grid, levels, made_on, actual, quantiles, change_scale(first))


def _within(progress: Progress, before: int, everything: int) -> Progress:
    """Show the steps inside one fit as parts of the whole backtest."""

    def part(step: str, done: int, total: int) -> None:  # noqa: ARG001
        progress("backtest", before + min(_PARTS - 1, _PARTS * done // max(total, 1)), everything)

    return part
