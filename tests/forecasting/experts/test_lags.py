"""Lags against values worked by hand; nothing later leaks in."""

from __future__ import annotations

import numpy as np

from forecasting.inputs.lags import lags_of
from signals import WEEK

PERIODS, HORIZON = 120, 8


def _lags(units):
    return lags_of(units, WEEK, HORIZON)


def test_lags_of_a_straight_line_are_what_a_hand_counts():
    units = np.arange(1.0, PERIODS + 1)[None]

    lags = _lags(units)

    assert [lag[0, 119] for lag in lags.recent] == [120, 119, 118, 117]
    assert lags.short[0, 119] == 118.5
    assert lags.middle[0, 119] == 114.0
    assert lags.long[0, 119] == 107.5
    assert lags.ever[0, 119] == 60.5
    np.testing.assert_allclose(lags.spread[0, 119], np.std(np.arange(13), ddof=1))
    assert lags.season_ago[0, 119 + 5] == units[0, 124 - 52]
    assert lags.same_season_ago[0, 119 + 5] == units[0, 124 - 52]
    assert lags.middle_season_ago[0, 119] == units[0, 119 - 52 - 12 : 119 - 52 + 1].mean()
    assert lags.recent[0].shape == (1, PERIODS + HORIZON)


def test_what_comes_later_changes_no_earlier_column():
    random = np.random.default_rng(5)
    units = random.poisson(20.0, (3, PERIODS)).astype(float)
    other = units.copy()
    other[:, 100:] = 999.0

    before, after = _lags(units), _lags(other)

    for name in ("short", "middle", "long", "spread", "smooth", "ever", "middle_season_ago"):
        one, two = getattr(before, name), getattr(after, name)
        np.testing.assert_array_equal(one[:, :100], two[:, :100], err_msg=name)
    np.testing.assert_array_equal(before.recent[0][:, :100], after.recent[0][:, :100])
    ahead = slice(100, 100 + HORIZON)
    np.testing.assert_array_equal(before.season_ago[:, ahead], after.season_ago[:, ahead])
    same = (before.same_season_ago, after.same_season_ago)
    np.testing.assert_array_equal(same[0][:, ahead], same[1][:, ahead])


def test_a_series_that_starts_late_is_unknown_before():
    units = np.arange(1.0, PERIODS + 1)[None].repeat(2, axis=0)
    units[1, :30] = np.nan

    lags = _lags(units)

    assert np.isnan(lags.short[1, :30]).all()
    assert lags.short[1, 30:33].tolist() == [31.0, 31.5, 32.0]
    assert lags.short[0, 30] == 29.5
