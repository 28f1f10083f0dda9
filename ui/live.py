"""The newest run of a workspace, for a process that outlives runs."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pandas as pd

from agent import EntityKind, read_catalogue
from forecasting import latest_run
from signals import ALERTS, Col, Lake, NotReady, open_alerts

if TYPE_CHECKING:
    from agent import Analyst, Catalogue
    from forecasting import RunInfo
    from ui.settings import Settings


class Live:
    """Keeps the analyst of the newest run; builds the next one when a newer run appears.

    Holds nothing about any visitor. Safe to call from several threads.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.lake = Lake(settings.workspace.lake)
        self._lock = threading.Lock()
        self._analyst: Analyst | None = None
        self._answers_for = ("", 0)
        self._catalogue: Catalogue | None = None
        self._names_for = ""

    def run(self) -> RunInfo | None:
        """Return the newest run, or None before the first."""
        try:
            return latest_run(self.lake)
        except NotReady:
            return None

    def analyst(self) -> Analyst:
        """Return the analyst of the newest run.

        Raises
        ------
        NotReady
            Before the first run.
        """
        index = self.settings.workspace.index
        built = index.stat().st_mtime_ns if index.exists() else 0
        wanted = (latest_run(self.lake).run_id, built)  # a run is stored before its index
        with self._lock:
            if self._analyst is None or self._answers_for != wanted:
                from ui.wiring import make_analyst

                self._analyst = make_analyst(self.settings)
                self._answers_for = wanted
            return self._analyst

    def catalogue(self) -> Catalogue:
        """Return what one can ask about, as the newest run knew it."""
        run = latest_run(self.lake)
        with self._lock:
            if self._catalogue is None or self._names_for != run.run_id:
                self._catalogue = read_catalogue(self.lake, known_by(run))
                self._names_for = run.run_id
            return self._catalogue

    def alerts(self) -> pd.DataFrame:
        """Return the open alerts, with the category of what each is about (empty when none)."""
        run = self.run()
        if run is None:
            return pd.DataFrame(columns=[*ALERTS.schema.names, Col.CATEGORY])
        found = open_alerts(self.lake, known_by(run))
        catalogue = self.catalogue()
        categories = [_category(catalogue, entity) for entity in found[Col.ENTITY]]
        return found.assign(**{Col.CATEGORY: categories})


def known_by(run: RunInfo) -> pd.Timestamp:
    """Return the moment up to which a run knew everything."""
    return pd.Timestamp(run.made_on).tz_localize("UTC") + pd.Timedelta(days=1)


def _category(catalogue: Catalogue, series_id: str) -> str:
    if series_id not in catalogue:
        return ""
    entity = catalogue[series_id]
    return entity.category or (entity.name if entity.kind is EntityKind.CATEGORY else "")
