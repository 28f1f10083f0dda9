"""The peers forecast what they are asked for, also beside series that have ended."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from plain_peers import PlainTrees, StatEnsemble
from public_panels import panel_of

from forecasting.judging.backtest import EVERY_GROUP
from signals import Col, DriverGroup

LEVELS = (0.1, 0.5, 0.9)


@pytest.mark.parametrize("peer", [PlainTrees(LEVELS), StatEnsemble(LEVELS)], ids=lambda p: p.name)
def test_a_peer_forecasts_about_what_sells_and_copes_with_a_series_that_ended(peer):
    units = np.random.default_rng(2).poisson(60, (6, 90)).astype(float)
    days = pd.date_range("2020-01-06", periods=92, freq="7D")
    rows = [
        (f"s{row}", "c", day, units[row, week] if week < 90 else np.nan, float(week % 4))
        for row in range(6)
        for week, day in enumerate(days)
        if row < 5 or week < 70
    ]
    columns = [Col.SERIES_ID, Col.CATEGORY, Col.DAY, Col.UNITS, Col.PROMO]
    public = panel_of(pd.DataFrame(rows, columns=columns), {DriverGroup.PRICE: (Col.PROMO,)})

    quantiles = peer.fit(public.panel).predict(public.panel, present=EVERY_GROUP)

    assert quantiles.shape == (6, 2, 3)
    assert (np.diff(quantiles, axis=2) >= 0).all()
    assert quantiles[:5, :, 1] == pytest.approx(60, rel=0.35)
