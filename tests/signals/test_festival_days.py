"""Festivals fall on the days that the libraries and the almanac say."""

from __future__ import annotations

from datetime import date

import holidays
import numpy as np
import pandas as pd
import pytest

from signals.calendar import CalendarRules, calendar_columns, calendar_frame, years_without_workdays
from signals.errors import ConfigError, DataError
from signals.festival_days import festivals

YEARS = range(2015, 2031)
CHINA = {year: holidays.country_holidays("CN", years=year, language="en_US") for year in YEARS}
QIXI = (
    "2015-08-20 2016-08-09 2017-08-28 2018-08-17 2019-08-07 2020-08-25 2021-08-14 2022-08-04 "
    "2023-08-22 2024-08-10 2025-08-29 2026-08-19 2027-08-08 2028-08-26 2029-08-16 2030-08-05"
)


def peaks(name: str) -> list[date]:
    festival = next(festival for festival in festivals() if festival.name == name)
    return [festival.peak(year) for year in YEARS]


@pytest.mark.parametrize(
    ("name", "named"),
    [("spring_festival", "Chinese New Year"), ("mid_autumn", "Mid-Autumn Festival")],
)
def test_moving_festivals_fall_where_the_holiday_library_has_them(name, named):
    expected = [
        min(day for day, what in CHINA[year].items() if named in what and "Eve" not in what)
        for year in YEARS
    ]

    assert peaks(name) == expected


def test_qixi_falls_where_the_almanac_has_it():
    assert [day.isoformat() for day in peaks("qixi")] == QIXI.split()


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("double_11", "2025-11-11"),
        ("double_11_presale", "2025-10-20"),
        ("june_18", "2025-06-18"),
        ("double_12", "2025-12-12"),
        ("love_520", "2025-05-20"),
        ("national_day", "2025-10-01"),
        ("black_friday", "2025-11-28"),
        ("mothers_day", "2025-05-11"),
        ("lovers_day_br", "2025-06-12"),
    ],
)
def test_each_festival_has_its_day(name, day):
    assert peaks(name)[2025 - YEARS[0]].isoformat() == day


def test_the_pre_sale_is_felt_before_double_11_and_not_as_much():
    days = pd.date_range("2025-10-15", "2025-11-12")
    frame = calendar_frame(days, 1)

    assert frame.loc["2025-10-25", "festival_double_11_presale"] == 0.3
    assert (frame.loc["2025-11-01":, "festival_double_11_presale"] == 0).all()
    assert frame.loc["2025-10-25", "festival"] < frame.loc["2025-11-11", "festival"] == 1


def test_cyber_monday_belongs_to_black_friday():
    felt = calendar_frame(pd.date_range("2025-11-26", "2025-12-03"), 1)["festival_black_friday"]

    assert felt[felt == 1].index.tolist() == pd.date_range("2025-11-28", "2025-12-01").tolist()


def test_weekends_worked_for_a_longer_holiday_agree_in_both_libraries():
    days = pd.date_range("2015-01-01", "2026-12-31")
    worked = calendar_frame(days, 1)["workday_cn"]

    known = {
        day
        for year in range(2015, 2027)
        for day in CHINA[year].weekend_workdays
        if day.year == year
    }
    assert {day.date() for day in days[worked == 1]} == known
    assert date(2025, 10, 11) in known


def test_years_without_announced_workdays_are_named():
    assert years_without_workdays(pd.DatetimeIndex(["2026-01-05"])) == []
    assert years_without_workdays(pd.date_range("2035-01-01", "2036-02-01")) == [2035, 2036]


def test_a_day_beyond_the_chinese_calendar_is_refused():
    with pytest.raises(DataError, match="known for 1900 to 2100; the data reaches 2101"):
        calendar_frame(pd.DatetimeIndex(["2101-05-05"]), 1)


def test_a_shop_in_brazil_knows_no_chinese_festivals():
    rules = CalendarRules(markets=("BR",))
    days = pd.date_range("2025-01-01", "2025-12-31")

    frame = calendar_frame(days, 1, rules)

    assert list(frame) == calendar_columns(daily=True, rules=rules)
    assert "holiday_br" in frame
    assert "workday_cn" not in frame
    assert frame.loc["2025-06-12", "festival"] == 1
    assert frame.loc["2025-11-11", "festival"] == 0
    assert np.isfinite(frame.to_numpy(float)).all()


@pytest.mark.parametrize("markets", [("CN", "ATLANTIS"), ()])
def test_unknown_markets_are_refused(markets):
    with pytest.raises(ConfigError, match="expected ISO codes of countries"):
        CalendarRules(markets=markets)
