"""Festivals and holidays fall on their days, and everything is known ahead."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from signals.calendar import (
    calendar_columns,
    calendar_frame,
)
from signals.festival_days import festivals

YEAR = pd.date_range("2025-01-01", "2025-12-31")


def intensity(name: str, days: pd.DatetimeIndex = YEAR) -> pd.Series:
    festival = next(festival for festival in festivals() if festival.name == name)
    return pd.Series(festival.intensity(days), index=days)


@pytest.mark.parametrize(
    ("name", "peak"),
    [
        ("double_11", "2025-11-11"),
        ("june_18", "2025-06-18"),
        ("double_12", "2025-12-12"),
        ("black_friday", "2025-11-28"),
        ("spring_festival", "2025-01-29"),
        ("mothers_day", "2025-05-11"),
        ("valentine", "2025-02-14"),
    ],
)
def test_festivals_peak_on_their_day(name, peak):
    felt = intensity(name)

    assert felt[felt == 1].index[0] == pd.Timestamp(peak)
    assert felt.max() == 1
    assert felt.min() == 0


@pytest.mark.parametrize(
    ("year", "day"),
    [(2023, "2023-01-22"), (2024, "2024-02-10"), (2026, "2026-02-17"), (2027, "2027-02-06")],
)
def test_spring_festival_moves_with_the_moon(year, day):
    felt = intensity("spring_festival", pd.date_range(f"{year}-01-01", f"{year}-03-31"))

    assert felt[felt == 1].index[0] == pd.Timestamp(day)


def test_warm_up_rises_to_the_peak_and_ends_after_it():
    felt = intensity("double_11")["2025-10-25":"2025-11-20"]

    assert felt[:"2025-11-11"].is_monotonic_increasing
    assert felt["2025-11-11":].is_monotonic_decreasing
    assert felt["2025-10-31"] == 0
    assert 0.14 < felt["2025-11-01"] < 0.2
    assert felt["2025-11-14"] == 0


def test_next_and_last_are_the_neighbouring_periods():
    weeks = pd.date_range("2025-10-06", periods=10, freq="7D")

    frame = calendar_frame(weeks, 7)

    np.testing.assert_allclose(frame["festival_next"][:-1], frame["festival"][1:])
    np.testing.assert_allclose(frame["festival_last"][1:], frame["festival"][:-1])


def test_holidays_of_each_country_are_shares_of_the_period():
    week = calendar_frame(pd.DatetimeIndex(["2025-11-24"]), 7).iloc[0]

    assert week["holiday_us"] == pytest.approx(1 / 7)  # Thanksgiving
    assert week["holiday_cn"] == 0


@pytest.mark.parametrize("days_a_period", [1, 7])
def test_the_calendar_is_finite_and_the_same_whatever_is_asked_beside_it(days_a_period):
    periods = pd.date_range("2024-12-02", periods=60, freq=f"{days_a_period}D")

    whole = calendar_frame(periods, days_a_period)
    part = calendar_frame(periods[20:30], days_a_period)

    assert list(whole.columns) == calendar_columns(daily=days_a_period == 1)
    assert np.isfinite(whole.to_numpy(float)).all()
    pd.testing.assert_frame_equal(whole[20:30], part, check_freq=False)
