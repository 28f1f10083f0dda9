"""Slopes against ones that were put in."""

from __future__ import annotations

import json

import numpy as np
import pytest

from forecasting.experts.curve import Curve, Rows, fit_curve

LEVELS = (0.1, 0.5, 0.9)


@pytest.fixture
def world():
    """Two groups: sales fall twice as fast with the first column in the second group."""
    random = np.random.default_rng(5)
    inputs = random.normal(0, 1, (4000, 3))
    inputs[:, 2] = 7.0  # never varies
    groups = np.where(np.arange(4000) % 2 == 0, "tea", "coffee")
    slopes = np.where(groups == "tea", -1.0, -2.0)
    targets = 0.5 + slopes * inputs[:, 0] + random.normal(0, 0.2, 4000)
    return inputs, targets, groups


def fitted(world, targets=None, tells=None):
    inputs, clean, groups = world
    same = np.ones(len(inputs))
    rows = Rows(
        inputs=inputs,
        targets=clean if targets is None else targets,
        weights=same,
        tells=same if tells is None else tells,
        steps=np.zeros(len(inputs), dtype=int),
        groups=groups,
        spread_by=groups,
    )
    return fit_curve(rows, LEVELS)


def test_each_group_finds_its_own_slope(world):
    curve = fitted(world)

    slope = {g: (curve.common + own)[0] / curve.spreads[0] for g, own in curve.own.items()}

    assert slope["tea"] == pytest.approx(-1.0, abs=0.1)
    assert slope["coffee"] == pytest.approx(-2.0, abs=0.1)


def test_a_few_wild_weeks_do_not_move_the_median(world):
    wild = world[1].copy()
    wild[::20] += 10.0
    point = np.zeros((1, 1, 3))

    middles = [
        fitted(world, targets).answer(point, ["tea"])[0, 0, 1] for targets in (world[1], wild)
    ]

    assert middles[1] == pytest.approx(middles[0], abs=0.1)


def test_four_fifths_lie_between_the_outer_quantiles(world):
    inputs, targets, groups = world

    found = fitted(world).answer(inputs[:, None, :], groups.tolist())[:, 0]

    inside = (targets >= found[:, 0]) & (targets <= found[:, 2])
    assert inside.mean() == pytest.approx(0.8, abs=0.03)


def test_rows_that_tell_more_of_what_comes_set_the_width(world):
    inputs, targets, _ = world
    late = np.arange(len(inputs)) >= 2000
    targets = targets + np.where(late, 0.0, np.random.default_rng(6).normal(0, 2.0, len(late)))
    point = np.zeros((1, 1, 3))

    equal, lately = (
        np.ptp(fitted(world, targets, tells).answer(point, ["tea"]))
        for tells in (None, np.where(late, 1.0, 1e-6))
    )

    assert lately < 0.7 * equal


def test_a_group_never_seen_has_the_common_slopes(world):
    curve = fitted(world)

    stranger = curve.answer(np.ones((1, 1, 3)), ["cocoa"])[0, 0, 1]

    tea, coffee = (curve.answer(np.ones((1, 1, 3)), [g])[0, 0, 1] for g in ("tea", "coffee"))
    assert coffee < stranger < tea


def test_json_gives_back_the_same_bytes(world):
    curve = fitted(world)

    again = Curve.from_dict(json.loads(json.dumps(curve.to_dict())))

    answers = [c.answer(np.ones((2, 3, 3)), ["tea", "coffee"]).tobytes() for c in (curve, again)]
    assert answers[0] == answers[1]
