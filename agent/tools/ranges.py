"""The range of a forecast that is a sum: from how errors go together, with the formula kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from agent.proof.facts import Metric, Origin, Subject, Unit
from forecasting import together_from
from signals import RUNS, Col

if TYPE_CHECKING:
    import pandas as pd

    from agent.proof.facts import Fact, FactSheet
    from agent.tools.desk import Desk, Horizon

_MIDDLE = 0.5


@dataclass(frozen=True, slots=True)
class Range:
    """Bounds of a forecast.

    Parameters
    ----------
    is_summed
        Whether the bounds of what is summed were added up, for want of knowing how errors go
        together; the range then errs on the wide side.
    """

    low: Fact
    high: Fact
    is_summed: bool


def range_of(
    desk: Desk, sheet: FactSheet, forecast: Fact, horizon: Horizon, steps: pd.DataFrame
) -> Range:
    """Give the range of a forecast, whose formula is that of `forecasting.Together`.

    Parameters
    ----------
    forecast
        The sum of the middle.
    steps
        As of `agent.tools.sums.forecast_steps`, of this series alone.
    """
    cells = steps.pivot(index=[Col.SERIES_ID, Col.STEP], columns=Col.LEVEL, values=Col.UNITS)  # noqa: PD010
    levels = [float(level) for level in cells.columns]
    shares = _shares(desk, sheet, forecast, cells)

    def bound(metric: Metric, level: float, sign: str) -> Fact:
        subject = Subject(forecast.entity, metric, forecast.period)
        if shares:
            away = (cells[level] - cells[_MIDDLE]).abs().rename(level)
            spreads = _spreads(desk, sheet, forecast, away)
            formula = f"{forecast.fact_id} {sign} {_root(shares, spreads)}"
            return sheet.derive(subject, desk.unit, formula)
        origin = Origin(desk.source, f"quantile {level:g} {spoken(horizon)}")
        return sheet.add(subject, float(cells[level].sum()), desk.unit, origin)

    low, high = bound(Metric.LOW, min(levels), "-"), bound(Metric.HIGH, max(levels), "+")
    return Range(low, high, is_summed=not shares and len(cells) > 1)


def spoken(horizon: Horizon) -> str:
    """Say which steps a figure is of, for its proof."""
    first, last = horizon.steps
    return f"of step {first}" if horizon.single else f"summed over steps {first} to {last}"


def _shares(desk: Desk, sheet: FactSheet, forecast: Fact, cells: pd.DataFrame) -> tuple[Fact, ...]:
    """Give how errors go together: between steps and, where several are summed, between series.

    Nothing where there is no sum, or the run did not measure it; a launch was in no backtest.
    """
    about = desk.run.config if desk.run else {}
    names = list(cells.index.unique(Col.SERIES_ID))
    scope = str(names[0]).partition(":")[0]
    together = together_from(about)
    launches = set(about.get("launches", []))
    if len(cells) == 1 or scope not in together.steps or launches.intersection(names):
        return ()
    parts = {"steps": together.steps[scope]}
    if len(names) > 1:
        parts["series"] = together.series[scope]
    source = f"{RUNS.name}, run {desk.run.run_id if desk.run else ''}"
    return tuple(
        sheet.add(
            Subject(forecast.entity, Metric.TOGETHER, forecast.period, part),
            share,
            Unit.SCORE,
            Origin(source, f"correlation of errors between {part}, {scope}, from the backtest"),
        )
        for part, share in parts.items()
    )


def _spreads(
    desk: Desk, sheet: FactSheet, forecast: Fact, away: pd.Series[float]
) -> tuple[Fact, ...]:
    """Add up how far a quantile lies from the middle: in all, and by roots of sums of squares.

    Parameters
    ----------
    away
        Units by series and step; its name is the level of the quantile.
    """
    by_series = away.groupby(level=Col.SERIES_ID).sum()
    sums = {"all": float(away.sum()), "each step": _length(away)}
    if len(by_series) > 1:
        sums["each series"] = _length(by_series)
    level = f"quantile {away.name:g} from quantile {_MIDDLE:g}"
    how = {"all": "sum of the distances", "each step": "root of the sum of squared distances",
           "each series": "root of the sum over series of their squared distances"}  # fmt: skip
    return tuple(
        sheet.add(
            Subject(forecast.entity, Metric.SPREAD, forecast.period, part),
            units,
            desk.unit,
            Origin(desk.source, f"{how[part]} of {level}"),
        )
        for part, units in sums.items()
    )


def _length(values: pd.Series[float]) -> float:
    return float(np.linalg.norm(values.to_numpy(dtype=float)))


def _root(shares: tuple[Fact, ...], spreads: tuple[Fact, ...]) -> str:
    """Write the formula of how far a bound lies from the middle."""
    steps, *others = (share.fact_id for share in shares)
    whole, each_step, *each_series = (spread.fact_id for spread in spreads)
    alone = f"(1 - {steps}) * {each_step} * {each_step}"
    if not others:
        return f"({alone} + {steps} * {whole} * {whole}) ** 0.5"
    series, sums = others[0], each_series[0]
    between = f"({steps} - {series}) * {sums} * {sums}"
    return f"({alone} + {between} + {series} * {whole} * {whole}) ** 0.5"
