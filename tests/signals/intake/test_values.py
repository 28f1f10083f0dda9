"""Cells are read as people write them, judged over the whole column."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signals import DataError, DateOrder
from signals.intake.date_order import find_date_order
from signals.intake.values import to_days, to_moments, to_numbers, to_texts, to_truths


@pytest.mark.parametrize(
    ("cells", "numbers"),
    [
        (["1,234.50", "12", "¥1,200"], [1234.5, 12, 1200]),
        (["1.234,50", "12", "R$ 12,90"], [1234.5, 12, 12.9]),
        (["12,5", "3"], [12.5, 3]),
        (["12,5", "1,234"], [12.5, 1.234]),
        (["1,234", "2,000"], [1234, 2000]),
        (["1.234", "0.125"], [1.234, 0.125]),
        (["5%", "0.5"], [0.05, 0.5]),
        (["12元", "¥3", "1e3"], [12, 3, 1000]),
        (["0,500", "1,250"], [0.5, 1.25]),
        (["1 234", "1\u00a0234.5"], [1234, 1234.5]),
        (["1'234.50", "'12"], [1234.5, 12]),
        (["12 pcs", "3 units", "5"], [12, 3, 5]),
        (["3.50 EUR", "€4.20"], [3.5, 4.2]),
        (["(3)", "4-", "−5"], [-3, -4, -5]),
        (["１２", "１，２３４．５"], [12, 1234.5]),
        (["-3", "+4"], [-3, 4]),
    ],
)
def test_numbers_follow_the_marks_their_column_uses(cells, numbers):
    read, wrong = to_numbers(pd.Series(cells))

    assert read.tolist() == pytest.approx(numbers)
    assert not wrong.any()


def test_another_column_tells_how_decimals_are_written():
    cells = pd.Series(["1.234", "12"])

    assert to_numbers(cells, comma=True)[0].tolist() == [1234, 12]
    assert to_numbers(cells, comma=False)[0].tolist() == [1.234, 12]


@pytest.mark.parametrize(
    "cells",
    [
        ["12", "12", "3\u00b2"],  # the note 2, not 32
        ["3 4", "5", "6"],
        ["$3", "$4", "€5"],
        ["3 pcs", "4 pcs", "2 boxes"],
        ["12", "345", "1.234"],  # 1234, or 1.234 among whole numbers
        ["9.90", "3.50", "4,20"],
        ["1", "2", "9" * 100_000 + "x"],
    ],
)
def test_what_may_be_another_number_is_not_read(cells):
    read, wrong = to_numbers(pd.Series(cells))

    assert wrong.sum() == 1
    assert read[wrong].isna().all()


def test_what_is_no_number_is_marked_and_empty_is_not():
    read, wrong = to_numbers(pd.Series(["abc", "1", "", None, "n/a", "1.2.3", "1,23,4", "inf"]))

    assert wrong.tolist() == [True, False, False, False, False, True, True, False]
    assert math.isinf(read.iloc[-1])
    assert read.notna().sum() == 2


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1))
def test_numbers_written_by_python_come_back_exactly(numbers):
    read, wrong = to_numbers(pd.Series([repr(n) for n in numbers]))

    assert read.tolist() == numbers
    assert not wrong.any()


@pytest.mark.parametrize(
    "cell",
    ["2024-05-01", "2024-05-01 10:30", "2024/5/1", "2024年5月1日", "20240501", "1 May 2024",
     "May 1, 2024", "1 de maio de 2024", "01/05/2024", "2024-05-01T23:59:59+08:00",
     "Wed, 1 May 2024", "45413", "２０２４-０５-０１"],
)  # fmt: skip
def test_days_are_read_in_many_forms(cell):
    days, wrong = to_days(pd.Series([cell]))

    assert days[0] == pd.Timestamp("2024-05-01")
    assert not wrong[0]


@pytest.mark.parametrize("cell", ["2024-05", "2024-02-30", "soon", "99/99/2024", "0001-01-01", "7"])
def test_what_is_no_day_is_marked(cell):
    days, wrong = to_days(pd.Series([cell]))

    assert wrong[0]
    assert days.isna()[0]


def test_moments_take_zones_and_unix_seconds():
    cells = ["2024-05-01T08:00:00+08:00", "2024-05-01", "1714521600", "1714521600000"]
    moments, wrong = to_moments(pd.Series(cells))

    assert moments.eq(pd.Timestamp("2024-05-01", tz="UTC")).all()
    assert not wrong.any()


def test_the_order_of_day_and_month_is_found_over_the_column():
    assert find_date_order(pd.Series(["01/02/2024", "13/02/2024"]), "d") is DateOrder.DAY_FIRST
    assert find_date_order(pd.Series(["01/02/2024", "02/13/2024"]), "d") is DateOrder.MONTH_FIRST
    assert find_date_order(pd.Series(["2024-02-01", "05/05/2024"]), "d") is None

    days, _ = to_days(pd.Series(["01/02/2024"]), DateOrder.MONTH_FIRST)
    assert days[0] == pd.Timestamp("2024-01-02")


@pytest.mark.parametrize("cell", ["０１/０２/２０２４", "\u200b01/02/2024", "'01/02/2024"])
def test_days_in_other_characters_are_asked_about_too(cell):
    with pytest.raises(DataError, match="--date-order"):
        find_date_order(pd.Series([cell]), "when")


def test_moments_that_do_not_fit_are_wrong_and_break_nothing():
    far = pd.Series(pd.to_datetime(["2024-05-01"]).astype("datetime64[s]"))
    far[1] = pd.Timestamp("9999-01-01").as_unit("s")

    assert to_days(far)[1].tolist() == [False, True]
    assert to_moments(far)[1].tolist() == [False, True]


def test_days_that_read_both_ways_are_refused():
    with pytest.raises(
        DataError, match=r"'01/02/2024' in column 'when' .*--date-order.*: day-first"
    ):
        find_date_order(pd.Series(["01/02/2024", "03/03/2024"]), "when")


def test_days_written_in_both_orders_are_refused_but_for_slips():
    mixed = pd.Series(["13/02/2024", "02/13/2024"])
    slip = pd.Series(["13/02/2024"] * 40 + ["02/13/2024"])

    with pytest.raises(DataError, match="some days day first and some month first"):
        find_date_order(mixed, "when")
    assert find_date_order(slip, "when") is DateOrder.DAY_FIRST
    assert to_days(slip, DateOrder.DAY_FIRST)[1].sum() == 1


def test_ids_read_as_floats_lose_the_point():
    texts, _ = to_texts(pd.Series([12.0, 2.5, None]))

    assert texts.dropna().tolist() == ["12", "2.5"]


def test_leading_zeros_of_ids_stay():
    assert to_texts(pd.Series(["007", " 8 "]))[0].tolist() == ["007", "8"]


def test_yes_and_no_are_read_in_three_languages():
    truths, wrong = to_truths(pd.Series(["是", "no", "sim", "maybe", None]))

    assert truths.tolist()[:3] == [True, False, True]
    assert wrong.tolist() == [False, False, False, True, False]
