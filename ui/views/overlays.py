"""What was forecast before of a series: by earlier runs, and in the backtest of the newest."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from forecasting import all_runs, forecast_frame, latest_run
from signals import REHEARSALS, Col

if TYPE_CHECKING:
    from collections.abc import Collection

    import pandas as pd

    from ui.live import Live
    from ui.series import ChosenSeries

_MIDDLE: Final = 0.5
_MOST: Final = 4  # of a kind


class Overlay(StrEnum):
    """What can be laid over a forecast."""

    BACKTEST = "backtest"
    VINTAGE = "vintage"


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier forecast.

    Parameters
    ----------
    made_on
        Last day whose data was visible.
    units
        Middle forecast by first day of the period.
    """

    kind: Overlay
    made_on: pd.Timestamp
    units: pd.Series


def earlier_forecasts(
    live: Live, series: ChosenSeries, kinds: Collection[Overlay]
) -> list[Earlier]:
    """Read the earlier forecasts of a series, the newest first of each kind."""
    found: list[Earlier] = []
    if Overlay.BACKTEST in kinds:
        found += _rehearsed(live, series)
    if Overlay.VINTAGE in kinds:
        found += _vintages(live, series)
    return found


def _rehearsed(live: Live, series: ChosenSeries) -> list[Earlier]:
    """Read what the newest run would have published at the origins of its backtest."""
    run = live.run()
    if run is None:
        return []
    where = {Col.RUN_ID: run.run_id, Col.SERIES_ID: series.series_id, Col.LEVEL: _MIDDLE}
    rows = live.lake.read(REHEARSALS, where=where)
    days = sorted(rows[Col.MADE_ON].unique(), reverse=True)[:_MOST]
    return [_of(Overlay.BACKTEST, day, rows[rows[Col.MADE_ON] == day]) for day in days]


def _vintages(live: Live, series: ChosenSeries) -> list[Earlier]:
    """Read what earlier runs published, of each day the run recorded last."""
    newest = live.run() or latest_run(live.lake)
    found = []
    days = {newest.made_on}
    for run in all_runs(live.lake):
        rows = forecast_frame(live.lake, run.run_id, [series.series_id])
        rows = rows[rows[Col.LEVEL] == _MIDDLE]
        if run.made_on not in days and run.measure == newest.measure and len(rows):
            days.add(run.made_on)
            found.append(_of(Overlay.VINTAGE, run.made_on, rows))
    return sorted(found, key=lambda one: one.made_on, reverse=True)[:_MOST]


def _of(kind: Overlay, made_on: pd.Timestamp, rows: pd.DataFrame) -> Earlier:
    return Earlier(kind, made_on, rows.sort_values(Col.DAY).set_index(Col.DAY)[Col.UNITS])
