"""Cards: plain sentences about forecasts, their drivers, their accuracy and alerts.

An answer cites a card as it cites a review, so what Groundswell found itself is found by the same
search. Numbers stand in them with one decimal.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from forecasting import (
    BASELINE,
    FINAL,
    Metric,
    accuracy_frame,
    contribution_frame,
    forecast_frame,
)
from retrieval.passage import Passage, PassageKind, Passages
from signals import ALERTS, PRODUCTS, RUNS, Col, DataError, Measure, Scope

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

    from signals import Lake

LANGUAGE = "en"
_MIDDLE = 0.5
_PERIODS_SHOWN = 8
_NO_ASPECT = {None, "", "all"}


def run_cards(lake: Lake, *, run_id: str, as_of: pd.Timestamp) -> Passages:
    """Write the cards of one run: forecast, contributions and accuracy of every series.

    Parameters
    ----------
    as_of
        Moment whose product names and categories are used.

    Raises
    ------
    DataError
        When the lake holds no such run.
    """
    run = _run(lake, run_id)
    catalogue = _Catalogue(lake, as_of)
    cards = [
        *_forecast_cards(forecast_frame(lake, run_id), run, catalogue),
        *_contribution_cards(contribution_frame(lake, run_id), run, catalogue),
        *_accuracy_cards(accuracy_frame(lake, run_id), run, catalogue),
    ]
    return Passages.of(cards)


def alert_cards(lake: Lake, *, as_of: pd.Timestamp) -> Passages:
    """Write a card for every alert known at a moment."""
    catalogue = _Catalogue(lake, as_of)
    alerts = lake.read(ALERTS, as_of=as_of)
    return Passages.of(_alert_card(row, catalogue) for row in alerts.to_dict("records"))


@dataclass(frozen=True, slots=True)
class _Run:
    run_id: str
    made_on: pd.Timestamp
    unit: str

    @property
    def available_at(self) -> pd.Timestamp:
        """The moment whose data the run saw; later than this it was never informed."""
        return (self.made_on + pd.Timedelta(days=1)).tz_localize("UTC")


@dataclass(frozen=True, slots=True)
class _Subject:
    name: str
    product_id: str | None = None
    category: str | None = None


class _Catalogue:
    """Names and categories of series."""

    def __init__(self, lake: Lake, as_of: pd.Timestamp) -> None:
        products = lake.read(
            PRODUCTS, as_of=as_of, columns=[Col.PRODUCT_ID, Col.NAME, Col.CATEGORY]
        )
        self._names = products.set_index(Col.PRODUCT_ID)[Col.NAME].dropna().to_dict()
        self._categories = products.set_index(Col.PRODUCT_ID)[Col.CATEGORY].dropna().to_dict()

    def subject(self, series_id: str) -> _Subject:
        """Read a series_id, or the id of a product."""
        scope, _, key = series_id.partition(":")
        if scope == Scope.CATEGORY:
            return _Subject(f"the category {key}", category=key)
        if scope == Scope.TOTAL or series_id == "all":
            return _Subject("all products together")
        product_id = key if scope == Scope.PRODUCT else series_id
        name = self._names.get(product_id)
        return _Subject(
            f"{name} ({product_id})" if name else product_id,
            product_id,
            self._categories.get(product_id),
        )


def _run(lake: Lake, run_id: str) -> _Run:
    runs = lake.read(RUNS, where={Col.RUN_ID: run_id})
    if runs.empty:
        raise DataError(f"the lake holds no run {run_id!r}; run: groundswell run")
    row = runs.iloc[0]
    proxy = " (standing in for sales)" if row[Col.MEASURE] == Measure.REVIEW_COUNT else ""
    return _Run(run_id, pd.Timestamp(row[Col.MADE_ON]), f"{row[Col.MEASURE]}{proxy}")


def _forecast_cards(forecasts: pd.DataFrame, run: _Run, catalogue: _Catalogue) -> Iterator[Passage]:
    for series_id, rows in forecasts.groupby(Col.SERIES_ID, sort=True):
        wide = rows.pivot_table(index=Col.DAY, columns=Col.LEVEL, values=Col.UNITS).sort_index()
        low, high = wide.columns.min(), wide.columns.max()
        shown = "; ".join(
            f"{day:%Y-%m-%d} {quantiles[_MIDDLE]:,.1f} ({quantiles[low]:,.1f} to "
            f"{quantiles[high]:,.1f})"
            for day, quantiles in wide.head(_PERIODS_SHOWN).iterrows()
        )
        subject = catalogue.subject(str(series_id))
        text = (
            f"Forecast made on {run.made_on:%Y-%m-%d} for {subject.name}: the medians of the "
            f"{len(wide)} periods from {wide.index[0]:%Y-%m-%d} add up to "
            f"{wide[_MIDDLE].sum():,.1f} {run.unit}. By first day of the period, with the range "
            f"from the {low:.0%} to the {high:.0%} quantile: {shown}."
        )
        yield _run_card(PassageKind.FORECAST, str(series_id), text, run, subject)


def _contribution_cards(
    contributions: pd.DataFrame, run: _Run, catalogue: _Catalogue
) -> Iterator[Passage]:
    middle = contributions[np.isclose(contributions[Col.LEVEL], _MIDDLE)]
    for series_id, rows in middle.groupby(Col.SERIES_ID, sort=True):
        units = rows.groupby(Col.GROUP)[Col.UNITS].sum()
        parts = units.drop(BASELINE, errors="ignore").sort_values(key=abs, ascending=False)
        said = "; ".join(f"{group} {value:+,.1f}" for group, value in parts.items())
        subject = catalogue.subject(str(series_id))
        text = (
            f"Why the forecast made on {run.made_on:%Y-%m-%d} for {subject.name} is what it is, "
            f"in {run.unit} over {rows[Col.DAY].nunique()} periods: baseline "
            f"{units.get(BASELINE, 0.0):,.1f}; {said}; together {units.sum():,.1f}. Contributions "
            "are associations, not proof of cause."
        )
        yield _run_card(PassageKind.CONTRIBUTION, str(series_id), text, run, subject)


def _accuracy_cards(accuracy: pd.DataFrame, run: _Run, catalogue: _Catalogue) -> Iterator[Passage]:
    expert, variant = FINAL
    final = accuracy[
        (accuracy[Col.EXPERT] == expert)
        & (accuracy[Col.VARIANT] == variant)
        & (accuracy[Col.STEP] == 0)
        & ~accuracy[Col.SERIES_ID].str.startswith("scope:")
    ]
    for series_id, rows in final.groupby(Col.SERIES_ID, sort=True):
        values = rows.set_index(Col.METRIC)[Col.VALUE]
        if Metric.WAPE not in values:
            continue
        coverage = (
            f" {values[Metric.COVERAGE]:.1%} of what happened lay inside the range from the lowest "
            "to the highest quantile."
            if Metric.COVERAGE in values
            else ""
        )
        subject = catalogue.subject(str(series_id))
        text = (
            f"Past accuracy of forecasts for {subject.name}, measured up to "
            f"{run.made_on:%Y-%m-%d} on periods the model had not seen: the point forecast was off "
            f"by {values[Metric.WAPE]:.1%} of the {run.unit} on average.{coverage}"
        )
        yield _run_card(PassageKind.ACCURACY, str(series_id), text, run, subject)


def _run_card(
    kind: PassageKind, series_id: str, text: str, run: _Run, subject: _Subject
) -> Passage:
    return Passage(
        passage_id=f"{kind}:{run.run_id}:{series_id}",
        kind=kind,
        text=text,
        lang=LANGUAGE,
        product_id=subject.product_id,
        category=subject.category,
        day=run.made_on,
        available_at=run.available_at,
        source_id=run.run_id,
        start=0,
        end=len(text),
    )


def _alert_card(alert: dict[Hashable, Any], catalogue: _Catalogue) -> Passage:
    subject = catalogue.subject(alert[Col.ENTITY])
    about = f", {alert[Col.ASPECT]}" if alert[Col.ASPECT] not in _NO_ASPECT else ""
    text = (
        f"Alert for {subject.name}{about}: from {alert[Col.WINDOW_START]:%Y-%m-%d} to "
        f"{alert[Col.WINDOW_END]:%Y-%m-%d}, {alert[Col.OBSERVED]:.1%} of "
        f"{alert[Col.DOCUMENTS]:,.0f} documents were negative, where {alert[Col.EXPECTED]:.1%} is "
        "usual."
    )
    return Passage(
        passage_id=f"{PassageKind.ALERT}:{alert[Col.ALERT_ID]}",
        kind=PassageKind.ALERT,
        text=text,
        lang=LANGUAGE,
        product_id=subject.product_id,
        category=subject.category,
        day=alert[Col.WINDOW_END],
        available_at=alert[Col.AVAILABLE_AT],
        source_id=alert[Col.ALERT_ID],
        start=0,
        end=len(text),
    )
