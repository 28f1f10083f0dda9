"""How far forecasts of products without history are off, in the demo shop and a real one.

The demo shop launches four products; each is forecast as of its launch day or, for the last one,
as of the last day, eight weeks ahead, and again once it has some weeks of sales. The real shop is
a wholesaler of gifts (UCI Online Retail): products that are first sold within eight weeks, by name
and planned launch day alone. Peer: the category-mean launch curve, the mean units of earlier
launches by age; of all launches where the category has none, of all products where none was seen.
"""

from __future__ import annotations

import tempfile
from collections import Counter, defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from reporting import Figure, Report, options, shared_data

from forecasting.grid import grid_of, horizon_of
from forecasting.launch import forecast_launches
from signals import (
    DOCUMENTS,
    PRODUCTS,
    SALES,
    CalendarRules,
    Col,
    Feed,
    Lake,
    Panel,
    Scope,
    SeriesRules,
    build_demo_world,
    build_panel,
    ingest,
)

if TYPE_CHECKING:
    from forecasting.grid import FloatArray, Grid

LEVELS: Final = (0.1, 0.5, 0.9)
SEEDS: Final = 20
REACH: Final = 0.85
DEMO_DAYS: Final = ("2025-02-03", "2025-03-03", "2025-08-04", "2025-09-08", "2025-10-06")
REAL_DAYS: Final = ("2011-05-02", "2011-06-27", "2011-08-22")
REAL_BEGAN: Final = pd.Timestamp("2010-12-20")  # what was sold before may be older than the data
PEER: Final = "category-mean launch curve"
OLDEST: Final = 16  # periods of history up to which a product counts as young here


def main() -> None:
    """Measure, print, write."""
    chosen = options(__doc__.splitlines()[0] if __doc__ else "").parse_args()
    report = Report("cold_start", "demo shop, 20 seeds; UCI Online Retail", ("groundswell",))
    tally: dict[str, Counter[str]] = defaultdict(Counter)
    for seed in range(1, (2 if chosen.quick else SEEDS) + 1):
        for panel, truth in _demo_cases(seed):
            _judge(panel, truth, tally)
    _add(report, "demo", tally, None if chosen.quick else REACH)
    if not chosen.quick:
        tally = defaultdict(Counter)
        for panel, truth in _real_cases():
            _judge(panel, truth, tally)
        _add(report, "online retail", tally, None)
    report.finish(chosen)


def _demo_cases(seed: int) -> list[tuple[Panel, pd.Series]]:
    world = build_demo_world(seed)
    feeds = [Feed(table, rows, table.name) for table, rows in world.feeds if table != DOCUMENTS]
    panels = _panels(feeds, DEMO_DAYS, SeriesRules())
    truth = _weekly(pd.concat([world.sales, world.truth.later_sales]))
    return [(panel, truth) for panel in panels]


def _real_cases() -> list[tuple[Panel, pd.Series]]:
    """Net units by day; a product is known by its first name, four weeks before it is sold."""
    lines = pd.read_parquet(shared_data("online_retail_uci") / "online_retail.parquet")
    lines = lines[lines["StockCode"].str.match(r"^\d{5}") & (lines["UnitPrice"] > 0)]
    lines = lines.assign(day=lines["InvoiceDate"].dt.normalize())
    by_day = lines.groupby(["StockCode", "day"], as_index=False)
    sales = by_day.agg(units=("Quantity", "sum"), price=("UnitPrice", "median"))
    sales["units"] = sales["units"].clip(lower=0).astype(float)  # cancelled on the same day
    sales = sales.rename(columns={"StockCode": Col.PRODUCT_ID})
    sales[Col.AVAILABLE_AT] = (sales[Col.DAY] + pd.Timedelta(days=1)).dt.tz_localize("UTC")
    sold = sales[sales[Col.UNITS] > 0]
    first = sold.groupby(Col.PRODUCT_ID)[Col.DAY].min()
    names = lines.sort_values("InvoiceDate").groupby("StockCode")["Description"].first()
    products = pd.DataFrame(
        {
            Col.PRODUCT_ID: first.index,
            Col.NAME: names.reindex(first.index).to_numpy(),
            Col.LAUNCH_DAY: first.where(first > REAL_BEGAN).to_numpy(),
            Col.AVAILABLE_AT: (first - pd.Timedelta(days=28)).dt.tz_localize("UTC").array,
        }
    )
    feeds = [Feed(PRODUCTS, products, "names"), Feed(SALES, sold, "invoices")]
    rules = SeriesRules((Scope.PRODUCT,), min_periods=8, calendar=CalendarRules(("GB",)))
    return [(panel, _weekly(sold)) for panel in _panels(feeds, REAL_DAYS, rules)]


