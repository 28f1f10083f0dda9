"""What several experts need of a table is made once, and not kept longer than the table."""

from __future__ import annotations

import gc
import weakref
from dataclasses import replace

import pandas as pd

from forecasting.grid import grid_of
from forecasting.inputs.sales import sales_of
from forecasting.once import OncePerTable


def test_of_one_table_it_is_made_once_for_each_way():
    once: OncePerTable[list[int]] = OncePerTable()
    table = pd.DataFrame({"units": [1.0]})

    first = once.of(table, 8, lambda: [8])

    assert once.of(table, 8, lambda: [9]) is first
    assert once.of(table, 4, lambda: [4]) == [4]


def test_an_equal_table_is_another_table():
    once: OncePerTable[list[int]] = OncePerTable()
    table = pd.DataFrame({"units": [1.0]})

    first = once.of(table, 8, lambda: [8])

    assert once.of(table.copy(), 8, lambda: [9]) == [9]
    assert first == [8]


def test_nothing_is_kept_of_a_table_nobody_holds():
    once: OncePerTable[pd.Series] = OncePerTable()
    table = pd.DataFrame({"units": [1.0]})
    made = weakref.ref(once.of(table, 8, lambda: pd.Series([2.0])))

    del table
    gc.collect()

    assert made() is None


def test_a_plan_that_changes_leaves_the_sales_as_they_were_read(panel):
    supposed = replace(panel, future=panel.future.copy())

    assert sales_of(supposed) is sales_of(panel)
    assert grid_of(supposed) is grid_of(panel)


def test_other_sales_are_read_anew(panel):
    doubled = replace(panel, history=panel.history.assign(units=2 * panel.history["units"]))

    before = sales_of(panel).grid.units.sum()

    assert sales_of(doubled).grid.units.sum() == 2 * before
