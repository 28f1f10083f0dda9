"""Text corrects what the numbers missed, for those who listen."""

from __future__ import annotations

import numpy as np
import pytest

from forecasting.experts.response import TextResponse, learn_response

SERIES = tuple(f"product:{i}" for i in range(20))
ROWS = 30_000


def _world(effect: float, seed: int = 2):
    random = np.random.default_rng(seed)
    series = random.integers(0, len(SERIES), ROWS)
    said = random.normal(0, 0.4, (ROWS, 2))
    listens = series < 10
    misses = effect * listens * said[:, 0] + random.normal(0, 0.25, ROWS)
    return said, misses, series


def _learn(effect: float) -> TextResponse:
    said, misses, series = _world(effect)
    return learn_response(
        said, misses, series, (("mood", "noise"), SERIES), np.ones(ROWS, dtype=bool)
    )


def test_series_that_listen_are_told_from_those_that_do_not():
    answers = np.array([_learn(0.5).answers[name] for name in SERIES])

    assert answers[:10].min() > 4 * answers[10:].max()


def test_the_factor_follows_the_planted_effect():
    response = _learn(0.5)
    said = np.zeros((1, 2, 2))
    said[0, 0, 0] = 0.4

    factor = response.factor(said, SERIES[:1])

    assert factor[0, 0] == pytest.approx(np.exp(0.5 * 0.4), rel=0.08)
    assert factor[0, 1] == 1.0


def test_where_nothing_was_ever_said_nothing_is_moved():
    empty = np.zeros((0, 2))

    response = learn_response(
        empty, empty[:, 0], np.zeros(0, int), (("mood", "noise"), SERIES), empty[:, 0] > 0
    )

    assert response.factor(np.ones((20, 1, 2)), SERIES).tolist() == [[1.0]] * 20


def test_noise_moves_a_forecast_by_next_to_nothing():
    response = _learn(0.0)

    factor = response.factor(np.full((20, 1, 2), 0.4), SERIES)

    np.testing.assert_allclose(factor, 1.0, atol=0.02)


def test_an_unknown_series_is_left_alone_and_extremes_are_capped():
    response = _learn(0.5)
    said = np.full((1, 1, 2), 1000.0)

    assert response.factor(said, ["product:new"]).item() == 1.0
    assert response.factor(said, SERIES[:1]).item() == pytest.approx(np.exp(0.7))


def test_it_comes_back_from_json_as_it_was():
    response = _learn(0.5)

    again = TextResponse.from_dict(response.to_dict())

    said = np.random.default_rng(1).normal(size=(20, 3, 2))
    assert response.factor(said, SERIES).tobytes() == again.factor(said, SERIES).tobytes()
