"""What a season ago tells: growth since, and what series alike have in common."""

from __future__ import annotations

import numpy as np
import pytest

from forecasting.inputs.season_ago import COLUMNS, common_pattern, season_ago_of

SEASON = 52


@pytest.fixture
def noisy():
    """Twenty series that share one wave, each with noise of its own."""
    random = np.random.default_rng(3)
    wave = np.sin(2 * np.pi * np.arange(120) / SEASON)
    clean = 4.0 + np.linspace(0.5, 1.5, 20)[:, None] * wave
    return clean, clean + random.normal(0, 0.3, clean.shape)


def test_chance_is_taken_out_and_what_is_shared_stays(noisy):
    clean, logs = noisy

    smooth = common_pattern(logs, ["tea"] * 20, SEASON)

    before, after = (np.abs(each - clean).mean() for each in (logs, smooth))
    assert after < 0.4 * before


def test_few_series_and_young_ones_stay_as_they_are(noisy):
    _, logs = noisy
    logs[3, :100] = np.nan

    smooth = common_pattern(logs, ["tea"] * 15 + ["ink"] * 5, SEASON)

    np.testing.assert_array_equal(smooth[15:], logs[15:])
    np.testing.assert_array_equal(smooth[3], logs[3])
    assert (smooth[:3] != logs[:3]).all()


def test_growth_since_is_told_of_a_series_and_of_its_newest_weeks(panel):
    season = season_ago_of(panel)
    origin = season.own.shape[1] - 1

    inputs = season.at(origin).inputs

    units = np.expm1(season.own)
    for name, weeks in (("growth of the series", season.window), ("newest growth", 4)):
        now, then = (
            np.log1p(units[:, origin + 1 - weeks - back : origin + 1 - back]).mean(axis=1)
            for back in (0, season.back)
        )
        told = inputs[:, 0, COLUMNS.index(name)]
        if name == "newest growth":
            told = told + inputs[:, 0, 0]
        known = ~np.isnan(told) & (told != 0)
        np.testing.assert_allclose(told[known], (now - then)[known])


def test_before_a_season_has_passed_nothing_is_told(panel):
    season = season_ago_of(panel)

    assert not season.at(season.back).known.any()
