"""A made shop of any size as a panel: products, their categories and the total, by week."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from signals import Col, DriverGroup, Measure, Panel, Scope

WEEK: Final = pd.Timedelta(days=7)
FIRST_WEEK: Final = pd.Timestamp("2022-01-03")
CATEGORIES: Final = 10
_KNOWN: Final = ("season", "festival", Col.PRICE, Col.PROMO)
_PAST: Final = ("mood", "talk")
_GROUPS: Final = {
    DriverGroup.CALENDAR: _KNOWN[:2],
    DriverGroup.PRICE: _KNOWN[2:],
    DriverGroup.SENTIMENT: _PAST,
}


def made_panel(series: int, *, weeks: int, horizon: int, seed: int) -> Panel:
    """Make a panel of ``series`` series, ten categories and the total among them.

    Sales answer season, festival and promotion, and mood two weeks later.
    """
    random = np.random.default_rng(seed)
    products, total = series - CATEGORIES - 1, weeks + horizon
    time = np.arange(total)
    season, festival = np.sin(2 * np.pi * time / 52), (time % 52 == 44).astype(float)
    shape = (products, total)
    promo = np.where(random.random(shape) < 0.12, 0.2, 0.0)
    mood = np.where(random.random(shape) < 0.3, random.normal(0.0, 0.5, shape), 0.0)
    felt = np.pad(mood, ((0, 0), (2, 0)))[:, :total]
    size = random.lognormal(3.0, 0.8, (products, 1))
    mean = size * np.exp(0.25 * season + 0.6 * festival + 2.0 * promo + 0.1 * felt)
    units = random.poisson(mean * random.lognormal(0.0, 0.1, shape))
    rows = pd.DataFrame(
        {
            Col.SERIES_ID: np.repeat([f"product:p{i:05d}" for i in range(products)], total),
            Col.SCOPE: str(Scope.PRODUCT),
            Col.CATEGORY: np.repeat([f"c{i % CATEGORIES}" for i in range(products)], total),
            Col.DAY: np.tile(FIRST_WEEK + WEEK * time, products),
            Col.UNITS: units.ravel().astype(float),
            "season": np.tile(season, products),
            "festival": np.tile(festival, products),
            Col.PRICE: 10.0 * (1.0 - promo.ravel()),
            Col.PROMO: promo.ravel(),
            "mood": mood.ravel(),
            "talk": random.poisson(5.0, shape).ravel().astype(float),
        }
    )
    return _as_panel(pd.concat([rows, *_sums(rows)]), FIRST_WEEK + WEEK * (weeks - 1))


def _sums(rows: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    how = {Col.UNITS: "sum"} | dict.fromkeys([*_KNOWN, *_PAST], "mean")
    categories = rows.groupby([Col.CATEGORY, Col.DAY], as_index=False).agg(how)
    categories = categories.assign(
        **{Col.SERIES_ID: "category:" + categories[Col.CATEGORY], Col.SCOPE: str(Scope.CATEGORY)}
    )
    total = rows.groupby(Col.DAY, as_index=False).agg(how)
    total = total.assign(**{Col.SERIES_ID: "total", Col.SCOPE: str(Scope.TOTAL), Col.CATEGORY: ""})
    return categories, total


def _as_panel(rows: pd.DataFrame, last: pd.Timestamp) -> Panel:
    rows = rows.sort_values([Col.SERIES_ID, Col.DAY], ignore_index=True)
    ahead = rows[rows[Col.DAY] > last]
    return Panel(
        history=rows[rows[Col.DAY] <= last].reset_index(drop=True),
        future=ahead[[Col.SERIES_ID, Col.DAY, *_KNOWN]]
        .assign(**{Col.STEP: (ahead[Col.DAY] - last) // WEEK})
        .reset_index(drop=True),
        measure=Measure.UNITS_SOLD,
        made_on=last + WEEK - pd.Timedelta(days=1),
        groups=_GROUPS,
        known=_KNOWN,
        past=_PAST,
        polarity=_PAST[:1],
    )
