"""A shop of three products in which much becomes known late: leaks planted in it show."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from forecasting.grid import grid_of
from signals import (
    COVARIATES,
    DOCUMENTS,
    PLANNED_PROMO,
    PRODUCTS,
    SALES,
    SCORES,
    Col,
    Lake,
    Panel,
    SeriesRules,
    build_panel,
    text_hash,
)

if TYPE_CHECKING:
    from pathlib import Path

MEANT: Final = "meant"
PRODUCTS_SOLD: Final = ("A", "B", "C")
FIRST, WEEKS, HORIZON = pd.Timestamp("2025-01-06"), 40, 3
WEEK: Final = pd.Timedelta(days=7)
RULES: Final = SeriesRules(min_units_per_period=0.0, min_periods=1)
MOMENTS: Final = [pd.Timestamp(FIRST + count * WEEK, tz="UTC") for count in (28, 33)]
LATER: Final = pd.Timestamp(FIRST + WEEKS * WEEK, tz="UTC")
ORIGINS: Final = (24, 30)


def leaky_shop(root: Path, seed: int = 5) -> Lake:
    """Build the shop.

    Some reviews come weeks after they were written, a statistic is revised three times, units are
    restated, promotions are planned days before they begin.
    """
    random = np.random.default_rng(seed)
    days = pd.date_range(FIRST, periods=7 * WEEKS)
    index = pd.MultiIndex.from_product([PRODUCTS_SOLD, days], names=[Col.PRODUCT_ID, Col.DAY])
    sales = index.to_frame(index=False)
    sales[Col.UNITS] = random.poisson(12, len(sales)).astype(float)
    sales = sales.assign(**{Col.STORE_ID: "s", Col.PRICE: 9.0, Col.PROMO: 0.0})
    sales[Col.AVAILABLE_AT] = _known_next_day(sales[Col.DAY])
    again = sales.sample(40, random_state=seed)
    again = again.assign(**{Col.UNITS: again[Col.UNITS] * 3.0})
    again[Col.AVAILABLE_AT] += pd.Timedelta(days=25)
    shelf = pd.DataFrame({
        Col.PRODUCT_ID: PRODUCTS_SOLD, Col.CATEGORY: ["tools", "tools", "toys"],
        Col.AVAILABLE_AT: pd.Timestamp("2024-12-01", tz="UTC"),
    })  # fmt: skip
    said = _reviews(days, random)
    lake = Lake(root)
    with lake.batch() as batch:
        batch.add(SALES, pd.concat([sales, again]))
        batch.add(PRODUCTS, shelf)
        batch.add(DOCUMENTS, said)
        batch.add(SCORES, _scores(said, random))
        batch.add(COVARIATES, pd.concat([_statistics(days), _promotions(days)]))
    return lake


def clean(lake: Lake, as_of: pd.Timestamp) -> Panel:
    """Build the panel as the product does."""
    return build_panel(lake, as_of=as_of, horizon=HORIZON, model_id=MEANT, rules=RULES)


def gappy_panel(lake: Lake) -> Panel:
    """Build the panel of the last day; product A was not reported around both origins."""
    panel = clean(lake, LATER)
    days = grid_of(panel).days
    gone = panel.history[Col.DAY].isin([days[origin] for origin in ORIGINS])
    gone &= panel.history[Col.SERIES_ID] == "product:A"
    units = panel.history[Col.UNITS].mask(gone)
    gaps = panel.history[Col.GAP].mask(gone, "no report")
    return replace(panel, history=panel.history.assign(**{Col.UNITS: units, Col.GAP: gaps}))


def _known_next_day(days: pd.Series[pd.Timestamp]) -> pd.Series[pd.Timestamp]:
    return (pd.DatetimeIndex(days) + pd.Timedelta(days=1)).tz_localize("UTC")


def _reviews(days: pd.DatetimeIndex, random: np.random.Generator) -> pd.DataFrame:
    written = pd.DatetimeIndex(random.choice(days, 500)).tz_localize("UTC")
    late = np.where(random.random(500) < 0.5, random.integers(8, 40, 500), 0)
    texts = [f"said {number}" for number in range(500)]
    return pd.DataFrame({
        Col.DOC_ID: [f"d{number}" for number in range(500)], Col.KIND: "review",
        Col.PRODUCT_ID: random.choice(PRODUCTS_SOLD, 500), Col.TEXT: texts,
        Col.TEXT_HASH: [text_hash(text) for text in texts], Col.EVENT_TIME: written,
        Col.AVAILABLE_AT: written + pd.to_timedelta(late, unit="D"),
    })  # fmt: skip


def _scores(said: pd.DataFrame, random: np.random.Generator) -> pd.DataFrame:
    positive = random.random(len(said))
    return pd.DataFrame({
        Col.DOC_ID: said[Col.DOC_ID], Col.MODEL_ID: MEANT, Col.TEXT_HASH: said[Col.TEXT_HASH],
        Col.P_NEG: 1 - positive, Col.P_NEU: 0.0, Col.P_POS: positive,
        Col.POLARITY: 2 * positive - 1,
    })  # fmt: skip


def _statistics(days: pd.DatetimeIndex) -> pd.DataFrame:
    months = pd.date_range(days[0], days[-1], freq="MS")
    told = [
        pd.DataFrame({
            Col.NAME: "confidence", Col.REGION: "all", Col.DAY: months,
            Col.VINTAGE: months + pd.Timedelta(days=after),
            Col.VALUE: np.sin(np.arange(len(months)) * (1 + after)) * after,
            Col.AVAILABLE_AT: (months + pd.Timedelta(days=after)).tz_localize("UTC"),
        })
        for after in (20, 50, 80)
    ]  # fmt: skip
    return pd.concat(told)


def _promotions(days: pd.DatetimeIndex) -> pd.DataFrame:
    planned = days[10::6]
    return pd.DataFrame({
        Col.NAME: PLANNED_PROMO, Col.REGION: np.resize(PRODUCTS_SOLD, len(planned)),
        Col.DAY: planned, Col.VINTAGE: planned - pd.Timedelta(days=4), Col.VALUE: 0.3,
        Col.AVAILABLE_AT: (planned - pd.Timedelta(days=4)).tz_localize("UTC"),
    })  # fmt: skip
