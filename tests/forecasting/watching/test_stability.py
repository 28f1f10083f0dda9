"""The stability index: by hand, and how often it is wrong where nothing has changed."""

from __future__ import annotations

import numpy as np
import pytest

from forecasting.watching.stability import MOVED, limit_of, stability_index


def test_two_halves_by_hand() -> None:
    learnt = np.array([1.0, 1.0, 2.0, 2.0])
    recent = np.array([1.0, 2.0, 2.0, 2.0])
    before, after = np.array([2.5, 2.5]) / 5, np.array([1.5, 3.5]) / 5

    found = stability_index(learnt, recent, bins=2)

    assert found == pytest.approx(float(((after - before) * np.log(after / before)).sum()))


def test_an_input_that_never_varied_and_then_does_has_moved() -> None:
    assert stability_index(np.zeros(200), np.ones(100)) > MOVED


def test_large_samples_without_a_change_stay_below_the_limit() -> None:
    rng = np.random.default_rng(5)
    found = [stability_index(rng.normal(size=60), rng.normal(size=40)) for _ in range(300)]

    assert np.mean(np.array(found) > limit_of(60, 40)) <= 0.01
    assert limit_of(10_000, 10_000) == MOVED