def _panels(feeds: list[Feed], days: tuple[str, ...], rules: SeriesRules) -> list[Panel]:
    with tempfile.TemporaryDirectory() as folder:
        lake = Lake(Path(folder) / "lake")
        ingest(lake, feeds, source="shop", now=pd.Timestamp("2026-01-01", tz="UTC"))
        return [build_panel(lake, as_of=pd.Timestamp(day, tz="UTC"), rules=rules) for day in days]


def _weekly(sales: pd.DataFrame) -> pd.Series:
    monday = sales[Col.DAY] - pd.to_timedelta(sales[Col.DAY].dt.dayofweek, unit="D")
    series = f"{Scope.PRODUCT}:" + sales[Col.PRODUCT_ID].astype(str)
    return sales[Col.UNITS].groupby([series, monday]).sum()


def _judge(panel: Panel, truth: pd.Series, tally: dict[str, Counter[str]]) -> None:
    """Add up the errors of young products by the age they have."""
    grid, horizon = grid_of(panel), horizon_of(panel)
    young = dict(panel.cold)
    ages = dict.fromkeys(young, 0)
    for series, scope, category, age in zip(
        grid.series_ids, grid.scopes, grid.categories, grid.ages, strict=True
    ):
        if scope == Scope.PRODUCT and age < min(OLDEST, len(grid.days)):
            young[series], ages[series] = category, int(age)
    found = forecast_launches(panel, young, LEVELS)
    ahead = grid.ahead(horizon)
    for series, quantiles in zip(found.series_ids, found.quantiles, strict=True):
        sold = truth.reindex(pd.MultiIndex.from_product([[series], ahead])).to_numpy(dtype=float)
        on_sale = quantiles[:, -1] > 0  # nothing is sold before the launch
        units, middle = np.nan_to_num(sold)[on_sale], quantiles[on_sale]
        peer = _peer(grid, series, young[series], ages[series])[: len(units)]
        inside = (units >= middle[:, 0]) & (units <= middle[:, 2])
        tally[_age_of(ages[series])].update(
            {
                "launches": 1,
                "units": units.sum(),
                "periods": len(units),
                "ours": np.abs(units - middle[:, 1]).sum(),
                "peer": np.abs(units - peer).sum(),
                "inside": int(inside.sum()),
            }
        )


def _age_of(age: int) -> str:
    if age == 0:
        return "no history"
    return "1 to 7 weeks" if age < 8 else "8 to 15 weeks"


def _peer(grid: Grid, series: str, category: str, age: int) -> FloatArray:
    """Mean units by age of the launches of the category, from ``age`` on."""
    products = np.asarray([scope == Scope.PRODUCT for scope in grid.scopes])
    products &= np.asarray(grid.series_ids) != series
    ours = products & (np.asarray(grid.categories) == category)
    launched = np.isnan(grid.units[:, 0])
    for pool in (ours & launched, products & launched):
        if pool.any():
            lives = [units[~np.isnan(units)] for units in grid.units[pool]]
            longest = max(map(len, lives))
            by_age = [[life[at] for life in lives if len(life) > at] for at in range(longest)]
            curve = np.asarray([np.mean(units) for units in by_age])
            return curve[np.minimum(age + np.arange(len(grid.days)), longest - 1)]
    pool = ours if ours.any() else products
    return np.full(len(grid.days), np.nanmean(grid.units[pool]))


def _add(report: Report, data: str, tally: dict[str, Counter[str]], reach: float | None) -> None:
    for age, sums in sorted(tally.items(), reverse=True):
        wape, peer = (sums[who] / sums["units"] for who in ("ours", "peer"))
        name = f"{data}, {age} ({sums['launches']} forecasts)"
        report.add(Figure(f"WAPE {name}", wape, "share", peer=PEER, peer_value=peer))
        held = reach if age == "no history" else None
        report.add(
            Figure(f"WAPE against the peer, {data}, {age}", wape / peer, "ratio", reach=held)
        )
        covered = sums["inside"] / sums["periods"]
        report.add(Figure(f"coverage of 80 %, {data}, {age}", covered, "share", "higher"))


if __name__ == "__main__":
    main()
