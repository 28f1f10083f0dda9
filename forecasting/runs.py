"""Runs in the lake and their models on disk."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from forecasting.kept_forecaster import save_forecaster
from signals import (
    ACCURACY,
    CONTRIBUTIONS,
    FORECASTS,
    REHEARSALS,
    RUNS,
    Col,
    DataError,
    Measure,
    NotReady,
    publish,
)

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence
    from pathlib import Path

    from forecasting.forecast import ForecastRun
    from signals import Lake, Table

_FIRST_DAY: Final = pd.Timestamp("1678-01-01")
_LAST_DAY: Final = pd.Timestamp("2262-01-01")
_KEPT: Final = 8  # runs whose models stay on disk, so that two of them can be compared


@dataclass(frozen=True, slots=True)
class RunInfo:
    """One stored run.

    Parameters
    ----------
    config
        What the run said about itself: `ForecastRun.about`.
    """

    run_id: str
    made_on: pd.Timestamp
    measure: Measure
    config: dict[str, Any]


def save_run(run: ForecastRun, lake: Lake, folder: Path, *, now: pd.Timestamp) -> Path:
    """Store a run: its rows in the lake in one batch, its models as a new version of ``folder``.

    Saving the same run again only records that it was made again; see also `repeat_run`.

    Parameters
    ----------
    now
        Moment of the run, with a zone.
    """
    about = pd.DataFrame(
        {
            Col.RUN_ID: [run.run_id],
            Col.MADE_ON: [run.made_on],
            Col.MEASURE: [str(run.measure)],
            Col.MODEL: ["; ".join(f"{s}: {m}" for s, m in run.about["models"].items())],
            Col.CONFIG: [json.dumps(run.about, sort_keys=True, ensure_ascii=False)],
            Col.RECORDED_AT: [now],
        },
    )
    version = publish(
        folder,
        lambda draft: save_forecaster(run.forecaster, draft),
        {"run_id": run.run_id, "made_on": str(run.made_on.date()), "code": run.about["versions"]},
        keep=_KEPT,
    )
    with lake.batch() as batch:
        batch.add(FORECASTS, run.forecasts)
        batch.add(CONTRIBUTIONS, run.contributions)
        batch.add(ACCURACY, run.accuracy)
        batch.add(REHEARSALS, run.rehearsals)
        batch.add(RUNS, about)
    return version


def repeat_run(lake: Lake, run_id: str, *, now: pd.Timestamp) -> bool:
    """Record again a run that is stored already, so that it is the latest of its day.

    Returns
    -------
    bool
        False when no such run is stored.
    """
    known = lake.read(RUNS, where={Col.RUN_ID: run_id})
    if known.empty:
        return False
    with lake.batch() as batch:
        batch.add(RUNS, known.tail(1).assign(**{Col.RECORDED_AT: now}))
    return True


def latest_run(lake: Lake) -> RunInfo:
    """Return the run that knew most; of several such, the one recorded last.

    A run made afterwards of what was known on an earlier day is not the latest.

    Raises
    ------
    NotReady
        When there is none.
    """
    return max(all_runs(lake), key=lambda run: run.made_on)  # the first of equals


def all_runs(lake: Lake) -> list[RunInfo]:
    """List the stored runs, each once, the one recorded last first.

    Raises
    ------
    NotReady
        When there is none.
    """
    return [_run_of(row) for row in _newest_first(lake)]


def stored_run(lake: Lake, run_id: str) -> RunInfo:
    """Return a run by its id.

    Raises
    ------
    DataError
        When no such run is stored.
    """
    for row in _newest_first(lake):
        if row[Col.RUN_ID] == run_id:
            return _run_of(row)
    raise DataError(f"the lake holds no run {run_id!r}; see: groundswell forecast diff")


def run_as_of(lake: Lake, day: pd.Timestamp) -> RunInfo:
    """Return the run that one would have been told of on a day.

    Of the runs recorded by the end of that day the one that knew most; where none was, of the runs
    made since then from what was known that day.

    Parameters
    ----------
    day
        Naive; its own data count as known.

    Raises
    ------
    NotReady
        When every run knew something of later days.
    """
    day = min(max(day, _FIRST_DAY), _LAST_DAY)  # beyond them nothing can be reckoned
    rows = _newest_first(lake, recorded_by=day.tz_localize("UTC") + pd.Timedelta(days=1))
    told = [run for run in map(_run_of, rows) if run.made_on <= day]
    since = [run for run in all_runs(lake) if run.made_on <= day]
    if not since:
        raise NotReady(
            f"no run was made from what was known on {day:%Y-%m-%d}; "
            f"make one: groundswell run --as-of {day:%Y-%m-%d}"
        )
    if told:
        return max(told, key=lambda run: run.made_on)
    return max(reversed(since), key=lambda run: run.made_on)


def forecast_frame(
    lake: Lake, run_id: str, series_ids: Sequence[str] | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Read forecast rows of a run; None means every series."""
    return _read(lake, FORECASTS, run_id, series_ids)


def contribution_frame(
    lake: Lake, run_id: str, series_ids: Sequence[str] | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Read contribution rows of a run; with the row group "baseline" they sum to the forecast."""
    return _read(lake, CONTRIBUTIONS, run_id, series_ids)


def accuracy_frame(
    lake: Lake, run_id: str, series_ids: Sequence[str] | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Read accuracy rows of a run; series_id may be "all" or "scope:<scope>", step 0 all steps."""
    return _read(lake, ACCURACY, run_id, series_ids)


def _newest_first(lake: Lake, recorded_by: pd.Timestamp | None = None) -> list[dict[Hashable, Any]]:
    runs = lake.read(RUNS)
    if runs.empty:
        raise NotReady("nothing has been forecast yet; run: groundswell run")
    if recorded_by is not None:
        runs = runs[runs[Col.RECORDED_AT] < recorded_by]
    ranked = runs.sort_values([Col.RECORDED_AT, Col.RUN_ID], ascending=False)
    return ranked.drop_duplicates(Col.RUN_ID).to_dict("records")


def _run_of(row: Mapping[Hashable, Any]) -> RunInfo:
    return RunInfo(
        run_id=str(row[Col.RUN_ID]),
        made_on=pd.Timestamp(row[Col.MADE_ON]),
        measure=Measure(row[Col.MEASURE]),
        config=json.loads(row[Col.CONFIG]),
    )


def _read(
    lake: Lake, table: Table, run_id: str, series_ids: Sequence[str] | None,
) -> pd.DataFrame:  # fmt: skip
    where: dict[str, object] = {Col.RUN_ID: run_id}
    if series_ids is not None:
        where[Col.SERIES_ID] = list(series_ids)
    return lake.read(table, where=where)
