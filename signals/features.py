"""From the lake to a panel: what a forecaster may know, and nothing it may not."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from signals.behaviour import COUNTS, behaviour_columns, read_behaviour
from signals.calendar import WORKDAY, CalendarRules, calendar_frame, years_without_workdays
from signals.demand import Span, find_span, future_drivers, read_demand, read_plans, roll_up
from signals.economy import economy_columns, read_economy
from signals.frames import Col
from signals.gaps import Gap, gap_reasons, silent_periods
from signals.mood import POLARITY_COLUMNS, mood_columns, read_talk, talk_of_series
from signals.own_festivals import OwnFestival
from signals.panel import DriverGroup, Grain, Panel
from signals.said_aspects import with_aspects
from signals.shelf import shelf_of
from signals.tables import PRODUCTS, Scope
from signals.traits import with_traits

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from signals.lake import Lake

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SeriesRules:
    """Which products get a series of their own, and by which calendar; sums hold all products.

    Parameters
    ----------
    min_units_per_period
        Least mean units a period over the life of a series. The total is exempt.
    min_periods
        Least age in periods of a product whose launch day is not known. A launch is kept at any
        age: that it is young is known, not guessed.
    calendar
        Whose holidays and festivals are known ahead.
    """

    scopes: tuple[Scope, ...] = (Scope.PRODUCT, Scope.CATEGORY, Scope.TOTAL)
    min_units_per_period: float = 1.0
    min_periods: int = 26
    calendar: CalendarRules = field(default_factory=CalendarRules)

    def to_dict(self) -> dict[str, Any]:
        """Say it in JSON."""
        return {
            "scopes": [str(scope) for scope in self.scopes],
            "min_units_per_period": self.min_units_per_period,
            "min_periods": self.min_periods,
            "markets": list(self.calendar.markets),
            "own": [festival.to_dict() for festival in self.calendar.own],
        }

    @classmethod
    def from_dict(cls, about: Mapping[str, Any]) -> SeriesRules:
        """Read what `to_dict` gave."""
        own = tuple(OwnFestival.from_dict(festival) for festival in about["own"])
        return cls(
            tuple(Scope(name) for name in about["scopes"]),
            about["min_units_per_period"],
            about["min_periods"],
            CalendarRules(tuple(about["markets"]), own),
        )


def build_panel(
    lake: Lake,
    *,
    as_of: pd.Timestamp,
    horizon: int = 8,
    grain: Grain = Grain.WEEK,
    model_id: str | None = None,
    rules: SeriesRules = SeriesRules(),
) -> Panel:
    """Join sales and all that may move them to one row a series and period.

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
    past, ahead = _calendar(span, rules.calendar)
    history = _history(sold, ages, span)
    history[Col.GAP] = gap_reasons(history, silent_periods(lake, span, rules.calendar.markets))
    history = _filled(history).join(past, on=Col.DAY)
    drivers = roll_up(
        future_drivers(demand, read_plans(lake, span), span), categories, first_price, rules.scopes
    )
    groups = {
        DriverGroup.MACRO: economy_columns(read_economy(lake, span), span),
        DriverGroup.BEHAVIOUR: _behaviour(lake, span, history, categories, rules.scopes),
        DriverGroup.SENTIMENT: _mood(lake, span, history, categories, rules.scopes, model_id),
    }
    known = tuple(past.columns)
    cold = _cold(products, set(demand[Col.PRODUCT_ID]), span, rules)
    columns = {group: tuple(map(str, each.columns)) for group, each in groups.items()}
    history = history.join(groups.pop(DriverGroup.MACRO), on=Col.DAY)
    logger.info(
        "panel as of %s: %d series, %d rows, %d products without a series of their own",
        as_of, len(ages), len(history), sum(left_out.values()),
    )  # fmt: skip
    panel = Panel(
        history=pd.concat([history, *groups.values()], axis=1),
        future=_future(history, drivers, ahead),
        measure=span.measure,
        made_on=span.made_on,
        groups={
            DriverGroup.CALENDAR: known,
            DriverGroup.PRICE: (Col.PROMO, Col.PRICE),
            **columns,
        },
        known=(*known, Col.PROMO, Col.PRICE),
        past=tuple(name for names in columns.values() for name in names),
        polarity=POLARITY_COLUMNS if columns[DriverGroup.SENTIMENT] else (),
        cold=cold,
        left_out=left_out,
        built_from={
            "as_of": as_of.isoformat(),
            "horizon": horizon,
            "grain": str(grain),
            "model_id": model_id,
            "rules": rules.to_dict(),
            "versions": lake.versions(),
        },
        shelf=shelf_of(
            products, first_price, drivers, series_ids=set(ages[Col.SERIES_ID]), cold=cold
        ),
    )
    panel = with_traits(panel, products, first_price)
    if panel.polarity and model_id is not None:
        panel = with_aspects(lake, panel, span, categories, model_id)
    return panel


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
    return rows.merge(sold[[*key, *values]], on=key, how="left")


