"""What a forecast costs: processor seconds, memory, and how both grow with the number of series.

Shops of 250, 1,000 and 4,000 series over 156 weeks, a tenth of them sums, with calendar, price,
promotion and mood; the default experts, eight weeks ahead. Each size runs in a process of its own,
so that its peak of memory is its own. Processor seconds count all threads; importing libraries is
left out. A whole run adds four origins of backtest and the contributions to the fit; it is
measured at 1,000 series.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import resource
import subprocess
import sys
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from made_shop import made_panel
from reporting import ROOT, Figure, Report, options

from forecasting import Forecaster, ForecastSettings, run_forecast
from forecasting.blend import Blend
from forecasting.calibrate import Calibration
from forecasting.forecast import experts_of
from forecasting.judging.backtest import keys_of
from signals import Scope, silent

if TYPE_CHECKING:
    from signals import Panel

SIZES: Final = (250, 1000, 4000)
QUICK_SIZES: Final = (20, 40)
JUDGED: Final = 1000
WEEKS: Final = 156
HORIZON: Final = 8
REACH_FIT: Final = 120.0
REACH_PREDICT: Final = 2.0
REACH_MEMORY: Final = 1.5
REACH_GROWTH: Final = 1.1
_SEED: Final = 7


def main() -> None:
    """Measure, print, write."""
    parser = options(__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--child", type=int, metavar="SERIES", help=argparse.SUPPRESS)
    parser.add_argument("--whole", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.child:
        print(json.dumps(measure(chosen.child, whole=chosen.whole)))
        return
    libraries = ("groundswell", "lightgbm", "mlforecast", "statsforecast", "torch")
    report = Report("forecast_cost", f"made shops, {WEEKS} weeks, seed {_SEED}", libraries)
    sizes = QUICK_SIZES if chosen.quick else SIZES
    found = [_in_child(size) for size in sizes]
    for size, cost in zip(sizes, found, strict=True):
        _add_costs(report, size, cost)
    for name in ("fit", "predict"):
        growth = math.log(found[-1][name] / found[0][name]) / math.log(sizes[-1] / sizes[0])
        reach = None if chosen.quick else REACH_GROWTH
        report.add(Figure(f"{name}: growth with series", growth, "exponent", reach=reach))
    judged = sizes[0] if chosen.quick else JUDGED
    whole = _in_child(judged, "--whole")
    report.add(Figure(f"whole run, {judged:,} series", whole["run"], "CPU s"))
    report.add(Figure(f"whole run, {judged:,} series: peak memory", whole["memory"], "GiB"))
    report.finish(chosen)


def _in_child(size: int, *more: str) -> dict[str, float]:
    command = [sys.executable, __file__, "--child", str(size), *more]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def _add_costs(report: Report, size: int, cost: dict[str, float]) -> None:
    judged = size == JUDGED
    reach = REACH_FIT if judged else None
    report.add(Figure(f"fit, {size:,} series", cost["fit"], "CPU s", reach=reach))
    for name, seconds in cost.items():
        if name.startswith("fit "):
            report.add(Figure(f"{name}, {size:,} series", seconds, "CPU s"))
    reach = REACH_PREDICT if judged else None
    each = 1000 * cost["predict"] / size
    report.add(Figure(f"predict, {size:,} series", each, "CPU ms/series", reach=reach))
    reach = REACH_MEMORY if judged else None
    report.add(Figure(f"peak memory, {size:,} series", cost["memory"], "GiB", reach=reach))


def measure(size: int, *, whole: bool) -> dict[str, float]:
    """Fit the default experts and forecast with all of them, or do a whole run.

    Returns
    -------
    dict
        Processor seconds of ``fit``, of ``fit EXPERT``, of ``predict`` and of ``run``; ``memory``
        is the peak in GiB.
    """
    settings = ForecastSettings()
    small = made_panel(14, weeks=60, horizon=HORIZON, seed=_SEED)
    run_forecast(small, replace(settings, origins=1, trees=5))  # imports what will be used
    panel = made_panel(size, weeks=WEEKS, horizon=HORIZON, seed=_SEED)
    if whole:
        began = time.process_time()
        run_forecast(panel, settings)
        cost = {"run": time.process_time() - began}
    else:
        cost = _parts(panel, settings)
    cost["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    return cost


def _parts(panel: Panel, settings: ForecastSettings) -> dict[str, float]:
    cost, fitted = {}, {}
    for expert in experts_of(panel, settings):
        began = time.process_time()
        fitted[expert.name] = expert.fit(panel, progress=silent)
        cost[f"fit {expert.name}"] = time.process_time() - began
    cost["fit"] = sum(cost.values())
    keys = [keys_of(expert)[0] for expert in experts_of(panel, settings)]
    alike = {scope: dict.fromkeys(keys, 1 / len(keys)) for scope in map(str, Scope)}
    forecaster = Forecaster(settings.levels, fitted, Blend(alike), Calibration(settings.levels, {}))
    began = time.process_time()
    forecaster.predict(panel)
    return cost | {"predict": time.process_time() - began}


if __name__ == "__main__":
    main()
