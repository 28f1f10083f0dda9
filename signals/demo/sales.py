"""Sales of the demo world, drawn from its causes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from signals.demo.truth import FIRST_DAY, LAST_DAY, LATER_DAYS
from signals.festival_days import festivals
from signals.frames import Col
from signals.tables import SALES, Measure

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from signals.demo.catalogue import DemoProduct
    from signals.demo.truth import ProductCause

DAYS = pd.date_range(FIRST_DAY, LAST_DAY + pd.Timedelta(days=LATER_DAYS))
_WEEKS_BEFORE = 4
_PERSISTENCE = 0.75
_COMPLAINT_MOOD = -1.5
_WEEKDAY = {
    "Electronics": (0.92, 0.9, 0.93, 0.98, 1.1, 1.15, 1.02),
    "Home & Kitchen": (0.9, 0.88, 0.9, 0.95, 1.05, 1.2, 1.12),
    "Beauty": (1.0, 0.97, 0.98, 1.02, 1.08, 1.0, 0.95),
}


@dataclass(frozen=True, slots=True)
class Shop:
    """Prices, promotions and mood of every product and day, arrays of shape (days, products)."""

    list_price: np.ndarray
    promo: np.ndarray
    mood_by_week: pd.DataFrame
    causes: Sequence[ProductCause]

    def each(self, read: Callable[[ProductCause], float]) -> np.ndarray:
        """Collect one number of every product's causes, shape (products,)."""
        return np.array([read(cause) for cause in self.causes])

    def mood(self, lead_weeks: np.ndarray) -> np.ndarray:
        """Mood of each product ``lead_weeks`` before each day, shape (days, products)."""
        week = _WEEKS_BEFORE + np.arange(len(DAYS))[:, None] // 7 - lead_weeks[None, :]
        values: np.ndarray = self.mood_by_week.to_numpy()[week, np.arange(len(self.causes))[None]]
        return values


def draw_mood(causes: Sequence[ProductCause], rng: np.random.Generator) -> pd.DataFrame:
    """Draw the weekly mood: AR(1) with unit variance, lowered while a complaint lasts."""
    weeks = pd.date_range(
        FIRST_DAY - pd.Timedelta(weeks=_WEEKS_BEFORE), periods=len(DAYS) // 7 + _WEEKS_BEFORE,
        freq="7D",
    )  # fmt: skip
    noise = rng.standard_normal((len(weeks), len(causes)))
    mood = np.empty_like(noise)
    mood[0] = noise[0]
    for week in range(1, len(weeks)):
        mood[week] = _PERSISTENCE * mood[week - 1] + np.sqrt(1 - _PERSISTENCE**2) * noise[week]
    for column, cause in enumerate(causes):
        if cause.complaint is not None:
            mood[:, column] += _COMPLAINT_MOOD * _lasting(cause.complaint.start, weeks)
    return pd.DataFrame(mood.round(6), index=weeks, columns=[c.product_id for c in causes])


def draw_list_prices(shelf: Sequence[DemoProduct], rng: np.random.Generator) -> np.ndarray:
    """Draw list prices, shape (days, products), USD: two changes of up to 8 % in two years."""
    first = np.array([product.price for product in shelf])
    change_days = rng.integers(60, len(DAYS) - 60, size=(2, len(shelf)))
    change = rng.uniform(-0.06, 0.08, size=(2, len(shelf)))
    passed = np.arange(len(DAYS))[:, None, None] >= change_days[None]
    prices: np.ndarray = np.round(first * np.prod(np.where(passed, 1 + change, 1.0), axis=1), 2)
    return prices


def draw_sales(shop: Shop, rng: np.random.Generator) -> pd.DataFrame:
    """Draw units from a negative binomial around what the causes say.

    Returns
    -------
    pandas.DataFrame
        One row a product and day on sale, columns of the table ``sales``.
    """
    expected = np.exp(_log_expected(shop, rng)).round(6)
    crowd = rng.gamma(12.0, 1 / 12.0, size=expected.shape)
    units = rng.poisson(expected * crowd).astype(float)
    on_sale, in_stock = _availability(shop.causes)
    units[~in_stock] = 0.0
    price = np.round(shop.list_price * (1 - shop.promo), 2)
    day, product = np.nonzero(on_sale)
    ids = np.array([cause.product_id for cause in shop.causes], dtype=object)
    frame = pd.DataFrame(
        {
            Col.PRODUCT_ID: ids[product],
            Col.STORE_ID: "online",
            Col.DAY: DAYS[day],
            Col.UNITS: units[day, product],
            Col.PRICE: price[day, product],
            Col.PROMO: shop.promo[day, product],
            Col.REVENUE: np.round(units * price, 2)[day, product],
            Col.IN_STOCK: in_stock[day, product],
            Col.CURRENCY: "USD",
            Col.MEASURE: Measure.UNITS_SOLD.value,
            Col.AVAILABLE_AT: (DAYS[day] + pd.Timedelta(days=1)).tz_localize("UTC"),
        }
    )
    return frame.reindex(columns=SALES.schema.names)


