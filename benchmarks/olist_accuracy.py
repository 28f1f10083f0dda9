"""How far forecasts of the large categories of a real marketplace were off, week by week ahead.

Olist, Brazil: weekly units of the 20 largest categories and of the shop. Each of the last 26 weeks
with eight known weeks after it is an origin; each expert is fitted again with what was visible then
and forecasts these eight weeks. Peer: the mean of the last four weeks. At an origin the blend
chooses its experts, text or no text, and its calibration from the earlier origins that a run of
that week would have tried, whose outcomes were known by then: what a user would have got.
"""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from accuracy import ALLOWED, PROMISED, add_resume, resumed
from reporting import Figure, Report, options, shared_data

from forecasting import FINAL, ForecastSettings, Metric, score
from forecasting.agreement.reconcile import rest_shares
from forecasting.agreement.tree import hierarchy_of
from forecasting.choose import BLEND, choose
from forecasting.forecast import experts_of
from forecasting.grid import grid_of
from forecasting.judging.ablation import judge_text
from forecasting.judging.backtest import Backtest, ExpertKey, Variant, backtest, origins_of
from signals import (
    Col,
    Lake,
    LexiconScorer,
    Panel,
    Scope,
    SeriesRules,
    build_panel,
    ingest,
    read_source,
    score_documents,
)

if TYPE_CHECKING:
    from signals import Scorer

HORIZON: Final = 8
CATEGORIES: Final = 20
ORIGINS: Final = 26
QUICK_EVERY: Final = 8
FIRST_DAY: Final = pd.Timestamp("2017-01-02")  # before, the data set is almost empty
AS_OF: Final = pd.Timestamp("2018-06-01", tz="UTC")
AGAINST_PEER: Final = 0.88
REACH: Final = {"category": 0.34, "total": 0.16}
PEER: Final = ExpertKey("last four periods", Variant.PLAIN)
CALIBRATED: Final = ExpertKey(BLEND, Variant.CALIBRATED)


