"""Looks at a workspace; what depends on the lake alone is looked at once for each state of it."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from forecasting import Freshness, Watched, freshness_of, watch_run
from signals import Lake, NotReady
from ui.run_inputs import last_known

if TYPE_CHECKING:
    import pandas as pd

    from ui.settings import Settings


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen of a workspace.

    Parameters
    ----------
    watched
        None where there is nothing to watch yet; ``why_not`` says why.
    """

    fresh: tuple[Freshness, ...]
    watched: Watched | None
    why_not: str = ""


class Monitor:
    """Watches one workspace. Safe to call from several threads."""

    def __init__(self, settings: Settings) -> None:
        self._lake = Lake(settings.workspace.lake)
        self._looking = threading.Lock()
        self._versions: dict[str, int] | None = None
        self._watched: Watched | None = None
        self._why_not = ""

    def look(self, now: pd.Timestamp) -> Seen:
        """Look.

        Parameters
        ----------
        now
            With a zone.
        """
        with self._looking:
            versions = self._lake.versions()
            if versions != self._versions:
                self._watch()
                self._versions = versions
            return Seen(tuple(freshness_of(self._lake, now)), self._watched, self._why_not)

    def _watch(self) -> None:
        try:
            self._watched, self._why_not = watch_run(self._lake, last_known(self._lake)), ""
        except NotReady as error:
            self._watched, self._why_not = None, str(error)
