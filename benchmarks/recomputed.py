"""Figures of answers computed anew from whole tables, by other code than that of the answers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from agent import Metric, Period
from signals import (
    ACCURACY,
    CONTRIBUTIONS,
    DOCUMENTS,
    FORECASTS,
    PRODUCTS,
    SALES,
    SCORES,
    Col,
    Scope,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from demo_run import DemoRun

    from agent import Answer, Fact

_MIDDLE: Final = 0.5
_LEAST_SALES: Final = 30.0
_LEAST_TOLD: Final = 10
_MOST_OF_AN_AUTHOR: Final = 3
_ACCURACY: Final = {Metric.WAPE: "wape", Metric.COVERAGE: "coverage_80"}


class Recomputed:
    """What each fact of an answer should be.

    Tables are read whole, once; products are added up here, so that neither a query nor a formula
    of an answer is trusted.
    """

    def __init__(self, demo: DemoRun) -> None:
        lake = demo.lake
        earlier, newer = demo.runs
        self._products = lake.read(PRODUCTS).set_index(Col.PRODUCT_ID)
        self._sales = lake.read(SALES)
        stored = lake.read(FORECASTS)
        self._now, self._then = (
            stored[stored[Col.RUN_ID] == run.run_id] for run in (newer, earlier)
        )
        parts = lake.read(CONTRIBUTIONS, where={Col.RUN_ID: newer.run_id})
        self._parts = parts[np.isclose(parts[Col.LEVEL], _MIDDLE)]
        self._record = lake.read(ACCURACY, where={Col.RUN_ID: newer.run_id})
        keys = [Col.DOC_ID, Col.TEXT_HASH]
        told = lake.read(DOCUMENTS).merge(lake.read(SCORES), on=keys)
        self._told = told.assign(
            day=told[Col.EVENT_TIME].dt.tz_convert("UTC").dt.tz_localize(None).dt.normalize()
        )
        self._counted = _counted(self._told)
        self._made_on = newer.made_on.date()
        self._about = newer.config

    def of(self, fact: Fact, answer: Answer) -> float | None:
        """Compute a fact anew; None where this knows no way."""
        known: dict[Metric, Callable[[], float]] = {
            Metric.SALES: lambda: self._sold(fact.entity, fact.period),
            Metric.SALES_YEAR_AGO: lambda: self._sold(fact.entity, fact.period),
            Metric.FORECAST: lambda: self._expected(fact.entity, fact.period),
            Metric.LOW: lambda: self._bound(fact.entity, fact.period, self._levels[0]),
            Metric.HIGH: lambda: self._bound(fact.entity, fact.period, self._levels[-1]),
            Metric.NOMINAL: lambda: self._levels[-1] - self._levels[0],
            Metric.GROWTH: lambda: self._growth(fact.entity, fact.period),
            Metric.CHANGE: lambda: self._change(fact, answer),
            Metric.RANK: lambda: self._rank(fact, answer),
            Metric.OTHERS: lambda: self._others(answer),
            Metric.SMALL: lambda: self._small(answer),
            Metric.SMALL_LIMIT: lambda: _LEAST_TOLD if _by_comments(answer) else _LEAST_SALES,
            Metric.BASELINE: lambda: self._part(fact, "baseline"),
            Metric.CONTRIBUTION: lambda: self._part(fact, fact.part),
            Metric.WAPE: lambda: self._score(fact),
            Metric.COVERAGE: lambda: self._score(fact),
            Metric.COMMENTS: lambda: len(self._said(fact.entity, fact.period)),
            Metric.TONE: lambda: self._tone(fact.entity, fact.period),
            Metric.TONE_CHANGE: lambda: self._tone_change(fact),
            Metric.NEGATIVE_SHARE: lambda: self._negative(fact),
            Metric.ASPECT_COMMENTS: lambda: len(self._aspect(fact, fact.part)),
            Metric.COMPLAINTS: lambda: self._complaints(fact.entity, fact.period),
            Metric.ASPECT_NEGATIVE: lambda: sum(
                tone < 0 for tone in self._aspect(fact, _aspect_of(fact))
            ),
            Metric.ASPECT_TONE: lambda: float(np.mean(self._aspect(fact, _aspect_of(fact)))),
            Metric.WEEKLY_MEAN: lambda: 7 * self._sold(fact.entity, fact.period) / fact.period.days,
            Metric.EARLIER_FORECAST: lambda: self._before(fact),
            Metric.REVISION: lambda: self._revision(fact),
            Metric.REVISION_PART: lambda: self._revision(fact) - _other_parts(fact, answer),
            Metric.MOVED: lambda: self._moved(fact, answer),
            Metric.PRICE_CHANGE: lambda: self._paid(fact),
        }
        compute = known.get(fact.metric)
        return None if compute is None else float(compute())

    @property
    def _levels(self) -> list[float]:
        return sorted(self._now[Col.LEVEL].unique())

    def _members(self, entity: str) -> list[str]:
        scope, _, key = entity.partition(":")
        match scope:
            case "product":
                return [key]
            case "category" | "brand":
                return list(self._products.index[self._products[scope] == key])
            case _:
                return list(self._products.index)

    def _sold(self, entity: str, period: Period) -> float:
        rows = self._sales[_within(self._sales[Col.DAY], period)]
        return float(rows[rows[Col.PRODUCT_ID].isin(self._members(entity))][Col.UNITS].sum())

    def _expected(
        self, entity: str, period: Period, level: float = _MIDDLE, run: pd.DataFrame | None = None
    ) -> float:
        rows = self._now if run is None else run
        rows = rows[np.isclose(rows[Col.LEVEL], level) & _within(rows[Col.DAY], period)]
        return float(rows[rows[Col.SERIES_ID].isin(self._series(entity))][Col.UNITS].sum())

    def _bound(self, entity: str, period: Period, level: float) -> float:
        """Bound of a sum, by the covariance of every two of its steps."""
        series = self._series(entity)
        together = self._about["errors_together"]
        scope = entity.partition(":")[0].replace("brand", "product")
        rows = self._now[
            _within(self._now[Col.DAY], period) & self._now[Col.SERIES_ID].isin(series)
        ]
        wide = rows.pivot_table(index=[Col.SERIES_ID, Col.DAY], columns=Col.LEVEL, values=Col.UNITS)
        if set(series) & set(self._about["launches"]):
            return float(wide[level].sum())
        away = (wide[level] - wide[_MIDDLE]).to_numpy()
        names = wide.index.get_level_values(Col.SERIES_ID).to_numpy()
        alike = names[:, None] == names[None, :]
        shares = np.where(alike, together["steps"][scope], together["series"][scope])
        np.fill_diagonal(shares, 1.0)
        return float(wide[_MIDDLE].sum() + np.sign(level - _MIDDLE) * (away @ shares @ away) ** 0.5)

    def _series(self, entity: str) -> list[str]:
        if entity.startswith("brand:"):
            return [f"product:{member}" for member in self._members(entity)]
        return [entity]

    def _before(self, fact: Fact) -> float:
        return self._expected(fact.entity, fact.period, run=self._then)

    def _revision(self, fact: Fact) -> float:
        return self._expected(fact.entity, fact.period) - self._before(fact)

    def _gap(self, entity: str, period: Period) -> float:
        return self._sold(entity, period) - self._sold(entity, _moved(period, _length(period)))

    def _moved(self, fact: Fact, answer: Answer) -> float:
        """Give the part of a change that lies in a series; what is left of it comes second last."""
        told = [each for each in answer.facts if each.metric is Metric.MOVED]
        whole = told[-1]
        parts = [each.entity for each in told if each.entity != whole.entity]
        left = fact.entity == whole.entity and fact.fact_id != whole.fact_id
        named = sum(self._gap(entity, fact.period) for entity in parts) if left else 0.0
        return self._gap(fact.entity, fact.period) - named

    def _paid(self, fact: Fact) -> float:
        """Give how much more was paid a unit of one product than in as many days before."""
        paid = []
        for period in (fact.period, _moved(fact.period, _length(fact.period))):
            rows = self._sales[_within(self._sales[Col.DAY], period)]
            rows = rows[
                rows[Col.PRODUCT_ID].isin(self._members(fact.entity)) & (rows[Col.UNITS] > 0)
            ]
            revenue = rows[Col.REVENUE].fillna(rows[Col.UNITS] * rows[Col.PRICE])
            paid.append(revenue.sum() / rows[Col.UNITS][revenue.notna()].sum())
        return float(paid[0] / paid[1] - 1)

    def _growth(self, entity: str, period: Period) -> float:
        if period.first_day > self._made_on:
            past = _moved(period, _length(period), self._made_on)
            return self._expected(entity, period) / self._sold(entity, past) - 1
        past = _moved(period, _length(period))
        return self._sold(entity, period) / self._sold(entity, past) - 1

    def _change(self, fact: Fact, answer: Answer) -> float:
        if fact.period.first_day > self._made_on:
            first, second = answer.trace.plan.slots.entities[:2]
            units = [self._expected(each.series_id, fact.period) for each in (first, second)]
            return units[0] - units[1]
        ahead = next(each for each in answer.facts if each.metric is Metric.BASELINE)
        baseline = self._parts_of(fact.entity, ahead.period, "baseline")
        return self._sold(fact.entity, fact.period) - baseline

    def _part(self, fact: Fact, group: str) -> float:
        return self._parts_of(fact.entity, fact.period, group)

    def _parts_of(self, entity: str, period: Period, group: str) -> float:
        rows = self._parts[
            self._parts[Col.SERIES_ID].isin(self._series(entity))
            & _within(self._parts[Col.DAY], period)
        ]
        return float(rows[rows[Col.GROUP] == group][Col.UNITS].sum())

    def _score(self, fact: Fact) -> float:
        series = [fact.entity] if fact.entity != Scope.TOTAL else ["all", "total"]
        rows = self._record[
            self._record[Col.SERIES_ID].isin(series)
            & (self._record[Col.EXPERT] == "blend")
            & (self._record[Col.VARIANT] == "reconciled")
            & (self._record[Col.STEP] == 0)
            & (self._record[Col.METRIC] == _ACCURACY[fact.metric])
        ].sort_values(Col.SERIES_ID)
        return float(rows[Col.VALUE].iloc[0])

    def _said(self, entity: str, period: Period, told: pd.DataFrame | None = None) -> pd.DataFrame:
        rows = self._told if told is None else told
        rows = rows[_within(rows["day"], period)]
        about = rows[Col.PRODUCT_ID].isin(self._members(entity))
        scope, _, key = entity.partition(":")
        if scope == "brand":
            about |= rows[Col.BRAND] == key
        return rows if scope == Scope.TOTAL else rows[about]

    def _tone(self, entity: str, period: Period) -> float:
        return float(self._said(entity, period)[Col.POLARITY].mean())

    def _tone_change(self, fact: Fact) -> float:
        earlier = _moved(fact.period, _length(fact.period))
        return self._tone(fact.entity, fact.period) - self._tone(fact.entity, earlier)

    def _negative(self, fact: Fact) -> float:
        return self._complaints(fact.entity, fact.period) / len(
            self._said(fact.entity, fact.period)
        )

    def _complaints(self, entity: str, period: Period) -> int:
        said = self._said(entity, period)
        return int((said[Col.P_NEG] > said[[Col.P_NEU, Col.P_POS]].max(axis=1)).sum())

    def _aspect(self, fact: Fact, aspect: str) -> list[float]:
        said = self._said(fact.entity, fact.period, self._counted)
        return [
            float(mention[Col.POLARITY])
            for mentions in said[Col.ASPECTS]
            for mention in (mentions if mentions is not None else ())
            if mention[Col.ASPECT] == aspect
        ]

    def _ranked(self, answer: Answer) -> tuple[pd.Series[Any], pd.Series[Any]]:
        """Give growth or demand of all that was ranked, and its sales before."""
        ids = self._now[Col.SERIES_ID].unique()
        scope = next(
            each.entity.partition(":")[0] for each in answer.facts if each.metric is Metric.RANK
        )
        names = [name for name in ids if name.startswith(f"{scope}:")]
        period = next(each.period for each in answer.facts if each.metric is Metric.RANK)
        before = _moved(period, _length(period), self._made_on)
        sold = pd.Series({name: self._sold(name, before) for name in names})
        units = pd.Series({name: self._expected(name, period) for name in names})
        if answer.trace.plan.intent == "rank_volume":
            return units, sold
        return (units / sold - 1)[sold >= _LEAST_SALES], sold

    def _told_of(self, fact: Fact, answer: Answer) -> pd.DataFrame:
        """Count comments, complaints and tone of all that a ranking by comments is about."""
        scope = fact.entity.partition(":")[0]
        keys = (
            self._products.index if scope == "product" else self._products[scope].dropna().unique()
        )
        within = {member for each in answer.trace.plan.slots.entities for member in each.members}
        keys = [key for key in keys if not within or key in within]
        told = {}
        aspects = [each.part for each in answer.facts if each.metric is Metric.ASPECT_COMMENTS]
        for series in (f"{scope}:{key}" for key in keys):
            if aspects:
                tones = self._aspect(replace(fact, entity=series), aspects[0])
                told[series] = (len(tones), sum(tone < 0 for tone in tones), np.mean(tones or [0]))
            else:
                said = self._said(series, fact.period)
                complaints = self._complaints(series, fact.period)
                told[series] = (len(said), complaints, said[Col.POLARITY].mean())
        return pd.DataFrame(told, index=["comments", "complaints", "tone"]).T

    def _rank_told(self, fact: Fact, answer: Answer) -> float:
        """Give the place of a series by its comments; those that draw share places."""
        slots, told = answer.trace.plan.slots, self._told_of(fact, answer)
        last_first = slots.direction == "down"
        if slots.metric == "complaints" and not last_first:
            ranked = told[told["complaints"] > 0]
        else:
            ranked = told[told["comments"] >= _LEAST_TOLD]
        values = ranked[slots.metric]
        first, last = (values.rank(ascending=last_first, method=how) for how in ("min", "max"))
        return float(np.clip(fact.value, first[fact.entity], last[fact.entity]))

    def _rank(self, fact: Fact, answer: Answer) -> float:
        if _by_comments(answer):
            return self._rank_told(fact, answer)
        values, sold = self._ranked(answer)
        if fact.period.last_day <= self._made_on:
            values = pd.Series({name: self._sold(name, fact.period) for name in sold.index})
        falls = answer.trace.plan.slots.direction == "down"
        return float(values.rank(ascending=falls)[fact.entity])

    def _others(self, answer: Answer) -> float:
        growth, _ = self._ranked(answer)
        falls = answer.trace.plan.slots.direction == "down"
        return float((growth >= 0).sum() if falls else (growth <= 0).sum())

    def _small(self, answer: Answer) -> float:
        if _by_comments(answer):
            first = next(each for each in answer.facts if each.metric is Metric.RANK)
            comments = self._told_of(first, answer)["comments"]
            return float(((comments > 0) & (comments < _LEAST_TOLD)).sum())
        _, sold = self._ranked(answer)
        return float((sold < _LEAST_SALES).sum())


def _other_parts(fact: Fact, answer: Answer) -> float:
    """Sum the other parts of a change: with them, a part must make up what the tables say.

    Whether the change is parted rightly is for ``forecast_update.py``, where the parts are planted.
    """
    return sum(
        each.value
        for each in answer.facts
        if each.metric is Metric.REVISION_PART and each.part != fact.part
    )


def _counted(told: pd.DataFrame) -> pd.DataFrame:
    """Leave out floods, as aspects do: a text counts once a product and week, an author thrice.

    Days are those on which a text could be read.
    """
    day = told[Col.AVAILABLE_AT].dt.tz_convert("UTC").dt.tz_localize(None).dt.normalize()
    week = day - pd.to_timedelta(day.dt.weekday, unit="D")
    author = told[Col.AUTHOR].fillna(told[Col.DOC_ID])
    rows = told.assign(day=day, week=week, author=author)
    rows = rows.sort_values([Col.AVAILABLE_AT, Col.DOC_ID])
    rows = rows.drop_duplicates([Col.PRODUCT_ID, "week", Col.TEXT_HASH])
    return rows[rows.groupby([Col.PRODUCT_ID, "week", "author"]).cumcount() < _MOST_OF_AN_AUTHOR]


def _by_comments(answer: Answer) -> bool:
    return answer.trace.plan.slots.metric in {"complaints", "tone"}


def _aspect_of(fact: Fact) -> str:
    """Read the aspect a tone is about out of the words of its formula."""
    return fact.formula.rsplit(" ", 1)[-1]


def _within(days: pd.Series[Any], period: Period) -> pd.Series[bool]:
    return days.between(pd.Timestamp(period.first_day), pd.Timestamp(period.last_day))


def _length(period: Period) -> pd.Timedelta:
    return pd.Timedelta(days=period.days)


def _moved(period: Period, by: pd.Timedelta, end: date | None = None) -> Period:
    """Move a period back, or give one as long that ends on a day."""
    last = pd.Timestamp(end) if end else pd.Timestamp(period.last_day) - by
    return Period((last - by + pd.Timedelta(days=1)).date(), last.date())
