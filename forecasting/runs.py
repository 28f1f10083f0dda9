"""Runs in the lake and their models on disk."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from forecasting.blend import Blend
from forecasting.calibrate import Calibration
from forecasting.experts.catalogue import load_expert
from forecasting.forecaster import Forecaster
from forecasting.judging.backtest import ExpertKey, Variant
from forecasting.prepare import Fill, Preparation
from signals import (
    ACCURACY,
    CONTRIBUTIONS,
    FORECASTS,
    RUNS,
    Col,
    Measure,
    NotReady,
    current,
    publish,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from forecasting.forecast import ForecastRun
    from signals import Lake, Table

_FORECASTER: Final = "forecaster.json"


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
    )
    with lake.batch() as batch:
        batch.add(FORECASTS, run.forecasts)
        batch.add(CONTRIBUTIONS, run.contributions)
        batch.add(ACCURACY, run.accuracy)
        batch.add(RUNS, about)
    return version


def repeat_run(lake: Lake, run_id: str, *, now: pd.Timestamp) -> bool:
    """Record again a run that is stored already, so that it is the latest.

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
    """Return the run recorded last.

    Raises
    ------
    NotReady
        When there is none.
    """
    runs = lake.read(RUNS)
    if runs.empty:
        raise NotReady("nothing has been forecast yet; run: groundswell run")
    newest = runs.sort_values([Col.RECORDED_AT, Col.RUN_ID]).iloc[-1]
    return RunInfo(
        run_id=str(newest[Col.RUN_ID]),
        made_on=pd.Timestamp(newest[Col.MADE_ON]),
        measure=Measure(newest[Col.MEASURE]),
        config=json.loads(newest[Col.CONFIG]),
    )


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


def _read(
    lake: Lake, table: Table, run_id: str, series_ids: Sequence[str] | None,
) -> pd.DataFrame:  # fmt: skip
    where: dict[str, object] = {Col.RUN_ID: run_id}
    if series_ids is not None:
        where[Col.SERIES_ID] = list(series_ids)
    return lake.read(table, where=where)


def save_forecaster(forecaster: Forecaster, folder: Path) -> None:
    """Write a forecaster as JSON and one folder of text files an expert."""
    entries = []
    for number, (name, fitted) in enumerate(sorted(forecaster.fitted.items())):
        place = folder / f"expert-{number}"
        place.mkdir()
        fitted.save(place)
        entries.append({"name": name, "folder": place.name})
    body = {
        "levels": forecaster.levels,
        "experts": entries,
        "weights": {
            scope: [[key.name, str(key.variant), weight] for key, weight in weights.items()]
            for scope, weights in forecaster.blend.weights.items()
        },
        "calibration": forecaster.calibration.to_dict(),
        "preparation": asdict(forecaster.preparation),
    }
    text = json.dumps(body, indent=1, ensure_ascii=False)
    (folder / _FORECASTER).write_text(text, encoding="utf-8")


def load_forecaster(folder: Path) -> Forecaster:
    """Load the current forecaster of ``folder``; it forecasts to the byte what the saved one did.

    Raises
    ------
    NotReady
        When nothing was saved.
    ModelError
        When its files are damaged or name an expert this version does not know.
    """
    version = current(folder)
    body = json.loads((version / _FORECASTER).read_text(encoding="utf-8"))
    levels = tuple(body["levels"])
    fitted = {
        entry["name"]: load_expert(entry["name"], version / entry["folder"], levels)
        for entry in body["experts"]
    }
    weights = {
        scope: {ExpertKey(name, Variant(variant)): weight for name, variant, weight in entries}
        for scope, entries in body["weights"].items()
    }
    calibration = Calibration(
        levels,
        {scope: tuple(shifts) for scope, shifts in body["calibration"]["shifts"].items()},
        body["calibration"]["reason"],
    )
    kept = body["preparation"]
    preparation = Preparation(**{**kept, "fill": Fill(kept["fill"])})
    return Forecaster(levels, fitted, Blend(weights), calibration, preparation)
