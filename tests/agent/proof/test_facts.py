"""Facts keep where they come from, and derived ones can be worked out again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from agent.proof.facts import FactSheet, Metric, Origin, Period, Subject, Unit, proves

WEEK = Period(date(2024, 11, 4), date(2024, 11, 10))


@pytest.fixture
def sheet():
    sheet = FactSheet("2024-11-04T00:00:00+00:00")
    for value in (150.0, 120.0):
        sheet.add(Subject("total", Metric.SALES, WEEK), value, Unit.UNITS, Origin("sales", "sum"))
    return sheet


def test_a_derived_fact_names_its_sources_and_its_formula(sheet):
    growth = sheet.derive(Subject("total", Metric.GROWTH, WEEK), Unit.SHARE, "f1 / f2 - 1")

    assert growth.value == pytest.approx(0.25)
    assert (growth.source, growth.formula, growth.sign) == ("sales", "= f1 / f2 - 1", 1)
    assert proves(growth, sheet)


def test_a_value_that_its_formula_does_not_give_is_not_proven(sheet):
    growth = sheet.derive(Subject("total", Metric.GROWTH, WEEK), Unit.SHARE, "f1 / f2 - 1")

    assert not proves(replace(growth, value=0.26), sheet)
    assert not proves(replace(growth, formula="= f1 / f9"), sheet)
    assert not proves(replace(growth, formula="= __import__('os')"), sheet)


def test_a_formula_runs_no_code(sheet):
    with pytest.raises(ValueError, match="a formula holds fact ids"):
        sheet.derive(Subject("total", Metric.GROWTH, WEEK), Unit.SHARE, "f1.__class__")


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_fact_is_a_number(sheet, value):
    with pytest.raises(ValueError, match="not a number"):
        sheet.add(Subject("total", Metric.SALES, WEEK), value, Unit.UNITS, Origin("sales", "sum"))


def test_a_root_is_worked_out_and_that_of_a_negative_number_is_not_proven(sheet):
    period = sheet["f1"].period
    subject = Subject("category:home", Metric.SPREAD, period)
    root = sheet.derive(subject, Unit.UNITS, "(f1 * f1 + f2 * f2) ** 0.5")

    assert root.value == pytest.approx((sheet["f1"].value ** 2 + sheet["f2"].value ** 2) ** 0.5)
    assert proves(root, sheet)
    assert not proves(replace(root, formula="= (0 - f1) ** 0.5"), sheet)
    assert not proves(replace(root, formula="= f1 ** 9"), sheet)
