"""Times come back as they were written."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pyarrow as pa
import pytest

from signals import DataError, DateOrder
from signals.long_table.times import read_times


def again(cells, order=None):
    """Read cells and write them again."""
    column = cells if isinstance(cells, pa.ChunkedArray) else pa.chunked_array([cells])
    times, style = read_times(column, "day", order)
    return times, style.column(times).to_pylist()


@pytest.mark.parametrize(
    "cells",
    [
        ["2024-01-31", "2024-02-01"],
        ["2024/01/31", "2024/02/01"],
        ["31/01/2024", "01/02/2024"],
        ["1/31/2024", "2/1/2024"],
        ["31.1.2024", "1.2.2024"],
        ["20240131", "20240201"],
        ["2024-01-31 08:05", "2024-02-01 00:00"],
        ["1/31/2024 8:05", "2/1/2024 10:00"],
        ["2024-01-31T08:05:00Z", "2024-02-01T00:00:00Z"],
        ["2024-01", "2024-12"],
        ["Jan 2024", "Dec 2024"],
        ["2024Q1", "2024Q4"],
        ["2024-W01", "2024-W52"],
        ["1999", "2024"],
        ["7", "19"],
        [20240131, 20240201],
        [2023, 2024],
        [41, 42],
        [date(2024, 1, 31), date(2024, 2, 1)],
    ],
)
def test_what_is_read_is_written_alike(cells):
    _, written = again(cells)

    assert written == cells


def test_zones_are_kept():
    times = pd.date_range("2024-03-09", periods=3, tz="America/New_York")

    read, written = again(pa.chunked_array([pa.array(times)]))

    assert [str(time)[:13] for time in read] == ["2024-03-09T00", "2024-03-10T00", "2024-03-11T00"]
    assert written == list(times)


def test_days_that_read_two_ways_need_a_word():
    cells = ["01/02/2024", "02/02/2024"]

    with pytest.raises(DataError, match=r"--date-order\): day-first or month-first"):
        again(cells)
    assert str(again(cells, DateOrder.DAY_FIRST)[0][0])[:10] == "2024-02-01"
    assert str(again(cells, DateOrder.MONTH_FIRST)[0][0])[:10] == "2024-01-02"


@pytest.mark.parametrize(
    ("cells", "said"),
    [(["2024-01-01", None], "no time in row 2"), (["2024-01-01", "soon"], "'soon'; expected")],
)
def test_what_is_no_time_is_refused(cells, said):
    with pytest.raises(DataError, match=said):
        again(cells)
