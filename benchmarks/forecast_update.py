"""What an update costs against a run anew, and how much accuracy it gives away (M5, by week).

A run is made once; then four weeks of data arrive, again and again. Each time the last run is
updated, as ``groundswell run --update`` does it, and beside it everything is run anew on the same
data. Both forecasts are judged by the four weeks that followed. Processor seconds count all
threads. The models of the first run without any update are told beside, to show what an update is
worth.
"""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from american_weeks import m5
from reporting import Figure, Report, options, shared_data

from forecasting import (
    ForecastSettings,
    Metric,
    last_run,
    run_forecast,
    save_run,
    score,
    update_forecast,
)
from forecasting.forecast import forecast_again
from forecasting.grid import cut, grid_of
from signals import Lake

if TYPE_CHECKING:
    from forecasting import ForecastRun
    from forecasting.grid import FloatArray
    from signals import Panel

HORIZON: Final = 4
UPDATES: Final = 4
QUICK_UPDATES: Final = 1
QUICK_SERIES: Final = 10
REACH_COST: Final = 0.20
REACH_LOSS: Final = 1.02
UPDATED, ANEW, FIRST = "updated", "run anew", "first run"
_NOW: Final = pd.Timestamp("2017-01-01", tz="UTC")


@dataclass(slots=True)
class Ways:
    """Processor seconds and forecasts of each way to take new data in."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: {UPDATED: [], ANEW: []})
    quantiles: dict[str, list[FloatArray]] = field(
        default_factory=lambda: {UPDATED: [], ANEW: [], FIRST: []}
    )
    actual: list[FloatArray] = field(default_factory=list)


def main() -> None:
    """Measure, print, write."""
    parser = options(__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--every-series", type=int, default=1, help="keep each n-th series")
    chosen = parser.parse_args()
    every = QUICK_SERIES if chosen.quick else chosen.every_series
    updates = QUICK_UPDATES if chosen.quick else UPDATES
    panel = m5(shared_data("m5_store_dept"), every_series=every, horizon=HORIZON).panel
    settings = ForecastSettings()
    series = len(grid_of(panel).series_ids)
    data = f"m5_store_dept by week, {series} series, {updates} times {HORIZON} weeks"
    report = Report("forecast_update", data, ("groundswell", "lightgbm", "statsforecast"))
    ways = take_in(panel, settings, updates)
    for name, seconds in ways.seconds.items():
        report.add(Figure(f"{name}: CPU time", float(np.mean(seconds)), "CPU s"))
    cost = sum(ways.seconds[UPDATED]) / sum(ways.seconds[ANEW])
    reach = None if chosen.quick else REACH_COST
    report.add(Figure("update against a run anew: CPU time", cost, "ratio", reach=reach))
    actual = np.stack(ways.actual, axis=1)
    losses = {
        name: score(actual, np.stack(found, axis=1), settings.levels)[Metric.WQL]
        for name, found in ways.quantiles.items()
    }
    for name, loss in losses.items():
        report.add(Figure(f"{name}: WQL", loss, "share"))
    reach = None if chosen.quick else REACH_LOSS
    report.add(
        Figure("update against a run anew: WQL", losses[UPDATED] / losses[ANEW], "ratio",
               reach=reach, peer="models of the first run", peer_value=losses[FIRST] / losses[ANEW])
    )  # fmt: skip
    report.finish(chosen)


def take_in(panel: Panel, settings: ForecastSettings, updates: int) -> Ways:
    """Run once, then take new weeks in both ways, again and again."""
    grid, ways = grid_of(panel), Ways()
    newest = len(grid.days) - 1 - HORIZON
    origins = [newest - HORIZON * back for back in reversed(range(updates + 1))]
    with tempfile.TemporaryDirectory() as folder:
        lake, models = Lake(Path(folder) / "lake"), Path(folder) / "models"
        first = run_forecast(cut(panel, origins[0], HORIZON), settings)
        save_run(first, lake, models, now=_NOW)
        for number, origin in enumerate(origins[1:], start=1):
            known = cut(panel, origin, HORIZON)
            began = time.process_time()
            last = last_run(lake, models)
            updated = update_forecast(known, settings, last)
            ways.seconds[UPDATED].append(time.process_time() - began)
            save_run(updated, lake, models, now=_NOW + pd.Timedelta(days=number))
            began = time.process_time()
            anew = run_forecast(known, settings)
            ways.seconds[ANEW].append(time.process_time() - began)
            runs: tuple[tuple[str, ForecastRun], ...] = (
                (UPDATED, updated), (ANEW, anew), (FIRST, first),
            )  # fmt: skip
            for name, run in runs:
                _, found = forecast_again(known, run.forecaster, settings.min_periods)
                ways.quantiles[name].append(found)
            ways.actual.append(grid.units[:, origin + 1 : origin + 1 + HORIZON])
    return ways


if __name__ == "__main__":
    main()
