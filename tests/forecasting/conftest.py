"""A small shop whose causes are known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from signals import Col, DriverGroup, Measure, Panel, Scope

if TYPE_CHECKING:
    from collections.abc import Callable

KNOWN = ("season_sin", "season_cos", "festival", Col.PROMO, Col.PRICE)
PAST = ("mood", "talk")
GROUPS = {
    DriverGroup.CALENDAR: KNOWN[:3],
    DriverGroup.PRICE: KNOWN[3:],
    DriverGroup.SENTIMENT: PAST,
}


def shop_panel(
    *,
    products: int = 9,
    periods: int = 80,
    horizon: int = 4,
    text_effect: float = 0.0,
    seed: int = 3,
) -> Panel:
    """Weekly sales of products in three categories, their sums, and two weeks' sentiment lead."""
    random = np.random.default_rng(seed)
    total = periods + horizon
    days = pd.date_range("2023-01-02", periods=total, freq="7D")
    angle = 2 * np.pi * np.arange(total) / 52
    festival = (np.arange(total) % 52 == 44).astype(float)
    frames = []
    for product in range(products):
        promo = np.where(random.random(total) < 0.12, 0.2, 0.0)
        shocks = np.where(random.random(total) < 0.1, random.normal(0, 1, total), 0.0)
        mood = np.convolve(shocks, [1.0, 0.5], mode="full")[:total]
        felt = np.concatenate([np.zeros(2), mood[:-2]])
        mean = (20 + 6 * product) * np.exp(
            0.25 * np.sin(angle) + 0.8 * festival + 2.0 * promo + text_effect * felt
        )
        frames.append(
            pd.DataFrame(
                {
                    Col.SERIES_ID: f"product:p{product:03d}",
                    Col.SCOPE: str(Scope.PRODUCT),
                    Col.CATEGORY: f"c{product % 3}",
                    Col.DAY: days,
                    Col.UNITS: random.poisson(mean * random.lognormal(0, 0.1, total)).astype(float),
                    "season_sin": np.sin(angle),
                    "season_cos": np.cos(angle),
                    "festival": festival,
                    Col.PROMO: promo,
                    Col.PRICE: 10.0 * (1 - promo),
                    "mood": 0.3 + 0.3 * mood,
                    "talk": 5.0 + np.abs(shocks),
                }
            )
        )
    return panel_of(pd.concat(frames, ignore_index=True), days[periods - 1], horizon)


def panel_of(products: pd.DataFrame, last: pd.Timestamp, horizon: int) -> Panel:
    """Add the sums and split at the last visible period."""
    rows = pd.concat([products, _sums(products, Scope.CATEGORY), _sums(products, Scope.TOTAL)])
    rows = rows.sort_values([Col.SERIES_ID, Col.DAY], ignore_index=True)
    ahead = rows[rows[Col.DAY] > last]
    steps = (ahead[Col.DAY] - last).dt.days // 7
    future = ahead[[Col.SERIES_ID, Col.DAY, *KNOWN]].assign(**{Col.STEP: steps})
    return Panel(
        history=rows[rows[Col.DAY] <= last].reset_index(drop=True),
        future=future[future[Col.STEP] <= horizon].reset_index(drop=True),
        measure=Measure.UNITS_SOLD,
        made_on=last + pd.Timedelta(days=6),
        groups=GROUPS,
        known=KNOWN,
        past=PAST,
        polarity=PAST[:1],
    )


def _sums(products: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    by = [Col.CATEGORY, Col.DAY] if scope is Scope.CATEGORY else [Col.DAY]
    how = {Col.UNITS: "sum"} | dict.fromkeys([*KNOWN, *PAST], "mean")
    sums = products.groupby(by, as_index=False).agg(how)
    if scope is Scope.CATEGORY:
        return sums.assign(
            **{Col.SERIES_ID: "category:" + sums[Col.CATEGORY], Col.SCOPE: str(scope)}
        )
    return sums.assign(**{Col.SERIES_ID: "total", Col.SCOPE: str(scope), Col.CATEGORY: ""})


@pytest.fixture(scope="session")
def make_panel() -> Callable[..., Panel]:
    """Build a shop; parameters of `shop_panel`."""
    return shop_panel


@pytest.fixture(scope="session")
def panel() -> Panel:
    """One shop for every test that only reads it."""
    return shop_panel()
