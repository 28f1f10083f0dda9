"""Cards: plain sentences about forecasts, their drivers, their accuracy and alerts.

An answer cites a card as it cites a review, so what Groundswell found itself is found by the same
search. Numbers stand in them with one decimal.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from forecasting import (
    BASELINE,
    FINAL,
    Metric,
    accuracy_frame,
    contribution_frame,
    forecast_frame,
)
from retrieval.about import LANGUAGE, AboutRun, Subjects, about_run, run_card
from retrieval.passage import Passage, PassageKind, Passages
from signals import ALERTS, AlertKind, Col

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

    import pandas as pd

    from signals import Lake

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
    run = about_run(lake, run_id)
    subjects = Subjects(lake, as_of)
    cards = [
        *_forecast_cards(forecast_frame(lake, run_id), run, subjects),
        *_contribution_cards(contribution_frame(lake, run_id), run, subjects),
        *_accuracy_cards(accuracy_frame(lake, run_id), run, subjects),
    ]
    return Passages.of(cards)


def alert_cards(lake: Lake, *, as_of: pd.Timestamp) -> Passages:
    """Write a card for every alert known at a moment."""
    subjects = Subjects(lake, as_of)
    alerts = lake.read(ALERTS, as_of=as_of)
    return Passages.of(_alert_card(row, subjects) for row in alerts.to_dict("records"))


def _forecast_cards(
    forecasts: pd.DataFrame, run: AboutRun, subjects: Subjects
) -> Iterator[Passage]:
    for series_id, rows in forecasts.groupby(Col.SERIES_ID, sort=True):
        wide = rows.pivot_table(index=Col.DAY, columns=Col.LEVEL, values=Col.UNITS).sort_index()
        low, high = wide.columns.min(), wide.columns.max()
        shown = "; ".join(
            f"{day:%Y-%m-%d} {quantiles[_MIDDLE]:,.1f} ({quantiles[low]:,.1f} to "
            f"{quantiles[high]:,.1f})"
            for day, quantiles in wide.head(_PERIODS_SHOWN).iterrows()
        )
        subject = subjects.subject(str(series_id))
        text = (
            f"Forecast made on {run.made_on:%Y-%m-%d} for {subject.name}: the medians of the "
            f"{len(wide)} periods from {wide.index[0]:%Y-%m-%d} add up to "
            f"{wide[_MIDDLE].sum():,.1f} {run.unit}. By first day of the period, with the range "
            f"from the {low:.0%} to the {high:.0%} quantile: {shown}."
        )
        yield run_card(PassageKind.FORECAST, str(series_id), text, run, subject)


def _contribution_cards(
    contributions: pd.DataFrame, run: AboutRun, subjects: Subjects
) -> Iterator[Passage]:
    middle = contributions[np.isclose(contributions[Col.LEVEL], _MIDDLE)]
    for series_id, rows in middle.groupby(Col.SERIES_ID, sort=True):
        units = rows.groupby(Col.GROUP)[Col.UNITS].sum()
        parts = units.drop(BASELINE, errors="ignore").sort_values(key=abs, ascending=False)
        said = "; ".join(f"{group} {value:+,.1f}" for group, value in parts.items())
        subject = subjects.subject(str(series_id))
        text = (
            f"Why the forecast made on {run.made_on:%Y-%m-%d} for {subject.name} is what it is, "
            f"in {run.unit} over {rows[Col.DAY].nunique()} periods: baseline "
            f"{units.get(BASELINE, 0.0):,.1f}; {said}; together {units.sum():,.1f}. Contributions "
            "are associations, not proof of cause."
        )
        yield run_card(PassageKind.CONTRIBUTION, str(series_id), text, run, subject)


def _accuracy_cards(accuracy: pd.DataFrame, run: AboutRun, subjects: Subjects) -> Iterator[Passage]:
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
        subject = subjects.subject(str(series_id))
        text = (
            f"Past accuracy of forecasts for {subject.name}, measured up to "
            f"{run.made_on:%Y-%m-%d} on periods the model had not seen: the point forecast was off "
            f"by {values[Metric.WAPE]:.1%} of the {run.unit} on average.{coverage}"
        )
        yield run_card(PassageKind.ACCURACY, str(series_id), text, run, subject)


def _seen(alert: dict[Hashable, Any]) -> str:
    """Say what stood out, up to what is usual."""
    observed, expected = alert[Col.OBSERVED], alert[Col.EXPECTED]
    of = f"{observed:.1%} of {alert[Col.DOCUMENTS]:,.0f} documents"
    match AlertKind(alert[Col.KIND]):
        case AlertKind.NEGATIVE_SHARE:
            return f"{of} were negative, where {expected:.1%}"
        case AlertKind.POSITIVE_SHARE:
            return f"{of} were positive, where {expected:.1%}"
        case AlertKind.RIVAL_SHARE:
            return f"{of} named another brand, where {expected:.1%}"
        case AlertKind.VOLUME:
            return f"{observed:,.1f} documents a day were written, where {expected:,.1f}"


def _alert_card(alert: dict[Hashable, Any], subjects: Subjects) -> Passage:
    subject = subjects.subject(alert[Col.ENTITY])
    about = f", {alert[Col.ASPECT]}" if alert[Col.ASPECT] not in _NO_ASPECT else ""
    text = (
        f"Alert for {subject.name}{about}: from {alert[Col.WINDOW_START]:%Y-%m-%d} to "
        f"{alert[Col.WINDOW_END]:%Y-%m-%d}, {_seen(alert)} is usual."
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