def _log_expected(shop: Shop, rng: np.random.Generator) -> np.ndarray:
    lead = shop.each(lambda cause: cause.lead_weeks).astype(int)
    first_price = shop.list_price[0]
    total: np.ndarray = (
        np.log(shop.each(lambda cause: cause.units_a_day))
        + _season(shop, rng)
        + shop.each(lambda cause: cause.price_elasticity) * np.log(shop.list_price / first_price)
        + shop.each(lambda cause: cause.promo_elasticity) * shop.promo
        + shop.each(lambda cause: cause.double_11_lift) * _festive()[:, None]
        + shop.each(lambda cause: cause.sentiment_effect) * shop.mood(lead)
        + _launch(shop.causes)
        + _unexplained(len(shop.causes), rng)
    )
    return total


def _season(shop: Shop, rng: np.random.Generator) -> np.ndarray:
    """Weekday, time of year and trend."""
    products = len(shop.causes)
    weekday = np.log([_WEEKDAY[cause.category] for cause in shop.causes])
    strength, phase = rng.uniform(0.03, 0.2, products), rng.uniform(0, 2 * np.pi, products)
    slope = rng.uniform(-0.12, 0.15, products)
    years = np.arange(len(DAYS))[:, None] / 365.25
    yearly = strength * np.sin(2 * np.pi * years + phase)
    total: np.ndarray = weekday[:, DAYS.dayofweek].T + yearly + slope * years
    return total


def _festive() -> np.ndarray:
    """Pull of the shopping festivals relative to 11 November, shape (days,)."""
    pull = {"double_11": 1.0, "june_18": 0.5, "black_friday": 0.6, "christmas": 0.5,
            "spring_festival": -0.35, "double_12": 0.4}  # fmt: skip
    named = {festival.name: festival for festival in festivals()}
    total: np.ndarray = np.sum([w * named[n].intensity(DAYS) for n, w in pull.items()], axis=0)
    return total


def _launch(causes: Sequence[ProductCause]) -> np.ndarray:
    """Slow start of products launched after the first day."""
    start = pd.DatetimeIndex(
        [cause.launch_day or FIRST_DAY - pd.Timedelta(days=900) for cause in causes]
    )
    age = (DAYS.to_numpy()[:, None] - start.to_numpy()[None]) / np.timedelta64(1, "D")
    return np.log(1 - 0.85 * np.exp(-np.maximum(age, 0) / 21))


def _unexplained(products: int, rng: np.random.Generator) -> np.ndarray:
    """Weekly ups and downs that nothing explains."""
    weeks = len(DAYS) // 7
    shock = rng.standard_normal((weeks, products)) * 0.07
    for week in range(1, weeks):
        shock[week] += 0.5 * shock[week - 1]
    return np.repeat(shock, 7, axis=0)


def _availability(causes: Sequence[ProductCause]) -> tuple[np.ndarray, np.ndarray]:
    on_sale = np.ones((len(DAYS), len(causes)), dtype=bool)
    in_stock = on_sale.copy()
    for column, cause in enumerate(causes):
        if cause.launch_day is not None:
            on_sale[:, column] = cause.launch_day <= DAYS
        if cause.stock_out is not None:
            first, last = cause.stock_out
            in_stock[:, column] = (first > DAYS) | (last < DAYS)
    return on_sale, in_stock


def _lasting(start: pd.Timestamp, weeks: pd.DatetimeIndex) -> np.ndarray:
    """Full for three weeks from the week of ``start``, halving every week after."""
    age = (weeks - start.to_period("W").start_time).days.to_numpy() // 7
    return np.where(age < 0, 0.0, 0.5 ** np.maximum(age - 2, 0))
