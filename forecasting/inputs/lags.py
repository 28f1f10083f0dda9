"""Lags and rolling figures of the sales of many series, by mlforecast."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

import numpy as np
import pandas as pd
from mlforecast import MLForecast
from mlforecast.lag_transforms import (
    ExpandingMean,
    ExponentiallyWeightedMean,
    RollingMean,
    RollingStd,
)

if TYPE_CHECKING:
    from forecasting.grid import FloatArray
    from signals import Frequency

RECENT_LAGS: Final = (0, 1, 2, 3)
_LEAST_BACK: Final = len(RECENT_LAGS) + 2  # periods to a season ago, whose neighbours are no lag


@dataclass(frozen=True, slots=True)
class Lags:
    """What is known of sales at every origin and for every target.

    Every array has shape (series, periods + horizon). Column t of the first group is what is
    known when period t has ended; column t of ``season_ago`` concerns period t itself.

    Parameters
    ----------
    recent
        Units of the last four periods, newest first.
    season_ago
        Units about one season before the period, mean of three neighbours; several seasons where
        one is shorter than the horizon.
    same_season_ago
        Units of the very period that long before.
    middle_season_ago
        The middle rolling mean as it was one season before the origin.
    """

    recent: tuple[FloatArray, ...]
    short: FloatArray
    middle: FloatArray
    long: FloatArray
    spread: FloatArray
    smooth: FloatArray
    ever: FloatArray
    season_ago: FloatArray
    same_season_ago: FloatArray
    middle_season_ago: FloatArray


def lags_of(units: FloatArray, frequency: Frequency, horizon: int) -> Lags:
    """Compute the lags of all series at once.

    Parameters
    ----------
    units
        Shape (series, periods); NaN before a series begins.
    """
    short, middle, long = frequency.windows
    season = frequency.season
    back = season * math.ceil(max(horizon + 1, _LEAST_BACK) / season)
    engine = MLForecast(
        models=[],
        freq=1,
        lags=[*(lag + 1 for lag in RECENT_LAGS), back - 1, back, back + 1],
        lag_transforms={
            1: [
                RollingMean(short, min_samples=1),
                RollingMean(middle, min_samples=1),
                RollingMean(long, min_samples=1),
                RollingStd(middle, min_samples=2),
                ExponentiallyWeightedMean(0.3),
                ExpandingMean(),
            ],
            back + 1: [RollingMean(middle, min_samples=1)],
        },
        num_threads=1,
    )
    frame, started = _frame(units, horizon + 1)
    table = cast("pd.DataFrame", engine.preprocess(frame, static_features=[], dropna=False))
    # the row of period t + 1 holds what is known at the end of t: shift by one for origins
    names = [column for column in table.columns if column not in {"unique_id", "ds", "y"}]
    wide = np.full((len(names), *started.shape), np.nan)
    wide[:, started] = table[names].to_numpy(dtype=np.float64).T
    at_origin, at_target = wide[:, :, 1:], wide[:, :, :-1]
    lag, seasonal = len(RECENT_LAGS), len(RECENT_LAGS) + 3
    rolled = at_origin[seasonal:]
    return Lags(
        recent=tuple(at_origin[:lag]),
        short=rolled[0],
        middle=rolled[1],
        long=rolled[2],
        spread=rolled[3],
        smooth=rolled[4],
        ever=rolled[5],
        season_ago=at_target[lag:seasonal].mean(axis=0),
        same_season_ago=at_target[lag + 1],
        middle_season_ago=rolled[6],
    )


def _frame(
    units: FloatArray,
    extra: int,
) -> tuple[pd.DataFrame, np.ndarray[tuple[int, int], np.dtype[np.bool_]]]:
    """Long frame with ``extra`` empty periods at the end, and where its rows lie in the grid."""
    padded = np.pad(units, ((0, 0), (0, extra)))
    started = ~np.isnan(padded)
    series, periods = np.nonzero(started)
    return pd.DataFrame({"unique_id": series, "ds": periods, "y": padded[started]}), started
