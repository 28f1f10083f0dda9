"""One look for alerts: texts scored, alerts found, stored and compared with what people did."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from forecasting import run_as_of, with_risk
from signals import (
    ALERTS,
    DOCUMENTS,
    SALES,
    Col,
    NotReady,
    open_alerts,
    scan_alerts,
    score_documents,
    silent,
)

if TYPE_CHECKING:
    from forecasting import RunInfo
    from signals import Lake, Progress, Scorer
    from ui.alerting.states import AlertState, AlertStates


@dataclass(frozen=True, slots=True)
class Look:
    """What a look found.

    Parameters
    ----------
    as_of
        Only what was known by this moment counted.
    open
        Rows of the table ``alerts``, the most severe first.
    new
        Rows that the table did not hold before.
    reopened
        Alerts that were resolved and are open again.
    """

    as_of: pd.Timestamp
    open: pd.DataFrame
    new: int
    scored: int
    reopened: tuple[AlertState, ...]


def look(
    lake: Lake,
    scorer: Scorer,
    states: AlertStates,
    *,
    as_of: pd.Timestamp | None = None,
    progress: Progress = silent,
) -> Look:
    """Score what is new, look for alerts, and store them.

    Parameters
    ----------
    as_of
        A moment with a zone; None takes the end of the last day of which there are texts.

    Raises
    ------
    NotReady
        When there are no texts.
    """
    as_of = last_heard(lake) if as_of is None else as_of
    scored = score_documents(lake, scorer, progress=progress)
    found = scan_with_risk(lake, scorer, as_of, progress)
    with lake.batch() as batch:
        new = batch.add(ALERTS, found)
    still_open = open_alerts(lake, as_of)
    return Look(as_of, still_open, new, scored, tuple(states.notice(still_open)))


def scan_with_risk(
    lake: Lake, scorer: Scorer, as_of: pd.Timestamp, progress: Progress = silent
) -> pd.DataFrame:
    """Look for alerts as of a moment; what is at risk is said by the run of that time."""
    found = scan_alerts(
        lake,
        as_of=as_of,
        model_id=scorer.model_id,
        confusion=scorer.confusion,
        progress=progress,
    )
    with suppress(NotReady):  # without a run there is no forecast to say what is at risk
        found = with_risk(lake, found, _run_known_by(lake, as_of).run_id, as_of)
    return found


def last_heard(lake: Lake) -> pd.Timestamp:
    """Return the end of the last day of which there are texts, or sales if they go on longer.

    Raises
    ------
    NotReady
        When the lake holds no texts.
    """
    texts = _last(lake, f"{Col.AVAILABLE_AT}::DATE", DOCUMENTS.name)
    if texts is None:
        raise NotReady("there are no texts yet; run: groundswell ingest FILE, or groundswell demo")
    sales = _last(lake, Col.DAY, SALES.name)
    last = texts if sales is None else max(texts, sales)
    return last.tz_localize("UTC") + pd.Timedelta(days=1)


def _run_known_by(lake: Lake, as_of: pd.Timestamp) -> RunInfo:
    """Return the run that knew most of the runs that knew nothing of later days."""
    day = (as_of - pd.Timedelta(1, "ns")).tz_convert("UTC").tz_localize(None).normalize()
    return run_as_of(lake, day)


def _last(lake: Lake, day: str, table: str) -> pd.Timestamp | None:
    found = lake.sql(f"SELECT max({day}) AS {Col.DAY} FROM {table}")
    last = found[Col.DAY].iloc[0]
    return None if pd.isna(last) else pd.Timestamp(last)
