"""How far forecasts of weekly department sales were off, one to eight weeks ahead (Walmart).

Six origins eight weeks apart, so that a year of weeks with all its feasts is judged. Holidays and
markdowns are known ahead. Kaggle's measure for this table is WMAE: holiday weeks count five times.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from accuracy import Origins, add_accuracy, add_calibration, add_resume, judge, resumed
from american_weeks import HOLIDAY, MARKDOWN, walmart
from plain_peers import peers_of
from reporting import Figure, Report, options, shared_data

from forecasting import ForecastSettings
from forecasting.grid import grid_of
from forecasting.judging.metrics import point_of

if TYPE_CHECKING:
    from accuracy import Judged

    from forecasting.grid import FloatArray

HORIZON: Final = 8
ORIGINS: Final = 6
TAUGHT_BY: Final = 2
EVERY_STORE: Final = 3
QUICK_STORES: Final = 15
LAST_YEAR: Final = "seasonal naive"
HOLIDAY_WEIGHT: Final = 5.0
REACH_WMAE: Final = 0.85
"""Share of the WMAE of the same week last year."""


def main() -> None:
    """Measure, print, write."""
    parser = options(__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--every-store", type=int, default=EVERY_STORE, help="keep each n-th store")
    add_resume(parser)
    chosen = parser.parse_args()
    every = QUICK_STORES if chosen.quick else chosen.every_store
    public = walmart(shared_data("walmart_weekly"), every_store=every, horizon=HORIZON)
    origins = 2 if chosen.quick else ORIGINS
    newest = len(grid_of(public.panel).days) - 1 - HORIZON
    weeks = [newest - HORIZON * back for back in reversed(range(origins + TAUGHT_BY))]
    settings = ForecastSettings()
    peers, absent = peers_of(settings.levels)
    origins_judged = Origins(weeks, TAUGHT_BY)
    judged = judge(public, settings, peers, origins_judged, remembered=resumed(chosen, every))
    libraries = ("groundswell", "lightgbm", "mlforecast", "statsforecast")
    data = f"walmart_weekly, each {every}. store, {len(judged.actual)} series, {origins} origins"
    report = Report("walmart_accuracy", data, libraries)
    if absent:
        print(f"peers left out, install groundswell[deep] to have them: {', '.join(absent)}")
    add_accuracy(report, judged, quick=chosen.quick)
    _add_wmae(report, judged, quick=chosen.quick)
    cut = public.known(MARKDOWN)
    add_calibration(report, judged, cut > np.nanmedian(cut[cut > 0]))
    report.finish(chosen)


def _add_wmae(report: Report, judged: Judged, *, quick: bool) -> None:
    naive = wmae(judged, judged.alone[LAST_YEAR])
    value = wmae(judged, judged.final)
    report.add(Figure("WMAE", value, "dollars", peer="the same week last year", peer_value=naive))
    reach = None if quick else REACH_WMAE
    report.add(Figure("WMAE against the same week last year", value / naive, "ratio", reach=reach))


def wmae(judged: Judged, quantiles: FloatArray) -> float:
    """Mean absolute error of the medians in which holiday weeks count five times."""
    holiday = judged.at_target(judged.public.known(HOLIDAY)) > 0
    weights = np.where(holiday, HOLIDAY_WEIGHT, 1.0) * ~np.isnan(judged.actual)
    missed = np.abs(np.nan_to_num(judged.actual) - point_of(quantiles, judged.levels))
    return float((weights * np.nan_to_num(missed)).sum() / weights.sum())


if __name__ == "__main__":
    main()
