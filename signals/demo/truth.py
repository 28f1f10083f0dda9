"""Why things happen in the demo world: the causes that attributions and alerts are measured on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Sequence

    from signals.demo.catalogue import DemoProduct

FIRST_DAY = pd.Timestamp("2023-10-02")
LAST_DAY = pd.Timestamp("2025-10-05")
LATER_DAYS = 56
SHELF_SIZE = 60


@dataclass(frozen=True, slots=True)
class Complaint:
    """A wave of complaints about one aspect of one product, both days included."""

    product_id: str
    aspect: str
    start: pd.Timestamp
    end: pd.Timestamp


@dataclass(frozen=True, slots=True)
class ProductCause:
    """What moves the sales of one product.

    Parameters
    ----------
    lead_weeks
        Weeks by which its mood leads its sales; 0 when sales do not listen.
    sentiment_effect
        Log units a standard deviation of mood; 0 when sales do not listen.
    promo_elasticity
        Log units for a discount of the whole price (a depth of 1).
    price_elasticity
        Log units a log of the list price, negative.
    double_11_lift
        Log units on 11 November, beyond its promotion.
    units_a_day
        Usual sales.
    documents_a_week
        Usual number of reviews and posts.
    launch_day
        None when it was sold from the start.
    stock_out
        First and last day without stock; None when it never ran out.
    complaint
        None when there was no wave of complaints.
    """

    product_id: str
    category: str
    lang: str
    lead_weeks: int
    sentiment_effect: float
    promo_elasticity: float
    price_elasticity: float
    double_11_lift: float
    units_a_day: float
    documents_a_week: float
    launch_day: pd.Timestamp | None
    stock_out: tuple[pd.Timestamp, pd.Timestamp] | None
    complaint: Complaint | None


@dataclass(frozen=True, slots=True)
class Truth:
    """Everything about the demo world that a shop would never know.

    Parameters
    ----------
    causes
        One record a product, in the order of the shelf.
    mood
        Weekly latent mood, mean 0 and standard deviation 1 outside complaints: index weeks,
        columns product ids.
    documents
        One row a document: ``doc_id``, ``polarity`` as meant (-1, 0, 1), ``aspect`` and
        ``source`` (``ordinary``, ``complaint``, ``rumour``, ``injection``, ``flood``).
    later_sales
        Sales of the eight weeks after the last day, columns as the table ``sales``.
    """

    causes: tuple[ProductCause, ...]
    mood: pd.DataFrame
    documents: pd.DataFrame
    later_sales: pd.DataFrame

    def cause(self, product_id: str) -> ProductCause:
        """Find the causes of one product."""
        return next(cause for cause in self.causes if cause.product_id == product_id)

    @property
    def complaints(self) -> tuple[Complaint, ...]:
        """Waves of complaints, in the order of the shelf."""
        return tuple(cause.complaint for cause in self.causes if cause.complaint is not None)


_LAUNCHES = {
    14: pd.Timestamp("2025-02-03"),
    29: pd.Timestamp("2025-08-04"),
    44: pd.Timestamp("2025-09-08"),
    59: pd.Timestamp("2025-10-20"),
}
_STOCK_OUTS = {
    4: (pd.Timestamp("2025-02-10"), pd.Timestamp("2025-02-23")),
    30: (pd.Timestamp("2024-09-02"), pd.Timestamp("2024-09-12")),
}
_COMPLAINTS = {
    5: ("taste", pd.Timestamp("2024-07-08"), pd.Timestamp("2024-07-28")),
    6: ("battery", pd.Timestamp("2025-09-17"), LAST_DAY),
}
_TALK = ((1.6, 3.0), (1.6, 3.0), (0.9, 1.7), (0.2, 0.5), (0.2, 0.5))
"""Usual documents a week, least and most: two kinds that listen, one that does not, two quiet."""
_LEAD_WEEKS = {"Electronics": 2, "Home & Kitchen": 3, "Beauty": 1}
_FESTIVE = {"Electronics": 0.9, "Home & Kitchen": 0.6, "Beauty": 0.8}


def draw_causes(shelf: Sequence[DemoProduct], rng: np.random.Generator) -> tuple[ProductCause, ...]:
    """Give every product its causes; the same roles repeat every 60 products."""
    draws = rng.uniform(size=(len(shelf), 6))
    return tuple(
        _cause(number % SHELF_SIZE, product, draw)
        for number, (product, draw) in enumerate(zip(shelf, draws, strict=True))
    )


def _cause(slot: int, product: DemoProduct, draw: np.ndarray) -> ProductCause:
    listens = slot % 5 < 2
    wave = _COMPLAINTS.get(slot)
    festive = _FESTIVE[product.category] + (0.4 if product.lang == "zh" else 0.0)
    return ProductCause(
        product_id=product.product_id,
        category=product.category,
        lang=product.lang,
        lead_weeks=_LEAD_WEEKS[product.category] if listens else 0,
        sentiment_effect=_between(draw[0], 0.4, 0.6) if listens else 0.0,
        promo_elasticity=_between(draw[1], 1.5, 4.0),
        price_elasticity=-_between(draw[2], 0.8, 1.6),
        double_11_lift=festive + _between(draw[3], -0.2, 0.2),
        units_a_day=round(float(np.exp(_between(draw[4], np.log(5), np.log(45)))), 3),
        documents_a_week=_between(draw[5], *_TALK[slot % 5]),
        launch_day=_LAUNCHES.get(slot),
        stock_out=_STOCK_OUTS.get(slot),
        complaint=None if wave is None else Complaint(product.product_id, *wave),
    )


def _between(draw: float, low: float, high: float) -> float:
    return round(float(low + (high - low) * draw), 3)
