"""A seeded shop with known causes: what a newcomer meets first, and what claims are measured on.

Sixty products of three categories, reviews in three languages, two years of days. The mood of 24
products leads their sales by one to three weeks; the sales of the others do not listen. There are
promotions planned ahead, shopping festivals, two stock-outs, four launches (one after the last
day), an old and an open wave of complaints, rumours, hidden instructions and a flood of praise.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from signals.demo.catalogue import build_shelf, products_frame
from signals.demo.documents import draw_documents
from signals.demo.promotions import draw_promotions, planned_promo_frame, promo_by_day
from signals.demo.sales import Shop, draw_list_prices, draw_mood, draw_sales
from signals.demo.truth import FIRST_DAY, LAST_DAY, Truth, draw_causes
from signals.frames import Col
from signals.tables import COVARIATES, DOCUMENTS, PRODUCTS, SALES

if TYPE_CHECKING:
    import pandas as pd

    from signals.tables import Table


@dataclass(frozen=True, slots=True)
class DemoWorld:
    """The feeds of the demo shop, ready for ingest, and the truth behind them.

    Parameters
    ----------
    sales, products, documents, covariates
        Rows in the columns of the tables of these names, ``available_at`` included.
    first_day, last_day
        First and last day of sales, a Monday and a Sunday.
    """

    sales: pd.DataFrame
    products: pd.DataFrame
    documents: pd.DataFrame
    covariates: pd.DataFrame
    truth: Truth
    first_day: pd.Timestamp = FIRST_DAY
    last_day: pd.Timestamp = LAST_DAY

    @property
    def feeds(self) -> tuple[tuple[Table, pd.DataFrame], ...]:
        """Each table with its rows."""
        return (
            (PRODUCTS, self.products),
            (SALES, self.sales),
            (DOCUMENTS, self.documents),
            (COVARIATES, self.covariates),
        )


def build_demo_world(seed: int = 7, scale: int = 1) -> DemoWorld:
    """Build the demo shop.

    Parameters
    ----------
    seed
        The same seed gives the same bytes.
    scale
        Multiplies the 60 products; the cost grows with it.
    """
    if scale < 1:
        raise ValueError(f"scale is {scale}; it should be 1 or more")
    draws = np.random.default_rng(seed).spawn(6)
    shelf = build_shelf(scale)
    causes = draw_causes(shelf, draws[0])
    promotions = draw_promotions(shelf, draws[1])
    shop = Shop(
        list_price=draw_list_prices(shelf, draws[2]),
        promo=promo_by_day(promotions, len(shelf)),
        mood_by_week=draw_mood(causes, draws[3]),
        causes=causes,
    )
    sales = draw_sales(shop, draws[4])
    is_known = sales[Col.DAY] <= LAST_DAY
    documents, meant = draw_documents(shelf, shop, draws[5])
    return DemoWorld(
        sales=sales[is_known].reset_index(drop=True),
        products=products_frame(shelf, [cause.launch_day for cause in causes], FIRST_DAY),
        documents=documents,
        covariates=planned_promo_frame(promotions, shelf),
        truth=Truth(causes, shop.mood_by_week, meant, sales[~is_known].reset_index(drop=True)),
    )
