"""Tool over open alerts: shares of negative comments observed and usual, with what was written."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from agent.proof.facts import Metric, Origin, Period, Subject, Unit
from agent.tools.calls import tool
from agent.tools.findings import AlertNote
from agent.understanding.catalogue import EntityKind
from signals import ALERTS, AlertKind, Col, open_alerts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from agent.proof.citing import CitationBook
    from agent.proof.facts import Fact, FactSheet
    from agent.tools.desk import Desk
    from agent.understanding.catalogue import Catalogue, Entity

_EVERYTHING = "all"


@tool
def alert_notes(
    desk: Desk,
    sheet: FactSheet,
    book: CitationBook,
    catalogue: Catalogue,
    about: tuple[Entity, ...] = (),
) -> list[AlertNote]:
    """List open complaints, the gravest first; of some entities only, where any are given."""
    rows = open_alerts(desk.lake, desk.known_by, AlertKind.NEGATIVE_SHARE)
    rows = rows.sort_values(Col.SEVERITY, ascending=False, kind="stable")
    wanted = {entity.series_id for entity in about} | {
        f"{EntityKind.PRODUCT}:{member}" for entity in about for member in entity.members
    }
    notes = []
    for row in rows.to_dict("records"):
        found = str(row[Col.ENTITY])
        if found in catalogue and (not wanted or found in wanted):
            notes.append(_note(sheet, catalogue[found], row, book))
    return notes


def _note(
    sheet: FactSheet, entity: Entity, row: Mapping[Any, Any], book: CitationBook
) -> AlertNote:
    sheet.names[entity.series_id] = entity.name
    window = Period(row[Col.WINDOW_START].date(), row[Col.WINDOW_END].date())
    source = f"{ALERTS.name}, {row[Col.ALERT_ID]}"

    def fact(metric: Metric, value: float, unit: Unit, formula: str) -> Fact:
        subject = Subject(entity.series_id, metric, window)
        return sheet.add(subject, value, unit, Origin(source, formula))

    observed = fact(Metric.NEGATIVE_SHARE, row[Col.OBSERVED], Unit.SHARE, "negative comments / all")
    expected = fact(Metric.EXPECTED_SHARE, row[Col.EXPECTED], Unit.SHARE, "usual negative share")
    comments = fact(Metric.COMMENTS, row[Col.DOCUMENTS], Unit.COMMENTS, "comments in the window")
    citations = book.cite_stored(json.loads(row[Col.QUOTES] or "[]"))
    aspect = str(row[Col.ASPECT] or "")
    about = "" if aspect == _EVERYTHING else aspect
    return AlertNote(entity, about, window, observed, expected, comments, citations)
