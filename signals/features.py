"""From the lake to a panel: what a forecaster may know, and nothing it may not."""

from __future__ import annotations

import logging
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from signals.calendar import calendar_columns, calendar_frame
from signals.demand import Span, find_span, future_drivers, read_demand, read_plans, roll_up
from signals.errors import NotReady
from signals.frames import Col
from signals.mood import MOOD_COLUMNS, POLARITY_COLUMNS, mood_columns, read_talk, talk_of_series
from signals.panel import DriverGroup, Grain, Panel
from signals.said_vectors import WORDS_OF, TextModels, with_words
from signals.tables import PRODUCTS, Scope

if TYPE_CHECKING:
    from collections.abc import Mapping

    from signals.lake import Lake

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SeriesRules:
    """Which products get a series of their own; sums always hold all products.

    Parameters
    ----------
    min_units_per_period
        Least mean units a period over the life of a series. The total is exempt.
    min_periods
        Least age in periods of a product whose launch day is not known. A launch is kept at any
        age: that it is young is known, not guessed.
    """

    scopes: tuple[Scope, ...] = (Scope.PRODUCT, Scope.CATEGORY, Scope.TOTAL)
    min_units_per_period: float = 1.0
    min_periods: int = 26


def build_panel(
    lake: Lake,
    *,
    as_of: pd.Timestamp,
    horizon: int = 8,
    grain: Grain = Grain.WEEK,
    model_id: str | None = None,
    rules: SeriesRules = SeriesRules(),
) -> Panel:
    """Join sales, calendar, prices, plans and what people say to one row a series and period.

    The tables are read at the versions they have when it begins, and the panel remembers them.

    Parameters
    ----------
    as_of
        Only what was available by this moment is used.
    horizon
        Periods ahead.
    model_id
        Sentiment model whose scores count; None leaves sentiment out.

    Raises
    ------
    NotReady
        When not one complete period of sales was known.
    """
    lake = lake.at(lake.versions())
    span = find_span(lake, as_of, grain, horizon)
    products = lake.read(PRODUCTS, as_of=as_of).set_index(Col.PRODUCT_ID)
    demand = read_demand(lake, span)
    categories = products[Col.CATEGORY]
    first_price = demand.dropna(subset=Col.PRICE).groupby(Col.PRODUCT_ID)[Col.PRICE].first()
    sold = roll_up(demand, categories, first_price, rules.scopes)
    ages, left_out = _select(_ages(sold, products, span), rules)
    history = _history(sold, ages, span)
    ahead = roll_up(
        future_drivers(demand, read_plans(lake, span), span), categories, first_price, rules.scopes
    )
    future = _future(history, ahead, span)
    past: tuple[str, ...] = ()
    if model_id is not None:
        talk = talk_of_series(read_talk(lake, span, model_id), categories, rules.scopes)
        if not talk.empty:
            past = MOOD_COLUMNS
            history = history.join(mood_columns(history, talk, grain.days))
    calendar = tuple(calendar_columns(daily=grain is Grain.DAY))
    logger.info(
        "panel as of %s: %d series, %d rows, %d products without a series of their own",
        as_of, len(ages), len(history), sum(left_out.values()),
    )  # fmt: skip
    return Panel(
        history=history,
        future=future,
        measure=span.measure,
        made_on=span.made_on,
        groups={
            DriverGroup.CALENDAR: calendar,
            DriverGroup.PRICE: (Col.PROMO, Col.PRICE),
            DriverGroup.SENTIMENT: past,
        },
        known=(*calendar, Col.PROMO, Col.PRICE),
        past=past,
        polarity=POLARITY_COLUMNS if past else (),
        cold=_cold(products, set(demand[Col.PRODUCT_ID]), span, rules),
        left_out=left_out,
        built_from={
            "as_of": as_of.isoformat(),
            "horizon": horizon,
            "grain": str(grain),
            "model_id": model_id,
            "rules": {**asdict(rules), "scopes": [str(scope) for scope in rules.scopes]},
            "versions": lake.versions(),
        },
    )


def rebuild_panel(lake: Lake, built_from: Mapping[str, Any]) -> Panel:
    """Build a panel again, cell for cell, from what it remembers: `Panel.built_from`.

    Rows that came into the lake later are not seen, whatever moment they give for themselves.

    Raises
    ------
    NotReady
        When nothing is remembered.
    DataError
        When the lake no longer holds a table at the version that was read.
    """
    if not built_from:
        raise NotReady(
            "the panel does not say what it was built from; build it by build_panel, from a lake"
        )
    rules, as_of = built_from["rules"], pd.Timestamp(built_from["as_of"])
    then = lake.at(built_from["versions"])
    panel = build_panel(
        then,
        as_of=as_of,
        horizon=built_from["horizon"],
        grain=Grain(built_from["grain"]),
        model_id=built_from["model_id"],
        rules=SeriesRules(**{**rules, "scopes": tuple(Scope(name) for name in rules["scopes"])}),
    )
    if WORDS_OF not in built_from:
        return panel
    return with_words(then, panel, TextModels(**built_from[WORDS_OF]), as_of=as_of)


