"""Accuracy figures against values worked by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from accuracy import Origins, judge
from public_panels import panel_of
from walmart_accuracy import wmae

from forecasting import ForecastSettings
from forecasting.experts.naive import RecentMean
from forecasting.grid import grid_of
from signals import Col, DriverGroup

LEVELS = (0.1, 0.5, 0.9)
QUIET = ForecastSettings(experts=("last four periods", "seasonal naive"))


def weekly(units: np.ndarray, holiday: np.ndarray | None = None) -> pd.DataFrame:
    """Rows of series by weeks; NaN units leave a row out before the last two weeks."""
    series, weeks = units.shape
    days = pd.date_range("2020-01-06", periods=weeks, freq="7D")
    frame = pd.DataFrame(
        {
            Col.SERIES_ID: np.repeat([f"s{row}" for row in range(series)], weeks),
            Col.CATEGORY: "c",
            Col.DAY: np.tile(days, series),
            Col.UNITS: units.ravel(),
            "holiday week": np.tile(np.zeros(weeks) if holiday is None else holiday, series),
        }
    )
    return frame[frame[Col.UNITS].notna() | (frame[Col.DAY] > days[-3])]


def judged_of(units: np.ndarray, holiday: np.ndarray | None = None, **options: int):
    public = panel_of(weekly(units, holiday), {DriverGroup.CALENDAR: ("holiday week",)})
    newest = len(grid_of(public.panel).days) - 3
    origins = [newest - 6, newest - 4, newest - 2, newest]
    return judge(public, QUIET, [RecentMean(LEVELS)], Origins(origins, **{"warm_up": 2, **options}))


@pytest.fixture
def units() -> np.ndarray:
    table = np.random.default_rng(4).poisson(50, (5, 42)).astype(float)
    table[:, 40:] = np.nan
    return table


def test_only_observed_weeks_from_the_first_step_on_are_judged(units):
    units[2, 37] = np.nan  # a week the table does not hold

    judged = judged_of(units, first_step=2)

    assert judged.actual.shape == (5, 2, 2)
    assert np.isnan(judged.actual[:, :, 0]).all()
    assert np.isnan(judged.actual).sum() == 10 + 1
    assert judged.actual[0, 1, 1] == units[0, 39]


def test_weights_and_intervals_come_from_completed_origins_alone(units):
    other = units.copy()
    other[:, 38:40] *= 50  # what only the last judged origin looks forward to

    first, second = judged_of(units), judged_of(other)

    np.testing.assert_array_equal(first.final, second.final)


def test_segments_tell_slow_movers_young_series_and_promoted_weeks(units):
    units = np.tile(units, (1, 2))[:, 2:]
    units[:, :40] = np.nan_to_num(units[:, :40], nan=50.0)
    units[3] /= 50
    units[4, :60] = np.nan
    promoted = np.zeros((5, 80), dtype=bool)
    promoted[:, 79] = True

    segments = judged_of(units).segments(promoted)

    assert segments["slow mover"].any(axis=(1, 2)).tolist() == [False, False, False, True, False]
    assert segments["short history"].any(axis=(1, 2)).tolist() == [False] * 4 + [True]
    assert segments["promo week"].sum() == 5
    assert segments["promo week"][:, 1, 1].all()


def test_holiday_weeks_count_five_times(units):
    holiday = np.zeros(42)
    holiday[39] = 1.0
    judged = judged_of(units, holiday)
    error = np.abs(judged.actual - judged.final[..., 1])

    expected = (error.sum() + 4 * error[:, 1, 1].sum()) / (error.size + 4 * 5)

    assert wmae(judged, judged.final) == pytest.approx(expected)
