"""The newest run of a workspace, for a process that outlives runs."""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeVar

import pandas as pd

from agent import EntityKind, read_catalogue
from forecasting import latest_run
from signals import ALERTS, Col, Lake, NotReady, open_alerts

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent import Analyst, Answer, Catalogue, Conversation, Memory
    from forecasting import RunInfo
    from ui.alerting.states import AlertStates
    from ui.audit.sql_audit import SqlAudit
    from ui.feedback.ratings import Ratings
    from ui.people.sql_talks import SqlTalks
    from ui.settings import Settings

Kept = TypeVar("Kept")

_MOST: Final = 1_000
"""Things kept at a time; what was wanted longest ago goes first."""
_LOOK_S: Final = 1.0
"""Between two looks at files that no write has touched."""


@dataclass(slots=True)
class _Made:
    """A thing that is made once, by whoever wants it first; the others wait for that one only."""

    making: threading.RLock = field(default_factory=threading.RLock)
    things: list[Any] = field(default_factory=list)

    def get(self, make: Callable[[], Any]) -> Any:  # noqa: ANN401 - whatever is kept
        with self.making:
            if not self.things:
                self.things.append(make())
            return self.things[0]


class Live:
    """What a workspace holds now; what was read once is read again only when the lake changed.

    Holds nothing about any visitor. Safe to call from several threads.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.lake = Lake(settings.workspace.lake)
        self._looking = threading.Lock()
        self._mark: tuple[int, int, int] | None = None
        self._looked_at = -math.inf
        self._versions: dict[str, int] = {}
        self._kept: OrderedDict[str, _Made] = OrderedDict()
        self._loading = threading.Lock()
        self._analyst: Analyst | None = None
        self._answers_for = ("", 0)
        self._memory: Memory | None = None
        self._ratings: Ratings | None = None
        self._alert_states: AlertStates | None = None
        self._talks: SqlTalks | None = None
        self._audit: SqlAudit | None = None

    def kept(self, name: str, make: Callable[[], Kept]) -> Kept:
        """Return what ``make`` gives, made once for each state of the lake."""
        self._look()
        with self._looking:
            made = self._kept.setdefault(name, _Made())
            self._kept.move_to_end(name)
            if len(self._kept) > _MOST:
                self._kept.popitem(last=False)
        found: Kept = made.get(make)
        return found

    def _look(self) -> None:
        """Forget what was made when the lake changed; look for damage to its files at times."""
        mark, now = self.lake.mark(), time.monotonic()
        if mark == self._mark and now - self._looked_at < _LOOK_S:
            return
        versions = self.lake.versions()
        with self._looking:
            self._mark, self._looked_at = mark, now
            if versions != self._versions:
                self._versions, self._kept = versions, OrderedDict()

    def run(self) -> RunInfo | None:
        """Return the newest run, or None before the first."""
        return self.kept("run", self._latest_run)

    def analyst(self) -> Analyst:
        """Return the analyst of the newest run; the first time this loads models.

        Raises
        ------
        NotReady
            Before the first run.
        """
        run = self.run() or latest_run(self.lake)
        index = self.settings.workspace.index
        built = index.stat().st_mtime_ns if index.exists() else 0
        with self._loading:
            if self._analyst is None or self._answers_for != (run.run_id, built):
                from ui.wiring import make_analyst

                self._analyst = make_analyst(self.settings)
                self._answers_for = (run.run_id, built)  # a run is stored before its index
            return self._analyst

    def talk(
        self, conversation_id: str | None = None, last: Answer | None = None, owner: str = ""
    ) -> Conversation:
        """Begin a conversation with the analyst of the newest run, or go on with one.

        Parameters
        ----------
        owner
            ``user_id`` of who asks; empty where there is no login.

        Raises
        ------
        NotReady
            Before the first run.
        DataError
            When there is no conversation of this id, or it is somebody else's.
        """
        from ui.people.sql_talks import Whose
        from ui.wiring import make_conversation

        whose = Whose(self.talks(), owner)
        return make_conversation(self.analyst(), self.memory(), whose, conversation_id, last)

    def memory(self) -> Memory:
        """Return what is remembered of conversations."""
        from ui.wiring import make_memory

        with self._loading:
            if self._memory is None:
                self._memory = make_memory(self.settings)
            return self._memory

    def talks(self) -> SqlTalks:
        """Return what says whose a conversation is."""
        from ui.wiring import make_talks

        with self._loading:
            if self._talks is None:
                self._talks = make_talks(self.settings)
            return self._talks

    def ratings(self) -> Ratings:
        """Return what visitors thought of answers."""
        from ui.wiring import make_ratings

        with self._loading:
            if self._ratings is None:
                self._ratings = make_ratings(self.settings)
            return self._ratings

    def alert_states(self) -> AlertStates:
        """Return what people did about alerts."""
        from ui.wiring import make_alert_states

        with self._loading:
            if self._alert_states is None:
                self._alert_states = make_alert_states(self.settings)
            return self._alert_states

    def audit(self) -> SqlAudit:
        """Return the log of who did what."""
        from ui.wiring import make_audit

        with self._loading:
            if self._audit is None:
                self._audit = make_audit(self.settings)
            return self._audit

    def catalogue(self) -> Catalogue:
        """Return what one can ask about, as the newest run knew it."""
        run = self.run() or latest_run(self.lake)
        return self.kept("catalogue", lambda: read_catalogue(self.lake, known_by(run)))

    def alerts(self) -> pd.DataFrame:
        """Return the open alerts, with the category of what each is about (empty when none)."""
        return self.kept("alerts", self._open_alerts)

    def _latest_run(self) -> RunInfo | None:
        try:
            return latest_run(self.lake)
        except NotReady:
            return None

    def _open_alerts(self) -> pd.DataFrame:
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
