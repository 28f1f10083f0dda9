"""Rows into the lake as they come: written, then committed, then looked at for alerts."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from signals import BatchRefused, ingest

if TYPE_CHECKING:
    from collections.abc import Callable

    from signals import IngestReport, Lake
    from ui.alerting.source import Arrival, Source

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Pace:
    """How a source is watched.

    Parameters
    ----------
    wait_s
        Longest wait for rows before other things are seen to.
    look_every_s
        Least time between two looks for alerts.
    once
        Whether to end when nothing more comes.
    """

    wait_s: float = 5.0
    look_every_s: float = 60.0
    once: bool = False


def watch(
    source: Source,
    lake: Lake,
    *,
    look: Callable[[bool], None],
    pace: Pace,
    told: Callable[[IngestReport], None],
    stopped: Callable[[], bool],
) -> None:
    """Take what comes until told to stop.

    Parameters
    ----------
    look
        Called with whether rows came since the last time.
    told
        Called with the report of every batch, also of one that was refused.
    stopped
        Asked between batches; what was begun is finished.
    """
    looked, changed = -pace.look_every_s, False
    while not stopped():
        arrival = source.fetch(pace.wait_s)
        if arrival is not None:
            changed |= take(source, arrival, lake, told)
        at_end = pace.once and arrival is None
        if at_end or time.monotonic() - looked >= pace.look_every_s:
            look(changed)
            looked, changed = time.monotonic(), False
        if at_end:
            return


def take(
    source: Source, arrival: Arrival, lake: Lake, told: Callable[[IngestReport], None]
) -> bool:
    """Store an arrival, then commit it; return whether the lake holds more than before.

    Killed in between, the source gives the same rows again, and the lake knows them already.
    """
    try:
        report = ingest(
            lake,
            arrival.feeds,
            source=source.name,
            now=pd.Timestamp.now("UTC"),
            max_quarantine_share=arrival.tolerated,
        )
    except BatchRefused as refused:
        told(refused.report)
        source.commit(arrival, refused=str(refused))
        return False
    told(report)
    source.commit(arrival)
    return any(table.new for table in report.tables)
