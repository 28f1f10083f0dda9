"""The demo shop in a workspace of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from signals import (
    BATCHES,
    Col,
    DataError,
    Feed,
    IngestReport,
    Lake,
    build_demo_world,
    ingest,
    silent,
)
from ui.audit import Deed
from ui.wiring import make_audit

if TYPE_CHECKING:
    import pandas as pd

    from signals import Progress
    from ui.settings import Settings

DEMO_SOURCE: Final = "demo"
"""Name of the source under which the demo shop is ingested."""


def ingest_demo(
    settings: Settings, *, now: pd.Timestamp, progress: Progress = silent
) -> IngestReport:
    """Build the demo shop and bring it in like any other source; twice changes nothing.

    Raises
    ------
    DataError
        When the workspace holds other data.
    """
    lake = Lake(settings.workspace.lake)
    refuse_mixture(lake, settings, DEMO_SOURCE)
    progress("Building the demo shop", 0, 1)
    world = build_demo_world()
    feeds = [Feed(table, frame, f"demo {table.name}") for table, frame in world.feeds]
    progress("Building the demo shop", 1, 1)
    with make_audit(settings).noting(Deed.INGEST, DEMO_SOURCE) as told:
        report = ingest(lake, feeds, source=DEMO_SOURCE, now=now, progress=progress)
        told.append(f"batch {report.batch_id}")
    return report


def holds_demo(lake: Lake) -> bool:
    """Tell whether the demo shop was brought into this lake."""
    return DEMO_SOURCE in _sources(lake)


def refuse_mixture(lake: Lake, settings: Settings, source: str) -> None:
    """Keep the demo shop and real data apart.

    Raises
    ------
    DataError
        When ``source`` is the demo and the lake holds other data, or the other way round.
    """
    held = _sources(lake) - {source}
    if source == DEMO_SOURCE and held:
        raise DataError(
            f"{settings.home} holds data from {', '.join(sorted(held))}; the demo shop wants a "
            "folder of its own: groundswell demo --home groundswell-demo",
        )
    if DEMO_SOURCE in held:
        raise DataError(
            f"{settings.home} holds the demo shop; your data want a folder of their own: add "
            "--home my-shop, or set GROUNDSWELL_HOME=my-shop",
        )


def _sources(lake: Lake) -> set[str]:
    return set(lake.read(BATCHES, columns=[Col.SOURCE])[Col.SOURCE])
