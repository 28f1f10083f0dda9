"""The length of a period is found, and the times that come next are those of the file."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from signals import ConfigError, DataError, frequency_named
from signals.long_table.spacing import find_axis


def axis_of(times, series=None, frequency=None):
    series = np.zeros(len(times), np.int64) if series is None else series
    return find_axis(np.asarray(times), series, ["a", "b"], frequency)


@pytest.mark.parametrize(
    ("freq", "name", "ahead"),
    [
        ("h", "hour", ["2024-01-02T16", "2024-01-02T17"]),
        ("D", "day", ["2024-02-10", "2024-02-11"]),
        ("B", "business day", ["2024-02-26", "2024-02-27"]),
        ("W-SUN", "week", ["2024-10-13", "2024-10-20"]),
        ("W-WED", "week", ["2024-10-09", "2024-10-16"]),
        ("MS", "month", ["2027-05-01", "2027-06-01"]),
        ("ME", "month", ["2027-05-31", "2027-06-30"]),
        ("BME", "month", ["2027-05-31", "2027-06-30"]),
        ("QS-FEB", "quarter", ["2034-02-01", "2034-05-01"]),
        ("QE", "quarter", ["2034-03-31", "2034-06-30"]),
        ("YS", "year", ["2064-01-01", "2065-01-01"]),
    ],
)
def test_every_length_of_period_is_found_with_its_anchor(freq, name, ahead):
    times = pd.date_range("2024-01-01", periods=40, freq=freq).to_numpy()

    axis = axis_of(times)

    assert axis.frequency.name == name
    assert np.diff(axis.numbers(times)).tolist() == [1] * 39
    expected = np.asarray(ahead, dtype="datetime64[ns]")
    assert axis.ahead(times, 2).tolist() == expected.tolist()
    first, last = (axis.day(int(number)) for number in axis.numbers(times)[[0, -1]])
    assert len(axis.frequency.axis(first, last)) == 40


def test_half_the_days_are_still_days():
    times = pd.date_range("2024-01-01", periods=200).to_numpy()
    kept = np.sort(np.random.default_rng(2).permutation(200)[:100])

    assert axis_of(times[kept]).frequency.name == "day"


def test_numbers_count_periods_of_their_own_step():
    axis = axis_of(np.array([10, 20, 40, 50]))

    assert np.diff(axis.numbers(np.array([10, 20, 40, 50]))).tolist() == [1, 2, 1]
    assert axis.ahead(np.array([10, 50]), 2).tolist() == [60, 70]


def test_every_second_day_alone_is_ambiguous():
    with pytest.raises(DataError, match=r"'a' has times 2 days apart.*--freq D"):
        axis_of(pd.date_range("2024-01-01", periods=50, freq="2D").to_numpy())


def test_one_time_tells_no_length():
    with pytest.raises(DataError, match=r"'a' has one time.*--freq W"):
        axis_of(np.array(["2024-01-01"], dtype="datetime64[ns]"))


def test_minutes_are_refused():
    with pytest.raises(DataError, match=r"15:00 apart.*--freq h"):
        axis_of(pd.date_range("2024-01-01", periods=50, freq="15min").to_numpy())


@pytest.mark.parametrize(("fine", "coarse", "said"), [("D", "7D", "week"), ("MS", "QS", "quarter")])
def test_two_granularities_name_the_series(fine, coarse, said):
    one = pd.date_range("2024-01-01", periods=60, freq=fine)
    other = pd.date_range("2024-01-01", periods=8, freq=coarse)
    series = np.repeat([0, 1], [60, 8])

    with pytest.raises(DataError, match=f"'b' has times a {said} apart.*two granularities"):
        axis_of(one.append(other).to_numpy(), series)


def test_two_granularities_in_one_series_are_found():
    times = pd.date_range("2023-01-01", periods=12, freq="MS").append(
        pd.date_range("2024-01-01", periods=60)
    )

    with pytest.raises(DataError, match="'a' has times a month apart"):
        axis_of(times.to_numpy())


def test_a_frequency_is_known_by_many_names():
    names = ("W", "w-mon", "weeks", "week", "business-day", "ME", "Y")

    found = [frequency_named(name).name for name in names]

    assert found == ["week"] * 4 + ["business day", "month", "year"]
    with pytest.raises(ConfigError, match="'x'; expected h, D"):
        frequency_named("x")