def main() -> None:
    """Measure, print, write."""
    parser = options(__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--scores", choices=("lexicon", "bert"), help="lexicon is for --quick")
    add_resume(parser)
    chosen = parser.parse_args()
    scores = chosen.scores or ("lexicon" if chosen.quick else "bert")
    libraries = ("groundswell", "lightgbm", "mlforecast", "statsforecast")
    settings = ForecastSettings()
    panel = _panel(_scorer(scores))
    every = QUICK_EVERY if chosen.quick else 1
    judged, experts = _judged_weeks(panel, every=every), list(experts_of(panel, settings))
    if kept := resumed(chosen, every):
        experts = kept.remember(experts)
    data = f"olist, sentiment by {scores}, {len(judged)} origins"
    report = Report("olist_accuracy", data, libraries)
    weeks = sorted({*judged, *(week for one in judged for week in _tried_by(one, settings))})
    tried = backtest(panel, experts, settings.levels, weeks)
    finals = _as_it_went(tried, weeks, judged, settings)
    tried = tried.at([weeks.index(week) for week in judged])
    quantiles = {**tried.quantiles, **finals}
    for scope in (Scope.CATEGORY, Scope.TOTAL):
        _add_figures(report, tried, quantiles, scope, None if chosen.quick else REACH[scope])
    _add_reaches(report, tried, quantiles, quick=chosen.quick)
    _add_text(report, tried)
    report.finish(chosen)


def _scorer(name: str) -> Scorer:
    if name == "lexicon":
        return LexiconScorer()
    from signals.sentiment.bert import BertScorer
    from signals.sentiment.e5 import load_e5

    return BertScorer(load_e5())


def _panel(scorer: Scorer) -> Panel:
    """Bring Olist into a lake of its own, score the reviews, keep the large categories."""
    with tempfile.TemporaryDirectory() as folder:
        lake = Lake(Path(folder) / "lake")
        ingest(lake, read_source("olist", shared_data("olist")), source="olist", now=AS_OF)
        score_documents(lake, scorer)
        panel = build_panel(
            lake,
            as_of=AS_OF,
            horizon=HORIZON,
            model_id=scorer.model_id,
            rules=SeriesRules(scopes=(Scope.CATEGORY, Scope.TOTAL)),
        )
    history = panel.history[panel.history[Col.DAY] >= FIRST_DAY]
    units = history.groupby([Col.SCOPE, Col.SERIES_ID])[Col.UNITS].sum()
    large = units[str(Scope.CATEGORY)].nlargest(CATEGORIES).index
    kept = [*large, str(Scope.TOTAL)]
    return replace(
        panel,
        history=history[history[Col.SERIES_ID].isin(kept)],
        future=panel.future[panel.future[Col.SERIES_ID].isin(kept)],
    )


def _judged_weeks(panel: Panel, *, every: int) -> list[int]:
    """Choose the last visible week of each judged origin."""
    newest = len(grid_of(panel).days) - 1 - HORIZON
    return list(range(newest - ORIGINS + 1, newest + 1, every))


def _tried_by(week: int, settings: ForecastSettings) -> list[int]:
    """Name the earlier origins that a run with that last visible week tries, oldest first."""
    return origins_of(week + 1, HORIZON, origins=settings.origins, every=settings.every)


def _as_it_went(
    tried: Backtest, weeks: list[int], judged: list[int], settings: ForecastSettings,
) -> dict[ExpertKey, np.ndarray]:  # fmt: skip
    """Forecast each judged origin by what a run of that week would have chosen."""
    grid, found = tried.grid, ([], [])
    tree = hierarchy_of(grid.series_ids, grid.scopes, grid.categories)
    for week in judged:
        place = weeks.index(week)
        earlier = [weeks.index(one) for one in _tried_by(week, settings)]
        choice = choose(tried.at(earlier), settings.seed)
        moved = choice.forecast(tried, place)[1]
        agreed = choice.reconciliation.apply(moved, tree, rest_shares(tried, tree, place))
        for values, one in zip(found, (moved, agreed.units), strict=True):
            values.append(one)
    return {
        key: np.stack(values, axis=1)
        for key, values in zip((CALIBRATED, FINAL), found, strict=True)
    }


def _add_figures(
    report: Report,
    tried: Backtest,
    quantiles: dict[ExpertKey, np.ndarray],
    scope: Scope,
    reach: float | None,
) -> None:
    rows = np.asarray(tried.grid.scopes) == scope
    actual, levels = tried.actual[rows], tried.levels
    peer = score(actual, quantiles[PEER][rows], levels)
    for key, values in quantiles.items():
        if key == PEER:
            continue
        found = score(actual, values[rows], levels)
        name = f"{scope}, {' '.join(key).replace('_', ' ').strip()}"
        wanted = reach if key == FINAL else None
        _add(report, f"WAPE {name}", found[Metric.WAPE], peer[Metric.WAPE], wanted)
        _add(report, f"WQL {name}", found[Metric.WQL], peer[Metric.WQL])
        report.add(Figure(f"coverage of 80 % {name}", found[Metric.COVERAGE], "share", "higher"))
        for step in range(HORIZON):
            off, naive = (
                score(actual[..., step], quantiles[one][rows][..., step, :], levels)[Metric.WAPE]
                for one in (key, PEER)
            )
            _add(report, f"WAPE {name}, {step + 1} weeks ahead", off, naive)


def _add_reaches(
    report: Report, tried: Backtest, quantiles: dict[ExpertKey, np.ndarray], *, quick: bool,
) -> None:  # fmt: skip
    """Hold the forecast of categories to a share of the peer's error, and to its own promise."""
    rows = np.asarray(tried.grid.scopes) == Scope.CATEGORY
    found, peer = (
        score(tried.actual[rows], quantiles[key][rows], tried.levels) for key in (FINAL, PEER)
    )
    ratio = found[Metric.WAPE] / peer[Metric.WAPE]
    reach = None if quick else AGAINST_PEER
    report.add(Figure("WAPE category against the peer", ratio, "ratio", reach=reach))
    off = abs(found[Metric.COVERAGE] - PROMISED)
    reach = None if quick else ALLOWED
    report.add(Figure("coverage off 80 % category", off, "share", reach=reach))


def _add(report: Report, name: str, value: float, peer: float, reach: float | None = None) -> None:
    report.add(
        Figure(name, value, "share", reach=reach, peer="mean of last 4 weeks", peer_value=peer)
    )


def _add_text(report: Report, tried: Backtest) -> None:
    """Tell what text changed: the difference of WAPE and its 90 % interval."""
    reader = next(key.name for key in tried.quantiles if key.variant is Variant.WITH_TEXT)
    verdict = judge_text(tried, reader, np.random.default_rng(1))[Scope.CATEGORY]
    change = verdict.with_text - verdict.without_text
    for name, value in (("", change), (", low", verdict.low), (", high", verdict.high)):
        report.add(Figure(f"WAPE category, change by text{name}", value, "share"))


if __name__ == "__main__":
    main()
