"""How far forecasts of Dominick's orange juice were off, by the protocol Microsoft published.

Ten origins two weeks apart; prices, deals and features known ahead; weeks t + 2 and t + 3 are
forecast and judged. One forecast is held to three measures at once: its median to WAPE, its
quantiles to WQL over nine levels, and the point with the least relative error to MAPE. Published
there: LightGBM, MAPE 35.97 %.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from accuracy import Origins, add_calibration, add_resume, best, judge, resumed
from orange_juice import FEATURE, FIRST_WEEK, TRAINED_TO, orange_juice
from plain_peers import peers_of
from relative_error import mape, relative_point
from reporting import Figure, Report, options, shared_data

from forecasting import ForecastSettings, Metric, score
from signals import Col

if TYPE_CHECKING:
    from accuracy import Judged

    from forecasting.grid import FloatArray

LEVELS: Final = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
REACH: Final = {"MAPE": 0.34, "WAPE": 0.367, "WQL": 0.300}
TAUGHT_BY: Final = tuple(range(118, 133, 2))
"""Last visible week of the origins before the first judged one; their outcomes are known by it."""
FIRST_STEP: Final = 2
QUICK_STORES: Final = 12


def main() -> None:
    """Measure, print, write."""
    parser = options(__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--every-store", type=int, default=1, help="keep each n-th store")
    add_resume(parser)
    chosen = parser.parse_args()
    every = QUICK_STORES if chosen.quick else chosen.every_store
    public = orange_juice(shared_data("dominicks_oj"), every_store=every)
    judged_weeks = TRAINED_TO[::5] if chosen.quick else TRAINED_TO
    taught_by = TAUGHT_BY[-2:] if chosen.quick else TAUGHT_BY
    peers, absent = peers_of(LEVELS)
    judged = judge(
        public,
        ForecastSettings(levels=LEVELS),
        peers,
        Origins(
            [week - FIRST_WEEK for week in (*taught_by, *judged_weeks)], len(taught_by), FIRST_STEP
        ),
        remembered=resumed(chosen, every),
    )
    libraries = ("groundswell", "lightgbm", "mlforecast", "statsforecast")
    series, origins = len(judged.actual), len(judged_weeks)
    report = Report("oj_accuracy", f"dominicks_oj, {series} series, {origins} origins", libraries)
    if absent:
        print(f"peers left out, install groundswell[deep] to have them: {', '.join(absent)}")
    _add_figures(report, judged, quick=chosen.quick)
    promoted = (public.known(Col.PROMO) > 0) | (public.known(FEATURE) > 0)
    add_calibration(report, judged, promoted)
    report.finish(chosen)


def _add_figures(report: Report, judged: Judged, *, quick: bool) -> None:
    peers = {name: _measures(judged, values) for name, values in judged.peers.items()}
    alone = {name: _measures(judged, values) for name, values in judged.alone.items()}
    for measure, value in _measures(judged, judged.final).items():
        beside = {name: found[measure] for name, found in peers.items()}
        peer, peer_value = best(beside)
        reach = None if quick else REACH[measure]
        report.add(
            Figure(
                measure, value, "share", reach=reach, peer=peer, peer_value=peer_value, peers=beside
            )
        )
    for measure, value in _measures(judged, judged.uncalibrated).items():
        report.add(Figure(f"{measure}, before calibration", value, "share"))
    covered = score(judged.actual, judged.uncalibrated, judged.levels)[Metric.COVERAGE]
    report.add(Figure("coverage of 80 %, before calibration", covered, "share"))
    for name, found in alone.items():
        for measure, value in found.items():
            report.add(Figure(f"{measure}, {name} alone", value, "share"))
    levels = judged.levels
    report.details["by_origin"] = [
        {str(metric): round(found, 4) for metric, found in by_origin.items()}
        for by_origin in (
            score(judged.actual[:, place], judged.final[:, place], levels)
            for place in range(len(judged.origins))
        )
    ]


def _measures(judged: Judged, quantiles: FloatArray) -> dict[str, float]:
    found = score(judged.actual, quantiles, judged.levels)
    relative = mape(judged.actual, relative_point(quantiles, judged.levels))
    return {"MAPE": relative, "WAPE": found[Metric.WAPE], "WQL": found[Metric.WQL]}


if __name__ == "__main__":
    main()
