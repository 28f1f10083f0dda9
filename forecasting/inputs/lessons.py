"""What the past teaches a model over all series: one row an origin, a series and a step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forecasting.grid import FloatArray
    from forecasting.inputs.design import Design, Periods

    Names = np.ndarray[tuple[int], np.dtype[np.str_]]

YOUNGEST: Final = 4
"""Periods of history an origin needs to teach anything."""
MOST_ROWS: Final = 300_000
"""Rows that teach at most; of more, every origin gives as large a share, drawn at random.

A period is the target of a row for each step, so neighbouring rows say much the same: more of them
cost time and memory and have not lowered the quantile loss.
"""


@dataclass(frozen=True, slots=True)
class Lessons:
    """Inputs and what came of them; the first axis of every array is the row.

    Parameters
    ----------
    inputs
        Columns of the design, float32.
    targets
        Units over ``scale``.
    said
        What people said before the target, as `Design.said`, float32.
    series, origin, step
        Number of the series, its last visible period, and the step, counted from 0.
    """

    inputs: FloatArray
    targets: FloatArray
    scale: FloatArray
    said: FloatArray
    series: Periods
    origin: Periods
    step: Periods

    @property
    def logs(self) -> FloatArray:
        """log(1 + units) minus log(1 + scale), shape (rows,)."""
        return np.asarray(np.log1p(self.targets * self.scale) - np.log1p(self.scale))


def weights_by_units(scopes: Names, scale: FloatArray, power: float) -> FloatArray:
    """Let large series count more, as they do in a sum of units; shape (rows,), mean 1 in a scope.

    Parameters
    ----------
    scopes, scale
        Of the series of each row, at its origin.
    power
        Of the scale: 0 counts every series alike, 1 by its units.
    """
    raised = scale**power
    weights = np.ones(len(raised))
    for scope in sorted(set(scopes.tolist())):
        inside = scopes == scope
        weights[inside] = raised[inside] / raised[inside].mean()
    return weights


def drawn(weights: FloatArray) -> Periods:
    """Repeat each row about as often as it weighs, evenly through the rows; mean weight 1.

    A learner whose cost rises with weights is taught by such rows instead, at no more cost.

    References
    ----------
    Systematic resampling: Kitagawa (1996), with every row's place fixed instead of drawn.

    Examples
    --------
    >>> drawn(np.array([0.5, 0.5, 2.0, 1.0])).tolist()
    [0, 2, 2, 3]
    """
    reached = np.floor(np.cumsum(weights) + 0.5).astype(np.int64)
    return np.repeat(np.arange(len(weights)), np.diff(reached, prepend=0))


def lessons_of(
    design: Design, observed: FloatArray, *, since: int = 0, most_rows: int = MOST_ROWS
) -> Lessons:
    """Collect every origin whose targets are known, or a fair share of them.

    Parameters
    ----------
    observed
        Targets, shape (series, periods); what was not observed teaches nothing.
    since
        First origin that teaches.
    """
    units = design.grid.units
    inputs: list[Any] = [np.empty((0, len(design.columns)), dtype=np.float32)]
    said: list[Any] = [np.empty((0, len(design.said_columns)), dtype=np.float32)]
    targets, scales = [np.empty(0)], [np.empty(0)]
    places: list[Any] = [np.empty((3, 0), dtype=np.int64)]
    first = max(YOUNGEST - 1, since)
    for origin, actual in drawn_targets(units, observed, design.horizon, first, most_rows):
        known = ~np.isnan(actual)
        scale = np.broadcast_to(design.scale[:, origin, None], actual.shape)
        inputs.append(design.rows(origin)[known].astype(np.float32))
        targets.append(actual[known] / scale[known])
        scales.append(scale[known])
        said.append(design.said(origin)[known].astype(np.float32))
        row, step = np.nonzero(known)
        places.append(np.stack([row, np.full(len(row), origin), step]))
    series, origins, steps = np.concatenate(places, axis=1)
    return Lessons(
        inputs=np.concatenate(inputs),
        targets=np.concatenate(targets),
        scale=np.concatenate(scales),
        said=np.concatenate(said),
        series=series,
        origin=origins,
        step=steps,
    )


def drawn_targets(
    units: FloatArray, observed: FloatArray, horizon: int, first: int, most_rows: int
) -> Iterator[tuple[int, FloatArray]]:
    """Give each origin and what followed it, shape (series, horizon); NaN where nothing teaches.

    Parameters
    ----------
    units
        Shape (series, periods); NaN before a series begins, as are `lessons_of`'s ``observed``.
    first
        First origin.
    most_rows
        Of more targets, a share drawn at random is left; the draw depends on nothing but the origin
        and the shape.
    """
    periods = units.shape[1]
    ages = np.cumsum(~np.isnan(units), axis=1)
    known = np.flip(np.cumsum(np.flip((~np.isnan(observed)).sum(axis=0))))
    rows = sum(known[first + step :][:1].sum() for step in range(1, horizon + 1))
    share = min(1.0, most_rows / max(rows, 1))
    for origin in range(first, periods - 1):
        visible = min(horizon, periods - 1 - origin)
        actual = np.full((len(units), horizon), np.nan)
        actual[:, :visible] = observed[:, origin + 1 : origin + 1 + visible]
        actual[ages[:, origin] < YOUNGEST] = np.nan
        if share < 1.0:
            actual[np.random.default_rng(origin).random(actual.shape) > share] = np.nan
        yield origin, actual
