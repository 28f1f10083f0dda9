"""The backtest sees only what was visible, and keeps what came out."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from forecasting.experts.naive import RecentMean
from forecasting.grid import grid_of
from forecasting.judging.ablation import judge_text
from forecasting.judging.backtest import (
    EVERY_GROUP,
    Backtest,
    ExpertKey,
    Variant,
    backtest,
    origins_of,
)
from signals import Col, Scope, silent

LEVELS = (0.1, 0.5, 0.9)
WITH, WITHOUT = (ExpertKey("trees", v) for v in (Variant.WITH_TEXT, Variant.WITHOUT_TEXT))


@dataclass
class Witness:
    """Remembers the last day it was shown, and forecasts as the mean of the last weeks does."""

    name: str = "witness"
    uses_text: bool = True
    days: list[pd.Timestamp] = field(default_factory=list)
    presents: list[frozenset] = field(default_factory=list)

    def fit(self, panel, *, progress=silent):
        self.days.append(panel.history[Col.DAY].max())
        return self

    def predict(self, panel, *, present):
        self.presents.append(present)
        return RecentMean(LEVELS).predict(panel, present=EVERY_GROUP)

    def save(self, folder):
        """Keep nothing."""


def test_origins_leave_one_horizon_of_outcomes():
    assert origins_of(104, 8, origins=4, every=4) == [83, 87, 91, 95]
    assert origins_of(30, 4, origins=4, every=4) == [17, 21, 25]
    assert origins_of(10, 4, origins=4, every=4) == []


def test_experts_see_nothing_after_each_origin_and_outcomes_are_what_was_sold(panel):
    witness, grid = Witness(), grid_of(panel)

    tried = backtest(panel, [witness], LEVELS, [59, 67])

    assert witness.days == [grid.days[59], grid.days[67]]
    np.testing.assert_array_equal(tried.actual[:, 1], grid.units[:, 68:72])
    assert tried.made_on == (
        grid.days[59] + pd.Timedelta(days=6),
        grid.days[67] + pd.Timedelta(days=6),
    )


def test_an_expert_that_reads_text_is_asked_with_and_without(panel):
    witness = Witness()

    tried = backtest(panel, [witness, RecentMean(LEVELS)], LEVELS, [59])

    assert [key.variant for key in tried.quantiles] == ["with_text", "without_text", ""]
    assert len(witness.days) == 1
    assert {len(present) for present in witness.presents} == {
        len(EVERY_GROUP),
        len(EVERY_GROUP) - 1,
    }


def test_a_series_that_had_not_begun_counts_at_later_origins_only(panel):
    late = (panel.history[Col.SERIES_ID] == "product:p004") & (
        panel.history[Col.DAY] <= grid_of(panel).days[62]
    )

    tried = backtest(
        replace(panel, history=panel.history[~late]), [RecentMean(LEVELS)], LEVELS, [59, 67]
    )

    row = tried.grid.series_ids.index("product:p004")
    assert np.isnan(tried.actual[row, 0]).all()
    assert not np.isnan(tried.actual[row, 1]).any()


def test_progress_never_goes_back(panel):
    told = []

    backtest(
        panel,
        [RecentMean(LEVELS), Witness()],
        LEVELS,
        [59, 67],
        progress=lambda step, done, total: told.append((step, done / total)),
    )

    shares = [share for _, share in told]
    assert shares == sorted(shares)
    assert told[-1] == ("backtest", 1.0)


def _twins(panel, gain: float) -> Backtest:
    """Misses of 10 units without text; text shrinks them by ``gain`` on average."""
    tried = backtest(panel, [RecentMean(LEVELS)], LEVELS, [59, 67])
    noise = np.random.default_rng(0).normal(0, 2.0, tried.actual.shape)
    quantiles = {
        key: np.repeat((tried.actual + miss)[..., None], 3, axis=3)
        for key, miss in ((WITH, 10.0 - gain + noise), (WITHOUT, np.full(noise.shape, 10.0)))
    }
    return replace(tried, quantiles=quantiles)


def test_text_that_helps_is_found_to_help(panel):
    verdicts = judge_text(_twins(panel, 3.0), "trees", np.random.default_rng(1))

    verdict = verdicts[Scope.PRODUCT]
    assert verdict.helped
    assert verdict.high < 0
    assert verdict.with_text < verdict.without_text


def test_text_that_only_adds_noise_is_not_believed(panel):
    verdicts = judge_text(_twins(panel, 0.0), "trees", np.random.default_rng(1))

    assert not any(verdict.helped for verdict in verdicts.values())


def test_a_scope_of_few_series_follows_the_products(panel, make_panel):
    helped = judge_text(_twins(make_panel(products=12), 3.0), "trees", np.random.default_rng(1))

    assert helped[Scope.TOTAL].helped
    assert helped[Scope.TOTAL].points == 2
