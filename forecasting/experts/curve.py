"""Median regression with slopes common to all rows and departures of each group, shrunk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forecasting.grid import FloatArray

    Names = np.ndarray[tuple[int], np.dtype[np.str_]]
    Steps = np.ndarray[tuple[int], np.dtype[np.int64]]

_COMMON: Final = 30.0  # rows that "no effect" weighs against all rows
OWN: Final = 100.0
"""Rows that the common slopes weigh against those of a group, unless told."""
_PIECE: Final = 65_536  # rows weighted at a time
_PASSES: Final = 4
_NEAR: Final = 0.1  # log units of a miss below which squares replace absolute values
_PRIOR: Final = 30.0  # rows that the common width weighs against the misses of a group


@dataclass(frozen=True, slots=True)
class Curve:
    """Slopes and the quantiles of what they miss.

    Parameters
    ----------
    centres, spreads
        Columns are centred and divided by these, shape (columns,).
    common
        Log units for one spread of each column, and the intercept last, shape (columns + 1,).
    own
        Departures from ``common`` by group.
    tails
        Quantiles of the misses of each step, shape (steps, levels).
    widths
        By group, or by what else the misses were parted, what the tails are multiplied by.
    lowest, highest
        Range of the targets in training; no answer lies outside.
    """

    centres: FloatArray
    spreads: FloatArray
    common: FloatArray
    own: Mapping[str, FloatArray]
    tails: FloatArray
    widths: Mapping[str, float]
    lowest: float
    highest: float

    def answer(
        self, inputs: FloatArray, groups: Sequence[str], spread_by: Sequence[str] | None = None,
    ) -> FloatArray:  # fmt: skip
        """Give quantiles of the target, shape (series, horizon, levels).

        Parameters
        ----------
        inputs
            Shape (series, horizon, columns).
        groups
            Group of each series; one never seen has the common slopes.
        spread_by
            Group of each series that decides the width; None means ``groups``.
        """
        nothing = np.zeros_like(self.common)
        slopes = self.common + np.stack([self.own.get(group, nothing) for group in groups])
        offsets = (inputs - self.centres) / self.spreads
        # summed a row at a time: a matrix product may differ in the last bit with its shape
        middle = (offsets * slopes[:, None, :-1]).sum(axis=-1) + slopes[:, None, -1]
        middle = np.clip(middle, self.lowest, self.highest)
        widths = np.asarray([self.widths.get(group, 1.0) for group in spread_by or groups])
        taught = np.minimum(np.arange(inputs.shape[1]), len(self.tails) - 1)
        return np.asarray(middle[..., None] + widths[:, None, None] * self.tails[taught])

    def to_dict(self) -> dict[str, Any]:
        """Say it in JSON."""
        return {
            "centres": self.centres.tolist(),
            "spreads": self.spreads.tolist(),
            "common": self.common.tolist(),
            "own": {group: slopes.tolist() for group, slopes in self.own.items()},
            "tails": self.tails.tolist(),
            "widths": dict(self.widths),
            "lowest": self.lowest,
            "highest": self.highest,
        }

    @classmethod
    def from_dict(cls, about: Mapping[str, Any]) -> Curve:
        """Read what `to_dict` gave."""
        arrays = {
            name: np.asarray(about[name]) for name in ("centres", "spreads", "common", "tails")
        }
        own = {group: np.asarray(slopes) for group, slopes in about["own"].items()}
        return cls(**{**about, **arrays, "own": own})


@dataclass(frozen=True, slots=True)
class Rows:
    """What a curve is taught by; the first axis of every array is the row.

    Parameters
    ----------
    inputs
        Shape (rows, columns).
    targets, weights
        Shape (rows,).
    tells
        How much the miss of a row tells of those to come, shape (rows,).
    steps
        Counted from 0.
    groups
        Whose slopes are alike.
    spread_by
        Whose misses are as wide.
    """

    inputs: FloatArray
    targets: FloatArray
    weights: FloatArray
    tells: FloatArray
    steps: Steps
    groups: Names
    spread_by: Names


def fit_curve(rows: Rows, levels: Sequence[float], *, own_rows: float = OWN) -> Curve:
    """Fit common slopes, then how each group departs from them.

    Parameters
    ----------
    own_rows
        Rows that the common slopes weigh against those of a group.

    References
    ----------
    Least absolute deviations by reweighted least squares: Schlossmacher (1973). Deviations: a ridge
    penalty, and squares near zero.
    """
    inputs, targets, weights, groups = rows.inputs, rows.targets, rows.weights, rows.groups
    centres, found = inputs.mean(axis=0), inputs.std(axis=0)
    varied = found > 1e-9 * np.maximum(np.abs(centres), 1.0)
    spreads = np.where(varied, found, 1.0)
    scaled = np.ones((len(inputs), inputs.shape[1] + 1))
    # a column that never varied is all zeros, and its slopes are zero
    np.subtract(inputs, centres, out=scaled[:, :-1], where=varied)
    scaled[:, :-1][:, ~varied] = 0.0
    scaled[:, :-1] /= spreads
    common = _least_absolute(scaled, targets, weights, _COMMON)
    misses = targets - scaled @ common
    own = {}
    for group in sorted(set(groups.tolist())):
        inside = groups == group
        own[group] = _least_absolute(scaled[inside], misses[inside], weights[inside], own_rows)
        misses[inside] -= scaled[inside] @ own[group]
    names, of_row = np.unique(rows.spread_by, return_inverse=True)
    widths = _widths(misses, rows.tells / rows.tells.mean(), of_row)
    return Curve(
        centres=centres,
        spreads=spreads,
        common=common,
        own=own,
        tails=_tails(misses / widths[of_row], rows.tells, rows.steps, levels),
        widths=dict(zip(names.tolist(), widths.tolist(), strict=True)),
        lowest=float(targets.min()),
        highest=float(targets.max()),
    )


def _least_absolute(
    scaled: FloatArray, targets: FloatArray, weights: FloatArray, penalty: float,
) -> FloatArray:  # fmt: skip
    ridge = penalty * np.eye(scaled.shape[1])
    slopes: FloatArray = np.zeros(scaled.shape[1])
    counted: FloatArray = weights
    for done in range(_PASSES):
        if done:
            missed = np.maximum(np.abs(targets - scaled @ slopes), _NEAR)
            counted = np.asarray(weights * (np.median(missed) / missed), dtype=np.float64)
        gram, towards = ridge.copy(), np.zeros(len(ridge))
        for start in range(0, len(scaled), _PIECE):
            piece = slice(start, start + _PIECE)
            weighted = scaled[piece] * counted[piece, None]
            gram += weighted.T @ scaled[piece]
            towards += weighted.T @ targets[piece]
        slopes = np.asarray(np.linalg.solve(gram, towards))
    return slopes


def _widths(misses: FloatArray, tells: FloatArray, groups: Steps) -> FloatArray:
    """Say how far each group is missed against all rows, shrunk to 1; shape (groups,)."""
    missed = tells * np.abs(misses)
    usual = max(float(missed.mean()), 1e-9)
    own, rows = np.bincount(groups, missed), np.bincount(groups, tells)
    return np.asarray((own / usual + _PRIOR) / (rows + _PRIOR))


def _tails(
    relative: FloatArray, tells: FloatArray, steps: Steps, levels: Sequence[float],
) -> FloatArray:  # fmt: skip
    """Quantiles of the misses of each step, measured in widths of their group."""
    found = []
    for step in range(int(steps.max()) + 1):
        inside = steps == step
        ordered = np.argsort(relative[inside], kind="stable")
        counts = tells[inside][ordered]
        reached = (np.cumsum(counts) - counts / 2) / counts.sum()
        found.append(np.interp(levels, reached, relative[inside][ordered]))
    return np.stack(found)
