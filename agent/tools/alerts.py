"""Tool over open alerts: what was observed and what is usual, with what was written."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from agent.proof.facts import Metric, Origin, Period, Subject, Unit
from agent.tools.calls import tool
from agent.tools.findings import AlertNote
from agent.understanding.catalogue import EntityKind
from forecasting import RISK_DAYS, RISK_FORMULA
from signals import ALERTS, AlertKind, Col, open_alerts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from agent.proof.citing import CitationBook
    from agent.proof.facts import Fact, FactSheet
    from agent.tools.desk import Desk
    from agent.understanding.catalogue import Catalogue, Entity

_EVERYTHING = "all"


@dataclass(frozen=True, slots=True)
class _Figures:
    """What the figures of a kind of alert measure, and how the observed one was found."""

    observed: Metric
    formula: str
    expected: Metric = Metric.EXPECTED_SHARE
    unit: Unit = Unit.SHARE


_FIGURES: Final = {
    AlertKind.NEGATIVE_SHARE: _Figures(Metric.NEGATIVE_SHARE, "negative comments / all"),
    AlertKind.POSITIVE_SHARE: _Figures(Metric.POSITIVE_SHARE, "positive comments / all"),
    AlertKind.RIVAL_SHARE: _Figures(Metric.RIVAL_SHARE, "comments that name another brand / all"),
    AlertKind.VOLUME: _Figures(
        Metric.DAILY_COMMENTS, "comments / days of the window", Metric.USUAL_COMMENTS, Unit.COMMENTS
    ),
}


@tool
def alert_notes(
    desk: Desk,
    sheet: FactSheet,
    book: CitationBook,
    catalogue: Catalogue,
    about: tuple[Entity, ...] = (),
) -> list[AlertNote]:
    """List open alerts of all kinds, the gravest first; of some entities, where any are given."""
    rows = open_alerts(desk.lake, desk.known_by)
    wanted = {entity.series_id for entity in about} | {
        f"{EntityKind.PRODUCT}:{member}" for entity in about for member in entity.members
    }
    notes = []
    for row in rows.to_dict("records"):
        found = str(row[Col.ENTITY])
        if found in catalogue and (not wanted or found in wanted):
            notes.append(_note(desk, (sheet, book), catalogue[found], row))
    return notes


def _note(
    desk: Desk, kept: tuple[FactSheet, CitationBook], entity: Entity, row: Mapping[Any, Any]
) -> AlertNote:
    sheet, book = kept
    sheet.names[entity.series_id] = entity.name
    window = Period(row[Col.WINDOW_START].date(), row[Col.WINDOW_END].date())
    source = f"{ALERTS.name}, {row[Col.ALERT_ID]}"

    def fact(metric: Metric, value: float, unit: Unit, formula: str) -> Fact:
        subject = Subject(entity.series_id, metric, window)
        return sheet.add(subject, value, unit, Origin(source, formula))

    kind = AlertKind(row[Col.KIND])
    figures = _FIGURES[kind]
    observed = fact(figures.observed, row[Col.OBSERVED], figures.unit, figures.formula)
    expected = fact(
        figures.expected, row[Col.EXPECTED], figures.unit, "usual for these days of the week"
    )
    comments = fact(Metric.COMMENTS, row[Col.DOCUMENTS], Unit.COMMENTS, "comments in the window")
    citations = book.cite_stored(json.loads(row[Col.QUOTES] or "[]"))
    aspect = str(row[Col.ASPECT] or "")
    about = "" if aspect == _EVERYTHING else aspect
    at_risk = _at_risk(desk, sheet, entity, row)
    return AlertNote(kind, entity, about, window, observed, expected, comments, at_risk, citations)


def _at_risk(desk: Desk, sheet: FactSheet, entity: Entity, row: Mapping[Any, Any]) -> Fact | None:
    """Give the units at risk; None where nothing is, or nothing is known of it."""
    if desk.run is None or pd.isna(row[Col.UNITS_AT_RISK]):
        return None
    made_on = pd.Timestamp(desk.run.made_on)
    first, last = (made_on + pd.Timedelta(days=days) for days in (1, RISK_DAYS))
    subject = Subject(entity.series_id, Metric.AT_RISK, Period(first.date(), last.date()))
    origin = Origin(f"{ALERTS.name}, {row[Col.ALERT_ID]}", RISK_FORMULA)
    return sheet.add(subject, float(row[Col.UNITS_AT_RISK]), desk.unit, origin)
