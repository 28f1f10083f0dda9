"""What the forecaster finds out about shops whose causes are known: demo worlds of many seeds.

Texts are scored as they were meant, so that the forecaster is measured and not the reading.
"""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from mood_oracle import correct, heard_mood, reviews_by_week, signals_of
from planted_revisions import recovered_causes
from reporting import Figure, Report, options
from text_trust import trust_of

from forecasting import ForecastSettings, text_leads
from forecasting.choose import choose
from forecasting.experts.fused import NAME
from forecasting.forecast import experts_of, train, try_experts
from forecasting.grid import grid_of
from forecasting.judging.backtest import ExpertKey, Variant
from forecasting.preparation.prepare import prepare
from signals import (
    DOCUMENTS,
    SCORES,
    Col,
    DemoWorld,
    Lake,
    Panel,
    build_demo_world,
    build_panel,
    silent,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecasting import Fitted
    from forecasting.judging.backtest import Backtest

SEEDS: Final = 20
MEANT: Final = "meant"
HORIZON: Final = 8
WITH, WITHOUT = (ExpertKey(NAME, v) for v in (Variant.WITH_TEXT, Variant.WITHOUT_TEXT))
REACH: Final = {"gain": 0.8, "gate": 0.05, "lead": 0.95, "causes": 0.95}
_WEEK: Final = pd.Timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Found:
    """What one world gave.

    Parameters
    ----------
    missed
        Absolute error over products that listen, in units: without text, with text, by the oracle
        that reads the same texts, by one that knows the mood itself.
    sold
        Units of those points.
    trust
        Gate times the answer of a series, mean of the products that listen and of the others.
    strangers_gate
        Gate where every product has the texts of another.
    """

    missed: tuple[float, float, float, float]
    sold: float
    trust: tuple[float, float]
    strangers_gate: float
    leads: tuple[bool, ...]
    causes: tuple[bool, ...]
    seconds: float


def main() -> None:
    """Measure, print, write."""
    parser = options(__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--seeds", type=int, help=f"worlds; {SEEDS} in a full run")
    chosen = parser.parse_args()
    seeds = chosen.seeds or (1 if chosen.quick else SEEDS)
    report = Report(
        "truth_recovery",
        f"demo worlds, seeds 1 to {seeds}, texts scored as meant",
        ("groundswell", "lightgbm", "torch"),
    )
    found = []
    for seed in range(1, seeds + 1):
        found.append(look_into(seed))
        print(f"seed {seed}: {found[-1]}", flush=True)
    _add_figures(report, found)
    report.finish(chosen)


def look_into(seed: int) -> Found:
    """Build a world, forecast it, and compare with its truth."""
    started = time.process_time()
    world = build_demo_world(seed)
    settings = ForecastSettings(experts=(NAME,))
    with tempfile.TemporaryDirectory() as folder:
        lake = fill(Path(folder) / "lake", world, world.documents)
        end = pd.Timestamp(world.last_day + pd.Timedelta(days=1), tz="UTC")
        old = panel_at(lake, end - _WEEK)
        tried = try_experts(old, settings, silent)
        forecaster = train(old, choose(tried, settings.seed), settings, silent)
        causes = recovered_causes(lake, world, (old, forecaster), end, panel_at)
        strangers = fill(Path(folder) / "strangers", world, exchanged(world, seed))
        gate = _gate(strangers, end - _WEEK, settings)
    fitted = forecaster.fitted[NAME]
    return Found(
        *_gains(tried, world, old),
        trust=_trust(fitted, world),
        strangers_gate=gate,
        leads=_leads(old, world),
        causes=causes,
        seconds=time.process_time() - started,
    )


def fill(folder: Path, world: DemoWorld, documents: pd.DataFrame) -> Lake:
    """Bring a world into a lake, its texts scored as they were meant."""
    lake = Lake(folder)
    meant = world.truth.documents.set_index(Col.DOC_ID)[Col.POLARITY]
    polarity = documents[Col.DOC_ID].map(meant).astype(float)
    scores = documents[[Col.DOC_ID, Col.TEXT_HASH]].assign(
        **{
            Col.MODEL_ID: MEANT,
            Col.P_NEG: (polarity < 0).astype(float),
            Col.P_NEU: (polarity == 0).astype(float),
            Col.P_POS: (polarity > 0).astype(float),
            Col.POLARITY: polarity,
        }
    )
    with lake.batch() as batch:
        for table, frame in world.feeds:
            batch.add(table, documents if table is DOCUMENTS else frame)
        batch.add(SCORES, scores)
    return lake


def panel_at(lake: Lake, as_of: pd.Timestamp) -> Panel:
    """Build the panel of a moment."""
    return build_panel(lake, as_of=as_of, horizon=HORIZON, model_id=MEANT)


def exchanged(world: DemoWorld, seed: int) -> pd.DataFrame:
    """Give every product the texts of another one."""
    products = [cause.product_id for cause in world.truth.causes]
    turn = int(np.random.default_rng(seed).integers(1, len(products)))
    other = dict(zip(products, [*products[turn:], *products[:turn]], strict=True))
    return world.documents.assign(**{Col.PRODUCT_ID: world.documents[Col.PRODUCT_ID].map(other)})


def _gate(lake: Lake, as_of: pd.Timestamp, settings: ForecastSettings) -> float:
    """Teach the forecaster of a lake, and return how far it trusts texts."""
    panel = prepare(panel_at(lake, as_of), settings.preparation)
    (expert,) = experts_of(panel, settings)
    return trust_of(expert.fit(panel, progress=silent)).gate


def _gains(
    tried: Backtest, world: DemoWorld, panel: Panel
) -> tuple[tuple[float, float, float, float], float]:
    """Errors over the products that listen, in units."""
    listening = [cause for cause in world.truth.causes if cause.lead_weeks]
    rows = [tried.grid.series_ids.index(f"product:{cause.product_id}") for cause in listening]
    middle = tried.levels.index(0.5)
    actual = tried.actual[rows]
    told, untold = (tried.quantiles[key][rows][..., middle] for key in (WITH, WITHOUT))
    days = grid_of(panel).days
    origins = [days.searchsorted(day, side="right") - 1 for day in tried.made_on]
    heard, known = (np.empty((*actual.shape, 2)) for _ in range(2))
    for row, cause in enumerate(listening):
        mood = world.truth.mood[cause.product_id].reindex(days).to_numpy()
        counts = reviews_by_week(world.documents, world.truth, cause.product_id, days)
        for place, origin in enumerate(origins):
            guess = heard_mood(*(each[: origin + 1] for each in counts))
            heard[row, place] = signals_of(cause, guess, origin, HORIZON)
            known[row, place] = signals_of(cause, mood[: origin + 1], origin, HORIZON)
    judged = ~np.isnan(actual)
    oracles = []
    for signals in (heard, known):
        point = untold.copy()
        point[judged] = correct(untold[judged], actual[judged], signals[judged])
        oracles.append(point)
    missed = [float(np.nansum(np.abs(actual - each))) for each in (untold, told, *oracles)]
    return (missed[0], missed[1], missed[2], missed[3]), float(np.nansum(actual))


def _trust(fitted: Fitted, world: DemoWorld) -> tuple[float, float]:
    """Mean trust in what is said of products that listen, and of those that do not."""
    found = trust_of(fitted)
    trust: dict[bool, list[float]] = {True: [], False: []}
    for cause in world.truth.causes:
        answer = found.answers.get(f"product:{cause.product_id}")
        if answer is not None:
            trust[cause.lead_weeks > 0].append(found.gate * answer)
    return float(np.mean(trust[True] or 0.0)), float(np.mean(trust[False] or 0.0))


def _leads(panel: Panel, world: DemoWorld) -> tuple[bool, ...]:
    """Say for each category whether its lead was found within one week."""
    found = text_leads(panel)
    true = {cause.category: cause.lead_weeks for cause in world.truth.causes if cause.lead_weeks}
    return tuple(
        name in found and abs(found[name].periods - weeks) <= 1 for name, weeks in true.items()
    )


def _add_figures(report: Report, found: Sequence[Found]) -> None:
    missed = np.array([each.missed for each in found])
    total = missed.sum(axis=0)
    sold = sum(each.sold for each in found)
    gain, heard, known = (total[0] - total[place] for place in (1, 2, 3))
    names = ("without text", "with text", "oracle that reads the texts", "oracle that knows mood")
    peers = dict(zip(names, (total / sold).tolist(), strict=True))
    report.add(Figure("WAPE of products that listen", total[1] / sold, "share", peers=peers))
    report.add(
        Figure(
            "share of the gain of an oracle that reads the texts",
            gain / heard,
            "share",
            "higher",
            reach=REACH["gain"],
        )
    )
    report.add(
        Figure(
            "share of the gain of an oracle that knows the mood", gain / known, "share", "higher"
        )
    )
    trust = np.array([each.trust for each in found]).mean(axis=0)
    report.add(Figure("trust in texts of products that listen", trust[0], "share", "higher"))
    report.add(Figure("trust in texts of the other products", trust[1], "share"))
    gates = [each.strangers_gate for each in found]
    report.details["gates with the texts of others"] = gates
    report.add(
        Figure(
            "gate, every product with the texts of another, mean",
            float(np.mean(gates)),
            "share",
            reach=REACH["gate"],
        )
    )
    for name, key, parts in (
        ("lead of a category found within a week", "lead", [each.leads for each in found]),
        ("planted causes of a revision found", "causes", [each.causes for each in found]),
    ):
        share = float(np.mean([right for part in parts for right in part]))
        report.add(Figure(name, share, "share", "higher", reach=REACH[key]))
    report.add(Figure("CPU time a world", float(np.mean([f.seconds for f in found])), "CPU s"))


if __name__ == "__main__":
    main()
