"""Which rows of the past teach."""

from __future__ import annotations

import numpy as np

from forecasting.inputs.lessons import YOUNGEST, drawn_targets

UNITS = np.arange(50 * 60, dtype=float).reshape(50, 60)


def _drawn(most_rows, first=YOUNGEST - 1):
    return list(drawn_targets(UNITS, UNITS, 4, first, most_rows))


def test_without_a_limit_every_known_target_of_every_origin_teaches():
    drawn = dict(_drawn(10**9))

    assert list(drawn) == list(range(3, 59))
    assert drawn[10][7].tolist() == UNITS[7, 11:15].tolist()
    assert np.isnan(drawn[57][:, 2:]).all()
    assert not np.isnan(drawn[57][:, :2]).any()


def test_of_more_rows_each_origin_gives_its_share_and_always_the_same():
    counts = [int((~np.isnan(actual)).sum()) for _, actual in _drawn(5000)]

    assert 4700 < sum(counts) < 5300
    assert min(counts[:-4]) > 60
    for (_, one), (_, other) in zip(_drawn(5000), _drawn(5000), strict=True):
        assert one.tobytes() == other.tobytes()


def test_an_update_takes_the_newest_origins_alone():
    assert [origin for origin, _ in _drawn(10**9, first=50)] == list(range(50, 59))
