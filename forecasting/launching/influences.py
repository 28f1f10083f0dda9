"""What moved everybody's sales: the period itself, prices and promotions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from forecasting.grid import FloatArray
    from forecasting.launching.stage import Mask, Stage

_GROWN: Final = 13  # periods after which a product counts as one that was always there
_ELSEWHERE: Final = 0.2  # what a product of another category counts
_ROUNDS: Final = 5
_LATELY: Final = 8  # periods that tell where everybody's sales stand now
_ENOUGH: Final = 3.0  # units expected of a period that can tell what a price does
_EFFECT: Final = 1.0  # standard deviation that is believed of an effect, log units
_CALENDAR_EFFECT: Final = 0.5
_TOGETHER: Final = 4.0  # neighbouring periods err alike: so many count as one
_LOWEST: Final = 0.05  # least pull of a period
_LEAST: Final = 1e-9


def influences_of(stage: Stage) -> FloatArray:
    """Estimate what multiplied the sales of every series in every period, past and to come.

    A past period counts what the settled products of the category sold against their levels. A
    period to come is what the calendar says, once a whole season was seen, from where sales
    stand now. Price and promotion have one effect for all.

    Returns
    -------
    ndarray
        Shape (N, T + H), around 1.

    References
    ----------
    Levels of products and of periods are fitted in turn, which is Poisson maximum likelihood of a
    multiplicative model (iterative proportional fitting: Deming and Stephan 1940). Effects are
    ridge regressions with a fixed prior.
    """
    settled = _settled(stage)
    everybody = np.ones(len(stage.units))
    moved = np.ones(stage.prices.shape[:2])
    for _ in range(2):
        levels, pulls = _fit(stage.units, moved[:, : stage.periods], settled, everybody)
        effects = _price_effects(stage, levels[:, None] * pulls, settled)
        moved = np.exp(stage.prices @ effects)
    names = np.asarray(stage.categories, dtype=object)
    whole = np.empty(moved.shape)
    for category in sorted(set(stage.categories)):
        ours = names == category
        weights = np.where(ours, 1.0, _ELSEWHERE)
        _, pulls = _fit(stage.units, moved[:, : stage.periods], settled, weights)
        whole[ours] = _continued(pulls, stage)
    return np.asarray(whole * moved)


def _settled(stage: Stage) -> Mask:
    grown = (stage.ages[:, : stage.periods] >= _GROWN) | (stage.begins == 0)[:, None]
    return np.asarray(stage.products[:, None] & grown & ~np.isnan(stage.units))


def _fit(
    units: FloatArray, moved: FloatArray, cells: Mask, weights: FloatArray,
) -> tuple[FloatArray, FloatArray]:  # fmt: skip
    """Fit units as level x pull x moved over some cells; return levels (N,) and pulls (T,)."""
    sold, exposed = np.where(cells, units, 0.0), np.where(cells, moved, 0.0)
    pulls: FloatArray = np.ones(units.shape[1])
    levels: FloatArray = np.ones(len(units))
    for _ in range(_ROUNDS):
        levels = sold.sum(axis=1) / np.maximum(exposed @ pulls, _LEAST)
        counts = weights / np.sqrt(np.maximum(levels, _LEAST)) * (levels > 0)
        expected = (counts * levels) @ exposed
        told = expected > _LEAST
        pulls = np.divide(counts @ sold, expected, out=np.ones_like(pulls), where=told)
        pulls = np.maximum(pulls, _LOWEST)
        pulls /= np.exp(np.log(pulls).mean())
    return levels, pulls


def _price_effects(stage: Stage, expected: FloatArray, settled: Mask) -> FloatArray:
    """Regress what was sold against what was expected on price and promotion, shape (columns,)."""
    cells = settled & (expected >= _ENOUGH)
    columns = stage.prices.shape[2]
    if not cells.any() or not columns:
        return np.zeros(columns)
    misses = np.log((stage.units + 0.5) / (expected + 0.5))
    target = _centred(misses, cells)[cells]
    inputs = np.column_stack(
        [
            _centred(stage.prices[:, : stage.periods, place], cells)[cells]
            for place in range(columns)
        ]
    )
    noise = float(target.var())
    squares = inputs.T @ inputs + noise / _EFFECT**2 * np.eye(columns)
    return np.asarray(np.linalg.solve(squares + _LEAST * np.eye(columns), inputs.T @ target))


def _centred(values: FloatArray, cells: Mask) -> FloatArray:
    """Take off the mean of each series, then of each period."""
    values = np.where(cells, values, 0.0)
    for axis in (1, 0):
        count = np.maximum(cells.sum(axis=axis, keepdims=True), 1)
        values = np.where(cells, values - values.sum(axis=axis, keepdims=True) / count, 0.0)
    return np.asarray(values)


def _continued(pulls: FloatArray, stage: Stage) -> FloatArray:
    """Continue the pulls of the past into the periods to come, shape (T + H,)."""
    logs, periods = np.log(pulls), stage.periods
    said: FloatArray = np.zeros(len(stage.calendar))
    if periods >= stage.season and stage.calendar.shape[1]:
        said = _calendar_says(logs, stage.calendar)
    now = float((logs - said[:periods])[-_LATELY:].mean())
    return np.asarray(np.exp(np.concatenate([logs, now + said[periods:]])))


def _calendar_says(logs: FloatArray, calendar: FloatArray) -> FloatArray:
    past = calendar[: len(logs)]
    size = past.max(axis=0) - past.min(axis=0)
    inputs = (calendar - past.mean(axis=0))[:, size > 0] / size[size > 0]
    known, target = inputs[: len(logs)], logs - logs.mean()
    noise = float(target.var())
    answer = np.zeros(len(inputs))
    for _ in range(2):
        penalty = _TOGETHER * noise / _CALENDAR_EFFECT**2 + _LEAST
        squares = known.T @ known + penalty * np.eye(known.shape[1])
        answer = inputs @ np.linalg.solve(squares, known.T @ target)
        noise = float((target - answer[: len(logs)]).var())
    return np.asarray(answer)
