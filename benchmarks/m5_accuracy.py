"""How far forecasts of weekly units by store and department were off, one to four weeks ahead (M5).

Thirteen origins four weeks apart, so that a year of weeks is judged. Feasts and the days on which
food stamps are paid are known ahead; the table has no prices.
"""

from __future__ import annotations

from typing import Final

from accuracy import Origins, add_accuracy, add_calibration, add_resume, judge, resumed
from american_weeks import m5
from plain_peers import peers_of
from reporting import Report, options, shared_data

from forecasting import ForecastSettings
from forecasting.grid import grid_of

HORIZON: Final = 4
ORIGINS: Final = 13
TAUGHT_BY: Final = 4
QUICK_SERIES: Final = 5


def main() -> None:
    """Measure, print, write."""
    parser = options(__doc__.splitlines()[0] if __doc__ else "")
    add_resume(parser)
    chosen = parser.parse_args()
    every = QUICK_SERIES if chosen.quick else 1
    public = m5(shared_data("m5_store_dept"), every_series=every, horizon=HORIZON)
    origins = 2 if chosen.quick else ORIGINS
    newest = len(grid_of(public.panel).days) - 1 - HORIZON
    weeks = [newest - HORIZON * back for back in reversed(range(origins + TAUGHT_BY))]
    settings = ForecastSettings()
    peers, absent = peers_of(settings.levels)
    origins_judged = Origins(weeks, TAUGHT_BY)
    judged = judge(public, settings, peers, origins_judged, remembered=resumed(chosen, every))
    libraries = ("groundswell", "lightgbm", "mlforecast", "statsforecast")
    data = f"m5_store_dept by week, {len(judged.actual)} series, {origins} origins"
    report = Report("m5_accuracy", data, libraries)
    if absent:
        print(f"peers left out, install groundswell[deep] to have them: {', '.join(absent)}")
    add_accuracy(report, judged, quick=chosen.quick)
    add_calibration(report, judged, None)
    report.finish(chosen)


if __name__ == "__main__":
    main()
