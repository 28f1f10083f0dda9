"""What making product, category and total agree does to the errors and intervals of the demo shop.

Every fourth week is an origin; what is learnt for an origin is learnt from the others alone. Peers:
each series by itself, whose sums disagree, and bottom-up, the sums of products and remainders.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from reporting import Figure, Report, options

from forecasting import FINAL, ForecastSettings, Metric, score
from forecasting.agreement.reconcile import Reconciliation, rest_shares
from forecasting.agreement.tree import hierarchy_of
from forecasting.choose import BLEND, rehearse
from forecasting.forecast import experts_of
from forecasting.grid import grid_of, horizon_of
from forecasting.judging.backtest import Backtest, ExpertKey, Variant, backtest, origins_of
from forecasting.launch import split_young
from signals import SALES, Col, Feed, Lake, Panel, Scope, build_demo_world, build_panel, ingest

if TYPE_CHECKING:
    from forecasting.grid import FloatArray

ORIGINS: Final = 6
EVERY: Final = 4
UNTRUSTED: Final = 1e12  # variance of a sum that its children overrule
APART: Final = ExpertKey(BLEND, Variant.CALIBRATED)
UNITS: Final = {Metric.WAPE: "lower", Metric.WQL: "lower", Metric.COVERAGE: "higher"}


def main() -> None:
    """Measure, print, write."""
    chosen = options(__doc__.splitlines()[0] if __doc__ else "").parse_args()
    report = Report("hierarchy", "demo shop", ("groundswell", "lightgbm", "statsforecast"))
    quick = ("last four periods", "seasonal naive")
    settings = ForecastSettings(experts=quick) if chosen.quick else ForecastSettings()
    panel, _ = split_young(demo_panel(), settings.min_periods)
    periods = len(grid_of(panel).days)
    origins = origins_of(periods, horizon_of(panel), origins=ORIGINS, every=EVERY)
    tried = backtest(panel, experts_of(panel, settings), settings.levels, origins)
    finals = rehearse(tried, settings.seed)
    summed = _bottom_up(tried, finals[APART])
    for scope in Scope:
        rows = np.asarray(tried.grid.scopes) == scope
        agreed, apart, below = (
            score(tried.actual[rows], values[rows], tried.levels)
            for values in (finals[FINAL], finals[APART], summed)
        )
        for metric, better in UNITS.items():
            peers = {"apart": apart[metric], "bottom-up": below[metric]}
            reach = below[metric] if metric is Metric.WAPE else None
            name = f"{metric} {scope}, reconciled"
            report.add(Figure(name, agreed[metric], "share", better, reach, peers=peers))
    report.finish(chosen)


def demo_panel() -> Panel:
    """Bring the demo shop into a lake of its own; sales, prices and plans are enough here."""
    with tempfile.TemporaryDirectory() as folder:
        lake = Lake(Path(folder) / "lake")
        feeds = [Feed(table, frame, table.name) for table, frame in build_demo_world().feeds]
        ingest(lake, feeds, source="demo", now=pd.Timestamp("2026-01-01", tz="UTC"))
        last = pd.Timestamp(lake.read(SALES)[Col.DAY].max())
        return build_panel(lake, as_of=last.tz_localize("UTC") + pd.Timedelta(days=1))


def _bottom_up(tried: Backtest, quantiles: FloatArray) -> FloatArray:
    grid = tried.grid
    tree = hierarchy_of(grid.series_ids, grid.scopes, grid.categories)
    sums = {tree.nodes[row] for row in tree.summed}
    variances = {node: UNTRUSTED if node in sums else 1.0 for node in tree.nodes}
    rule = Reconciliation(tried.levels, variances)
    return np.stack(
        [
            rule.apply(quantiles[:, origin], tree, rest_shares(tried, tree, origin)).units
            for origin in range(len(tried.made_on))
        ],
        axis=1,
    )


if __name__ == "__main__":
    main()
