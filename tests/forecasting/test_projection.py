"""Nearest forecasts on a tree, against a general solver of the same least squares."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import nnls

from forecasting.agreement.projection import generations, project

SHOP = np.array([-1, 0, 0, 0, 1, 1, 1, 2])  # a total, two categories and a loose product, leaves


def leaves_of(parents):
    return np.setdiff1d(np.arange(len(parents)), parents)


def by_general_solver(base, variance, parents):
    leaves = leaves_of(parents)
    holds = np.eye(len(parents))
    for here in reversed(generations(parents)[1:]):
        np.add.at(holds, parents[here], holds[here])
    sums = holds[:, leaves]
    weights = 1 / np.sqrt(variance)
    return sums @ nnls(sums * weights[:, None], base * weights)[0]


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_the_optimum_is_that_of_a_general_solver_whatever_the_base_forecasts(seed):
    random = np.random.default_rng(seed)
    base = random.gamma(0.5, 50, len(SHOP)) * (random.random(len(SHOP)) < 0.7)
    variance = random.gamma(0.7, 50, len(SHOP)) + 0.01

    found = project(base[:, None], variance[:, None], SHOP)[:, 0]

    np.testing.assert_allclose(found, by_general_solver(base, variance, SHOP), atol=1e-6)
    assert found.min() >= 0.0


@pytest.mark.parametrize("size", [1e-9, 1.0, 1e12])
def test_sums_are_exact_and_nothing_is_negative_under_hostile_forecasts(size):
    random = np.random.default_rng(5)
    base = random.normal(0, 1, (len(SHOP), 50)) * 10.0 ** random.integers(-6, 7, (len(SHOP), 50))
    variance = 10.0 ** random.integers(-6, 12, base.shape)

    found = project(base * size, variance, SHOP)

    assert found.min() >= 0.0
    for parent, children in ((0, [1, 2, 3]), (1, [4, 5, 6]), (2, [7])):
        np.testing.assert_allclose(found[parent], found[children].sum(axis=0), rtol=1e-12)


def test_a_sum_without_error_is_kept_and_shared_out_by_the_variance_of_the_children():
    base = np.array([[100.0], [30.0], [30.0]])
    variance = np.array([[1e-12], [1.0], [3.0]])

    found = project(base, variance, np.array([-1, 0, 0]))

    np.testing.assert_allclose(found.ravel(), [100.0, 40.0, 60.0])


def test_a_leaf_that_may_not_move_does_not():
    base, variance = np.array([[100.0], [30.0], [30.0]]), np.array([[1.0], [0.0], [1.0]])

    found = project(base, variance, np.array([-1, 0, 0]))

    np.testing.assert_allclose(found.ravel(), [80.0, 30.0, 50.0])


def test_series_that_are_no_sums_stay_where_they_are():
    base = np.array([[3.0], [4.0]])

    assert project(base, np.ones((2, 1)), np.array([-1, -1])).tolist() == base.tolist()
