"""Say whether codes of recent sales, by a variational autoencoder, help trees and networks.

The same expert with and without them, on the demo shop and on departments of Walmart; networks are
judged where neuralforecast is installed.
"""

from __future__ import annotations

import tempfile
import time
import warnings
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from american_weeks import walmart
from reporting import Figure, Report, options, shared_data

from forecasting import ForecastSettings
from forecasting.experts.catalogue import make_experts
from forecasting.grid import grid_of, horizon_of
from forecasting.judging.backtest import backtest, origins_of
from signals import Lake, build_demo_world, build_panel

if TYPE_CHECKING:
    from signals import Panel

NETWORKS: Final = ("gru", "nhits")
NETWORK_STEPS: Final = 150
NETWORK_ORIGINS: Final = 2
ORIGINS: Final = 4
EVERY_STORE: Final = 15


def main() -> None:
    """Measure, print, write."""
    chosen = options(__doc__.splitlines()[0] if __doc__ else "").parse_args()
    installed = find_spec("neuralforecast") is not None
    report = Report(
        "window_codes",
        f"demo shop; walmart_weekly, each {EVERY_STORE}. store",
        ("lightgbm", "torch", *(["neuralforecast"] if installed else [])),
    )
    demo = demo_panel()
    compare(report, demo, "demo", "lightgbm", ORIGINS)
    if not chosen.quick:
        for network in NETWORKS if installed else ():
            compare(report, demo, "demo", network, NETWORK_ORIGINS)
        folder = shared_data("walmart_weekly")
        shop = walmart(folder, every_store=EVERY_STORE, horizon=8).panel
        compare(report, shop, "walmart", "lightgbm", ORIGINS)
        compare(report, shop, "walmart", "lightgbm", ORIGINS, every=8)
    report.finish(chosen)


def demo_panel() -> Panel:
    """Build the panel of the demo shop, without texts."""
    world = build_demo_world()
    with tempfile.TemporaryDirectory() as folder:
        lake = Lake(Path(folder))
        with lake.batch() as batch:
            for table, frame in world.feeds:
                batch.add(table, frame)
        as_of = pd.Timestamp(world.last_day, tz="UTC") + pd.Timedelta(days=1)
        return build_panel(lake, as_of=as_of)


def compare(
    report: Report, panel: Panel, name: str, expert: str, origins: int, *, every: int = 4
) -> None:
    """Add the WAPE over all series with codes, and what the same fit costs, against without.

    Parameters
    ----------
    origins, every
        How many origins are judged, and the weeks between two.
    """
    found: dict[bool, tuple[float, float]] = {}
    horizon = horizon_of(panel)
    weeks = origins_of(len(grid_of(panel).days), horizon, origins=origins, every=every)
    for codes in (False, True):
        settings = ForecastSettings(
            experts=(expert,), steps=NETWORK_STEPS, codes_windows=codes,
        )  # fmt: skip
        started = time.process_time()
        tried = backtest(panel, make_experts(settings, text=False), settings.levels, weeks)
        spent = (time.process_time() - started) / len(weeks)
        middle = next(iter(tried.quantiles.values()))[..., settings.levels.index(0.5)]
        judged = ~np.isnan(tried.actual)
        missed = np.abs(tried.actual - middle)[judged].sum()
        found[codes] = float(missed / tried.actual[judged].sum()), spent
    (without, cheap), (with_codes, dear) = found[False], found[True]
    told = {"peer": "without codes"}
    label = f"{name}: {expert}, {len(weeks)} origins {every} weeks apart"
    report.add(Figure(f"{label}: WAPE", with_codes, "share", peer_value=without, **told))
    report.add(Figure(f"{label}: cost of a fit", dear / cheap, "times", peer_value=1.0, **told))


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    main()