def _ages(sold: pd.DataFrame, products: pd.DataFrame, span: Span) -> pd.DataFrame:
    """One row a series: where it begins, how old it is, what it sells.

    A series begins with its first sale, or with its launch where that is known and earlier.
    """
    names = [Col.SERIES_ID, Col.SCOPE, Col.CATEGORY]
    ages = sold.groupby(names, as_index=False).agg(first=(Col.DAY, "min"), units=(Col.UNITS, "sum"))
    launch = products[Col.LAUNCH_DAY].copy()
    launch.index = f"{Scope.PRODUCT}:" + launch.index.astype(str)
    ages["launch"] = ages[Col.SERIES_ID].map(launch)
    began = pd.DatetimeIndex(np.fmin(ages["first"].to_numpy(), ages["launch"].to_numpy()))
    place = np.searchsorted(span.periods.to_numpy(), began.to_numpy(), side="right") - 1
    place = np.maximum(place, 0)
    return ages.assign(place=place, age=len(span.periods) - place)


def _select(ages: pd.DataFrame, rules: SeriesRules) -> tuple[pd.DataFrame, dict[str, int]]:
    """Keep the series that the rules allow, and count the others by reason."""
    slow = ages[Col.UNITS] < rules.min_units_per_period * ages["age"]
    slow &= ages[Col.SCOPE] != Scope.TOTAL
    young = (ages["age"] < rules.min_periods) & ages["launch"].isna()
    young &= (ages[Col.SCOPE] == Scope.PRODUCT) & ~slow
    reasons = {
        f"sells less than {rules.min_units_per_period:g} a period": int(slow.sum()),
        f"under {rules.min_periods} periods old, launch day unknown": int(young.sum()),
    }
    kept = ages[~slow & ~young].sort_values(Col.SERIES_ID, ignore_index=True)
    return kept, {reason: count for reason, count in reasons.items() if count}


def _history(sold: pd.DataFrame, ages: pd.DataFrame, span: Span) -> pd.DataFrame:
    """Lay every series out from its beginning to the last complete period."""
    row = np.repeat(np.arange(len(ages)), ages["age"])
    nth = np.arange(len(row)) - np.repeat(ages["age"].cumsum() - ages["age"], ages["age"])
    rows = ages[[Col.SERIES_ID, Col.SCOPE, Col.CATEGORY]].iloc[row].reset_index(drop=True)
    rows[Col.DAY] = span.periods[ages["place"].to_numpy()[row] + nth.to_numpy()]
    key = [Col.SERIES_ID, Col.DAY]
    values = [Col.UNITS, Col.PROMO, Col.PRICE, Col.IN_STOCK]
    rows = rows.merge(sold[[*key, *values]], on=key, how="left")
    rows = rows.fillna({Col.UNITS: 0.0, Col.PROMO: 0.0, Col.IN_STOCK: 1.0})
    prices = rows.groupby(Col.SERIES_ID)[Col.PRICE]
    rows[Col.PRICE] = prices.ffill()
    rows[Col.PRICE] = rows.groupby(Col.SERIES_ID)[Col.PRICE].bfill().fillna(0.0)
    calendar = calendar_frame(span.periods, span.grain.days)
    return rows.join(calendar, on=Col.DAY)


def _future(history: pd.DataFrame, ahead: pd.DataFrame, span: Span) -> pd.DataFrame:
    """Tell each series what is known of the periods ahead."""
    last = history.groupby(Col.SERIES_ID)[Col.PRICE].last()
    key = [Col.SERIES_ID, Col.DAY]
    grid = pd.MultiIndex.from_product([last.index, span.ahead], names=key).to_frame(index=False)
    grid[Col.STEP] = np.tile(np.arange(1, len(span.ahead) + 1), len(last))
    grid = grid.merge(ahead[[*key, Col.PROMO, Col.PRICE]], on=key, how="left")
    grid[Col.PROMO] = grid[Col.PROMO].fillna(0.0)
    grid[Col.PRICE] = grid[Col.PRICE].fillna(grid[Col.SERIES_ID].map(last))
    return grid.join(calendar_frame(span.ahead, span.grain.days), on=Col.DAY)


def _cold(products: pd.DataFrame, sold: set[str], span: Span, rules: SeriesRules) -> dict[str, str]:
    """Products launched by the end of the horizon that have no complete period of sales yet."""
    if Scope.PRODUCT not in rules.scopes:
        return {}
    lately = span.end - pd.Timedelta(days=28)
    launch = products[Col.LAUNCH_DAY]
    coming = (launch >= lately) & (launch < span.ahead[-1] + pd.Timedelta(days=span.grain.days))
    cold = products[coming & ~products.index.isin(sold)].sort_index()
    return {
        f"{Scope.PRODUCT}:{product}": str(category)
        for product, category in cold[Col.CATEGORY].fillna("").items()
    }