def _filled(rows: pd.DataFrame) -> pd.DataFrame:
    """Say what holds where a series has no row: nothing sold, no promotion, the price before."""
    out = rows[Col.GAP] == Gap.NO_STOCK
    rows = rows.fillna({Col.UNITS: 0.0, Col.PROMO: 0.0})
    rows[Col.IN_STOCK] = rows[Col.IN_STOCK].fillna((~out).astype(float))
    prices = rows.groupby(Col.SERIES_ID)[Col.PRICE]
    rows[Col.PRICE] = prices.ffill()
    rows[Col.PRICE] = rows.groupby(Col.SERIES_ID)[Col.PRICE].bfill().fillna(0.0)
    return rows


def _calendar(span: Span, rules: CalendarRules) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Describe the periods of the history and those ahead.

    A column that never varied in the history teaches nothing and is left out of both.
    """
    past = calendar_frame(span.periods, span.grain.days, rules)
    varied = past.columns[(past != past.iloc[0]).any()]
    ahead = calendar_frame(span.ahead, span.grain.days, rules)
    unknown = years_without_workdays(span.ahead)
    if unknown and WORKDAY in varied:
        logger.warning("make-up workdays of %s are not announced; none are taken for it", unknown)
    return past[varied], ahead[varied]


def _future(history: pd.DataFrame, drivers: pd.DataFrame, calendar: pd.DataFrame) -> pd.DataFrame:
    """Tell each series what is known of the periods ahead."""
    last = history.groupby(Col.SERIES_ID)[Col.PRICE].last()
    key = [Col.SERIES_ID, Col.DAY]
    ahead = calendar.index
    grid = pd.MultiIndex.from_product([last.index, ahead], names=key).to_frame(index=False)
    grid[Col.STEP] = np.tile(np.arange(1, len(ahead) + 1), len(last))
    grid = grid.merge(drivers[[*key, Col.PROMO, Col.PRICE]], on=key, how="left")
    grid[Col.PROMO] = grid[Col.PROMO].fillna(0.0)
    grid[Col.PRICE] = grid[Col.PRICE].fillna(grid[Col.SERIES_ID].map(last))
    return grid.join(calendar, on=Col.DAY)


def _behaviour(
    lake: Lake, span: Span, history: pd.DataFrame, categories: pd.Series, scopes: Sequence[Scope]
) -> pd.DataFrame:
    """Columns of what people did, none where no feed tells."""
    done = read_behaviour(lake, span)
    if done.empty:
        return history[[]]
    counts = talk_of_series(done, categories, scopes, COUNTS)
    return behaviour_columns(history, counts, span.grain.days)


def _mood(
    lake: Lake,
    span: Span,
    history: pd.DataFrame,
    categories: pd.Series,
    scopes: Sequence[Scope],
    model_id: str | None,
) -> pd.DataFrame:
    """Columns of what people say, none without a model or without documents."""
    if model_id is None:
        return history[[]]
    talk = talk_of_series(read_talk(lake, span, model_id), categories, scopes)
    return history[[]] if talk.empty else mood_columns(history, talk, span.grain.days)


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
