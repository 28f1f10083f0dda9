"""How often totals of several weeks, and of several series, lie inside their 80 % range.

The range of a total follows from how errors go together, measured at each origin in the backtest
that was known by then (`forecasting.Together`). Peers: the sum of the ranges, which holds when all
that is summed misses together, and the root of the sum of squares, which holds when nothing does.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np
from american_weeks import m5
from hierarchy import demo_panel
from reporting import Figure, Report, options, shared_data

from forecasting import FINAL, ForecastSettings, Together, errors_together, split_young
from forecasting.agreement.reconcile import rest_shares
from forecasting.agreement.tree import hierarchy_of
from forecasting.choose import choose, rehearse
from forecasting.forecast import experts_of
from forecasting.grid import grid_of, horizon_of
from forecasting.judging.backtest import backtest
from signals import Scope

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forecasting.grid import FloatArray
    from forecasting.judging.backtest import Backtest
    from signals import Panel

HORIZON: Final = 8
JUDGED: Final = 8
TAUGHT_BY: Final = 4
EVERY: Final = 4
WEEKS: Final = (2, 4, 8)
EXPERTS: Final = ("last four periods", "seasonal naive", "price response")
PROMISED: Final = 0.8
ALLOWED: Final = 0.05
QUICK_SERIES: Final = 5
SUMMED: Final = "sum of ranges"
APART: Final = "root of squares"
OURS: Final = "as measured"


@dataclass(frozen=True, slots=True)
class Origin:
    """One judged origin.

    Parameters
    ----------
    actual
        Shape (series, horizon).
    final
        What would have been published, shape (series, horizon, levels).
    """

    actual: FloatArray
    final: FloatArray
    together: Together


@dataclass(slots=True)
class Covered:
    """Totals judged: how many, how many inside, interval scores and units."""

    count: int = 0
    inside: int = 0
    score: float = 0.0
    units: float = 0.0


def main() -> None:
    """Measure, print, write."""
    chosen = options(__doc__ or "").parse_args()
    settings = ForecastSettings(experts=EXPERTS)
    report = Report(
        "totals_coverage", f"M5 and demo shop, {JUDGED} origins, {', '.join(EXPERTS)}", ()
    )
    every = QUICK_SERIES if chosen.quick else 1
    public = m5(shared_data("m5_store_dept"), every_series=every, horizon=HORIZON)
    tried, origins = _tried(public.panel, settings)
    targets = np.asarray(origins)[:, None] + np.arange(1, HORIZON + 1)
    tried = replace(tried, actual=np.where(public.observed[:, targets], tried.actual, np.nan))
    judge(report, "M5", tried, origins, settings)
    panel, _ = split_young(demo_panel(), settings.min_periods)
    judge(report, "demo shop", *_tried(panel, settings), settings)
    report.finish(chosen)


def _tried(panel: Panel, settings: ForecastSettings) -> tuple[Backtest, list[int]]:
    """Forecast at every origin; the last leaves one horizon after it."""
    newest = len(grid_of(panel).days) - 1 - horizon_of(panel)
    taught = TAUGHT_BY + horizon_of(panel) // EVERY - 1
    origins = [newest - EVERY * back for back in reversed(range(JUDGED + taught))]
    return backtest(panel, experts_of(panel, settings), settings.levels, origins), origins


def judge(
    report: Report, data: str, tried: Backtest, origins: list[int], settings: ForecastSettings
) -> None:
    """Report what each way covers: weeks of one series by scope, and weeks of several series."""
    grid = tried.grid
    scopes, categories = np.asarray(grid.scopes), np.asarray(grid.categories, dtype=object)
    judged = list(as_it_went(tried, origins, settings.seed))
    for scope in sorted(set(grid.scopes)):
        groups = [np.array([row]) for row in np.flatnonzero(scopes == scope)]
        for weeks in WEEKS:
            what = f"{data}, {scope}, {weeks} weeks"
            add(report, what, covered(judged, groups, scope, weeks))
    product = scopes == Scope.PRODUCT
    groups = [np.flatnonzero(product & (categories == name)) for name in sorted(set(categories))]
    groups = [group for group in groups if len(group) > 1]
    what = f"{data}, products of a category together, {WEEKS[1]} weeks"
    add(report, what, covered(judged, groups, str(Scope.PRODUCT), WEEKS[1]))


def as_it_went(tried: Backtest, origins: list[int], seed: int) -> Iterator[Origin]:
    """Forecast each judged origin by what the origins completed before it would have chosen."""
    horizon = tried.actual.shape[2]
    tree = hierarchy_of(tried.grid.series_ids, tried.grid.scopes, tried.grid.categories)
    for place in range(len(origins) - JUDGED, len(origins)):
        complete = [i for i in range(place) if origins[i] + horizon <= origins[place]]
        past = tried.at(complete[-TAUGHT_BY:])
        choice = choose(past, seed)
        _, apart = choice.forecast(tried, place)
        agreed = choice.reconciliation.apply(apart, tree, rest_shares(tried, tree, place))
        together = errors_together(past, rehearse(past, seed)[FINAL])
        yield Origin(tried.actual[:, place], agreed.units, together)


def covered(
    judged: list[Origin], groups: list[FloatArray], scope: str, weeks: int
) -> dict[str, Covered]:
    """Judge the totals of groups of series by each way."""
    found = {way: Covered() for way in (OURS, SUMMED, APART)}
    for origin in judged:
        steps, series = origin.together.steps[scope], origin.together.series[scope]
        ways = {OURS: (steps, series), SUMMED: (1.0, 1.0), APART: (0.0, 0.0)}
        for group in groups:
            total = float(origin.actual[group, :weeks].sum())
            if np.isnan(total):
                continue
            for way, shares in ways.items():
                low, high = bounds(origin.final[group, :weeks], *shares)
                note = found[way]
                note.count += 1
                note.inside += low <= total <= high
                note.score += high - low + 10 * (max(low - total, 0) + max(total - high, 0))
                note.units += total
    return found


def bounds(quantiles: FloatArray, steps: float, series: float) -> tuple[float, float]:
    """Bounds of the sum of shape (series, weeks, levels), by the covariance of every two weeks."""
    count, weeks, _ = quantiles.shape
    owner = np.repeat(np.arange(count), weeks)
    shares = np.where(owner[:, None] == owner[None, :], steps, series)
    np.fill_diagonal(shares, 1.0)
    middle = quantiles[..., 1].sum()
    below, above = (
        (away @ shares @ away) ** 0.5
        for away in np.abs(quantiles[..., [0, 2]] - quantiles[..., [1]]).reshape(-1, 2).T
    )
    return float(middle - below), float(middle + above)


def add(report: Report, what: str, found: dict[str, Covered]) -> None:
    """Report coverage, and the interval score (Gneiting and Raftery 2007, equation 43)."""
    shares = {way: note.inside / note.count for way, note in found.items()}
    scores = {way: note.score / note.units for way, note in found.items()}
    ours, score = shares.pop(OURS), scores.pop(OURS)
    totals = found[OURS].count
    name = f"coverage of 80 %, {what} ({totals} totals)"
    report.add(Figure(name, ours, "share", "higher", None, SUMMED, shares[SUMMED], peers=shares))
    reach = ALLOWED if totals >= 200 else None
    report.add(Figure(f"coverage off 80 %, {what}", abs(ours - PROMISED), "share", reach=reach))
    name = f"interval score, {what}"
    report.add(Figure(name, score, "share", "lower", None, SUMMED, scores[SUMMED], peers=scores))


if __name__ == "__main__":
    main()
