"""Alerts: what is unusual in what people write, found in the lake and kept there."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from signals.alerting.kinds import OPEN, RESOLVED, AlertKind
from signals.alerting.scan import QUIET_DAYS, find_surges
from signals.alerting.talk import Talk
from signals.alerting.telling import tell
from signals.alerting.usual import NEEDED_BEFORE
from signals.alerting.watches import lay_out, watch, without_thin
from signals.alerting.waves import named, waves_of
from signals.frames import Col
from signals.progress import silent
from signals.sentiment.confusion import NEGATIVE, POSITIVE
from signals.tables import ALERTS

if TYPE_CHECKING:
    import numpy.typing as npt

    from signals.alerting.watches import Rows
    from signals.alerting.waves import Wave
    from signals.lake import Lake
    from signals.progress import Progress
    from signals.sentiment.confusion import Confusion

HISTORY_DAYS: Final = 126
"""Days before those to be judged from which it is learned what is usual."""

_STEPS: Final = 3
_STEP: Final = "scan for alerts"

logger = logging.getLogger(__name__)


def scan_alerts(
    lake: Lake,
    *,
    as_of: pd.Timestamp,
    model_id: str,
    days: int = QUIET_DAYS,
    confusion: Confusion | None = None,
    progress: Progress = silent,
) -> pd.DataFrame:
    """Look for what was unusual in the last days: shares, volumes, praise, rivals.

    A promotion that brings more texts raises nothing. What a product explains is not told again by
    its category, brand or aspects, and what a share explains not by the volume. A wave that goes on
    keeps its ``alert_id``; scanning twice gives the same rows. What was not known before is
    available from the moment of the scan on, however long ago it happened: a scan made earlier
    might have told something else.

    Parameters
    ----------
    as_of
        Only texts available by this moment count.
    days
        Days to judge, the last ones; more of them bring back waves that are over.
    confusion
        Of the sentiment model, as its manifest has it; None takes what texts were called as true.

    Returns
    -------
    pandas.DataFrame
        Columns of the table ``alerts``: a row an alert that goes on or is resolved. ``severity``
        in [0, 100] grows with the rise of the share and the number of texts. What is at risk is
        left empty: forecasts lie above this package.
    """
    last = (as_of.tz_convert("UTC") - pd.Timedelta(1, "ns")).tz_localize(None).normalize()
    axis = pd.date_range(end=last, periods=days + max(HISTORY_DAYS, NEEDED_BEFORE + 1))
    talk = Talk(lake, as_of, model_id, axis)
    known = _known(lake, as_of)
    progress(_STEP, 0, _STEPS)
    waves = find_waves(talk, confusion)
    progress(_STEP, 1, _STEPS)
    waves = [wave for wave in waves if (last - wave.end).days < days]
    waves = _told_once([named(wave, known) for wave in waves])
    rows = [
        _resolved(row) if (last - row[Col.WINDOW_END]).days >= QUIET_DAYS else row
        for row in tell(waves, talk, confusion)
    ]
    progress(_STEP, 2, _STEPS)
    found = pd.DataFrame(rows + _ended(known, waves, last), columns=ALERTS.schema.names)
    found[Col.AVAILABLE_AT] = _known_since(found, known, as_of.tz_convert("UTC"))
    progress(_STEP, _STEPS, _STEPS)
    logger.info("%d alerts in %d days up to %s", len(waves), days, last.date())
    if found.empty:
        return lake.read(ALERTS).head(0)
    return found.sort_values(
        [Col.SEVERITY, Col.ALERT_ID, Col.AVAILABLE_AT], ascending=[False, True, True],
        ignore_index=True,
    )  # fmt: skip


def open_alerts(lake: Lake, as_of: pd.Timestamp, kind: AlertKind | None = None) -> pd.DataFrame:
    """Return the alerts that were open at a moment, the most severe first.

    Parameters
    ----------
    kind
        Only alerts of this kind; None: of all.
    """
    found = _known(lake, as_of)
    found = found[found[Col.STATUS] == OPEN]
    if kind is not None:
        found = found[found[Col.KIND] == kind]
    oldest = as_of.tz_convert("UTC").tz_localize(None) - pd.Timedelta(days=QUIET_DAYS + 1)
    lasting = found[found[Col.WINDOW_END] >= oldest]
    return lasting.sort_values(
        [Col.SEVERITY, Col.ALERT_ID], ascending=[False, True], ignore_index=True
    )


def find_waves(talk: Talk, confusion: Confusion | None = None) -> list[Wave]:
    """Find the waves of all kinds on all days but the first `NEEDED_BEFORE`."""
    by_day = talk.by_day()
    if by_day.empty:
        return []
    promoted = talk.promoted()
    rows = lay_out(talk.naming_rivals(by_day), promoted, talk.days)
    power = {
        AlertKind.NEGATIVE_SHARE: 1.0 if confusion is None else confusion.power(NEGATIVE),
        AlertKind.POSITIVE_SHARE: 1.0 if confusion is None else confusion.power(POSITIVE),
    }
    waves: list[Wave] = []
    told = {}
    for kind in (AlertKind.NEGATIVE_SHARE, AlertKind.POSITIVE_SHARE, AlertKind.RIVAL_SHARE):
        told[kind] = _scan(rows, kind, power.get(kind, 1.0), None, waves)
    loud = np.logical_or.reduce(list(told.values()))
    loud = _scan(rows, AlertKind.VOLUME, 1.0, loud, waves)
    by_aspect = without_thin(talk.by_aspect(), rows, loud)
    if not by_aspect.empty:
        aspects = lay_out(by_aspect, promoted, talk.days)
        of_rows = rows.rows_of(aspects)
        bad = told[AlertKind.NEGATIVE_SHARE][of_rows] & (of_rows >= 0)[:, None]
        bad = _scan(aspects, AlertKind.NEGATIVE_SHARE, 1.0, bad, waves)
        loud = bad | (loud[of_rows] & (of_rows >= 0)[:, None])
        _scan(aspects, AlertKind.VOLUME, 1.0, loud, waves)
    return waves


def _scan(
    rows: Rows,
    kind: AlertKind,
    power: float,
    told: npt.NDArray[np.bool_] | None,
    waves: list[Wave],
) -> npt.NDArray[np.bool_]:
    """Add the waves of one kind, and return the cells that are explained by now."""
    watched = watch(rows, kind, power)
    surges, told = find_surges(watched.counts, watched.layers, watched.rules, told)
    waves += waves_of(surges, watched.subjects, rows.days)
    return told


def _known(lake: Lake, as_of: pd.Timestamp) -> pd.DataFrame:
    """Read the alerts; those of earlier releases get the fingerprint they would have now."""
    known = lake.read(ALERTS, as_of=as_of)
    would = known[Col.KIND] + "|" + known[Col.ENTITY] + "|"
    known[Col.FINGERPRINT] = known[Col.FINGERPRINT].fillna(would)
    return known.fillna({Col.EWMA: 0.0})


def _told_once(waves: list[Wave]) -> list[Wave]:
    """Keep one wave an alert: late texts may have joined two."""
    newest = {wave.alert_id: wave for wave in sorted(waves, key=lambda wave: wave.end)}
    return list(newest.values())


def _ended(known: pd.DataFrame, waves: list[Wave], last: pd.Timestamp) -> list[dict[str, Any]]:
    """Resolve the open alerts that nothing went on with for two weeks."""
    going_on = {wave.alert_id for wave in waves}
    over = known[(known[Col.STATUS] == OPEN) & ~known[Col.ALERT_ID].isin(going_on)]
    over = over[over[Col.WINDOW_END] <= last - pd.Timedelta(days=QUIET_DAYS)]
    return [
        _resolved({str(name): value for name, value in row.items()})
        for row in over.to_dict("records")
    ]


def _resolved(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, Col.STATUS: RESOLVED}


def _known_since(found: pd.DataFrame, known: pd.DataFrame, as_of: pd.Timestamp) -> list[Any]:
    """Give the moment since which each row was known: that of the scan for what is new."""
    columns = [Col.ALERT_ID, Col.STATUS, Col.WINDOW_END]
    since = known.set_index(columns)[Col.AVAILABLE_AT].to_dict()
    return [since.get(key, as_of) for key in found[columns].itertuples(index=False, name=None)]
