"""How much each lesson counts."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecasting.inputs.drivers import design_of
from forecasting.inputs.lessons import drawn, lessons_of, weights_by_units


@given(st.lists(st.floats(0.01, 50.0), min_size=1, max_size=60))
def test_rows_are_repeated_as_often_as_they_weigh_give_or_take_one(weights):
    scaled = np.asarray(weights) / np.mean(weights)

    counts = np.bincount(drawn(scaled), minlength=len(scaled))

    assert (np.abs(counts - scaled) <= 1 + 1e-9).all()
    assert abs(counts.sum() - len(scaled)) <= 1


@pytest.fixture(scope="module")
def weighed(panel):
    design = design_of(panel, (), use_text=False)
    lessons = lessons_of(design, design.grid.units)
    scopes = np.asarray(design.grid.scopes)[lessons.series]
    return design, lessons, weights_by_units(scopes, lessons.scale, 1.0)


def test_a_series_counts_by_its_units_within_its_scope(weighed):
    _, lessons, weights = weighed

    first, second = np.flatnonzero(lessons.series == lessons.series[0])[[0, -1]]
    assert weights[first] / weights[second] == pytest.approx(
        lessons.scale[first] / lessons.scale[second]
    )


def test_sums_of_series_count_no_more_than_their_rows(weighed):
    design, lessons, weights = weighed

    scopes = np.asarray(design.grid.scopes)[lessons.series]
    for scope in set(scopes.tolist()):
        assert weights[scopes == scope].mean() == pytest.approx(1.0)
