"""Promotions of the demo world: what was planned, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from signals.demo.sales import DAYS
from signals.demo.truth import LAST_DAY
from signals.frames import Col
from signals.tables import COVARIATES, PLANNED_PROMO

if TYPE_CHECKING:
    from collections.abc import Sequence

    from signals.demo.catalogue import DemoProduct

_SHOP_WIDE = (
    # month, day, days, depth, category (None: all)
    (11, 1, 11, 0.25, None),
    (6, 10, 9, 0.2, None),
    (12, 10, 3, 0.15, "Beauty"),
    (2, 7, 8, 0.15, "Beauty"),
    (9, 1, 7, 0.15, "Electronics"),
    (1, 5, 9, 0.2, "Home & Kitchen"),
)
_BLACK_FRIDAY = (pd.Timestamp("2023-11-24"), pd.Timestamp("2024-11-29"), pd.Timestamp("2025-11-28"))
_PLANNED_AHEAD_DAYS = 70
_OWN_A_PRODUCT = 7


@dataclass(frozen=True, slots=True)
class Promotions:
    """Promotions, each array of shape (promotions,).

    Parameters
    ----------
    column
        Place of the product on the shelf.
    start, days
        Place of the first day in `DAYS`, and how long.
    planned, depth
        Discount share as planned 70 days ahead, and as it came; 0 when it was called off.
    revised_days
        Days ahead at which the plan became what came; 0 when it always was.
    """

    column: np.ndarray
    start: np.ndarray
    days: np.ndarray
    planned: np.ndarray
    depth: np.ndarray
    revised_days: np.ndarray

    def spread(self) -> tuple[np.ndarray, np.ndarray]:
        """Repeat each promotion on each of its days: its place here, and the day's in `DAYS`."""
        days = np.minimum(self.days, len(DAYS) - self.start)
        place = np.repeat(np.arange(len(days)), days)
        nth = np.arange(len(place)) - np.repeat(np.cumsum(days) - days, days)
        return place, self.start[place] + nth


def draw_promotions(shelf: Sequence[DemoProduct], rng: np.random.Generator) -> Promotions:
    """Draw the promotions of two years: the shop-wide ones and each product's own."""
    wide = _shop_wide(shelf, rng)
    own = len(shelf) * _OWN_A_PRODUCT
    column = np.repeat(np.arange(len(shelf)), _OWN_A_PRODUCT)
    start = rng.integers(0, len(DAYS) - 14, size=own)
    days = rng.integers(5, 13, size=own)
    planned = np.concatenate([wide[3], rng.choice([0.1, 0.15, 0.2, 0.3], size=own)])
    luck = rng.uniform(size=len(planned))
    called_off, changed = luck < 0.03, (luck >= 0.03) & (luck < 0.12)
    return Promotions(
        column=np.concatenate([wide[0], column]),
        start=np.concatenate([wide[1], start]),
        days=np.concatenate([wide[2], days]),
        planned=planned,
        depth=np.select([called_off, changed], [0.0, planned + 0.05], planned).round(2),
        revised_days=np.select([called_off, changed], [10, 21], 0),
    )


def promo_by_day(promotions: Promotions, products: int) -> np.ndarray:
    """Discount depth that came, shape (days, products); the deepest where two overlap."""
    depth = np.zeros((len(DAYS), products))
    place, day = promotions.spread()
    np.maximum.at(depth, (day, promotions.column[place]), promotions.depth[place])
    return depth


def planned_promo_frame(promotions: Promotions, shelf: Sequence[DemoProduct]) -> pd.DataFrame:
    """Return the plans known by the last day, in columns of the table ``covariates``."""
    place, day = promotions.spread()
    ids = np.array([product.product_id for product in shelf], dtype=object)
    came = promo_by_day(promotions, len(shelf))[day, promotions.column[place]]
    revised = promotions.revised_days[place]

    def plans(value: np.ndarray, ahead: np.ndarray | int) -> pd.DataFrame:
        vintage = DAYS[promotions.start[place]] - pd.to_timedelta(
            np.broadcast_to(ahead, len(place)), unit="D"
        )
        return pd.DataFrame(
            {
                Col.NAME: PLANNED_PROMO,
                Col.REGION: ids[promotions.column[place]],
                Col.DAY: DAYS[day],
                Col.VINTAGE: vintage,
                Col.VALUE: value,
                Col.AVAILABLE_AT: vintage.tz_localize("UTC"),
            }
        )

    first = plans(promotions.planned[place], _PLANNED_AHEAD_DAYS)
    frame = pd.concat([first, plans(came, revised)[revised > 0]])
    frame = frame[frame[Col.VINTAGE] <= LAST_DAY]
    key = list(COVARIATES.key)
    frame = frame.sort_values([*key, Col.VALUE]).drop_duplicates(key, keep="last")
    return frame.reindex(columns=COVARIATES.schema.names).reset_index(drop=True)


def _shop_wide(shelf: Sequence[DemoProduct], rng: np.random.Generator) -> list[np.ndarray]:
    """Columns, starts, days and depths of the promotions that many products share."""
    categories = np.array([product.category for product in shelf])
    dates: list[tuple[pd.Timestamp, int, float, str | None]] = [
        (pd.Timestamp(year, month, day), days, depth, category)
        for year in (2023, 2024, 2025)
        for month, day, days, depth, category in _SHOP_WIDE
    ]
    dates += [
        (day, 3, 0.3, category) for day in _BLACK_FRIDAY for category in ("Electronics", "Beauty")
    ]
    parts = []
    for start, days, depth, category in dates:
        taking_part = rng.uniform(size=len(shelf)) < 0.8
        taking_part &= (categories == category) | (category is None)
        place = (start - DAYS[0]).days
        if 0 <= place < len(DAYS):
            columns = np.flatnonzero(taking_part)
            parts.append([columns, *(np.full(len(columns), v) for v in (place, days, depth))])
    return [np.concatenate(column) for column in zip(*parts, strict=True)]
