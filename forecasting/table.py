"""Forecasts of every series of a panel whose origin is not known: none is left out.

Series too short for the experts, and those that never change, get a plain forecast and a note that
says so. No contributions are worked out: that takes a forecast for each coalition of drivers.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from forecasting.choose import BLEND, choose, rehearse
from forecasting.experts.expert import tidy
from forecasting.experts.naive import SeasonalNaive
from forecasting.forecast import train, try_experts
from forecasting.grid import grid_of, horizon_of
from forecasting.judging.backtest import (
    LEAST_HISTORY,
    ExpertKey,
    Variant,
    backtest,
    origins_of,
)
from forecasting.judging.metrics import Metric, score
from forecasting.judging.trial import SEASONAL_NAIVE, Trial
from forecasting.preparation.prepare import prepare
from signals import Col, silent

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forecasting.choose import Choice
    from forecasting.grid import FloatArray, Grid
    from forecasting.judging.backtest import Backtest
    from forecasting.settings import ForecastSettings
    from signals import Panel, Progress

logger = logging.getLogger(__name__)

Mask = np.ndarray[Any, np.dtype[np.bool_]]
"""One truth value a series, or a series and period."""

COVERAGE: Final = "coverage"
"""Share of values between the lowest and the highest level."""
_PUBLISHED: Final = ExpertKey(BLEND, Variant.CALIBRATED)


@dataclass(frozen=True, slots=True)
class Prepared:
    """What was done to the values of a panel before a forecaster got them.

    Parameters
    ----------
    floor
        Taken off all values of a series, so that none is below 0; shape (series,).
    unit
        What 1 in the panel is in the unit of the values, shape (series,).
    invented
        Values that nobody observed: they are learnt from and never judged by; shape
        (series, periods).
    """

    floor: FloatArray
    unit: FloatArray
    invented: Mask

    def of(self, rows: Mask) -> Prepared:
        """Keep some series."""
        return Prepared(self.floor[rows], self.unit[rows], self.invented[rows])

    def restored(self, values: FloatArray) -> FloatArray:
        """Bring values of the panel back to the unit of the table; the first axis is of series."""
        shape = (-1, *[1] * (values.ndim - 1))
        return np.asarray(values * self.unit.reshape(shape) + self.floor.reshape(shape))


@dataclass(frozen=True, slots=True)
class TableForecast:
    """Forecasts of all series, and how good such forecasts were.

    Parameters
    ----------
    quantiles
        Shape (series, horizon, levels), in the unit of the values.
    notes
        Of each series that the experts did not forecast; else empty.
    instead
        What the experts see in place of a value far beyond all that is usual, NaN where they see
        it as it is; shape (series, periods).
    models
        Who forecasts, with weights; empty when no series could be left to the experts.
    past_used
        Whether past-only columns improved the backtest and are read; None without such columns.
    origins
        Place of the last visible period of each origin of the backtest, oldest first.
    accuracy
        By forecaster, ``blend`` and ``seasonal naive``, every figure over all origins, steps and
        series that the experts forecast; empty without a backtest.
    trial
        The backtest behind ``accuracy``, in the unit of the values; None without one.
    """

    levels: tuple[float, ...]
    quantiles: FloatArray
    notes: tuple[str, ...]
    instead: FloatArray
    models: str = ""
    past_used: bool | None = None
    origins: tuple[int, ...] = ()
    accuracy: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    trial: Trial | None = field(default=None, repr=False)


def forecast_table(
    panel: Panel,
    settings: ForecastSettings,
    prepared: Prepared,
    *,
    progress: Progress = silent,
) -> TableForecast:
    """Forecast every series of a panel over its future.

    Parameters
    ----------
    settings
        As many origins as the history allows, up to that number, a horizon apart where there is
        room.
    prepared
        The series in the order of their ids; forecasts come back in the unit of the values.
    """
    grid, horizon = grid_of(panel), horizon_of(panel)
    short = grid.ages < settings.min_periods
    steady = ~short & (np.nanmin(grid.units, axis=1) == np.nanmax(grid.units, axis=1))
    left = ~short & ~steady
    quantiles = np.zeros((len(grid.series_ids), horizon, len(settings.levels)))
    quantiles[steady] = np.nanmax(grid.units, axis=1)[steady, None, None]
    quantiles[short] = _means(grid, short, left, settings.levels)[:, None, :]
    found = TableForecast(
        settings.levels,
        quantiles,
        _notes(grid, short, steady, left, prepared),
        np.full(grid.units.shape, np.nan),
    )
    if left.any():
        found, quantiles[left], found.instead[left] = _by_experts(
            found, _only(panel, grid, left), settings, prepared.of(left), progress
        )
    return replace(found, quantiles=prepared.restored(quantiles))


def _by_experts(
    found: TableForecast,
    panel: Panel,
    settings: ForecastSettings,
    prepared: Prepared,
    progress: Progress,
) -> tuple[TableForecast, FloatArray, FloatArray]:
    paced = _paced(settings, len(grid_of(panel).days), horizon_of(panel))
    tried = _observed(try_experts(panel, paced, progress), prepared, paced)
    choice = choose(tried, settings.seed)
    ready = prepare(panel, paced.preparation)
    quantiles = train(ready, choice, paced, progress).predict(ready)
    seen, raw = grid_of(ready).units, grid_of(panel).units
    trial = None
    accuracy: dict[str, Mapping[str, float]] = {}
    if tried.made_on:
        trial = _trial(panel, tried, paced, choice).restored(prepared.floor, prepared.unit)
        accuracy[BLEND] = _accuracy(trial.backtest, trial.finals[_PUBLISHED])
        naive = trial.benchmarks[SEASONAL_NAIVE]
        accuracy[SEASONAL_NAIVE.name] = _accuracy(trial.backtest, naive)
    scopes = sorted(choice.blend.weights)
    models = "; ".join(choice.blend.label([scope]) for scope in scopes)
    logger.info("%d series by experts: %s", len(quantiles), models)
    past_used = choice.text_helped if panel.past else None
    return (
        replace(
            found,
            models=models,
            past_used=past_used,
            origins=tuple(_origins(tried, paced)),
            accuracy=accuracy,
            trial=trial,
        ),
        quantiles,
        prepared.restored(np.where(seen < raw, seen, np.nan)),
    )


def _paced(settings: ForecastSettings, periods: int, horizon: int) -> ForecastSettings:
    """Put origins a horizon apart, or nearer where the history is short."""
    room = periods - horizon - max(LEAST_HISTORY, 2 * horizon)
    every = room // max(settings.origins - 1, 1)
    return replace(settings, every=int(np.clip(every, 1, horizon)))


def _observed(tried: Backtest, prepared: Prepared, settings: ForecastSettings) -> Backtest:
    """Leave out of a backtest what was not observed."""
    actual, horizon = tried.actual.copy(), tried.actual.shape[2]
    for fold, origin in enumerate(_origins(tried, settings)):
        ahead = prepared.invented[:, origin + 1 : origin + 1 + horizon]
        actual[:, fold][ahead] = np.nan
    return replace(tried, actual=actual)


def _origins(tried: Backtest, settings: ForecastSettings) -> list[int]:
    periods, horizon = len(tried.grid.days), tried.actual.shape[2]
    return origins_of(periods, horizon, origins=settings.origins, every=settings.every)


def _trial(panel: Panel, tried: Backtest, settings: ForecastSettings, choice: Choice) -> Trial:
    """Put what would have been forecast beside the same period a season ago."""
    finals = rehearse(tried, settings.seed)
    blends = {key: finals[key] for key in (ExpertKey(BLEND, Variant.UNCALIBRATED), _PUBLISHED)}
    peers: Mapping[ExpertKey, FloatArray] = {}
    if SEASONAL_NAIVE not in tried.quantiles:
        naive = SeasonalNaive(settings.levels)
        peers = backtest(panel, [naive], settings.levels, _origins(tried, settings)).quantiles
    return Trial(tried, blends, _PUBLISHED, peers, about=choice.to_dict())


def _accuracy(tried: Backtest, quantiles: FloatArray) -> dict[str, float]:
    """Score over all points together."""
    found = score(tried.actual, quantiles, tried.levels, tried.change[:, None, None])
    named = {str(metric): value for metric, value in found.items()}
    named[COVERAGE] = named.pop(str(Metric.COVERAGE))
    return named


def _only(panel: Panel, grid: Grid, chosen: Mask) -> Panel:
    kept = np.asarray(grid.series_ids)[chosen]
    history, future = panel.history, panel.future
    return replace(
        panel,
        history=history[history[Col.SERIES_ID].isin(kept)].reset_index(drop=True),
        future=future[future[Col.SERIES_ID].isin(kept)].reset_index(drop=True),
    )


def _means(
    grid: Grid,
    short: Mask,
    others: Mask,
    levels: tuple[float, ...],
) -> FloatArray:
    """Forecast short series by their mean, shape (short series, levels).

    The interval is how far other series went from their mean over as many periods.
    """
    rows = np.flatnonzero(short)
    quantiles = np.empty((len(rows), len(levels)))
    spreads = {int(age): _spread(grid.units[others], int(age), levels) for age in grid.ages[rows]}
    for place, row in enumerate(rows):
        mean = np.nanmean(grid.units[row])
        quantiles[place] = (mean + 1.0) * np.exp(spreads[int(grid.ages[row])]) - 1.0
    return tidy(quantiles)


def _spread(units: FloatArray, age: int, levels: tuple[float, ...]) -> FloatArray:
    means = pd.DataFrame(units.T).rolling(age).mean().shift(1).to_numpy().T
    misses = np.log1p(units) - np.log1p(np.maximum(means, 0.0))
    if not np.isfinite(misses).any():
        return np.zeros(len(levels))
    return np.asarray(np.nanquantile(misses, levels) - np.nanmedian(misses))


def _notes(
    grid: Grid,
    short: Mask,
    steady: Mask,
    others: Mask,
    prepared: Prepared,
) -> tuple[str, ...]:
    interval = "an interval as wide as that of the others" if others.any() else "no interval"
    highest, notes = prepared.restored(np.nanmax(grid.units, axis=1)), []
    for row, age in enumerate(grid.ages):
        note = ""
        if short[row]:
            note = f"{age:.0f} period(s) of history: their mean, with {interval}"
        elif steady[row]:
            note = f"every value is {highest[row]:g}: forecast so"
        notes.append(note)
    return tuple(notes)
