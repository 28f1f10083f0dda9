"""What would have been published in the backtest is kept, a row a series, origin and period."""

from __future__ import annotations

import numpy as np
import pandas as pd

from forecasting.judging.rehearsals import rehearsal_rows
from signals import REHEARSALS, Col, Lake
from tests.forecasting.test_reconcile import backtest_of


def test_every_origin_of_the_backtest_is_laid_out_for_the_periods_after_it(tmp_path):
    backtest, point = backtest_of(0.0, origins=3, horizon=4)
    published = np.broadcast_to(point[..., None], (*point.shape, len(backtest.levels))).copy()
    published[0, 0, 1] = np.nan  # was not forecast

    rows = rehearsal_rows((backtest, published), "r1")

    series = backtest.grid.series_ids[0]
    first = rows[(rows[Col.SERIES_ID] == series) & (rows[Col.MADE_ON] == backtest.made_on[0])]
    begins = backtest.made_on[0] + pd.Timedelta(days=1)
    assert list(first[Col.DAY]) == [begins + pd.Timedelta(weeks=step) for step in (0, 2, 3)]
    assert list(first[Col.STEP]) == [1, 3, 4]
    assert first[Col.UNITS].tolist() == [100.0] * 3
    assert len(rows) == 6 * 3 * 4 - 1
    lake = Lake(tmp_path)
    with lake.batch() as batch:
        assert batch.add(REHEARSALS, rows) == len(rows)


def test_without_a_backtest_nothing_is_kept(tmp_path):
    lake = Lake(tmp_path)

    with lake.batch() as batch:
        assert batch.add(REHEARSALS, rehearsal_rows(None, "r1")) == 0
