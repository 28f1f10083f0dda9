"""A small shop that moves: products of the demo shop, with a run and alerts at several cuts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from signals import (
    BEHAVIOUR,
    COVARIATES,
    DOCUMENTS,
    SALES,
    Col,
    DemoWorld,
    Lake,
    build_demo_world,
)
from ui.pipeline import run_pipeline
from ui.settings import Settings, load_settings

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

END: Final = pd.Timestamp("2025-10-06", tz="UTC")
"""The moment from which all of the shop is known."""
CUTS: Final = tuple(END - pd.Timedelta(weeks=weeks) for weeks in (14, 3, 1))
"""Mondays on which the shop was run; on the last one a wave of complaints is open."""
CHEAP: Final = "last four periods,seasonal naive"
"""Experts that cost next to nothing."""
_HISTORY: Final = pd.Timedelta(weeks=66)


def small_shop(home: Path, *, products: int, seed: int = 7) -> Settings:
    """Build the shop; nothing has been run yet.

    Every table of the lake that a source fills holds something, and much becomes known late or is
    told anew: a fortieth of the sales is restated, a statistic is revised.

    Parameters
    ----------
    products
        How many, those with waves of complaints among them.
    """
    settings = load_settings(
        home, scorer="lexicon", encoder="hashing", experts=CHEAP, origins=2, horizon=4
    )
    world, random = build_demo_world(seed), np.random.default_rng(seed)
    chosen = _chosen(world, products)
    with Lake(settings.workspace.lake).batch() as batch:
        for table, rows in world.feeds:
            name = Col.REGION if table is COVARIATES else Col.PRODUCT_ID
            rows = rows[rows[name].isin(chosen)]
            if table in {SALES, DOCUMENTS}:
                rows = rows[rows[Col.AVAILABLE_AT] > END - _HISTORY]
            batch.add(table, rows)
            if table is SALES:
                batch.add(SALES, _restated(rows, random))
                batch.add(BEHAVIOUR, _behaviour(rows, random))
        batch.add(COVARIATES, _statistic(random))
    return settings


def run_at(settings: Settings, moments: Sequence[pd.Timestamp] = (*CUTS, END)) -> None:
    """Run the whole pipeline as of some moments, and a second before each."""
    for moment in moments:
        run_pipeline(settings, now=moment - pd.Timedelta(seconds=1), as_of=moment)


def _chosen(world: DemoWorld, count: int) -> list[str]:
    talked_of = [complaint.product_id for complaint in world.truth.complaints]
    return list(dict.fromkeys([*talked_of, *world.products[Col.PRODUCT_ID]]))[:count]


def _restated(sales: pd.DataFrame, random: np.random.Generator) -> pd.DataFrame:
    again = sales[random.random(len(sales)) < 1 / 40]
    late = pd.to_timedelta(random.integers(2, 60, len(again)), unit="D")
    return again.assign(
        **{Col.UNITS: again[Col.UNITS] * 2, Col.AVAILABLE_AT: again[Col.AVAILABLE_AT] + late}
    )


def _behaviour(sales: pd.DataFrame, random: np.random.Generator) -> pd.DataFrame:
    days = sales.groupby([Col.PRODUCT_ID, Col.DAY], as_index=False)[Col.UNITS].sum()
    views = random.poisson(8 * days[Col.UNITS] + 5).astype(float)
    return days.drop(columns=Col.UNITS).assign(
        **{
            Col.VIEWS: views,
            Col.CARTS: np.floor(views / 5),
            Col.PURCHASES: np.floor(views / 9),
            Col.AVAILABLE_AT: (days[Col.DAY] + pd.Timedelta(days=1)).dt.tz_localize("UTC"),
        }
    )


def _statistic(random: np.random.Generator) -> pd.DataFrame:
    months = pd.date_range("2024-01-01", END.tz_localize(None), freq="MS")
    told = [
        pd.DataFrame(
            {
                Col.NAME: "confidence",
                Col.REGION: "all",
                Col.DAY: months,
                Col.VINTAGE: months + pd.Timedelta(days=after),
                Col.VALUE: 100 + random.normal(size=len(months)),
                Col.AVAILABLE_AT: (months + pd.Timedelta(days=after)).tz_localize("UTC"),
            }
        )
        for after in (40, 75)
    ]
    return pd.concat(told)
