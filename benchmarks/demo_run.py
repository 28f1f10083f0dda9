"""The demo shop with two runs a week apart, texts scored by the lexicon, ready for questions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from agent import Analyst, Desk
from forecasting import all_runs
from retrieval import open_index
from signals import PRODUCTS, Lake
from ui.demo_shop import ingest_demo
from ui.pipeline import run_pipeline
from ui.run_inputs import last_known
from ui.settings import load_settings
from ui.wiring import make_encoder

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from forecasting import RunInfo
    from retrieval import Retriever

_EXPERTS: Final = "last four periods,price response"
_NOW: Final = pd.Timestamp("2026-01-01", tz="UTC")
_WEEK: Final = pd.Timedelta(days=7)


@dataclass(frozen=True, slots=True)
class DemoRun:
    """What questions are put to, and where their answers can be computed anew."""

    root: Path
    lake: Lake
    runs: tuple[RunInfo, RunInfo]
    retriever: Retriever
    models: Path

    def analyst(self, **options: Any) -> Analyst:  # noqa: ANN401 - those of Analyst
        """Open an analyst of the newer run."""
        desk = Desk(self.lake, self.retriever, self.runs[1], models=self.models)
        return Analyst(desk, **options)

    def as_on_disk(self) -> DemoRun:
        """Give the same shop with nothing kept in memory, to time answers."""
        return replace(self, lake=Lake(self.root))


class KeptLake(Lake):
    """A lake that nobody writes to any more: what was read once is kept.

    An answer takes seconds of reading where many take the same; thousands of answers are to be
    judged here, not the speed of one.
    """

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self._kept: dict[str, Any] = {}

    def read(self, table: Any, **options: Any) -> pd.DataFrame:  # noqa: ANN401 - as Lake.read
        """Read a table, from memory the second time."""
        read = super().read
        return self._keep(f"{table.name} {options}", lambda: read(table, **options)).copy()

    def sql(self, query: str, **options: Any) -> pd.DataFrame:  # noqa: ANN401 - as Lake.sql
        """Run a query, from memory the second time."""
        run = super().sql
        return self._keep(f"{query} {options}", lambda: run(query, **options)).copy()

    def versions(self) -> dict[str, int]:
        """Give the versions, which no longer change."""
        return dict(self._keep("versions", super().versions))

    def _keep(self, key: str, make: Callable[[], Any]) -> Any:  # noqa: ANN401 - what make gives
        if key not in self._kept:
            self._kept[key] = make()
        return self._kept[key]


def open_demo_run(
    home: Path, newcomers: pd.DataFrame | None = None, encoder: str = "hashing"
) -> DemoRun:
    """Build the shop and its runs in a folder, unless they are there.

    Parameters
    ----------
    newcomers
        Rows of products that come to the shelf after the runs.
    encoder
        What the index is made with; only "e5" also tells the meaning of questions.
    """
    settings = load_settings(home, experts=_EXPERTS, scorer="lexicon", encoder=encoder, origins=2)
    ingest_demo(settings, now=_NOW)
    lake = Lake(settings.workspace.lake)
    end = last_known(lake)
    for back in (_WEEK, pd.Timedelta(0)):
        run_pipeline(settings, now=_NOW - back, as_of=end - back)
    if newcomers is not None:
        with lake.batch() as batch:
            batch.add(PRODUCTS, newcomers)
    kept = KeptLake(settings.workspace.lake)
    newer, earlier = all_runs(kept)
    retriever = open_index(settings.workspace.index, make_encoder(settings))
    root = settings.workspace.lake
    return DemoRun(root, kept, (earlier, newer), retriever, settings.workspace.models)
